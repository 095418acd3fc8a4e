"""What readers of the text alone took for something else, and the example of the ledger's page."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from build.policy_words import DELIVERY, rule, terms
from build.schedules import settled
from build.signed import MARKETING, RESEARCH, SERVICE, START, UNTIL, SignedStory
from build.tellings import everybody, fork

_SPEC = str(Path(__file__).resolve().parents[3])
if _SPEC not in sys.path:
    sys.path.append(_SPEC)

from examples.crossing import question  # noqa: E402 - the examples are beside the vectors

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _crossing,
        _key_named_by_the_join,
        _delegated_for_something_else,
        _each_for_another_path,
    ):
        one(add)


def _crossing(add: Add) -> None:
    def claims(output: dict[str, Any]) -> bool:
        ends = [
            (side["end"], side["steps"][-1]["state"]["threads"]["propose"]["phase"])
            for side in output["sides"].values()
        ]
        return all(
            end["uses"] == {"share": "covered", "use": "covered", "use-again": "raced"}
            and end["void"] == {}
            and end["owes"] == ["alice"]
            and phase == "ended"
            for end, phase in ends
        )

    add(
        "story-use-crosses-the-revoke",
        "The example of the page: both sides hold an agreement in force; the first revokes, and the"
        " second uses once more before it knows. Careless: whoever has the revoke first calls the"
        " use a breach.",
        "ledger, Worked example",
        "fold",
        question(),
        claims=claims,
    )


def _key_named_by_the_join(add: Add) -> None:
    story = SignedStory(joined=False)
    person, organisation = story.person, story.organisation
    history = story.parties["P"]
    later = history.rotate(history.party)
    organisation.write(
        "join",
        **{
            **story.pair,
            "to": person.party,
            "nonce": b"\x01" * 32,
            "kel": {"a": later, "b": organisation.party},
        },
    )
    person.hear_all(organisation)
    liar = person.twin()
    one, other = person.ack(), liar.ack()
    person.hear(other)
    (
        everybody(story)
        .end(convicted=["P"], tainted=[one, other])
        .exactly(forks=[fork(story, one, other, convicts=True)])
        .add(
            add,
            "fork-and-a-later-key-the-join-names",
            "A3 Forks",
            "The join names a later key event of the opener, which forks under its first one and"
            " signs nothing under the later. Only an event the writer stands under supersedes."
            " Careless: a key event that somebody else names excuses the fork.",
        )
    )


def _delegated_for_something_else(add: Add) -> None:
    story = SignedStory()
    early = story.agent("agent", types=["refuse"])
    other = story.agent("bot")
    person, organisation = story.person, story.organisation
    person.delegate(early)
    root = organisation.propose(RESEARCH)
    story.share_everything()
    liar = other.twin()
    of_other = other.propose(SERVICE, answers=root)
    of_early = early.propose(MARKETING, answers=root)
    organisation.hear(of_other)
    organisation.accept(of_other)
    organisation.hear(liar.ack(), of_early)
    organisation.accept(of_early)
    other.rotate()
    (
        settled(story)
        .void({})
        .exactly(
            owes=["P", "V"],
            confirms={},
            forks=[{"statements": ["B1", "B1b"], "defended": True, "convicts": False}],
        )
        .end(phase="agreed", pending=[of_other, of_early], tainted=["B1b"])
        .add(
            add,
            "agent-delegated-earlier-for-something-else",
            "T2",
            "The first delegation of agent A was for refusals; the one that covers its offer came"
            " after that of agent B, whose offer wins. Careless: the first delegation of a writer"
            " counts, whatever for.",
        )
    )


def _each_for_another_path(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    name = rule("vcard/fn", actions=["dpv:Use"])
    mail = rule("vcard/email", actions=["dpv:Use"])
    tip = _proposed(person, terms([name]))
    organisation.hear(tip)
    person.hear(organisation.accept(tip))
    organisation.hear(person.ack())
    pending = _proposed(person, terms([mail]), thread=tip.id, base=tip.id)
    organisation.hear(pending)
    organisation.accept(pending)
    use = organisation.use(tip, DELIVERY)
    (
        everybody(story)
        .end(phase="active", tip=tip, pending=[pending])
        .exactly(uses={use: "covered"}, owes=["P"])
        .add(
            add,
            "use-that-tip-and-pending-permit-for-different-paths",
            "A7 Uses and shares",
            "The agreement in force permits one path and the pending one another. No path is"
            " permitted by both; but a use names none, and each by itself could have permitted"
            " it. Careless: one path has to be permitted by all.",
        )
    )


def _proposed(desk: Any, offered: dict[str, Any], **changes: Any) -> Any:
    """A proposal of these terms."""
    body = {
        "thread": None,
        "base": None,
        "answers": None,
        "terms": {**offered, "from": START, "until": UNTIL},
        "accept_by": desk.story.now + 86_400_000,
        "controller": None,
        **changes,
    }
    return desk.write("propose", **body)
