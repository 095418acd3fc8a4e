"""decide against a brute-force oracle, and the properties that keep a mistake from permitting.

The oracle shares nothing with the code under test but the terms objects: it reads the vocabulary
from the packaged JSON, enumerates what a request asks for, place by place and word by word, in a
world with few words and paths of at most three segments, and compares the sets.
"""

import itertools
import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from importlib import resources
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from linkcontract.encoding import cid_of
from linkcontract.model.rules import Condition, Duty, Rule
from linkcontract.model.terms import Terms
from linkcontract.policy import Facts, Request, could_permit, decide

NOW = 50
PARTIES = [cid_of(b"shop"), cid_of(b"printer")]
WORDS = json.loads(
    resources.files("linkcontract.model").joinpath("vocabulary_table.json").read_bytes()
)["terms"]
ACTIONS = ["dpv:Processing", "dpv:Use", "dpv:Consult", "dpv:Monitor", "dpv:Tracking", "x:Peruse"]
PURPOSES = [
    "dpv:Purpose",
    "dpv:Marketing",
    "dpv:Personalisation",
    "dpv:PersonalisedAdvertising",
    "dpv:TargetedAdvertising",
    "ieee-7012:ServiceDelivery",
    "x:Whatever",
]
KINDS = ["dpv:Recipient", "dpv:DataProcessor", "dpv:DataSubProcessor", "dpv:ThirdParty", "x:Kind"]
SEGMENTS = ["a", "b"]
PLACES = [
    place for n in (1, 2, 3, 4) for place in itertools.product([*SEGMENTS, "other"], repeat=n)
]

paths = st.lists(st.sampled_from([*SEGMENTS, "*"]), min_size=1, max_size=3).map("/".join)
times = st.one_of(st.none(), st.integers(0, 100))
simple = st.one_of(
    st.builds(
        lambda after, before: Condition(
            "time", MappingProxyType({"after": after, "before": before})
        ),
        times,
        times,
    ),
    st.sampled_from(PARTIES).map(
        lambda party: Condition("counterparty", MappingProxyType({"in": (party,)}))
    ),
    st.sampled_from([1, True, "gold"]).map(
        lambda value: Condition("fact", MappingProxyType({"name": "tier", "equals": value}))
    ),
    st.just(Condition("moon", MappingProxyType({"phase": "full"}))),
)
conditions = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(
            lambda of: Condition("all", MappingProxyType({"of": tuple(of)}))
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda of: Condition("any", MappingProxyType({"of": tuple(of)}))
        ),
        inner.map(lambda of: Condition("not", MappingProxyType({"of": of}))),
    ),
    max_leaves=4,
)
duties = st.lists(st.sampled_from([Duty("log"), Duty("dpv:Erase", 5)]), max_size=2).map(tuple)


def rules(purposes_from: int) -> st.SearchStrategy[Rule]:
    def some(choices: list[str], least: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
        return st.lists(st.sampled_from(choices), min_size=least, max_size=2, unique=True).map(
            tuple
        )

    return st.builds(
        Rule,
        actions=some(ACTIONS),
        paths=st.lists(paths, min_size=1, max_size=2, unique=True).map(tuple),
        purposes=some(PURPOSES, purposes_from),
        recipients=st.one_of(
            st.just(()),
            st.lists(st.sampled_from([*KINDS, *PARTIES]), min_size=1, max_size=2, unique=True).map(
                tuple
            ),
        ),
        conditions=st.lists(conditions, max_size=1).map(tuple),
        duties=duties,
        retention=st.one_of(st.none(), st.integers(1, 60)),
    )


liberal = st.builds(
    Rule,
    actions=st.just(("dpv:Processing",)),
    paths=st.sampled_from([("*",), ("a", "b"), ("*/*", "b"), ("a/*",)]),
    purposes=st.just(("dpv:Purpose",)),
    recipients=st.sampled_from([(), (*KINDS, *PARTIES)]),
    duties=duties,
)
policies = st.builds(
    Terms,
    agreement=st.just("x"),
    text=st.just(cid_of(b"")),
    permissions=st.lists(st.one_of(rules(1), liberal), max_size=4).map(tuple),
    prohibitions=st.lists(rules(0), max_size=3).map(tuple),
    duties=duties,
    valid_from=st.sampled_from([0, 0, 0, NOW, NOW + 1]),
    until=st.sampled_from([NOW + 2, 100]),
    law=st.just("IE"),
    prevails=st.just("text"),
)
requests = st.builds(
    Request,
    action=st.sampled_from(ACTIONS),
    path=st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3).map("/".join),
    purpose=st.sampled_from(PURPOSES),
    recipient=st.one_of(st.none(), st.none(), st.sampled_from([*KINDS, *PARTIES])),
)
circumstances = st.builds(
    Facts,
    counterparty=st.one_of(st.none(), st.sampled_from(PARTIES)),
    received_at=st.one_of(st.none(), st.integers(0, NOW)),
    named=st.one_of(
        st.just({}), st.sampled_from([1, True, "gold"]).map(lambda value: {"tier": value})
    ),
)


def below(word: str) -> set[str]:
    """Everything the table has at or below a word, by asking every word for its ancestors."""

    def above(term: str) -> set[str]:
        return {term}.union(*(above(parent) for parent in WORDS[term][1]))

    return {term for term in WORDS if word in above(term)}


BELOW: Mapping[str, set[str]] = {word: below(word) for word in [*ACTIONS, *PURPOSES, *KINDS]}


def inside(path: str) -> set[tuple[str, ...]]:
    """The places of the small world that a path names, itself and what is below it."""
    pattern = path.split("/")
    return {
        place
        for place in PLACES
        if len(place) >= len(pattern)
        and all(p in ("*", s) for p, s in zip(pattern, place, strict=False))
    }


def truth(condition: Condition, facts: Facts) -> Fraction:
    """1, 0, or one half for what is not known."""
    fields = condition.fields
    if condition.kind == "all":
        return min(truth(inner, facts) for inner in fields["of"])
    if condition.kind == "any":
        return max(truth(inner, facts) for inner in fields["of"])
    if condition.kind == "not":
        return 1 - truth(fields["of"], facts)
    if condition.kind == "time":
        after = 0 if fields["after"] is None else fields["after"]
        before = 1000 if fields["before"] is None else fields["before"]
        return Fraction(NOW in range(after, before))
    if condition.kind == "counterparty" and facts.counterparty:
        return Fraction(facts.counterparty in set(fields["in"]))
    if condition.kind == "fact" and "tier" in facts.named:
        return Fraction(repr(facts.named["tier"]) == repr(fields["equals"]))
    return Fraction(1, 2)


def for_permission(rule: Rule, request: Request) -> bool:
    if not any(BELOW[request.action] <= BELOW[action] != set() for action in rule.actions):
        return False
    if not any(BELOW[request.purpose] <= BELOW[purpose] != set() for purpose in rule.purposes):
        return False
    if request.recipient is None:
        return rule.recipients == ()
    if isinstance(request.recipient, bytes):
        return request.recipient in rule.recipients
    return any(
        BELOW[request.recipient] <= BELOW[kind] != set()
        for kind in rule.recipients
        if isinstance(kind, str)
    )


def hits(rule_word: str, word: str) -> bool:
    return rule_word.startswith("x:") or bool(BELOW[rule_word] & BELOW[word])


def for_prohibition(rule: Rule, request: Request, facts: Facts) -> bool:
    if not any(hits(action, request.action) for action in rule.actions):
        return False
    if rule.purposes and not any(hits(purpose, request.purpose) for purpose in rule.purposes):
        return False
    if request.recipient is None:
        return rule.recipients == () or any(
            isinstance(who, bytes) and facts.counterparty in (None, who) for who in rule.recipients
        )
    return any(
        who == request.recipient
        or type(who) is not type(request.recipient)
        or (isinstance(who, str) and hits(who, str(request.recipient)))
        for who in rule.recipients
    )


def oracle(policy: Terms, request: Request, facts: Facts) -> bool:
    if any(
        isinstance(word, str) and word.startswith("x:")
        for word in (request.action, request.purpose, request.recipient)
    ):
        return False
    if NOW not in range(policy.valid_from, policy.until):
        return False
    wanted = inside(request.path)
    allow = [
        len(path.split("/"))
        for rule in policy.permissions
        if for_permission(rule, request)
        and all(truth(condition, facts) == 1 for condition in rule.conditions)
        and (
            rule.retention is None
            or facts.received_at is None
            or facts.received_at + rule.retention > NOW
        )
        for path in rule.paths
        if wanted <= inside(path)
    ]
    deny = [
        len(path.split("/"))
        for rule in policy.prohibitions
        if for_prohibition(rule, request, facts)
        and all(truth(condition, facts) > 0 for condition in rule.conditions)
        for path in rule.paths
        if wanted & inside(path)
    ]
    return max(allow, default=0) > max(deny, default=0)


@settings(max_examples=400, deadline=None)
@given(policies, requests, circumstances)
def test_decide_agrees_with_the_oracle(policy: Terms, request: Request, facts: Facts) -> None:
    decision = decide([policy], request, facts, now=NOW)
    assert decision.permit == oracle(policy, request, facts)
    assert decision.permit == (decision.code == "permitted")


@settings(max_examples=120, deadline=None)
@given(st.lists(policies, max_size=3), requests, circumstances)
def test_several_terms_permit_only_what_each_permits(
    several: list[Terms], request: Request, facts: Facts
) -> None:
    decision = decide(several, request, facts, now=NOW)
    assert decision.permit == (
        bool(several) and all(oracle(policy, request, facts) for policy in several)
    )
    if decision.permit:
        owed = {duty for policy in several for duty in policy.duties}
        assert owed <= set(decision.duties)


@settings(max_examples=120, deadline=None)
@given(policies, requests, circumstances, rules(0), st.integers(0, 3))
def test_adding_a_prohibition_never_permits_more(
    policy: Terms, request: Request, facts: Facts, extra: Rule, place: int
) -> None:
    prohibitions = list(policy.prohibitions)
    prohibitions.insert(place, extra)
    stricter = replace(policy, prohibitions=tuple(prohibitions))
    if decide([stricter], request, facts, now=NOW):
        assert decide([policy], request, facts, now=NOW)


@settings(max_examples=120, deadline=None)
@given(policies, requests, circumstances, st.data())
def test_removing_a_permission_never_permits_more(
    policy: Terms, request: Request, facts: Facts, data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=4, max_size=4))
    fewer = replace(policy, permissions=tuple(itertools.compress(policy.permissions, kept)))
    if decide([fewer], request, facts, now=NOW):
        assert decide([policy], request, facts, now=NOW)


@settings(max_examples=120, deadline=None)
@given(policies, requests, circumstances)
def test_forgetting_a_fact_never_permits_more_except_what_ages(
    policy: Terms, request: Request, facts: Facts
) -> None:
    for fewer in (replace(facts, counterparty=None), replace(facts, named={})):
        if decide([policy], request, fewer, now=NOW):
            assert decide([policy], request, facts, now=NOW)


@settings(max_examples=120, deadline=None)
@given(policies, requests, st.integers(0, 3))
def test_asking_for_less_is_never_refused_where_asking_for_all_was_permitted(
    policy: Terms, request: Request, seed: int
) -> None:
    if decide([policy], request, now=NOW):
        narrower = replace(request, path=f"{request.path}/{'ab'[seed % 2]}")
        assert decide([policy], narrower, now=NOW)


@settings(max_examples=120, deadline=None)
@given(policies, requests, circumstances)
def test_what_is_permitted_could_be_permitted(
    policy: Terms, request: Request, facts: Facts
) -> None:
    if decide([policy], request, facts, now=NOW):
        assert could_permit(policy, request.action, request.purpose, request.recipient, at=NOW)


def could(policy: Terms, request: Request) -> bool:
    """Some place in the small world is permitted if conditions and words in doubt say yes."""
    if NOW not in range(policy.valid_from, policy.until) or any(
        isinstance(word, str) and word.startswith("x:")
        for word in (request.action, request.purpose, request.recipient)
    ):
        return False
    allow = [
        path for rule in policy.permissions if for_permission(rule, request) for path in rule.paths
    ]
    deny = [
        path
        for rule in policy.prohibitions
        if not rule.conditions
        and for_permission(replace(rule, purposes=rule.purposes or ("dpv:Purpose",)), request)
        for path in rule.paths
    ]

    def longest(patterns: list[str], place: tuple[str, ...]) -> int:
        return max((len(p.split("/")) for p in patterns if place in inside(p)), default=0)

    return any(longest(allow, place) > longest(deny, place) for place in PLACES)


@settings(max_examples=120, deadline=None)
@given(policies, requests)
def test_could_permit_agrees_with_trying_every_place(policy: Terms, request: Request) -> None:
    answer = could_permit(policy, request.action, request.purpose, request.recipient, at=NOW)
    assert answer == could(policy, request)
