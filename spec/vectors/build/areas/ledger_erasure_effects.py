"""What statements without their bodies still do."""

from collections.abc import Callable
from typing import Any

from build.areas.ledger_erasure import erase
from build.schedules import Told
from build.signed import SERVICE, SignedStory, agree, header
from build.tellings import agreed

Add = Callable[..., Any]
PAST = "A1 Statements and their past"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _confirms,
        _named_by_others,
        _use,
        _chain_goes_on,
        _count,
    ):
        one(add)


def _confirms(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = agree(organisation, person, confirm=False)
    before = story.heard(person)
    answer = organisation.write("answer", code="ok")
    gone = erase(organisation, answer)
    bare = header(story, answer)
    (
        Told(story, {"V": story.heard(organisation), "P": [*before, bare, gone]})
        .at("P", bare, result="waiting", phase="agreed")
        .at("P", gone, released=[answer], phase="active", tip=offer)
        .end(phase="active", tip=offer)
        .exactly(confirms={answer: [offer]}, owes=["P"])
        .add(
            add,
            "erased-body-confirms",
            PAST,
            "The statement that confirmed lost its body. It confirms whatever that said, so an "
            "erasure changes no state. Careless: what cannot be read has no effect.",
        )
    )


def _named_by_others(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    organisation.hear(share)
    receipt = organisation.write("receipt", ref=share.id, openings_ok=True)
    use = organisation.write(
        "use",
        thread=agreement.id,
        agreement=agreement.id,
        action="dpv:Use",
        purpose=SERVICE,
        ref=share.id,
    )
    gone = erase(organisation, share)
    bare = header(story, share)
    (
        Told(story, {"V": story.heard(organisation), "W": [*before, bare, receipt, use, gone]})
        .at("W", use, result="waiting")
        .at("W", gone, result="held", released=[share, receipt, use])
        .exactly(uses={share: "covered", use: "covered"}, owes=["P"])
        .exactly(side="W", uses={share: "unverified", use: "covered"})
        .add(
            add,
            "erased-body-is-named-by-a-use",
            PAST,
            "A receipt and a use name the share whose body is gone. Which thread it was of is no "
            "longer known, and that is not held against them. Careless: the use is void, since its "
            "reference cannot be shown to be of its thread.",
        )
    )


def _use(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    before = story.heard(organisation)
    use = organisation.use(agreement, "dpv:Marketing")
    gone = erase(organisation, use)
    bare = header(story, use)
    (
        Told(story, {"V": [*before, use, gone], "P": [*before, bare, gone]})
        .exactly(uses={use: "breach"}, owes=["P"])
        .exactly(side="P", uses={use: "unverified"})
        .add(
            add,
            "erased-body-of-a-use",
            PAST,
            "A use that is a breach, whose body is gone on one side: there it is unverified. "
            "Careless: covered, for want of anything against it.",
        )
    )


def _chain_goes_on(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    amendment = person.propose(SERVICE, "dpv:Marketing", base=agreement)
    gone = erase(person, share)
    organisation.hear(gone)
    accept = organisation.accept(amendment)
    person.hear(accept)
    revoke = person.revoke(amendment, "dpv:Marketing")
    bare = header(story, share)
    after = [amendment, gone, accept, revoke]
    (
        Told(story, {"P": [*before, share, *after], "W": [*before, bare, *after]})
        .at("W", amendment, result="waiting", tip=agreement)
        .at("W", gone, released=[share, amendment])
        .at("W", revoke, phase="active", tip=amendment)
        .end(phase="active", tip=amendment, withdrawn={amendment: ["dpv:Marketing"]})
        .exactly(uses={share: "covered"}, owes=["V"])
        .exactly(side="W", uses={share: "unverified"})
        .add(
            add,
            "erased-body-and-the-chain-behind-it",
            PAST,
            "An amendment, its accept and a partial revoke follow the share whose body is gone: "
            "the fold of a record without the body is the same. Careless: what is signed behind it "
            "is lost.",
        )
    )


def _count(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    offer = organisation.propose(SERVICE)
    person.hear(offer)
    agent = story.agent(types=("share", "accept"), count=1)
    agent.hear(offer)
    share = {"agreement": offer.id, "purpose": SERVICE, "items": [[bytes(32), bytes(32)]]}
    spent = agent.write("share", thread=offer.id, **share)
    accept = agent.accept(offer)
    person.hear(spent)
    before = [one for one in story.heard(person) if one != spent]
    gone = erase(person, spent)
    bare = header(story, spent)
    (
        Told(story, {"A": [*before, spent, gone, accept], "P": [*before, bare, gone, accept]})
        .void({accept: "not-delegated"})
        .end(phase="offered", tip=None)
        .exactly(uses={spent: "breach"}, owes=["V"])
        .exactly(side="P", uses={spent: "unverified"})
        .add(
            add,
            "erased-body-counts-under-a-delegation",
            "A2 What exists, what has an effect",
            "The agent might sign one statement and shared. The body is gone on one side; it "
            "counts on both, so the accept is void on both. Careless: what cannot be read is not "
            "counted.",
        )
    )
