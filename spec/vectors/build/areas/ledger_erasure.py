"""Erased bodies: which headers are received alone, and what they still do."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told
from build.signed import SERVICE, SignedStory, header
from build.tellings import agreed
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]
PAST = "A1 Statements and their past"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _share,
        _erased_first,
        _late_body,
        _not_erased,
        _other_scopes,
        _relevant,
        _by_the_other_side,
        _unknown_type,
        _erased_without_body,
        _unreadable_erased,
    ):
        one(add)


def erase(desk: Desk, about: Statement, scope: str = "body", **how: Any) -> Statement:
    """An `erased` about a statement."""
    body = {"ref": about.id, "scope": scope, "salts": True}
    return desk.write("erased", **body, backups_until=None, exceptions=[], **how)


def _share(add: Add) -> None:
    story, person, _, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    gone = erase(person, share)
    (
        Told(story, {"P": story.heard(person), "V": [*before, header(story, share), gone]})
        .at("V", header(story, share), result="waiting")
        .at("V", gone, result="held", released=[share])
        .end(phase="active", tip=agreement)
        .exactly(uses={share: "covered"}, owes=["V"])
        .exactly(side="V", uses={share: "unverified"})
        .add(
            add,
            "erased-body-of-a-share",
            PAST,
            "The header of a share comes without its body, which was erased: it waits until an "
            "erased that names it is held or waits, and is then received and unverified. Careless: "
            "it waits for ever and with it all that is signed later, or it is received at once.",
        )
    )


def _erased_first(add: Add) -> None:
    story, person, _, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    gone = erase(person, share)
    last = person.ack()
    bare = header(story, share)
    (
        Told(story, {"P": [*before, share, gone, last], "V": [*before, last, gone, bare]})
        .at("V", last, result="waiting")
        .at("V", gone, result="waiting")
        .at("V", bare, result="held", released=[last, gone])
        .exactly(uses={share: "covered"}, owes=["V"])
        .exactly(side="V", uses={share: "unverified"})
        .add(
            add,
            "erased-arrives-before-the-header",
            PAST,
            "The erased itself waits for the share it follows. That it waits is enough. Careless: "
            "each waits for the other.",
        )
    )


def _late_body(add: Add) -> None:
    story, person, _, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    gone = erase(person, share)
    bare = header(story, share)
    (
        Told(story, {"V": [*before, bare, bare, gone, bare, share, share, bare]})
        .at("V", bare, time=1, result="duplicate")
        .at("V", bare, time=2, result="duplicate")
        .at("V", share, result="completed")
        .at("V", share, time=1, result="duplicate")
        .at("V", bare, time=3, result="duplicate")
        .exactly(uses={share: "covered"}, owes=["V"])
        .add(
            add,
            "erased-body-comes-late",
            PAST,
            "A body may still come after its header was received: the statement is completed, and "
            "judged. A header that comes again takes nothing away. Careless: it is a duplicate, "
            "and stays unverified.",
        )
    )


def _not_erased(add: Add) -> None:
    story, person, _, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    later = person.ack()
    bare = header(story, share)
    (
        Told(story, {"V": [*before, bare, later], "W": [*before, bare, later, share]})
        .at("V", later, result="waiting")
        .end(side="V", waiting=[share, later], missing=[])
        .at("W", share, result="held", released=[later])
        .exactly(uses={share: "covered"}, owes=[])
        .exactly(side="V", uses={})
        .add(
            add,
            "header-without-body-waits",
            PAST,
            "Nobody says the body was erased: the header waits, and what follows it. Nothing that "
            "could be named is missing. With its body it is received. Careless: headers are "
            "received alone, so that one side judges what the other cannot.",
        )
    )


def _other_scopes(add: Add) -> None:
    story, person, _, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    openings = erase(person, share, "openings")
    thread = erase(person, agreement, "agreement")
    everything = erase(person, story.opening, "relationship")
    bare = header(story, share)
    (
        Told(story, {"V": [*before, bare, openings, thread, everything]})
        .at("V", openings, result="waiting")
        .end(waiting=[share, openings, thread, everything], missing=[])
        .exactly(uses={}, owes=[])
        .add(
            add,
            "erased-of-another-scope",
            PAST,
            "Only an erased of scope body that names the very statement lets its header in. "
            "Careless: any scope does.",
        )
    )


def _relevant(add: Add) -> None:
    story = SignedStory()
    organisation = story.organisation
    before = story.heard(story.person)
    offer = organisation.propose(SERVICE)
    gone = erase(organisation, offer)
    bare = header(story, offer)
    (
        Told(story, {"P": [*before, bare, gone], "Q": [*before, bare, gone, offer]})
        .at("P", gone, result="waiting")
        .end(side="P", waiting=[offer, gone], missing=[])
        .at("Q", offer, result="held", released=[gone])
        .end(offer, side="Q", phase="offered")
        .exactly(side="Q", owes=["P"])
        .add(
            add,
            "erased-body-of-a-proposal",
            PAST,
            "Of the types the fold reads the header is never received alone, whatever was erased. "
            "Careless: it is, and the thread has a proposal without terms.",
        )
    )


def _by_the_other_side(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    organisation.hear(share)
    gone = erase(organisation, share)
    bare = header(story, share)
    (
        Told(story, {"P": [*before, share, gone], "W": [*before, bare, gone]})
        .at("W", gone, result="held", released=[share])
        .exactly(uses={share: "covered"}, owes=["P"])
        .exactly(side="W", uses={share: "unverified"})
        .add(
            add,
            "erased-by-the-other-side",
            PAST,
            "The receiver of a share erased its body and says so; whoever gets the record from it "
            "gets the header. Careless: only the writer of a statement can erase its body.",
        )
    )


def _unknown_type(add: Add) -> None:
    story, person, organisation, _ = agreed()
    before = story.heard(person)
    strange = organisation.write("haggle", price=3)
    gone = erase(organisation, strange)
    bare = header(story, strange)
    (
        Told(story, {"V": [*before, strange, gone], "P": [*before, bare, gone]})
        .void({strange: "unknown-type"})
        .at("P", bare, result="waiting")
        .at("P", gone, released=[strange])
        .exactly(owes=["P"])
        .add(
            add,
            "erased-body-of-an-unknown-type",
            PAST,
            "Of a type nobody knows the header is received alone as well, if its body was erased, "
            "and it is void either way. Careless: unknown types are refused, or always received.",
        )
    )


def _erased_without_body(add: Add) -> None:
    story, person, _, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    gone = erase(person, share)
    bare, bodiless = header(story, share), header(story, gone)
    (
        Told(story, {"V": [*before, bodiless, bare]})
        .at("V", bare, result="waiting")
        .end(waiting=[share, gone], missing=[])
        .exactly(uses={}, owes=[])
        .add(
            add,
            "erased-whose-own-body-is-missing",
            PAST,
            "The erased comes without its body, so nobody knows what it names. Both wait. "
            "Careless: its type alone lets the header in.",
        )
    )


def _unreadable_erased(add: Add) -> None:
    story, person, _, agreement = agreed()
    before = story.heard(person)
    share = person.share(agreement)
    odd = person.write("erased", fault="bad-body")
    bare = header(story, share)
    (
        Told(story, {"V": [*before, bare, odd], "P": [*before, share, odd]})
        .at("V", odd, result="waiting")
        .end(side="V", waiting=[share, odd])
        .exactly(side="P", void={odd: "bad-body"}, uses={share: "covered"}, owes=["V"])
        .exactly(uses={}, owes=[])
        .add(
            add,
            "erased-that-cannot-be-read",
            PAST,
            "The erased has a body that is none of its type. It names nothing. Careless: its type "
            "alone lets the header in.",
        )
    )
