"""Revokes: of a thread or everywhere, of all purposes or some, known or not (T1, T5, A5, A7)."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told, settled
from build.signed import MARKETING, RESEARCH, SERVICE, SignedStory, agree
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (_everything, _some, _everywhere, _some_everywhere, _touching, _crossing):
        vectors(add)
    for vectors in (_lapsed, _permanent, _blind_offers):
        vectors(add)


def agreed(*purposes: str) -> tuple[SignedStory, Desk, Desk, Statement]:
    """P, V, and an agreement P2 that P proposed, in force."""
    story = SignedStory()
    agreement = agree(story.person, story.organisation, *purposes)
    return story, story.person, story.organisation, agreement


def _everything(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    revoke = person.revoke(agreement)
    told = Told(story, {"P": story.heard(person), "V": story.heard(organisation)})
    told.exactly(side="P", owes=["V"])
    told.end(side="P", phase="ended").end(side="V", phase="active").add(
        add,
        "revoke-not-arrived",
        "T1",
        "P revoked and V has not heard: ended at one side, active at the other, and V owes an "
        "acknowledgement. Careless: a revoke takes effect with its acknowledgement.",
    )
    use = organisation.use(agreement)
    told = settled(story).exactly(owes=["V"], uses={use: "raced"})
    told.at("V", use, phase="active").at("V", revoke, phase="ended")
    told.at("P", use, phase="ended").end(phase="ended", tip=agreement, duties=[agreement]).add(
        add,
        "revoke-unacknowledged",
        "B13",
        "V uses, later by every clock, and had not seen the revoke: raced, no breach. "
        "Careless: the clocks are compared, and an honest use convicts.",
    )
    ack = organisation.ack()
    after = organisation.use(agreement)
    told = settled(story).exactly(uses={use: "raced", after: "breach"})
    told.at("P", ack, phase="ended").end(phase="ended").add(
        add,
        "revoke-acknowledged",
        "U1",
        "V acknowledges the revoke and uses again: a breach, for ever and for everybody. "
        "Careless: what was agreed once permits until its bound.",
    )

    story, person, organisation, agreement = agreed()
    before = organisation.use(agreement)
    person.hear(before)
    person.revoke(agreement)
    told = settled(story).exactly(owes=["V"], uses={before: "covered"})
    told.end(phase="ended").add(
        add,
        "b14-use-before-the-revoke",
        "B14",
        "P revokes knowing of a use: the use was covered and stays so. Careless: it is judged "
        "in the present of whoever looks.",
    )


def _some(add: Add) -> None:
    story, person, organisation, agreement = agreed(SERVICE, MARKETING)
    revoke = person.revoke(agreement, MARKETING)
    organisation.hear(revoke)
    kept, gone = organisation.use(agreement), organisation.use(agreement, MARKETING)
    told = settled(story).exactly(uses={kept: "covered", gone: "breach"})
    told.end(phase="active", withdrawn={agreement: [MARKETING]}).add(
        add,
        "revoke-of-a-purpose",
        "T5",
        "One of two purposes is revoked and known to be: the other is covered, this one a "
        "breach. Careless: every revoke ends the thread.",
    )

    story, person, organisation, agreement = agreed(SERVICE, MARKETING)
    revoke = person.revoke(agreement, MARKETING)
    use = organisation.use(agreement, MARKETING)
    told = settled(story).exactly(owes=["V"], uses={use: "raced"})
    told.end(phase="active", withdrawn={agreement: [MARKETING]}).add(
        add,
        "revoke-of-a-purpose-races",
        "U2",
        "V uses for the purpose before it heard: raced. Careless: only ends race.",
    )

    story, person, organisation, one = agreed(SERVICE, MARKETING)
    other = agree(person, organisation, SERVICE, MARKETING)
    person.revoke(one, MARKETING)
    told = settled(story).exactly(owes=["V"])
    told.end(one, withdrawn={one: [MARKETING]}).end(other, withdrawn={other: []}).add(
        add,
        "revoke-of-a-purpose-in-one-thread",
        "T5",
        "A purpose is revoked in one of two threads. Careless: a purpose is the relationship's.",
    )


def _everywhere(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    one, other = agree(person, organisation), agree(organisation, person)
    open_offer = person.propose(RESEARCH)
    organisation.hear(open_offer)
    theirs = organisation.propose(MARKETING)
    person.hear(theirs)
    revoke = person.revoke(None)
    told = settled(story).exactly(owes=["V"])
    for thread, phase in ((one, "idle"), (other, "idle"), (open_offer, "idle")):
        told.end(thread, phase=phase, tip=None, offers=[])
    told.at("P", revoke, result="held").end(theirs, phase="offered", offers=[theirs])
    told.end(one, proposals={one: "lapsed"}, duties=[one])
    told.end(open_offer, proposals={open_offer: "dead"}).add(
        add,
        "revoke-everywhere",
        "A5",
        "Everything is revoked in the whole relationship: both agreements lapse with their "
        "duties, P's own open offer is dead, V's stays open. Careless: the threads end, and "
        "cannot be agreed in again.",
    )
    again = person.accept(theirs)
    organisation.hear(again)
    organisation.ack()
    anew = agree(person, organisation, thread=one)
    told = settled(story)
    told.end(theirs, phase="active").end(one, phase="active", tip=anew).add(
        add,
        "revoke-everywhere-and-agree-again",
        "A5",
        "P accepts knowing of its own revoke, and proposes anew in the old thread: both count. "
        "Careless: a relationship-wide revoke is for good.",
    )


def _some_everywhere(add: Add) -> None:
    story, person, organisation, one = agreed(SERVICE, MARKETING)
    revoke = person.revoke(None, MARKETING)
    unseen = organisation.propose(SERVICE, MARKETING)
    told = settled(story).exactly(owes=["P", "V"])
    told.end(one, phase="active", withdrawn={one: [MARKETING]})
    told.end(unseen, phase="offered").add(
        add,
        "revoke-of-a-purpose-everywhere",
        "T5",
        "One purpose is revoked in the whole relationship: the agreement stays in force without "
        "it. Careless: it lapses as with a revoke of everything.",
    )
    accept = person.accept(unseen)
    organisation.hear(accept)
    organisation.ack()
    told = settled(story).at("P", revoke, result="held")
    told.end(one, withdrawn={one: [MARKETING]}).end(unseen, withdrawn={accept: []}).add(
        add,
        "revoke-everywhere-known-to-the-grant",
        "T5",
        "In another thread P then grants the purpose, knowing of its revoke. Careless: the "
        "revoke reaches every thread at any time.",
    )

    story = SignedStory()
    agent = story.agent()
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    revoke = person.revoke(None, MARKETING)
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    accept = agent.accept(offer)
    organisation.hear(accept)
    ack = organisation.ack()
    told = settled(story).exactly(owes=["V"], confirms={ack: [offer]})
    told.exactly(owes=["P", "V"])
    told.at("V", revoke, withdrawn={accept: [MARKETING]})
    told.end(phase="active", tip=offer, withdrawn={accept: [MARKETING]}).add(
        add,
        "revoke-everywhere-reaches-what-it-never-saw",
        "T5",
        "A purpose is revoked everywhere before the thread exists; the agent, which did not "
        "know, accepts it there. Careless: a revoke reaches what it had seen.",
    )


def _touching(add: Add) -> None:
    for name, granted, withdrawn, words in (
        ("narrower", "dpv:Marketing", "dpv:DirectMarketing", "a narrower purpose than granted"),
        ("broader", "dpv:DirectMarketing", "dpv:Marketing", "a broader purpose than granted"),
        ("unknown", "dpv:Marketing", "ex:Whatever", "a purpose no vocabulary has"),
    ):
        story, person, organisation, agreement = agreed(granted, SERVICE)
        revoke = person.revoke(agreement, withdrawn)
        organisation.hear(revoke)
        use, service = organisation.use(agreement, granted), organisation.use(agreement)
        status = "breach" if name == "unknown" else "covered"
        told = settled(story).exactly(uses={use: "breach", service: status})
        told.end(phase="active", withdrawn={agreement: [withdrawn]}).add(
            add,
            f"revoke-of-a-{name}-purpose" if name != "unknown" else "revoke-of-an-unknown-purpose",
            "T5",
            f"P revokes {words}: whatever it touches is no longer permitted. Careless: purposes "
            "are compared as text.",
        )

    story, person, organisation, agreement = agreed(SERVICE, MARKETING)
    agent = story.agent()
    story.share_everything()
    one, other = person.revoke(agreement, MARKETING), agent.revoke(agreement, SERVICE)
    told = settled(story).exactly(owes=["V"])
    told.at("P", one, withdrawn={agreement: [MARKETING]})
    told.at("A", other, withdrawn={agreement: [SERVICE]})
    told.end(phase="active", withdrawn={agreement: [MARKETING, SERVICE]}).add(
        add,
        "revokes-add-up",
        "T5",
        "P and its agent each revoke one of two purposes: nothing is permitted, and the thread "
        "has not ended. Careless: with the last purpose it ends.",
    )


def _crossing(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    amendment = organisation.propose(SERVICE, MARKETING, base=agreement)
    person.hear(amendment)
    accept = person.accept(amendment)
    organisation.hear(accept)
    revoke = person.revoke(agreement)
    ack = organisation.ack()
    told = settled(story).exactly(owes=["V"], confirms={"P3": [agreement], ack: [amendment]})
    told.at("V", revoke, phase="ended").at("P", revoke, phase="ended")
    told.end(phase="ended", tip=amendment, duties=[agreement, amendment]).add(
        add,
        "revoke-crosses-a-confirmation",
        "T1",
        "P revokes the thread while V confirms a change of it: the thread has ended, the duties "
        "of both are owed. Careless: the change, confirmed later, is in force.",
    )

    story, person, organisation, agreement = agreed(SERVICE, MARKETING)
    amendment = organisation.propose(SERVICE, MARKETING, base=agreement)
    agent = story.agent()
    story.share_everything()
    accept = agent.accept(amendment)
    revoke = person.revoke(agreement, MARKETING)
    organisation.hear(accept)
    ack = organisation.ack()
    told = settled(story).exactly(owes=["V"], confirms={"P3": [agreement], ack: [amendment]})
    told.at("P", revoke, withdrawn={agreement: [MARKETING]})
    told.end(phase="active", tip=amendment, withdrawn={accept: [MARKETING]}).add(
        add,
        "revoke-crosses-an-accept",
        "T5",
        "P revokes a purpose while its agent accepts a change that grants it: the grant had not "
        "seen the revoke. Careless: a revoke is about the tip at its time.",
    )


def _lapsed(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    revoke = person.revoke(None)
    accept = person.accept(offer)
    organisation.hear(accept)
    ack = organisation.ack()
    told = settled(story).exactly(confirms={ack: [offer]})
    told.at("P", revoke, phase="offered").end(phase="active", tip=offer).add(
        add,
        "accept-after-a-revoke-everywhere",
        "A5",
        "P revokes everything, then accepts an offer that is older than the revoke: the grant is "
        "the accept, and it had seen the revoke. Careless: the offer's age decides.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = person.propose(SERVICE)
    organisation.hear(offer)
    revoke = person.revoke(None)
    accept = organisation.accept(offer)
    told = settled(story).exactly(owes=["P", "V"])
    told.at("V", accept, phase="agreed").at("V", revoke, phase="idle", pending=[])
    told.end(phase="idle", proposals={offer: "dead"}, duties=[]).add(
        add,
        "revoke-everywhere-crosses-an-accept",
        "A5",
        "P's own offer is accepted while P revokes everything: its grant, the offer, had not "
        "seen the revoke, so the accept is down. Careless: the accept came later.",
    )


def _permanent(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    amendment = organisation.propose(SERVICE, MARKETING, base=agreement)
    agent = story.agent()
    story.share_everything()
    accept = agent.accept(amendment)
    organisation.hear(accept)
    organisation.ack()
    revoke = person.revoke(None)
    told = settled(story).exactly(owes=["V"])
    told.at("P", revoke, phase="idle", tip=None)
    told.end(phase="idle", tip=None, chain=[], duties=[agreement, amendment])
    told.end(proposals={agreement: "lapsed", amendment: "lapsed"}).add(
        add,
        "revoke-everywhere-takes-the-chain",
        "T2",
        "The first agreement of a chain lapses by a revoke everywhere, and with it what was "
        "built on it. Careless: the tip is looked up from the end of the chain.",
    )


def _blind_offers(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    agent = story.agent()
    story.share_everything()
    revoke = person.revoke(agreement)
    blind = agent.propose(SERVICE, MARKETING, base=agreement)
    organisation.hear(blind)
    accept = organisation.accept(blind)
    told = settled(story).void({}).exactly(owes=["P", "V"])
    told.at("V", accept, phase="active", pending=[blind]).at("V", revoke, phase="ended")
    told.end(phase="ended", tip=agreement, pending=[blind]).add(
        add,
        "revoke-and-an-agents-blind-amendment",
        "T1",
        "P revokes the thread; its agent, which did not know, proposes a change, and V accepts "
        "it. Nothing undoes an end. Careless: the thread is active again with the change.",
    )
