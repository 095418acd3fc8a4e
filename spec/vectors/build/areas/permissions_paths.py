"""Decisions by paths: segments, wildcards, which rule is longer."""

from collections.abc import Callable
from typing import Any

from build.policy_words import (
    Decision,
    ask,
    no,
    question,
    rule,
    terms,
    yes,
)

Add = Callable[..., None]
Decided = Callable[[str, str, str, dict[str, Any], Decision], None]
PATHS = "permissions, Paths"
DECISION = "permissions, The decision"

PATHS_ROWS: list[tuple[str, str, str, str, Decision]] = [
    ("equal", "The same path", "vcard/email", "vcard/email", yes()),
    ("below", "A path names everything below it", "vcard", "vcard/email/work/1", yes()),
    (
        "above",
        "What is asked for is more than what the rule names",
        "vcard/email",
        "vcard",
        no("no-permission"),
    ),
    (
        "characters",
        "vcard/tel is a prefix of the characters of vcard/telex and not of its segments",
        "vcard/tel",
        "vcard/telex",
        no("no-permission"),
    ),
    (
        "wildcard",
        "* stands for a segment in the middle",
        "vcard/*/work",
        "vcard/email/work",
        yes(),
    ),
    (
        "wildcard-below",
        "A wildcard at the end, and a path that goes on below it",
        "vcard/*",
        "vcard/email/work",
        yes(),
    ),
    (
        "wildcard-one",
        "* is exactly one segment, not any number",
        "*/work",
        "vcard/email/work",
        no("no-permission"),
    ),
    (
        "wildcard-none",
        "* does not stand for no segment",
        "vcard/*",
        "vcard",
        no("no-permission"),
    ),
    (
        "wildcard-part",
        "* within a segment is a character like any other",
        "vcard/tel*",
        "vcard/telex",
        no("no-permission"),
    ),
    (
        "case",
        "Segments are compared bytewise",
        "vcard/Email",
        "vcard/email",
        no("no-permission"),
    ),
    ("request-wildcard", "No segment of a request is *", "*", "vcard/*", no("bad-request")),
    ("request-empty", "The empty path is one empty segment", "*", "", no("bad-request")),
    (
        "request-empty-segment",
        "Two slashes enclose an empty segment; collapsing them would permit",
        "vcard",
        "vcard//email",
        no("bad-request"),
    ),
    ("request-trailing", "A slash at the end", "vcard", "vcard/", no("bad-request")),
    ("request-leading", "A slash at the start", "vcard", "/vcard", no("bad-request")),
]

WORK = "vcard/email/work"
PRECEDENCE_ROWS: list[tuple[str, str, list[str], list[str], str, bool]] = [
    ("tie", "A tie denies", ["vcard/email"], ["vcard/email"], WORK, False),
    (
        "tie-wildcard",
        "* counts as one segment: two against two. An implementation that holds a literal for more "
        "specific permits",
        ["vcard/email"],
        ["vcard/*"],
        WORK,
        False,
    ),
    ("longer-permits", "Two segments beat one", ["vcard/email"], ["vcard"], WORK, True),
    (
        "longer-wildcard-permits",
        "Three segments with a wildcard beat two literal ones",
        ["vcard/*/work"],
        ["vcard/email"],
        WORK,
        True,
    ),
    ("longer-denies", "One segment loses to two", ["vcard"], ["vcard/email"], WORK, False),
    (
        "longest-of-many",
        "Of the paths of one permission the longest that matches counts, wherever it stands",
        ["vcard/email/work", "vcard"],
        ["vcard/email"],
        WORK,
        True,
    ),
    (
        "longest-not-matching",
        "A longer path of the permission that does not match lends it no length",
        ["vcard", "vcard/email/home/2"],
        ["vcard/email"],
        WORK,
        False,
    ),
    (
        "segments-not-characters",
        "Length is counted in segments. By characters the prohibition would be longer",
        ["a/b/c"],
        ["a/*"],
        "a/b/c",
        True,
    ),
    (
        "part-prohibited",
        "Who asks for all of vcard asks for vcard/tel too, which is prohibited and longer",
        ["vcard"],
        ["vcard/tel"],
        "vcard",
        False,
    ),
    (
        "part-beside",
        "What lies beside the prohibited part is not touched",
        ["vcard"],
        ["vcard/tel"],
        "vcard/fn",
        True,
    ),
    (
        "deeper-than-request",
        "A prohibition deeper than the request takes part of it, whatever the permission names",
        ["vcard/email"],
        ["vcard/email/work/1/x"],
        WORK,
        False,
    ),
    (
        "wildcard-below-request",
        "A wildcard below the request prohibits part of it",
        ["vcard/email"],
        ["*/*/*/secret"],
        WORK,
        False,
    ),
]


def build(add: Add) -> None:
    """The vectors of this module."""

    def decided(
        name: str, comment: str, spec: str, asked: dict[str, Any], answer: Decision
    ) -> None:
        add(name, comment, spec, "decide", asked, claims=answer)

    _paths(decided)
    _precedence(decided)


def _paths(decided: Decided) -> None:
    for name, comment, of_rule, requested, answer in PATHS_ROWS:
        decided(
            f"path-{name}",
            comment,
            PATHS,
            question([terms([rule(of_rule)])], ask(requested)),
            answer,
        )


def _precedence(decided: Decided) -> None:
    for name, comment, allow, deny, requested, permit in PRECEDENCE_ROWS:
        asked = question([terms([rule(*allow)], [rule(*deny)])], ask(requested))
        answer = yes() if permit else no("prohibited")
        decided(f"precedence-{name}", comment, DECISION, asked, answer)
    decided(
        "precedence-order-of-rules",
        "The order of rules means nothing: the first permission is shorter than the prohibition, "
        "the last longer",
        DECISION,
        question(
            [terms([rule("vcard"), rule("vcard/email/work")], [rule("vcard/email")])], ask(WORK)
        ),
        yes(),
    )
