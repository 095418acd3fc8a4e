"""What exists and has no effect: unreadable bodies, references, and who may sign (A1.7, W5, W6)."""

from collections.abc import Callable
from typing import Any

from build.schedules import settled
from build.signed import MARKETING, SERVICE, SignedStory, agree, terms
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (
        _unreadable,
        _confirms_all_the_same,
        _threads,
        _references,
        _wrong_types,
        _of_no_thread,
        _who,
        _order,
    ):
        vectors(add)


def offered(*purposes: str) -> tuple[SignedStory, Desk, Desk, Any]:
    """A story, P, V, and an offer V1 that P knows."""
    story = SignedStory()
    offer = story.organisation.propose(*purposes or (SERVICE,))
    story.person.hear(offer)
    return story, story.person, story.organisation, offer


def _unreadable(add: Add) -> None:
    story, person, organisation, offer = offered()
    organisation.hear(person.accept(offer))
    strange = organisation.write("haggle", price=3)
    told = settled(story).void({strange: "unknown-type"}).exactly(confirms={}, owes=["P", "V"])
    told.at("V", strange, result="held").end(phase="agreed", pending=[offer]).add(
        add,
        "unknown-type",
        "A1.7",
        "V answers the accept with a statement of a type nobody defined: it is held and void, "
        "confirms nothing and pays no debt. Careless: it is refused, so that an old reader "
        "loses the chain; or any signature of the proposer confirms.",
    )

    story, person, organisation, offer = offered()
    broken = person.write("terminate", fault="bad-body")
    told = settled(story).void({broken: "bad-body"}).exactly(owes=["P", "V"])
    told.end(phase="offered", offers=[offer]).add(
        add,
        "bad-body",
        "A1.7",
        "A terminate whose body its hash binds and its schema does not know: held and void. "
        "Careless: it is refused, and what is built on it is lost; or ends the thread all the "
        "same.",
    )

    story, person, organisation, offer = offered()
    organisation.hear(person.accept(offer))
    broken = organisation.write("suspend", fault="bad-body")
    told = settled(story).void({broken: "bad-body"}).exactly(confirms={}, owes=["P", "V"])
    told.end(phase="agreed", pending=[offer]).add(
        add,
        "bad-body-of-a-type-the-fold-reads",
        "A1.7",
        "The proposer answers the accept with a void suspend: nothing is confirmed. Careless: "
        "every signature of the proposer confirms.",
    )


def _confirms_all_the_same(add: Add) -> None:
    story, person, organisation, offer = offered()
    organisation.hear(person.accept(offer))
    broken = organisation.write("use", fault="bad-body")
    told = settled(story).void({broken: "bad-body"}).exactly(confirms={broken: [offer]})
    told.exactly(uses={broken: "unverified"})
    told.end(phase="active", tip=offer).add(
        add,
        "bad-body-confirms",
        "A1.7",
        "The proposer answers the accept with a use nobody can read: it confirms, since its "
        "body might be erased one day and the header then has to mean the same. Careless: void "
        "is void.",
    )

    story, person, organisation, offer = offered()
    organisation.hear(person.accept(offer))
    retract = organisation.retract(offer)
    told = settled(story).void({retract: "deny-accepted"}).exactly(confirms={}, owes=["P", "V"])
    told.end(phase="agreed", pending=[offer]).add(
        add,
        "void-retract-confirms-nothing",
        "A1.7",
        "V wants to take back what it knows to be accepted: the retract is void and is no "
        "confirmation either. V goes on owing one. Careless: the retract confirms the offer it "
        "was to end; or it ends it.",
    )
    paid = organisation.ack()
    told = (
        settled(story)
        .exactly(owes=["P"])
        .void({retract: "deny-accepted"})
        .exactly(confirms={paid: [offer]})
    )
    told.end(phase="active", tip=offer).add(
        add,
        "void-retract-then-ack",
        "K1",
        "After the void retract an ack pays and confirms, although its own past holds nothing "
        "new. Careless: the debt counts as paid by what named the accept first.",
    )


def _threads(add: Add) -> None:
    story, person, organisation, _offer = offered()
    unknown = organisation.propose(SERVICE)
    blind = person.write("terminate", thread=unknown.id, effective=None)
    person.hear(unknown)
    told = settled(story).void({blind: "thread-unknown"}).exactly(owes=["P", "V"])
    told.end(unknown, phase="offered").add(
        add,
        "thread-not-seen",
        "W5",
        "P terminates a thread it had not seen; the receiver holds it. Careless: what is looked "
        "up is the receiver's, and the thread ends where it came first.",
    )

    story, person, organisation, _offer = offered()
    nowhere = person.write("suspend", thread=story.join.id)
    told = settled(story).void({nowhere: "thread-unknown"}).exactly(owes=["P", "V"])
    told.end(phase="offered").add(
        add,
        "thread-is-no-proposal",
        "W5",
        "P suspends a thread named by the join. Careless: any statement held names a thread.",
    )

    story, person, organisation, offer = offered()
    counter = person.propose(MARKETING, answers=offer)
    organisation.hear(counter)
    by_counter = organisation.write("terminate", thread=counter.id, effective=None)
    told = settled(story).void({by_counter: "thread-unknown"})
    told.exactly(owes=["P", "V"])
    told.end(phase="offered", offers=[counter, offer]).add(
        add,
        "thread-is-no-root",
        "A1.6",
        "V names a thread by its counter: a thread is named by its root. Careless: any "
        "proposal of it will do, and one thread has many names.",
    )

    story, person, organisation, offer = offered()
    late = person.propose(SERVICE, at=story.now, accept_by=story.now + 91 * 86_400_000)
    on_void = person.suspend(late)
    told = settled(story).void({late: "proposal-term", on_void: "thread-unknown"})
    told.exactly(owes=["P", "V"]).end(phase="offered").add(
        add,
        "thread-of-a-void-root",
        "W5",
        "A proposal that is void begins no thread, and what names it names none. Careless: the "
        "thread is there, without an offer.",
    )


def _references(add: Add) -> None:
    story, person, organisation, offer = offered()
    unknown = organisation.propose(MARKETING, answers=offer)
    named = terms(MARKETING).id
    blind = person.write("accept", thread=offer.id, ref=unknown.id, terms=named)
    organisation.hear(blind)
    organisation.ack()
    told = settled(story).void({blind: "ref-unknown"}).exactly(owes=["P"], confirms={})
    told.end(phase="offered", offers=[offer, unknown]).add(
        add,
        "accept-of-what-was-not-seen",
        "W5",
        "P accepts an offer that is not in the accept's past. Careless: the receiver has the "
        "offer, so the accept counts.",
    )

    story, person, organisation, offer = offered()
    other = organisation.propose(SERVICE)
    person.hear(other)
    mixed = person.write("accept", thread=offer.id, ref=other.id, terms=terms(SERVICE).id)
    told = settled(story).void({mixed: "ref-other-thread"}).exactly(owes=["P", "V"])
    told.end(other, phase="offered").end(offer, phase="offered").add(
        add,
        "accept-in-another-thread",
        "W5",
        "P accepts an offer of another thread than it names, with the same terms. Careless: "
        "only ref is looked at.",
    )

    story, person, organisation, offer = offered()
    agreed = person.accept(offer)
    fields = {"thread": offer.id, "ref": agreed.id, "purposes": None, "code": "no"}
    refusal = person.write("refuse", **fields)
    told = settled(story).void({refusal: "ref-type"}).exactly(owes=["V"])
    told.end(phase="agreed").add(
        add,
        "refusal-of-an-accept",
        "W5",
        "P refuses its own accept to get out of it. Careless: ref may be anything of the "
        "thread, and denials count in full.",
    )


def _wrong_types(add: Add) -> None:
    story, person, organisation, offer = offered()
    agreement = agree(organisation, person, base=None, answers=None)
    suspend = person.suspend(agreement)
    again = person.write("resume", thread=agreement.id, ref=agreement.id)
    told = settled(story).void({again: "ref-type"}).exactly(owes=["V"])
    told.end(agreement, phase="suspended", suspends=[suspend]).add(
        add,
        "resume-of-an-agreement",
        "W5",
        "P resumes the agreement and not the suspend. Careless: a resume lifts every suspend "
        "of the thread.",
    )

    story, person, organisation, offer = offered()
    void_accept = person.accept(offer, terms_id=terms(MARKETING).id)
    void_offer = organisation.propose(SERVICE, accept_by=story.now + 91 * 86_400_000)
    person.hear(void_offer)
    on_void = person.write("accept", thread=offer.id, ref=void_offer.id, terms=terms(SERVICE).id)
    told = settled(story).void(
        {void_accept: "accept-terms", void_offer: "proposal-term", on_void: "ref-other-thread"}
    )
    told.exactly(owes=["P", "V"]).end(phase="offered").add(
        add,
        "accept-of-a-void-offer-of-its-own-thread",
        "W5",
        "An accept names a void offer, which names itself as its thread. Careless: a void "
        "statement is no statement, and the accept waits for it.",
    )

    story, person, organisation, offer = offered()
    void_counter = organisation.propose(
        MARKETING, answers=offer, accept_by=story.now + 91 * 86_400_000
    )
    person.hear(void_counter)
    on_void = person.accept(void_counter)
    told = settled(story).void({void_counter: "proposal-term", on_void: "ref-type"})
    told.exactly(owes=["P", "V"]).end(phase="offered", offers=[offer]).add(
        add,
        "accept-of-a-void-counter",
        "W5",
        "An accept names a counter that is void. Careless: it was well formed, so what is "
        "accepted is agreed.",
    )


def _of_no_thread(add: Add) -> None:
    story, person, _organisation, offer = offered()
    fields = {"thread": offer.id, "ref": story.join.id, "purposes": None, "code": "no"}
    refusal = person.write("refuse", **fields)
    told = settled(story).void({refusal: "ref-other-thread"}).exactly(owes=["P", "V"])
    told.end(phase="offered").add(
        add,
        "refusal-of-a-join",
        "W5",
        "P refuses the join, which is of no thread: that is another than the one it names. "
        "Careless: what has no thread belongs to any.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    named = {"thread": agreement.id, "agreement": agreement.id, "purpose": SERVICE}
    use = organisation.write("use", action="dpv:Use", ref=story.join.id, **named)
    told = settled(story).void({use: "ref-other-thread"}).exactly(uses={use: "covered"})
    told.end(phase="active").add(
        add,
        "use-of-what-is-of-no-thread",
        "W5",
        "A use names the join as the share it is of: void, and all the same covered by the "
        "agreement it names. Careless: the ref of a use may be anything at all.",
    )


def _who(add: Add) -> None:
    story = SignedStory()
    agreement = agree(story.person, story.organisation)
    revoke = story.organisation.revoke(agreement)
    told = settled(story).void({revoke: "first-only"})
    told.exactly(owes=["P"]).end(phase="active", tip=agreement).add(
        add,
        "revoke-by-the-second-party",
        "W6",
        "The organisation revokes: that is the person's, it can terminate. Careless: either "
        "side revokes, and a revoke of some purposes binds the person.",
    )
    story = SignedStory()
    agreement = agree(story.person, story.organisation)
    revoke = story.organisation.revoke(None, SERVICE)
    told = settled(story).exactly(owes=["P"]).void({revoke: "first-only"})
    told.end(phase="active", tip=agreement, withdrawn={agreement: []}).add(
        add,
        "wide-revoke-by-the-second-party",
        "W6",
        "The organisation revokes a purpose in the whole relationship. Careless: only revokes "
        "of one thread are looked at.",
    )

    story = SignedStory()
    person = story.person
    before = person.ks
    person.ks = person.history.rotate(before)
    wrong = person.write("rotate", event=before)
    told = settled(story).void({wrong: "rotate-event"}).exactly(owes=["V"])
    told.at("V", wrong, result="held").add(
        add,
        "rotate-names-another-event",
        "A2",
        "A rotate under the new event names the old one in its body: it exists, the key has "
        "changed, and it is void. Careless: it is refused, though nothing in its header is "
        "wrong.",
    )


def _order(add: Add) -> None:
    story, person, organisation, offer = offered()
    organisation.hear(person.accept(offer))
    stray = organisation.write("ask", items=[[bytes(32), bytes(32)]], ref=offer.id)
    told = settled(story).void({}).exactly(confirms={stray: [offer]}, owes=["P"])
    told.end(phase="active", tip=offer).add(
        add,
        "any-known-type-confirms",
        "A1.7",
        "The proposer's answer to the accept is a question about it: it confirms. Careless: "
        "only an ack confirms.",
    )

    story, person, organisation, offer = offered()
    organisation.hear(person.accept(offer))
    astray = {"thread": story.join.id, "agreement": offer.id, "purpose": SERVICE}
    use = organisation.write("use", action="dpv:Use", ref=None, **astray)
    told = settled(story).void({use: "thread-unknown"}).exactly(confirms={use: [offer]})
    told.exactly(uses={use: "breach"}).end(phase="active", tip=offer).add(
        add,
        "void-use-confirms",
        "A1.7",
        "A use in a thread nobody knows is void and a breach, and confirms: its body might be "
        "erased. Careless: void statements confirm nothing, of whatever type.",
    )
    story, person, organisation, offer = offered()
    right = person.write("right", right="eu-gdpr:A17", ref=story.join.id)
    erased = {"scope": "relationship", "salts": True, "backups_until": None, "exceptions": []}
    gone = organisation.write("erased", ref=story.opening.id, **erased)
    told = settled(story).void({}).exactly(owes=["P", "V"]).end(phase="offered")
    told.at("V", right, result="held").at("P", gone, result="held").add(
        add,
        "free-references",
        "W5",
        "The ref of a right and of an erasure is free: the join, the relationship. Careless: "
        "every ref has to be a proposal.",
    )
