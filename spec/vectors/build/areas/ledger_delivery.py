"""Arrival: gaps, repetitions, other orders, bodies that come later, and what is kept quiet."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told, settled
from build.signed import MARKETING, SERVICE, SignedStory, agree, backwards, header
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (_repeated, _gaps, _waits, _bodies, _orders, _quiet, _early_use, _three):
        vectors(add)


def agreed(*purposes: str) -> tuple[SignedStory, Desk, Desk, Statement]:
    """P, V, and an agreement P2 that P proposed, in force."""
    story = SignedStory()
    agreement = agree(story.person, story.organisation, *purposes)
    return story, story.person, story.organisation, agreement


def _repeated(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    organisation.hear(person.suspend(agreement))
    order = story.heard(organisation)
    twice = [each for each in order for _ in range(2)]
    told = Told(story, {"P": order, "V": twice, "again": [*order, *order]})
    told.exactly(owes=["V"]).at("V", agreement, time=1, result="duplicate", phase="offered")
    told.at("again", story.opening, time=1, result="duplicate", phase="suspended")
    told.end(phase="suspended", tip=agreement).add(
        add,
        "everything-twice",
        "K6",
        "Every statement comes twice, at once or later: a duplicate changes nothing. Careless: "
        "a second copy is a fork, or a second suspension.",
    )

    story, person, organisation, agreement = agreed()
    order = story.heard(person)
    waiting = [order[0], agreement, agreement, *order[1:]]
    told = Told(story, {"P": order, "V": waiting})
    told.at("V", agreement, result="waiting", phase=None)
    told.at("V", agreement, time=1, result="duplicate")
    told.at("V", agreement, time=2, result="duplicate", phase="offered")
    told.at("V", "P1", result="held", released=[agreement]).end(phase="active").add(
        add,
        "duplicate-of-what-waits",
        "K6",
        "A statement comes again while it waits for its past, and once more after it was "
        "released. Careless: what waits is no duplicate, and is held twice when its past comes.",
    )


def _gaps(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    suspend = person.suspend(agreement)
    revoke = person.revoke(agreement)
    before = story.heard(organisation)
    told = Told(
        story,
        {
            "P": story.heard(person),
            "V": [*before, revoke],
            "then": [*before, revoke, suspend],
        },
    )
    told.exactly(owes=["V"]).exactly(side="V", owes=[])
    told.at("V", revoke, result="waiting", phase="active")
    told.end(side="V", phase="active", waiting=[revoke], missing=[suspend])
    told.at("then", suspend, result="held", released=[revoke], phase="ended")
    told.end(side="then", waiting=[], missing=[]).end(side="P", phase="ended").add(
        add,
        "gap-before-a-revoke",
        "A1.5",
        "The statement before a revoke is missing: the revoke waits, is no part of the state, "
        "and what it lacks is named. Careless: a revoke takes effect without its past, and two "
        "sides that hold the same differ in what they judge it by.",
    )

    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement)
    person.hear(use)
    ack = person.ack()
    order = [each for each in story.heard(organisation) if each is not use]
    told = Told(story, {"P": story.heard(person), "V": [*order, ack], "then": [*order, ack, use]})
    told.end(side="V", waiting=[ack], missing=[use])
    told.at("then", use, released=[ack]).end(phase="active").add(
        add,
        "gap-in-seen",
        "A1.5",
        "What is missing is named in seen and not by prev. Careless: only the writer's own "
        "chain has to be complete.",
    )


def _waits(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    organisation.use(agreement)
    person.hear_all(organisation)
    last = person.ack()
    order = story.heard(person)
    told = Told(story, {"P": order, "late": backwards(order)})
    told.at("late", last, result="waiting")
    told.end(side="late", waiting=[], missing=[]).end(phase="active")
    released = [each for each in order[1:] if each is not story.join]
    told.at("late", story.join, result="held", released=released).add(
        add,
        "from-the-last-to-the-first",
        "A1.5",
        "Everything comes the wrong way round; with the join all of it is released at once. "
        "Careless: what is released is not looked at again for what waits on it.",
    )
    told = Told(story, {"late": [order[0], *reversed(order[2:])]})
    told.exactly(uses={}).end(waiting=order[2:], missing=[story.join], phase=None).add(
        add,
        "without-the-join",
        "A1.5",
        "All is there but the join: all waits, one statement is missing. Careless: everything "
        "that something waiting names is asked for, held or waiting.",
    )


def _bodies(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    accept = person.accept(offer)
    before = story.heard(person)[:-2]
    bare = header(story, offer)
    order = [*before, bare, accept, bare, offer, bare]
    told = Told(story, {"P": order, "V": [*before, offer, accept]})
    told.exactly(owes=["V"])
    told.at("P", bare, result="waiting", phase=None).at("P", accept, result="waiting")
    told.at("P", bare, time=1, result="duplicate")
    told.at("P", offer, result="held", released=[accept], phase="agreed")
    told.at("P", bare, time=2, result="duplicate").end(phase="agreed").add(
        add,
        "offer-without-body",
        "A1.8",
        "The header of an offer comes without its body, then the accept, then the body. "
        "Careless: the offer is held, judged without its terms, and never again.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    broken = organisation.write("terminate", fault="bad-body")
    follows = organisation.ack()
    person.hear(follows)
    bare = header(story, broken)
    before = story.heard(person)[:-2]
    told = Told(story, {"P": [*before, bare, follows, broken], "V": story.heard(person)})
    told.void({broken: "bad-body"}).exactly(owes=["P"])
    told.at("P", bare, result="waiting").at("P", broken, result="held", released=[follows])
    told.end(waiting=[], missing=[]).add(
        add,
        "bad-body-after-its-header",
        "A1.8",
        "The header of a statement comes first, then its body, which fails its schema: a body "
        "for all that, and the statement is held and void. Careless: an unreadable body is none, "
        "the statement waits for ever and its writer's chain with it.",
    )

    story, person, organisation, agreement = agreed()
    share = person.share(agreement)
    before = story.heard(person)[:-1]
    bare = header(story, share)
    told = Told(
        story, {"P": story.heard(person), "V": [*before, bare], "then": [*before, bare, share]}
    )
    told.exactly(side="V", uses={})
    told.end(side="V", waiting=[share], missing=[])
    told.at("then", share, result="held", released=[]).end(phase="active").add(
        add,
        "share-without-body",
        "A1.8",
        "The header of a share without its body waits while nobody says that it was erased, "
        "although the fold does not read it. It is not missing: its header is there. Careless: "
        "held and unverified.",
    )


def _orders(add: Add) -> None:
    story, person, organisation, agreement = agreed(SERVICE, MARKETING)
    theirs = organisation.propose(SERVICE, base=agreement)
    suspend = organisation.suspend(agreement)
    own = person.propose(MARKETING, base=agreement)
    revoke = person.revoke(agreement, MARKETING)
    both = story.heard(person)[:-2]
    told = Told(
        story,
        {
            "P": [*both, own, revoke, theirs, suspend],
            "V": [*both, theirs, suspend, own, revoke],
            "mixed": [*both, revoke, suspend, theirs, own],
        },
    )
    told.exactly(owes=["P", "V"])
    told.at("P", revoke, phase="active", offers=[own])
    told.at("V", suspend, phase="suspended", offers=[theirs])
    told.at("mixed", theirs, phase="suspended", offers=[theirs])
    told.end(phase="suspended", offers=[own, theirs], withdrawn={agreement: [MARKETING]}).add(
        add,
        "three-orders",
        "A1.4",
        "Four statements that cross, in three orders. Careless: a state is kept and changed by "
        "what comes, and depends on the order.",
    )


def _quiet(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    revoke = person.revoke(agreement)
    organisation.hear(revoke)
    use = organisation.use(agreement, unseen=[revoke])
    told = settled(story).exactly(owes=["V"], uses={use: "raced"})
    told.at("V", revoke, phase="ended").end(phase="ended").add(
        add,
        "use-that-keeps-quiet",
        "B",
        "V holds the revoke and uses without naming it: raced, as nothing V signed shows that "
        "it knew. Careless: the receiver's log of what it sent makes it a breach, and no third "
        "party can follow.",
    )
    organisation.ack()
    late = organisation.use(agreement, seen=[])
    told = settled(story).exactly(uses={use: "raced", late: "breach"})
    told.end(phase="ended").add(
        add,
        "acknowledged-for-good",
        "A1.4",
        "After an ack that names the revoke V uses again and names nothing: what its chain has "
        "seen it cannot unsee. Careless: only `seen` of the use itself is looked at.",
    )

    story, person, organisation, agreement = agreed()
    agent = story.agent()
    organisation.hear_all(agent)
    person.hear_all(agent)
    revoke = person.revoke(agreement)
    agent.hear(revoke)
    saw = agent.ack()
    organisation.hear(saw)
    use = organisation.use(agreement)
    assert [head.id for head in use.seen if head.id == saw.id]
    told = settled(story).exactly(uses={use: "breach"})
    told.end(phase="ended").add(
        add,
        "known-over-another-writer",
        "A1.4",
        "V names an ack of P's agent, which had seen the revoke: with it V has seen the revoke. "
        "Careless: only what is named itself is known.",
    )


def _early_use(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, confirm=False)
    use = organisation.use(agreement)
    person.ack()
    told = settled(story).exactly(uses={use: "breach"})
    told.at("V", use, phase="agreed").at("V", "P3", phase="active").end(phase="active").add(
        add,
        "b19-use-before-the-confirmation",
        "B19",
        "V uses what both signed before P confirmed: a breach, also once it is confirmed. "
        "Careless: with two signatures it is permitted.",
    )


def _three(add: Add) -> None:
    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    accept = agent.accept(offer)
    organisation.hear(accept)
    ack = organisation.ack()
    far = story.heard(organisation)
    person.hear_all(organisation)
    told = Told(
        story,
        {
            "P": story.heard(person),
            "V": story.feeds(far),
            "late": backwards(far),
        },
    )
    told.exactly(owes=["P"], confirms={ack: [offer]})
    told.end(phase="active", tip=offer, withdrawn={accept: []}).add(
        add,
        "three-writers-feed-by-feed",
        "A1.5",
        "Three writers, whose chains come one after the other. Careless: a chain is taken in "
        "as long as it hangs together by prev.",
    )
