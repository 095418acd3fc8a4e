"""Dismissed agents, and what of an agent's word is its lead's to take back."""

from collections.abc import Callable
from typing import Any

from build.areas.ledger_agents import helped
from build.signed import MARKETING, SERVICE, UNTIL, SignedStory, agree
from build.tellings import everybody, fork
from linkcontract.limits import DAY

Add = Callable[..., Any]
SLOT, GRANTS, THREAD = (
    "A5 Where a proposal stands in M",
    "A2 What exists, what has an effect",
    "A6 Where a thread stands in M",
)


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _understating,
        _accept_understates,
        _seen_stands,
        _lapses_and_goes_on,
        _never_again,
        _not_yours,
        _ends_all_the_same,
        _knows_its_dismissal,
        _contested_delegation,
        _lead_lifts,
        _agent_lifts_nothing,
        _unseen_suspend,
        _bound,
        _refusal_narrows,
        _refusal_of_an_agent,
        _own_accept_besides,
        _wide_revoke,
    ):
        one(add)


def _understating(add: Add) -> None:
    story, person, organisation, agent = helped()
    dismissal = person.undelegate(agent)
    organisation.hear(dismissal)
    offer = agent.propose(SERVICE)
    organisation.hear(offer)
    accept = organisation.accept(offer, unseen=[dismissal])
    agent.hear(accept)
    confirmation = agent.ack()
    (
        everybody(story)
        .at("A", confirmation, phase="active", tip=offer)
        .end(phase="idle", tip=None, proposals={offer: "lapsed"}, duties=[offer])
        .exactly(dismissed=["A"], owes=["P", "V"], confirms={confirmation: [offer]})
        .add(
            add,
            "dismissed-agent-proposes",
            "B6",
            "A dismissed agent offers as if it had not heard, the organisation accepts as if it "
            "had not either, the agent confirms. The dismissal had not seen the grant, so nothing "
            "is agreed. Careless: an agent acts until its own statements show that it knew.",
        )
    )


def _accept_understates(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    person.hear(offer)
    dismissal = person.undelegate(agent)
    agent.hear(dismissal)
    accept = agent.accept(offer, unseen=[dismissal])
    organisation.hear(accept, dismissal)
    confirmation = organisation.ack(unseen=[dismissal])
    (
        everybody(story)
        .end(phase="idle", tip=None, proposals={offer: "lapsed"}, duties=[offer])
        .exactly(dismissed=["A"], confirms={confirmation: [offer]}, owes=["V"])
        .add(
            add,
            "dismissed-agent-accepts",
            "B6",
            "Agent and organisation both hold the dismissal and leave it out of `seen`. Careless: "
            "the confirmation came first, so it stands.",
        )
    )


def _seen_stands(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = agree(agent, organisation)
    person.hear_all(organisation)
    dismissal = person.undelegate(agent)
    (
        everybody(story)
        .end(phase="active", tip=offer)
        .exactly(dismissed=["A"], owes=["V"])
        .at("P", dismissal, phase="active")
        .add(
            add,
            "dismissal-keeps-what-it-had-seen",
            SLOT,
            "What the dismissal had seen stands. Careless: an agent's agreements end with it.",
        )
    )


def _lapses_and_goes_on(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    organisation.hear(agent.accept(offer))
    organisation.ack()
    dismissal = person.undelegate(agent)
    story.share_everything()
    second = agree(person, organisation, MARKETING, answers=offer)
    (
        everybody(story)
        .at("P", dismissal, phase=None)
        .end(phase="active", tip=second, duties=[offer, second])
        .end(proposals={offer: "lapsed", second: "confirmed"})
        .exactly(dismissed=["A"])
        .add(
            add,
            "lapsed-slot-is-open-again",
            SLOT,
            "An agreement lapsed with the dismissal of the agent that had accepted it. Its slot "
            "takes another agreement, and the duties of both are owed. Careless: a slot that was "
            "once confirmed is taken for ever, or the duties go with the agreement.",
        )
    )


def _never_again(add: Add) -> None:
    story, person, _, agent = helped()
    person.undelegate(agent)
    again = person.delegate(agent)
    agent.hear(again)
    offer = agent.propose(SERVICE)
    (
        everybody(story)
        .void({again: "dismissed", offer: "dismissed"})
        .exactly(dismissed=["A"], owes=["V"])
        .add(
            add,
            "dismissed-is-never-named-again",
            GRANTS,
            "A dismissed writer cannot be named again; it takes a new party. Careless: the newest "
            "of delegations and dismissals counts.",
        )
    )


def _not_yours(add: Add) -> None:
    story, _, organisation, agent = helped()
    dismissal = organisation.undelegate(agent)
    agreement = agree(agent, organisation)
    (
        everybody(story)
        .void({dismissal: "undelegate-not-yours"})
        .end(phase="active", tip=agreement)
        .exactly(owes=["P"])
        .add(
            add,
            "dismissal-by-the-other-side",
            GRANTS,
            "The organisation dismisses the person's agent. Careless: any lead may.",
        )
    )


def _ends_all_the_same(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    agent.hear_all(person)
    dismissal = person.undelegate(agent)
    agent.hear(dismissal)
    end = agent.revoke(agreement, unseen=[dismissal])
    (
        everybody(story)
        .at("A", end, phase="ended")
        .end(phase="ended", duties=[agreement])
        .exactly(dismissed=["A"], owes=["V"])
        .add(
            add,
            "dismissed-agent-revokes",
            "B. What breaks without a rule",
            "Open by nature: a dismissed agent that held revoke and says it had not heard can "
            "still end a thread. It could never grant. Careless: dismissals bring down denials "
            "too, and the state depends on who is believed.",
        )
    )


def _knows_its_dismissal(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    agent.hear_all(person)
    agent.hear(person.undelegate(agent))
    end = agent.revoke(agreement)
    suspend = agent.suspend(agreement)
    (
        everybody(story)
        .void({end: "dismissed", suspend: "dismissed"})
        .end(phase="active", tip=agreement)
        .exactly(dismissed=["A"], owes=["V"])
        .add(
            add,
            "dismissed-agent-knows",
            GRANTS,
            "The same with the dismissal in its past: void. Careless: denials count whoever signs "
            "them.",
        )
    )


def _contested_delegation(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    thief = person.twin()
    agent = story.agent()
    assert agent.delegation is not None
    organisation.hear_all(agent)
    agreement = agree(agent, organisation)
    other = thief.ack()
    organisation.hear(other)
    later = agent.propose(SERVICE)
    organisation.hear(later)
    accept = organisation.accept(later)
    (
        everybody(story)
        .at("V", other, thread=agreement, phase="frozen", convicted=["P"])
        .void({accept: "accept-not-live"})
        .end(agreement, phase="frozen", tip=None, duties=[agreement])
        .end(later, phase="idle", proposals={later: "dead"})
        .exactly(convicted=["P"], tainted=[agent.delegation, other], owes=["P", "V"])
        .exactly(forks=[fork(story, agent.delegation, other, convicts=True)])
        .add(
            add,
            "agent-under-a-contested-delegation",
            "A3 Forks",
            "The delegation is on a contested branch of the lead. What the agent grants under it "
            "is as if tainted, though its own chain is clean: frozen, and nothing new. Careless: "
            "taint stays with the writer that forked.",
        )
    )


def _lead_lifts(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    agent.hear_all(person)
    suspend = agent.suspend(agreement)
    person.hear(suspend)
    resume = person.resume(suspend)
    (
        everybody(story)
        .at("A", suspend, phase="suspended")
        .at("P", resume, phase="active")
        .end(phase="active", suspends=[])
        .exactly(owes=["V"])
        .add(
            add,
            "lead-lifts-its-agents-suspension",
            THREAD,
            "A lead lifts what its agent suspended. Careless: only the very writer may.",
        )
    )


def _agent_lifts_nothing(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    suspend = person.suspend(agreement)
    agent.hear(suspend)
    organisation.hear(suspend)
    resume, theirs = agent.resume(suspend), organisation.resume(suspend)
    (
        everybody(story)
        .void({resume: "resume-not-yours", theirs: "resume-not-yours"})
        .end(phase="suspended", suspends=[suspend])
        .exactly(owes=["P", "V"])
        .add(
            add,
            "agent-lifts-no-suspension-of-its-lead",
            THREAD,
            "Neither the agent nor the other side lifts the lead's suspension. Careless: the same "
            "side is enough, or anybody's resume lifts.",
        )
    )


def _unseen_suspend(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    agent.hear_all(person)
    unseen = agent.suspend(agreement)
    own = person.suspend(agreement)
    resume = person.resume(own)
    organisation.hear(resume, unseen)
    person.hear(unseen)
    later = person.resume(unseen)
    (
        everybody(story)
        .at("P", resume, phase="active")
        .at("V", unseen, phase="suspended", suspends=[unseen])
        .at("P", later, phase="active")
        .end(phase="active", suspends=[])
        .exactly(owes=["V"])
        .add(
            add,
            "resume-lifts-what-it-names",
            "B8",
            "Agent and lead suspend, neither knowing. The lead's resume of its own suspension "
            "leaves the other; it takes a second resume. Careless: a resume lifts everything.",
        )
    )


def _bound(add: Add) -> None:
    story, person, organisation, agent = helped()
    agreement = agree(person, organisation)
    end = story.now + 30 * DAY
    terminate = person.terminate(agreement, effective=end)
    agent.hear(terminate)
    amendment = agree(agent, organisation, SERVICE, MARKETING, base=agreement)
    person.hear_all(organisation)
    again = agree(person, organisation, SERVICE, MARKETING, base=amendment)
    (
        everybody(story)
        .at("P", terminate, phase="active", bound=end)
        .at("V", amendment, phase="active", bound=end)
        .end(phase="active", tip=again, bound=UNTIL)
        .add(
            add,
            "agent-raises-no-bound-of-its-lead",
            THREAD,
            "The lead terminates as from a later day; its agent, knowing that, agrees on an "
            "amendment: the bound stays. Agreeing again itself raises it. Careless: any grant of "
            "the side that knew the terminate raises the bound.",
        )
    )


def _refusal_narrows(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    accept = agent.accept(offer)
    refusal = person.refuse(offer, MARKETING)
    organisation.hear(accept, refusal)
    confirmation = organisation.ack()
    (
        everybody(story)
        .at("A", accept, withdrawn={accept: []})
        .end(phase="active", tip=offer, withdrawn={accept: [MARKETING]})
        .exactly(confirms={confirmation: [offer]})
        .add(
            add,
            "lead-refusal-narrows-its-agents-accept",
            THREAD,
            "The lead refuses one purpose, crossing its agent's accept of all: the agreement comes "
            "about without that purpose. Careless: a refusal is for the whole proposal or nothing.",
        )
    )


def _refusal_of_an_agent(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE, MARKETING)
    agent.hear(offer)
    person.hear(offer)
    accept = person.accept(offer)
    refusal = agent.refuse(offer, MARKETING)
    organisation.hear(accept, refusal)
    organisation.ack()
    (
        everybody(story)
        .end(phase="active", tip=offer, withdrawn={accept: []})
        .at("A", refusal, phase="offered")
        .add(
            add,
            "agent-refusal-narrows-no-accept-of-its-lead",
            THREAD,
            "The other way round the lead's accept grants all it says. Careless: whoever refuses, "
            "the purpose is gone.",
        )
    )


def _own_accept_besides(add: Add) -> None:
    story, person, organisation, agent = helped()
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    person.hear(offer)
    by_agent = agent.accept(offer)
    organisation.hear(by_agent)
    early = organisation.ack()
    dismissal = person.undelegate(agent)
    own = person.accept(offer)
    person.hear(early)
    organisation.hear(own)
    confirmation = organisation.ack()
    (
        everybody(story)
        .at("V", early, phase="active")
        .at("P", early, phase="agreed", tip=None, pending=[offer])
        .at("V", confirmation, phase="active", tip=offer)
        .end(phase="active", tip=offer)
        .exactly(dismissed=["A"], confirms={early: [offer], confirmation: [offer]})
        .at("P", dismissal, phase="offered")
        .add(
            add,
            "confirmation-counts-for-the-accepts-it-saw",
            "B3",
            "The organisation confirmed the agent's accept, which the dismissal brings down. The "
            "lead's own accept is up, but no confirmation had seen it: agreed, and active only "
            "with the next. Careless: a proposal once confirmed is confirmed for every accept.",
        )
    )


def _wide_revoke(add: Add) -> None:
    story, person, organisation, agent = helped()
    known = agree(agent, organisation)
    person.hear_all(organisation)
    offer = organisation.propose(SERVICE)
    agent.hear(offer)
    accept = agent.accept(offer)
    organisation.hear(accept)
    organisation.ack()
    revoke = person.revoke(None)
    (
        everybody(story)
        .end(known, phase="idle", proposals={known: "lapsed"}, duties=[known])
        .end(offer, phase="idle", proposals={offer: "lapsed"}, duties=[offer])
        .exactly(owes=["P", "V"])
        .at("P", revoke, thread=known, phase="idle")
        .add(
            add,
            "lead-revokes-everything",
            SLOT,
            "A relationship-wide revoke brings down every grant that had not seen it, of agents as "
            "well, whatever it knew of: neither thread is ended, both are empty. Careless: it ends "
            "the threads it knew and no others.",
        )
    )
