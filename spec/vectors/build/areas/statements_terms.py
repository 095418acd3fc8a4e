"""The form of terms: rules, conditions, duties."""

from collections.abc import Callable
from typing import Any, Final

from build.bodies import ABSENT, changed, shown
from build.world import DAY, T0, some_cid, terms
from linkcontract.encoding import encode

Add = Callable[..., None]

TERMS: Final = "contracts, Terms"
CONDITIONS: Final = "contracts, Conditions"
SERVICE: Final = "dpv:ServiceProvision"
PARTY: Final = some_cid("recipient")
RULE: Final = {"actions": ["dpv:Use"], "paths": ["vcard"], "purposes": [SERVICE], "recipients": []}

CONDITIONS_RIGHT: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("all", "All of these", {"kind": "all", "of": [{"kind": "count", "most": 1}]}),
    ("any", "One of these", {"kind": "any", "of": [{"kind": "freshness", "within": 1}]}),
    ("not", "Not this", {"kind": "not", "of": {"kind": "place", "in": ["DE"]}}),
    ("time", "Between two times", {"kind": "time", "after": T0, "before": T0 + DAY}),
    ("time-open", "Without either end", {"kind": "time", "after": None, "before": None}),
    ("count", "At most so often", {"kind": "count", "most": 2**53 - 1}),
    ("place", "Countries, and a part of one", {"kind": "place", "in": ["EU", "DE", "US-CA"]}),
    ("counterparty", "A certain party", {"kind": "counterparty", "in": [PARTY]}),
    ("freshness", "Not older", {"kind": "freshness", "within": DAY}),
    ("fact-bool", "Something is so", {"kind": "fact", "name": "paid", "equals": True}),
    ("fact-integer", "Something is this number", {"kind": "fact", "name": "age", "equals": -1}),
    ("fact-text", "Something is this text", {"kind": "fact", "name": "plan", "equals": "basic"}),
    (
        "unknown",
        "A kind nobody knows may have any fields: it is kept, and denies",
        {"kind": "moon", "phase": "full", "of": [1]},
    ),
    (
        "unknown-of-objects",
        "A kind that is a member of every object in some languages is one nobody knows",
        {"kind": "constructor", "x": 1},
    ),
    ("unknown-inside", "Also inside another", {"kind": "not", "of": {"kind": "moon"}}),
)

CONDITIONS_WRONG: Final[tuple[tuple[str, str, Any, str], ...]] = (
    ("no-kind", "No kind", {"of": []}, "field-missing"),
    ("kind-integer", "A kind that is no text", {"kind": 1}, "field-kind"),
    ("kind-words", "A kind with a space", {"kind": "full moon"}, "field-text"),
    ("text", "A condition as a text", "paid", "field-kind"),
    ("all-empty", "All of nothing always holds", {"kind": "all", "of": []}, "field-length"),
    ("any-empty", "One of nothing never holds", {"kind": "any", "of": []}, "field-length"),
    (
        "all-more",
        "A field nobody knows in a kind everybody knows",
        {"kind": "all", "of": [{"kind": "count", "most": 1}], "but": 1},
        "field-unknown",
    ),
    (
        "not-array",
        "Not of several",
        {"kind": "not", "of": [{"kind": "count", "most": 1}]},
        "field-kind",
    ),
    ("time-no-before", "Absent is not null", {"kind": "time", "after": T0}, "field-missing"),
    (
        "time-negative",
        "A time before 1970",
        {"kind": "time", "after": -1, "before": None},
        "field-range",
    ),
    ("count-0", "Never", {"kind": "count", "most": 0}, "field-range"),
    ("count-text", "A number as a text", {"kind": "count", "most": "1"}, "field-kind"),
    ("place-empty", "Nowhere", {"kind": "place", "in": []}, "field-length"),
    ("place-small", "A country in small letters", {"kind": "place", "in": ["de"]}, "field-text"),
    (
        "place-three",
        "Three letters, of another list of countries",
        {"kind": "place", "in": ["DEU"]},
        "field-text",
    ),
    (
        "counterparty-curie",
        "A kind of party where a party is named",
        {"kind": "counterparty", "in": ["dpv:Processor"]},
        "field-kind",
    ),
    ("freshness-0", "Never fresh", {"kind": "freshness", "within": 0}, "field-range"),
    (
        "fact-null",
        "A fact that is nothing",
        {"kind": "fact", "name": "paid", "equals": None},
        "field-kind",
    ),
    (
        "fact-words",
        "A fact with a space",
        {"kind": "fact", "name": "plan", "equals": "very basic"},
        "field-text",
    ),
    (
        "fact-bytes",
        "A fact that is bytes",
        {"kind": "fact", "name": "plan", "equals": b"x"},
        "field-kind",
    ),
    (
        "inner",
        "The fault is two deep",
        {"kind": "all", "of": [{"kind": "not", "of": {"kind": "count", "most": 0}}]},
        "field-range",
    ),
)

RULES_WRONG: Final[tuple[tuple[str, str, dict[str, Any], str], ...]] = (
    (
        "no-purpose",
        "A permission for any purpose, which nobody may grant",
        {"purposes": []},
        "field-length",
    ),
    ("no-action", "Nothing is permitted to be done", {"actions": []}, "field-length"),
    ("no-path", "About no data", {"paths": []}, "field-length"),
    ("actions-twice", "An action twice", {"actions": ["dpv:Use", "dpv:Use"]}, "field-order"),
    ("paths-twice", "A path twice", {"paths": ["vcard", "vcard"]}, "field-order"),
    ("purposes-twice", "A purpose twice", {"purposes": [SERVICE, SERVICE]}, "field-order"),
    ("recipients-twice", "A recipient twice", {"recipients": [PARTY, PARTY]}, "field-order"),
    ("recipients-absent", "Absent is not empty", {"recipients": ABSENT}, "field-missing"),
    ("recipient-words", "A recipient in words", {"recipients": ["Our partners"]}, "field-text"),
    ("action-bare", "An action without its prefix", {"actions": ["Use"]}, "field-text"),
    ("path-slash", "A path with a slash before it", {"paths": ["/vcard"]}, "field-text"),
    ("path-slash-behind", "A path with a slash behind it", {"paths": ["vcard/"]}, "field-text"),
    ("path-double-slash", "A segment of no characters", {"paths": ["vcard//fn"]}, "field-text"),
    (
        "path-empty",
        "A path of no characters, which a loose reader takes for everything",
        {"paths": [""]},
        "field-text",
    ),
    ("path-space", "A path with a space", {"paths": ["vcard/full name"]}, "field-text"),
    ("path-129", "A path of 129 characters", {"paths": ["p" * 129]}, "field-text"),
    ("conditions-empty", "An empty array in place of none", {"conditions": []}, "field-length"),
    ("duties-empty", "An empty array in place of none", {"duties": []}, "field-length"),
    ("retention-0", "Kept for no time", {"retention": 0}, "field-range"),
    ("retention-null", "Null is not absent", {"retention": None}, "field-kind"),
    ("retention-text", "A time as words", {"retention": "P30D"}, "field-kind"),
    ("duty-no-within", "Absent is not null", {"duties": [{"duty": "inform"}]}, "field-missing"),
    (
        "duty-within-0",
        "At once, which nobody can",
        {"duties": [{"duty": "inform", "within": 0}]},
        "field-range",
    ),
    (
        "duty-words",
        "A duty in words",
        {"duties": [{"duty": "inform me", "within": None}]},
        "field-text",
    ),
    ("more", "A field nobody knows: is it a restriction?", {"unless": "asked"}, "field-unknown"),
)

TERMS_WRONG: Final[tuple[tuple[str, str, dict[str, Any], str], ...]] = (
    ("empty-period", "It ends when it begins", {"until": T0}, "field-range"),
    ("until-before-from", "It ends before it begins", {"until": T0 - 1}, "field-range"),
    ("until-null", "Without an end", {"until": None}, "field-kind"),
    ("no-law", "Absent, not unknown", {"law": ABSENT}, "field-missing"),
    (
        "law-line-feed",
        "A line feed behind it, which an anchor at the end of a line lets pass",
        {"law": "DE\n"},
        "field-text",
    ),
    ("law-words", "A law in words", {"law": "Germany"}, "field-text"),
    ("law-part-4", "A part of a country of four characters", {"law": "GB-ENGL"}, "field-text"),
    ("prevails", "Neither text nor terms", {"prevails": "law"}, "field-choice"),
    ("text-words", "The text itself", {"text": "I agree"}, "field-kind"),
    ("text-digest", "A bare digest", {"text": some_cid("text")[4:]}, "field-cid"),
    ("agreement-words", "A name with a space", {"agreement": "SD BASE"}, "field-text"),
    ("permissions-map", "One rule and not an array", {"permissions": RULE}, "field-kind"),
    ("duties-absent", "Absent is not empty", {"duties": ABSENT}, "field-missing"),
    ("more", "A field nobody knows", {"title": "x"}, "field-unknown"),
)


def _rule(add: Add) -> None:
    full = {
        **RULE,
        "recipients": [PARTY, "dpv:Processor"],
        "conditions": [{"kind": "count", "most": 1}],
        "duties": [{"duty": "inform", "within": DAY}, {"duty": "ieee-7012:x", "within": None}],
        "retention": 30 * DAY,
    }
    longest = {**RULE, "paths": ["p" * 128, "a/b/c"]}
    for name, comment, value in (
        ("plain", "What most terms are", terms()),
        ("full", "A rule with everything optional", terms(permissions=[full])),
        ("no-permissions", "Nothing is permitted", terms(permissions=[])),
        (
            "any-purpose-prohibited",
            "A prohibition may be about any purpose",
            terms(prohibitions=[{**RULE, "purposes": []}]),
        ),
        ("longest-path", "A path of 128 characters", terms(permissions=[longest])),
        ("part-of-country", "The law of a part of a country", terms(law="GB-ENG")),
        ("duties", "Duties of the terms", terms(duties=[{"duty": "report", "within": 1}])),
        ("terms-prevail", "The rules count before the text", terms(prevails="terms")),
    ):
        given = {"kind": "terms", "bytes": encode(value)}
        add(f"terms-{name}", comment, TERMS, "read", given, claims={"value": shown(value)})
    for name, comment, changes, code in RULES_WRONG:
        value = terms(permissions=[changed(RULE, changes)])
        add(
            f"terms-rule-{name}",
            comment,
            TERMS,
            "read",
            {"kind": "terms", "bytes": encode(value)},
            error=code,
        )


def build(add: Add) -> None:
    """Add the vectors of terms."""
    _rule(add)
    for name, comment, changes, code in TERMS_WRONG:
        value = changed(terms(), changes)
        add(
            f"terms-{name}",
            comment,
            TERMS,
            "read",
            {"kind": "terms", "bytes": encode(value)},
            error=code,
        )
    for name, comment, condition in CONDITIONS_RIGHT:
        value = terms(permissions=[{**RULE, "conditions": [condition]}])
        given = {"kind": "terms", "bytes": encode(value)}
        add(f"condition-{name}", comment, CONDITIONS, "read", given, claims={"value": shown(value)})
    for name, comment, condition, code in CONDITIONS_WRONG:
        value = terms(prohibitions=[{**RULE, "conditions": [condition]}])
        given = {"kind": "terms", "bytes": encode(value)}
        add(f"condition-{name}", comment, CONDITIONS, "read", given, error=code)
