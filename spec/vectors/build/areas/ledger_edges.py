"""What a ledger begins with, who may speak, what is named, and what waits for no reason."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told, refusing, settled
from build.signed import MARKETING, SERVICE, SignedStory, header, schedule, terms
from build.tellings import agreed, everybody
from build.world import seed

Add = Callable[..., Any]
W4, W5, W7, W8 = "W4", "W5", "W7", "W8"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _beginnings,
        _second_role,
        _second_chain,
        _not_asked_for,
        _every_type,
        _stranger_beside_an_agent,
        _delegated_by_the_other_side,
        _terms_of_proposals,
        _one_of_two_dismissed,
        _links,
        _not_built_on_it,
        _erased_first,
        _erased_another,
        _agent_retracts,
    ):
        one(add)


def _beginnings(add: Add) -> None:
    story = SignedStory(joined=False)
    person = story.person
    other = story.party("clerk", "public")
    to_self = {**story.opening.body, "nonce": seed("another"), "to": person.party}
    me = {"first": person.party, "second": person.party}
    strange = {"first": person.party, "second": other.party}
    right = {**story.opening.body, "nonce": seed("another")}

    def opening(body: dict[str, Any], **header: Any) -> Any:
        return story.made(person.history, "open", body, at=story.now, ks=person.ks, **header)

    before = story.opening
    for name, statement, words in (
        ("to-oneself", opening({**to_self, "roles": me}), "opens to itself, both parties"),
        ("for-others", opening({**right, "roles": strange}), "gives a role to somebody else"),
        (
            "for-one",
            opening({**right, "roles": me}),
            "gives both roles to the opener",
        ),
        (
            "seq-1",
            opening(right, seq=1, prev=before.id),
            "follows something in its writer's chain",
        ),
        (
            "that-saw-something",
            story.made(
                story.organisation.history,
                "open",
                {**right, "to": person.party},
                at=story.now,
                ks=story.organisation.ks,
                seen=[before.head],
            ),
            "had seen something",
        ),
    ):
        add(
            f"begins-with-an-open-{name}",
            f"The first statement is an open that {words}. Careless: whatever is called open"
            " begins a ledger.",
            f"ledger, {W8}",
            "fold",
            schedule(story, {"P": [statement]}),
            error="ledger-opening",
        )
    add(
        "begins-with-a-header",
        "The first statement is the open without its body. Careless: the roles are filled in"
        " later.",
        "ledger, A1.8",
        "fold",
        schedule(story, {"P": [header(story, before)]}),
        error="ledger-opening",
    )


def _second_role(add: Add) -> None:
    story = SignedStory(joined=False)
    somebody = story.party("clerk").party
    for name, other in (("second", "first"), ("first", "second")):
        roles = {**story.pair["roles"], name: somebody}
        body = {**story.pair, "roles": roles, "to": story.person.party, "nonce": bytes(32)}
        bad = story.organisation.draft("join", **body)
        refusing(story, bad).refused({bad: "ledger-opening"}).add(
            add,
            f"join-with-another-{name}",
            W8,
            f"A join repeats the {other} role and not the {name}. Careless: one role says both.",
        )


def _second_chain(add: Add) -> None:
    for type_, body in (("ack", {}), ("propose", None)):
        story = SignedStory(joined=False)
        person = story.person
        if body is None:
            body = person.propose(SERVICE).body
            story = SignedStory(joined=False)
            person = story.person
        bad = story.made(
            person.history, type_, body, at=story.tick(), ks=person.ks, rel=story.opening.id
        )
        refusing(story, bad).refused({bad: "ledger-opening"}).exactly(owes=[]).add(
            add,
            f"second-chain-of-the-opener-{type_}",
            W8,
            f"The opener begins a second chain with {type_}, and has not even its own open in its"
            " past. Careless: a lead may always speak, and it is a fork.",
        )


def _not_asked_for(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    share = person.share(agreement)
    organisation.hear(share)
    receipt = organisation.write("receipt", ref=share.id, openings_ok=True)
    checkpoint = organisation.write("checkpoint", note="a log\n")
    person.hear(receipt, checkpoint)
    settled(story).at("P", checkpoint, result="held").end(phase="active").exactly(
        uses={share: "covered"}
    ).add(
        add,
        "owed-for-no-receipt-and-no-checkpoint",
        "K1",
        "The person holds a receipt and a checkpoint of the organisation and has signed nothing"
        " since. Neither asks for an acknowledgement. Careless: everything but an ack does.",
    )


def _every_type(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    items = [[seed("path"), seed("value")]]
    asked = {
        "thread": agreement.id,
        "agreement": agreement.id,
        "action": "dpv:Collect",
        "purpose": SERVICE,
    }
    person.write("right", right="eu-gdpr:A15")
    request = organisation.write("request", **asked, items=items)
    ask = organisation.write("ask", items=items)
    person.hear(request, ask)
    person.write("answer", ref=ask.id, code="no")
    person.write("dispute", evidence=[], ref=request.id)
    person.write("checkpoint", note="a log\n")
    organisation.hear_all(person)
    organisation.ack()
    settled(story).void({}).end(phase="active").add(
        add,
        "every-type-outside-the-fold",
        "A1.7",
        "A right, a request, a question, an answer, a dispute and a checkpoint: all are types of"
        " version 1, and effective. Careless: what the fold does not read is unknown.",
    )


def _stranger_beside_an_agent(add: Add) -> None:
    story = SignedStory()
    agent = story.agent("agent")
    stranger = story.party("bystander")
    story.organisation.hear_all(agent)
    bad = story.made(
        stranger,
        "ack",
        {},
        at=story.tick(),
        ks=stranger.inception,
        rel=story.opening.id,
        seen=[story.named["A0"].head],
    )
    refusing(story, bad).refused({bad: "ledger-writer"}).exactly(owes=["V"]).add(
        add,
        "stranger-that-saw-a-delegation",
        W4,
        "A writer whom nobody named has seen the delegation of another one. Careless: a"
        " delegation in its past is enough.",
    )


def _delegated_by_the_other_side(add: Add) -> None:
    story = SignedStory()
    agent = story.agent("agent", types=["refuse"])
    organisation = story.organisation
    organisation.hear_all(agent)
    theirs = organisation.delegate(agent, types=["propose"])
    agent.hear(theirs)
    offer = agent.propose(SERVICE)
    everybody(story).void({offer: "not-delegated"}).exactly(owes=["P", "V"]).end(threads=None).add(
        add,
        "agent-delegated-by-the-other-side-too",
        W7,
        "An agent of the person, which was given refusals, is given offers by the organisation."
        " Its side stays the person's, and the organisation's delegation covers nothing."
        " Careless: any delegation of it counts.",
    )


def _terms_of_proposals(add: Add) -> None:
    story = SignedStory()
    agent = story.agent(terms=[terms(SERVICE).id])
    organisation = story.organisation
    organisation.hear_all(agent)
    unwanted = organisation.propose(MARKETING)
    agent.hear(unwanted)
    agent.refuse(unwanted)
    offer = agent.propose(SERVICE)
    organisation.hear(offer)
    organisation.accept(offer)
    settled(story).void({}).end(offer, phase="agreed").end(unwanted, phase="idle").exactly(
        owes=["P"]
    ).add(
        add,
        "agent-proposes-its-terms-and-refuses-others",
        W7,
        "The delegation lists one terms map. The agent may offer it, and may refuse others:"
        " `terms` bounds what is proposed and accepted. Careless: it bounds everything, or no"
        " offer is ever within it.",
    )


def _one_of_two_dismissed(add: Add) -> None:
    story = SignedStory()
    one, other = story.agent("agent"), story.agent("bot")
    person = story.person
    person.hear_all(one, other)
    gone = person.undelegate(one)
    other.hear(gone)
    offer = other.propose(SERVICE)
    told = everybody(story).void({}).end(phase="offered", dismissed=["A"]).exactly(owes=["V"])
    told.at("B", offer, phase="offered").add(
        add,
        "one-of-two-agents-dismissed",
        W7,
        "One of two agents is dismissed, and the other one goes on. Careless: any undelegation by"
        " the lead dismisses whoever has seen it.",
    )


def _links(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    accept = next(each for each in story.statements.values() if each.type == "accept")
    apart = organisation.propose(MARKETING)
    person.hear(apart)
    unheard = organisation.ack()
    root = agreement.id

    def offer(**changes: Any) -> Any:
        body = {**apart.body, "thread": root, "base": None, "answers": None, **changes}
        return person.write("propose", **body)

    asked = {"thread": root, "action": "dpv:Collect", "purpose": SERVICE}
    items = [[seed("path"), seed("value")]]
    used = {**asked, "ref": None}
    reasons = {
        offer(base=unheard.id): "ref-unknown",
        offer(base=apart.id): "ref-other-thread",
        offer(base=accept.id): "ref-type",
        offer(answers=unheard.id): "ref-unknown",
        offer(answers=apart.id): "ref-other-thread",
        offer(answers=accept.id): "ref-type",
        person.write("share", thread=root, agreement=accept.id, purpose=SERVICE, items=items): (
            "ref-type"
        ),
        person.write("use", **used, agreement=unheard.id): "ref-unknown",
        person.write("use", **used, agreement=apart.id): "ref-other-thread",
        person.write("use", **used, agreement=accept.id): "ref-type",
        person.write("use", **{**used, "ref": unheard.id}, agreement=root): "ref-unknown",
        person.write("request", **asked, items=items, agreement=unheard.id): "ref-unknown",
        person.write("request", **asked, items=items, agreement=apart.id): "ref-other-thread",
        person.write("request", **asked, items=items, agreement=accept.id): "ref-type",
        person.write("receipt", ref=unheard.id, openings_ok=True): "ref-unknown",
        person.write("ask", items=items, ref=unheard.id): "ref-unknown",
        person.write("answer", code="no", ref=unheard.id): "ref-unknown",
        person.write("dispute", evidence=[], ref=unheard.id): "ref-unknown",
    }
    told = settled(story).void(reasons)
    told.end(agreement, phase="active", tip=agreement).exactly(owes=["V"])
    uses = [each for each in reasons if each.type in ("share", "use")]
    # The use whose `ref` nobody knows names the agreement in force, and is void all the same.
    told.exactly(uses={**dict.fromkeys(uses, "breach"), uses[-1]: "covered"})
    told.add(
        add,
        "links-of-every-type",
        W5,
        "Every link of every type that is not in the past, of another thread or of no proposal."
        " Careless: only the links the fold follows are looked at.",
    )


def _not_built_on_it(add: Add) -> None:
    story, person, organisation, _ = agreed()
    first = organisation.ack()
    bad = story.made(
        organisation.history,
        "ack",
        {},
        at=0,
        ks=organisation.ks,
        rel=story.opening.id,
        seq=first.seq + 1,
        prev=first.id,
    )
    built = story.made(
        organisation.history,
        "ack",
        {},
        at=story.tick(),
        ks=organisation.ks,
        rel=story.opening.id,
        seq=first.seq + 2,
        prev=bad.id,
    )
    before = story.heard(person)
    gap, apart = person.ack(), person.ack()
    told = Told(story, {"V": [*before, built, apart, bad, first, gap]})
    told.refused({bad: "ledger-time", built: "ledger-refused"})
    told.at("V", bad, result="waiting")
    told.at("V", first, result="held", refused={bad: "ledger-time", built: "ledger-refused"})
    told.at("V", gap, result="held", released=[apart]).add(
        add,
        "what-is-not-built-on-a-malformed-statement",
        "A1.7",
        "A malformed statement takes down what waits for it, and leaves what waits for something"
        " else. Careless: everything that waits is dropped.",
    )


def _erased_first(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement)
    erased = person.write(
        "erased", ref=use.id, scope="body", salts=True, backups_until=None, exceptions=[]
    )
    before = [each for each in story.heard(person) if each.id != erased.id]
    told = Told(story, {"P": [*before, erased, header(story, use)]})
    told.at("P", header(story, use), result="held").exactly(uses={use: "unverified"})
    told.exactly(owes=["V"]).add(
        add,
        "header-after-its-erasure-is-held",
        "A1.8",
        "The `erased` that names a use is held before the use comes, which comes without its"
        " body. Careless: only what waits is asked for the reason.",
    )


def _erased_another(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use, other = organisation.use(agreement), organisation.use(agreement)
    erased = person.write(
        "erased", ref=other.id, scope="body", salts=True, backups_until=None, exceptions=[]
    )
    before = [each for each in story.heard(person) if each.id != erased.id]
    told = Told(story, {"P": [*before, erased, header(story, use)]})
    told.at("P", header(story, use), result="waiting").exactly(waiting=[use], owes=["V"])
    told.add(
        add,
        "header-beside-another-erasure",
        "A1.8",
        "A use comes without its body, and the `erased` that is held names another one. Careless:"
        " any `erased` explains any body that is missing.",
    )


def _agent_retracts(add: Add) -> None:
    story = SignedStory()
    agent = story.agent("agent")
    organisation = story.organisation
    organisation.hear_all(agent)
    offer = agent.propose(SERVICE)
    organisation.hear(offer)
    accept = organisation.accept(offer)
    retract = agent.retract(offer)
    told = settled(story).at("V", accept, phase="agreed")
    told.end(phase="idle", proposals={offer: "dead"}).exactly(owes=["P", "V"])
    told.at("V", retract, phase="idle").add(
        add,
        "agent-retracts-what-a-lead-accepts",
        "A5 Where a proposal stands in M",
        "An agent takes back its offer before it hears that the other side's lead accepted it."
        " Careless: an agent's word is never worth more than a lead's.",
    )
