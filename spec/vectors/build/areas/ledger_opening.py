"""Opening and joining: what may be said before, and what a join is (W8)."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told, refusing, settled
from build.signed import MARKETING, SERVICE, SignedStory, agree, header, schedule

Add = Callable[..., Any]
W8 = "W8"


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (
        _joining,
        _before_join,
        _not_before_join,
        _wrong_joins,
        _wrong_firsts,
        _begins_again,
        _joined_anew,
        _other_relationships,
    ):
        vectors(add)


def _joining(add: Add) -> None:
    story = SignedStory()
    settled(story).at("V", story.join, result="held").end(threads=None).add(
        add,
        "open-and-join",
        W8,
        "Opened, joined, acknowledged. Careless: the join of a relationship without threads "
        "leaves a thread.",
    )
    story = SignedStory(opener="organisation", kinds=("directed", "public"))
    offer = agree(story.organisation, story.person)
    settled(story).end(phase="active", tip=offer).add(
        add,
        "open-by-second",
        W8,
        "The organisation opens, the person joins and is first all the same: the roles of the "
        "open decide. Careless: the opener is the first party.",
    )
    story = SignedStory()
    told = Told(story, {"P": [story.opening, story.opening], "V": [story.opening]})
    told.at("P", story.opening, result="held")
    told.at("P", story.opening, time=1, result="duplicate").add(
        add,
        "open-twice",
        "K6",
        "The same open comes again. Careless: it is a second open and refused.",
    )
    order = [story.opening, header(story, story.join), story.named["P1"]]
    told = Told(story, {"P": [*order, story.join], "V": [story.opening, story.join]})
    told.at("P", order[1], result="waiting").at("P", story.named["P1"], result="waiting")
    told.exactly(side="V", owes=["P"])
    told.at("P", story.join, result="held", released=["P1"]).add(
        add,
        "join-without-body",
        "A1.8",
        "The header of a join alone is no join yet, and what saw it waits with it. Careless: "
        "it is held, and its roles are never compared.",
    )


def _before_join(add: Add) -> None:
    story = SignedStory(joined=False)
    offer = story.person.propose(SERVICE)
    story.organisation.hear(offer)
    join = story.organisation.join()
    accept = story.organisation.accept(offer)
    story.person.hear(accept)
    ack = story.person.ack()
    told = settled(story).void({}).exactly(confirms={ack: [offer]})
    told.at("P", offer, phase="offered", offers=[offer])
    told.at("V", join, phase="offered").end(phase="active", tip=offer).add(
        add,
        "offer-before-join",
        W8,
        "An offer sent with the open is accepted after the join, which does not name it. "
        "Careless: an accept needs an offer made after the join.",
    )

    story = SignedStory(joined=False)
    offer = story.person.propose(SERVICE)
    rotate = story.person.rotate()
    retract = story.person.retract(offer)
    story.organisation.hear(retract)
    story.organisation.join()
    told = settled(story)
    told.at("P", rotate, result="held").at("P", retract, result="held")
    told.exactly(owes=["P", "V"])
    told.end(phase="idle", offers=[], proposals={offer: "dead"}).add(
        add,
        "retract-and-rotate-before-join",
        W8,
        "Before the join the opener rotates and takes its offer back. Careless: nothing but "
        "one proposal is taken before the join.",
    )


def _not_before_join(add: Add) -> None:
    for name, bad, owes, words in (
        ("ack-before-join", _ack, ["P"], "an ack"),
        ("right-before-join", _right, ["P"], "a right, which is the opener's at any other time"),
        ("second-offer-before-join", _second_offer, ["P", "V"], "a second offer"),
        ("offer-after-retract-before-join", _offer_again, ["P", "V"], "an offer after a retract"),
        ("delegate-before-join", _delegate, ["P"], "a delegation"),
    ):
        story = SignedStory(joined=False)
        statement = bad(story)
        before = story.heard(story.person)
        story.organisation.hear_all(story.person)
        join = story.organisation.join()
        told = Told(
            story,
            {
                "P": [*before, statement, join],
                "V": [story.opening, join, statement, *before[1:]],
            },
        )
        told.exactly(owes=owes).refused({statement: "ledger-opening"}).add(
            add,
            name,
            W8,
            f"Without the join in its past the opener signs {words}. Careless: it is taken, at "
            "the latest by whoever already holds the join.",
        )


def _ack(story: SignedStory) -> Any:
    return story.person.draft("ack")


def _right(story: SignedStory) -> Any:
    return story.person.draft("right", right="eu-gdpr:A15")


def _second_offer(story: SignedStory) -> Any:
    first = story.person.propose(SERVICE)
    return story.person.draft("propose", **{**first.body, "thread": None})


def _offer_again(story: SignedStory) -> Any:
    first = story.person.propose(SERVICE)
    story.person.retract(first)
    return story.person.draft("propose", **{**first.body, "thread": None})


def _delegate(story: SignedStory) -> Any:
    agent = story.party("agent")
    limits = {"terms": None, "depth": 0, "count": None, "until": None}
    named = {"to": agent.party, "kel": agent.inception, "types": ["accept"]}
    return story.person.draft("delegate", **named, **limits)


def _join_body(story: SignedStory) -> dict[str, Any]:
    return {**story.pair, "to": story.opener.party, "nonce": bytes(32)}


def _wrong_joins(add: Add) -> None:
    story = SignedStory(joined=False)
    offer = story.person.propose(SERVICE)
    story.organisation.hear(offer)
    bad = story.organisation.draft("join", seen=[offer.head], **_join_body(story))
    refusing(story, bad).refused({bad: "ledger-opening"}).add(
        add,
        "join-naming-the-offer",
        W8,
        "A join names the offer that came with the open in place of the open. Careless: "
        "naming what follows the open is as good.",
    )
    bad = story.organisation.draft("join", seen=[], **_join_body(story))
    refusing(story, bad).refused({bad: "ledger-opening"}).add(
        add, "join-naming-nothing", W8, "A join names nothing. Careless: `rel` is enough."
    )
    opened = story.opening.head
    bad = story.organisation.draft("join", seen=[offer.head, opened], **_join_body(story))
    refusing(story, bad).refused({bad: "ledger-seen"}).add(
        add,
        "join-naming-both",
        "W4",
        "A join names the open and the offer, of which the first is an ancestor. Careless: "
        "everything held is named.",
    )


def _wrong_firsts(add: Add) -> None:
    story = SignedStory(joined=False)
    roles = story.pair["roles"]
    turned = {"first": roles["second"], "second": roles["first"]}
    bad = story.organisation.draft("join", **{**_join_body(story), "roles": turned})
    refusing(story, bad).refused({bad: "ledger-opening"}).add(
        add,
        "join-with-other-roles",
        W8,
        "A join turns the roles round. Careless: the join, being later, decides them.",
    )
    bad = story.organisation.draft("join", fault="bad-body")
    refusing(story, bad).refused({bad: "ledger-opening"}).add(
        add,
        "join-with-bad-body",
        W8,
        "The body of a join fails its schema: such a join is malformed. Careless: it is void, "
        "as a statement of another type would be, and a relationship is joined without a join.",
    )
    bad = story.organisation.draft("ack")
    refusing(story, bad).refused({bad: "ledger-opening"}).add(
        add,
        "joiner-without-join",
        W8,
        "The joiner's first statement is an ack. Careless: it joins by speaking.",
    )

    story = SignedStory(joined=False)
    first = story.organisation.join()
    bad = story.organisation.draft("join", **_join_body(story))
    refusing(story, bad).exactly(owes=["P"]).refused({bad: "ledger-opening"}).add(
        add,
        "join-later-in-the-chain",
        W8,
        "The joiner joins once more at seq 1. Careless: the latest join counts.",
    )
    bad = story.person.draft("join", **{**_join_body(story), "to": first.writer})
    refusing(story, bad).exactly(owes=["P"]).refused({bad: "ledger-opening"}).add(
        add,
        "join-by-the-opener",
        W8,
        "The opener signs a join. Careless: only the type is looked at.",
    )


def _begins_again(add: Add) -> None:
    story = SignedStory()
    organisation = story.organisation
    story.organisation.hear_all(story.person)
    bad = story.made(
        organisation.history,
        "ack",
        {},
        at=story.tick(),
        ks=organisation.ks,
        rel=story.opening.id,
        seen=[story.named["P1"].head],
    )
    refusing(story, bad).refused({bad: "ledger-opening"}).add(
        add,
        "joiner-begins-again-without-join",
        "W8",
        "The joiner, long joined, signs a second seq 0 that is no join: it does not exist. "
        "Careless: a join is in its past, so anything may be said.",
    )


def _joined_anew(add: Add) -> None:
    story = SignedStory(joined=False)
    person, organisation = story.person, story.organisation
    lost = organisation.twin()
    first = lost.join()
    organisation.ks = organisation.history.rotate(organisation.ks)
    again = organisation.join()
    person.hear(first)
    person.hear(again)
    both = person.ack()
    told = settled(story).end(tainted=[first], forks=None)
    told.exactly(forks=[{"statements": ["V0", "V0b"], "defended": True, "convicts": False}])
    told.at("P", again, result="held").at("P", both, result="held").add(
        add,
        "join-anew",
        W8,
        "A joiner restored without its join rotates its key and joins anew at seq 0. Careless: "
        "the second join is refused, and the joiner shut out for good.",
    )

    lost.hear(both)
    late = lost.draft("ack", after=first, seen=[both.head])
    story.person.hear(again)
    told = refusing(story, late).end(tainted=[first])
    told.exactly(forks=[{"statements": ["V0", "V0b"], "defended": True, "convicts": False}])
    told.refused({late: "ledger-key"}).add(
        add,
        "join-anew-reaches-its-key",
        "W1",
        "On the old branch something is signed by somebody who had seen the new join, so had "
        "seen that the old key was left. Careless: only a rotate counts as reaching a key.",
    )

    story = SignedStory(joined=False)
    one, other = story.organisation, story.organisation.twin()
    first, second = one.join(), other.write("join", **_join_body(story))
    story.person.hear(first, second)
    ack = story.person.ack()
    told = settled(story).end(convicted=["V"], tainted=[first, second])
    told.exactly(forks=[{"statements": ["V0", "V0b"], "defended": False, "convicts": True}])
    told.at("P", ack, result="held").add(
        add,
        "two-joins-one-key",
        "F3",
        "Two joins under one key are a fork like any other: both are held, and convict. "
        "Careless: the second is refused, and the fork goes unseen.",
    )


def _other_relationships(add: Add) -> None:
    story = SignedStory()
    other = SignedStory(opener="organisation")
    foreign = story.name("X0", other.opening)
    told = Told(story)
    told.deliveries["P"] = [*story.heard(story.person), foreign]
    told.refused({foreign: "ledger-relationship"}).add(
        add,
        "second-open",
        W8,
        "Another open of the same two parties is another relationship. Careless: it is a "
        "second open of this one, or begins it anew.",
    )
    strange = story.name("X1", other.organisation.propose(MARKETING))
    told = Told(story)
    told.deliveries["P"] = [*story.heard(story.person), strange]
    told.refused({strange: "ledger-relationship"}).add(
        add,
        "statement-of-another-relationship",
        "A1.6",
        "A statement that names another relationship, though of the same writer. Careless: "
        "`rel` is not compared.",
    )

    asked = schedule(story, {"P": [story.join, story.opening]})
    add(
        "begins-without-open",
        "A side is given the join first and the open after it. The first is always the open. "
        "Careless: anything begins a ledger.",
        f"ledger, {W8}",
        "fold",
        asked,
        error="ledger-opening",
    )
    for name, roles, words in (
        ("open-to-nobody", ("P", "P"), "names the opener for both roles"),
        ("open-with-a-third", ("P", "A"), "names a third for the second role"),
    ):
        story = SignedStory(joined=False)
        story.party("agent")
        named = dict(
            zip(("first", "second"), (story.parties[one].party for one in roles), strict=True)
        )
        body = {**story.opening.body, "roles": named}
        person = story.person
        bad = story.made(person.history, "open", body, at=story.tick(), ks=person.ks)
        add(
            name,
            f"An open {words}: it must be the two it is between. Careless: only the form is read.",
            f"ledger, {W8}",
            "fold",
            schedule(story, {"P": [bad]}),
            error="ledger-opening",
        )
