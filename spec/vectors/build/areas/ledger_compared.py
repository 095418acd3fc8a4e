"""What two implementations disagreed about, or broke down at, when altered stories were told."""

from collections.abc import Callable
from typing import Any

from build.signed import SERVICE, SignedStory, agree, header, schedule
from build.tellings import agreed, everybody
from linkcontract.model.statement import Head

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    _one_name_twice(add)
    _erasure_behind_the_malformed(add)
    _thread_of_an_unknown_type(add)


def _one_name_twice(add: Add) -> None:
    for name, again in (("seen-names-prev", True), ("seen-names-one-statement-twice", False)):
        story = SignedStory()
        person, organisation = story.person, story.organisation
        before = person.propose(SERVICE)
        other = organisation.propose(SERVICE)
        named = before if again else other
        lie = story.made(
            story.parties["P"],
            "ack",
            {},
            at=before.at + 1000,
            ks=before.ks,
            rel=before.rel,
            seq=before.seq + 1,
            prev=before.id,
            seen=[
                Head(organisation.party, named.seq, named.id),
                Head(organisation.party, named.seq + 1, named.id),
            ][again:],
        )
        earlier = story.heard(person)[:-1]
        first, *rest = earlier
        add(
            name,
            f"{story.label(lie)} names {story.label(named)} twice, once as what it is not, and"
            " comes before it. Careless: what waits for one statement is noted twice and taken"
            " back once, and a peer brings the node down.",
            "ledger, A1 Statements and their past",
            "fold",
            schedule(
                story,
                {
                    "V": [*earlier, lie, other, before],
                    "late": [first, lie, before, other, *reversed(rest)],
                },
            ),
            refused={story.label(lie): "ledger-seen"},
        )


def _erasure_behind_the_malformed(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation)
    before = story.heard(person)
    last = before[-1]
    own = {"rel": last.rel, "ks": last.ks}
    share = story.made(
        story.parties["P"],
        "share",
        {
            "thread": agreement.id,
            "agreement": agreement.id,
            "purpose": SERVICE,
            "items": [[bytes(32), bytes(32)]],
        },
        at=last.at + 1000,
        seq=last.seq + 2,
        prev=last.id,
        **own,
    )
    ack = story.made(
        story.parties["P"], "ack", {}, at=last.at + 2000, seq=share.seq + 1, prev=share.id, **own
    )
    erased = story.made(
        story.parties["P"],
        "erased",
        {
            "ref": share.id,
            "scope": "body",
            "salts": True,
            "backups_until": None,
            "exceptions": [],
        },
        at=last.at + 3000,
        seq=ack.seq + 1,
        prev=ack.id,
        **own,
    )
    add(
        "erased-that-lets-in-what-it-follows",
        "The header of a share waits for its body; the erasure of that body comes, which is built"
        " on the share, and the share is malformed. Careless: the erasure is said to have found no"
        " room, and is asked for again for ever.",
        "ledger, A1 Statements and their past",
        "fold",
        schedule(
            story,
            {
                "V": [*before, header(story, share), ack, erased],
                "late": [*before, erased, ack, header(story, share)],
            },
        ),
        refused={
            story.label(share): "ledger-chain",
            header(story, share): "ledger-chain",
            story.label(ack): "ledger-refused",
            story.label(erased): "ledger-refused",
        },
    )


def _thread_of_an_unknown_type(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    unknown = organisation.write("invented", thread=agreement.id)
    person.hear(unknown)
    refusal = person.write("refuse", thread=agreement.id, ref=unknown.id, purposes=None, code="no")
    void = {unknown: "unknown-type", refusal: "ref-other-thread"}
    everybody(story).exactly(void=void, owes=["P", "V"]).add(
        add,
        "reference-to-an-unknown-type",
        "W5",
        "A refusal names a statement of a type nobody knows, whose body has a member like the name"
        " of a thread: it means nothing, so it is of none. Careless: the bodies of types nobody"
        " knows are read like others.",
    )
