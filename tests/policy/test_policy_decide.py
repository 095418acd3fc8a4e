"""decide: the precedence table, case by case, and what only ever denies."""

import time
from dataclasses import replace
from types import MappingProxyType

import pytest

from linkcontract.encoding import cid_of
from linkcontract.model.rules import Condition, Duty, Rule
from linkcontract.model.terms import Terms
from linkcontract.policy import (
    NO_FACTS,
    REASONS,
    Decision,
    Facts,
    Request,
    could_permit,
    decide,
    decide_share,
    is_concrete,
    path_covers,
)

NOW = 1_000_000
SHOP, PRINTER = cid_of(b"shop"), cid_of(b"printer")
DELIVERY = "ieee-7012:ServiceDelivery"


def rule(paths: str = "vcard", **changes: object) -> Rule:
    fields = {
        "actions": ("dpv:Consult",),
        "paths": tuple(paths.split()),
        "purposes": (DELIVERY,),
        **changes,
    }
    return Rule(**fields)  # type: ignore[arg-type]


def terms(
    permissions: tuple[Rule, ...] = (), prohibitions: tuple[Rule, ...] = (), **changes: object
) -> Terms:
    fields = {
        "agreement": "ieee-7012:SD-BASE",
        "text": cid_of(b"text"),
        "permissions": permissions,
        "prohibitions": prohibitions,
        "valid_from": 0,
        "until": 2 * NOW,
        "law": "IE",
        "prevails": "text",
        **changes,
    }
    return Terms(**fields)  # type: ignore[arg-type]


def ask(path: str = "vcard/email", **changes: object) -> Request:
    fields = {"action": "dpv:Consult", "path": path, "purpose": DELIVERY, **changes}
    return Request(**fields)  # type: ignore[arg-type]


def given(kind: str, **fields: object) -> Condition:
    return Condition(kind, MappingProxyType(fields))


def code(decision: Decision) -> str:
    assert decision.permit == (decision.code == "permitted")
    assert decision.code in REASONS
    return decision.code


def test_no_terms_deny() -> None:
    assert decide((), ask(), now=NOW) == Decision(False, "", "no-terms")


def test_an_empty_policy_denies() -> None:
    assert code(decide([terms()], ask(), now=NOW)) == "no-permission"


def test_a_permission_permits_what_it_covers() -> None:
    decision = decide([terms((rule(),))], ask(), now=NOW)
    assert decision == Decision(True, "terms[0].permissions[0]", "permitted")


@pytest.mark.parametrize(
    "request_",
    [
        ask("calendar/today"),
        ask("vcards/email"),
        ask(action="dpv:Share"),
        ask(action="dpv:Use"),
        ask(purpose="dpv:Marketing"),
        ask(purpose="dpv:ServiceProvision"),
        ask(recipient="dpv:ThirdParty"),
        ask(recipient=PRINTER),
    ],
)
def test_one_thing_that_is_not_covered_denies(request_: Request) -> None:
    assert code(decide([terms((rule(),))], request_, now=NOW)) == "no-permission"


def test_narrower_purpose_and_action_are_covered_and_broader_ones_are_not() -> None:
    broad = rule(actions=("dpv:Use",), purposes=("dpv:ServiceProvision",))
    assert decide([terms((broad,))], ask(), now=NOW)
    assert not decide([terms((rule(),))], ask(purpose="dpv:ServiceProvision"), now=NOW)


def test_a_purpose_below_any_of_several_parents_is_covered() -> None:
    for parent in ("dpv:Advertising", "dpv:Personalisation"):
        one = terms((rule(purposes=(parent,)),))
        assert decide([one], ask(purpose="dpv:TargetedAdvertising"), now=NOW)


def test_action_and_purpose_of_different_permissions_do_not_combine() -> None:
    one = terms((rule(actions=("dpv:Share",)), rule(purposes=("dpv:Marketing",))))
    assert code(decide([one], ask(), now=NOW)) == "no-permission"


@pytest.mark.parametrize(
    ("allow", "deny", "permitted"),
    [
        ("vcard", "vcard", False),
        ("vcard/email", "vcard/email", False),
        ("vcard/email", "vcard", True),
        ("vcard", "vcard/email", False),
        ("vcard vcard/email/work", "vcard/email", True),
        ("vcard vcard/email/home", "vcard/email", False),
        ("vcard", "vcard/tel", True),
        ("vcard/*", "vcard/email", False),
        ("vcard/*/work", "vcard/email", True),
        ("vcard/email/work", "*/*/*", False),
        ("vcard/email/work", "*/*", True),
        ("vcard/email", "vcard/email/work", False),
        ("vcard/email", "vcard/email/work/x", False),
        ("vcard/email/work", "vcard/email/work/x", False),
        ("*", "calendar", True),
    ],
)
def test_the_longer_path_decides_and_a_tie_denies(allow: str, deny: str, permitted: bool) -> None:
    one = terms((rule(allow),), (rule(deny),))
    decision = decide([one], ask("vcard/email/work"), now=NOW)
    assert decision.permit is permitted
    assert decision.code == ("permitted" if permitted else "prohibited")


def test_length_is_counted_in_segments_not_characters() -> None:
    one = terms((rule("a/b/c"),), (rule("a/bbbbbbbbbbbb"), rule("a/b")))
    assert decide([one], ask("a/b/c"), now=NOW)


def test_asking_for_a_whole_asks_for_its_prohibited_part() -> None:
    one = terms((rule(),), (rule("vcard/tel"),))
    assert code(decide([one], ask("vcard"), now=NOW)) == "prohibited"
    assert decide([one], ask("vcard/fn"), now=NOW)


def test_asking_for_a_broader_action_or_purpose_asks_for_the_prohibited_one() -> None:
    allow = rule(actions=("dpv:Use",), purposes=("dpv:Purpose",))
    tracking = rule(actions=("dpv:Tracking",), purposes=())
    assert code(decide([terms((allow,), (tracking,))], ask(action="dpv:Use"), now=NOW)) == (
        "prohibited"
    )
    assert decide([terms((allow,), (tracking,))], ask(), now=NOW)
    advertising = rule(actions=("dpv:Processing",), purposes=("dpv:Advertising",))
    both = terms((allow,), (advertising,))
    assert not decide([both], ask(purpose="dpv:Marketing"), now=NOW)
    assert not decide([both], ask(purpose="dpv:Personalisation"), now=NOW)
    assert not decide([both], ask(purpose="dpv:TargetedAdvertising"), now=NOW)
    assert decide([both], ask(), now=NOW)


def test_a_prohibition_without_purposes_means_any_purpose() -> None:
    one = terms((rule(),), (rule(purposes=()),))
    assert code(decide([one], ask(), now=NOW)) == "prohibited"


def test_an_unknown_word_in_a_permission_permits_nothing() -> None:
    for changes in ({"actions": ("dpv:Peruse",)}, {"purposes": ("shop:Delivery",)}):
        one = terms((rule(**changes),))
        assert code(decide([one], ask(), now=NOW)) == "no-permission"


def test_an_unknown_word_in_a_request_is_refused_even_if_a_rule_says_the_same() -> None:
    one = terms((rule(actions=("dpv:Peruse",), purposes=("shop:Delivery",)),))
    assert code(decide([one], ask(action="dpv:Peruse"), now=NOW)) == "unknown-term"
    assert code(decide([one], ask(purpose="shop:Delivery"), now=NOW)) == "unknown-term"
    assert code(decide([one], ask(recipient="shop:Printer"), now=NOW)) == "unknown-term"


def test_an_action_that_is_no_action_and_a_purpose_that_is_no_purpose_are_refused() -> None:
    one = terms((rule(actions=("dpv:Purpose",), purposes=("dpv:Processing",)),))
    assert code(decide([one], ask(action="dpv:Purpose"), now=NOW)) == "unknown-term"
    assert code(decide([one], ask(purpose="dpv:Processing"), now=NOW)) == "unknown-term"


def test_an_unknown_word_in_a_prohibition_prohibits_everything_it_could_mean() -> None:
    for changes in ({"actions": ("dpv:Peruse",)}, {"purposes": ("shop:Delivery",)}):
        one = terms((rule(),), (rule(**changes),))
        assert code(decide([one], ask(), now=NOW)) == "prohibited"


@pytest.mark.parametrize("path", ["", "/", "vcard/", "/vcard", "vcard//email", "*", "vcard/*"])
def test_a_path_that_is_no_place_is_refused(path: str) -> None:
    assert not is_concrete(path)
    assert code(decide([terms((rule("*"),))], ask(path), now=NOW)) == "bad-request"


def test_a_prefix_of_characters_is_not_a_prefix_of_segments() -> None:
    assert path_covers("vcard/tel", "vcard/tel")
    assert path_covers("vcard/tel", "vcard/tel/home")
    assert not path_covers("vcard/tel", "vcard/telex")
    assert not path_covers("vcard/tel/home", "vcard/tel")
    assert not path_covers("vcard/*", "vcard")
    assert path_covers("*/tel", "vcard/tel/home")


@pytest.mark.parametrize(
    ("recipients", "asked", "permitted"),
    [
        ((), None, True),
        ((), PRINTER, False),
        ((), "dpv:DataProcessor", False),
        (("dpv:DataProcessor",), None, False),
        (("dpv:DataProcessor",), "dpv:DataProcessor", True),
        (("dpv:DataProcessor",), "dpv:DataSubProcessor", True),
        (("dpv:DataProcessor",), "dpv:ThirdParty", False),
        (("dpv:DataProcessor",), PRINTER, False),
        ((PRINTER,), PRINTER, True),
        ((PRINTER,), SHOP, False),
        ((PRINTER,), None, False),
        ((PRINTER,), "dpv:DataProcessor", False),
    ],
)
def test_recipients_of_a_permission(
    recipients: tuple[bytes | str, ...], asked: bytes | str | None, permitted: bool
) -> None:
    one = terms((rule(recipients=recipients),))
    assert decide([one], ask(recipient=asked), now=NOW).permit is permitted


@pytest.mark.parametrize(
    ("recipients", "asked", "prohibited"),
    [
        ((), None, True),
        ((), PRINTER, False),
        (("dpv:Recipient",), None, False),
        (("dpv:Recipient",), "dpv:DataProcessor", True),
        (("dpv:DataSubProcessor",), "dpv:DataProcessor", True),
        (("dpv:ThirdParty",), "dpv:DataProcessor", False),
        (("dpv:ThirdParty",), PRINTER, True),
        ((PRINTER,), PRINTER, True),
        ((SHOP,), PRINTER, False),
        ((PRINTER,), "dpv:DataProcessor", True),
        ((PRINTER,), None, False),
        ((SHOP,), None, True),
    ],
)
def test_recipients_of_a_prohibition(
    recipients: tuple[bytes | str, ...], asked: bytes | str | None, prohibited: bool
) -> None:
    anyone = (rule(), rule(recipients=("dpv:Recipient", "dpv:ThirdParty", PRINTER)))
    one = terms(anyone, (rule(recipients=recipients),))
    facts = Facts(counterparty=SHOP)
    assert decide([one], ask(recipient=asked), facts, now=NOW).permit is not prohibited


def test_a_prohibition_that_names_a_party_binds_a_second_party_nobody_identified() -> None:
    one = terms((rule(),), (rule(recipients=(PRINTER,)),))
    assert not decide([one], ask(), now=NOW)
    assert decide([one], ask(), Facts(counterparty=SHOP), now=NOW)


@pytest.mark.parametrize(
    ("now", "expected"),
    [(99, "not-yet"), (100, "permitted"), (199, "permitted"), (200, "expired"), (201, "expired")],
)
def test_validity_is_from_inclusive_to_until_exclusive(now: int, expected: str) -> None:
    one = terms((rule(),), valid_from=100, until=200)
    decision = decide([one], ask(), now=now)
    assert decision.code == expected
    assert (
        decision.rule
        == {
            "not-yet": "terms[0].from",
            "expired": "terms[0].until",
            "permitted": "terms[0].permissions[0]",
        }[expected]
    )


def test_every_one_of_the_terms_has_to_permit() -> None:
    wide, narrow = terms((rule(),)), terms((rule("vcard/fn"),))
    assert decide([wide, narrow], ask("vcard/fn"), now=NOW)
    refused = decide([wide, narrow], ask("vcard/email"), now=NOW)
    assert (refused.permit, refused.code) == (False, "no-permission")
    blocked = decide([wide, terms((rule(),), (rule(),))], ask(), now=NOW)
    assert blocked.rule == "terms[1].prohibitions[0]"


def test_duties_add_up_over_the_terms_and_the_deciding_permissions() -> None:
    erase, report = Duty("dpv:Erase", 1000), Duty("ieee-7012:TransparencyExPost")
    log = Duty("log")
    first = terms((rule(duties=(erase,)), rule(duties=(report, erase))), duties=(log,))
    second = terms((rule("vcard/email", duties=(report,)),))
    assert decide([first, second], ask(), now=NOW).duties == (log, erase, report)
    assert decide([first], ask("calendar"), now=NOW).duties == ()


def test_a_less_specific_permission_adds_no_duties() -> None:
    one = terms((rule(duties=(Duty("log"),)), rule("vcard/email")))
    assert decide([one], ask(), now=NOW) == Decision(True, "terms[0].permissions[1]", "permitted")


def test_the_shortest_retention_applies() -> None:
    one = terms((rule(retention=500), rule(retention=300)))
    two = terms((rule(retention=400),))
    assert decide([one, two], ask(), now=NOW).retention == 300


def test_the_receiver_may_not_use_what_it_may_no_longer_keep() -> None:
    one = terms((rule(retention=500),))
    assert decide([one], ask(), Facts(received_at=NOW - 499), now=NOW)
    late = decide([one], ask(), Facts(received_at=NOW - 500), now=NOW)
    assert code(late) == "retention"


@pytest.mark.parametrize(
    ("condition", "facts", "held"),
    [
        (given("time", after=NOW, before=None), NO_FACTS, True),
        (given("time", after=NOW + 1, before=None), NO_FACTS, False),
        (given("time", after=None, before=NOW + 1), NO_FACTS, True),
        (given("time", after=None, before=NOW), NO_FACTS, False),
        (given("counterparty", **{"in": (SHOP,)}), Facts(counterparty=SHOP), True),
        (given("counterparty", **{"in": (SHOP,)}), Facts(counterparty=PRINTER), False),
        (given("counterparty", **{"in": (SHOP,)}), NO_FACTS, None),
        (given("fact", name="tier", equals="gold"), Facts(named={"tier": "gold"}), True),
        (given("fact", name="tier", equals="gold"), Facts(named={"tier": "Gold"}), False),
        (given("fact", name="tier", equals="gold"), NO_FACTS, None),
        (given("fact", name="member", equals=True), Facts(named={"member": 1}), False),
        (given("fact", name="age", equals=1), Facts(named={"age": True}), False),
        (given("count", most=2), Facts(uses=1), True),
        (given("count", most=2), Facts(uses=2), False),
        (given("count", most=2), NO_FACTS, None),
        (given("place", **{"in": ("US",)}), Facts(place="US-MI"), True),
        (given("place", **{"in": ("US-MI",)}), Facts(place="US-MI"), True),
        (given("place", **{"in": ("US-MI",)}), Facts(place="US"), None),
        (given("place", **{"in": ("US-MI",)}), Facts(place="CA"), False),
        (given("place", **{"in": ("EU",)}), Facts(place="EU"), True),
        (given("place", **{"in": ("EU",)}), Facts(place="IE"), None),
        (given("place", **{"in": ("IE",)}), Facts(place="EU"), None),
        (given("place", **{"in": ("IE",)}), NO_FACTS, None),
        (given("freshness", within=10), Facts(received_at=NOW - 10), True),
        (given("freshness", within=10), Facts(received_at=NOW - 11), False),
        (given("freshness", within=10), Facts(received_at=NOW + 1), None),
        (given("freshness", within=10), NO_FACTS, None),
        (given("moon", phase="full"), NO_FACTS, None),
    ],
)
def test_a_permission_needs_its_condition_to_hold_and_a_prohibition_needs_it_to_fail(
    condition: Condition, facts: Facts, held: bool | None
) -> None:
    inverse = given("not", of=condition)
    double = given("not", of=inverse)
    for one, value in ((condition, held), (double, held)):
        permission = decide([terms((rule(conditions=(one,)),))], ask(), facts, now=NOW)
        assert permission.code == ("permitted" if value is True else "condition")
        prohibition = terms((rule(),), (rule(conditions=(one,)),))
        assert decide([prohibition], ask(), facts, now=NOW).permit is (value is False)
    negated = decide([terms((rule(conditions=(inverse,)),))], ask(), facts, now=NOW)
    assert negated.permit is (held is False)


def test_negating_an_unknown_kind_of_condition_permits_nothing() -> None:
    unknown = given("moon")
    for condition in (
        unknown,
        given("not", of=unknown),
        given("any", of=(unknown, given("not", of=unknown))),
        given("all", of=(unknown, given("time", after=None, before=None))),
    ):
        one = terms((rule(conditions=(condition,)),))
        assert code(decide([one], ask(), now=NOW)) == "condition"


def test_a_known_false_decides_all_and_a_known_true_decides_any() -> None:
    true = given("time", after=None, before=None)
    false = given("not", of=true)
    unknown = given("moon")
    either = terms((rule(conditions=(given("any", of=(unknown, true)),)),))
    assert decide([either], ask(), now=NOW)
    both = terms((rule(),), (rule(conditions=(given("all", of=(unknown, false)),)),))
    assert decide([both], ask(), now=NOW)


def test_a_share_is_permitted_only_if_every_item_is() -> None:
    one = terms((rule("vcard/fn vcard/email", actions=("dpv:Collect", "dpv:Store")),))
    good = decide_share([one], ["vcard/fn", "vcard/email/home"], DELIVERY, now=NOW)
    assert good.permit
    assert good.code == "permitted"
    bad = decide_share([one], ["vcard/fn", "vcard/tel"], DELIVERY, now=NOW)
    assert not bad
    assert bad.code == "no-permission"
    assert [path for path, decision in bad.items if not decision] == ["vcard/tel"]


def test_a_share_of_nothing_is_refused() -> None:
    nothing = decide_share([terms((rule(actions=("dpv:Collect",)),))], [], DELIVERY, now=NOW)
    assert (nothing.permit, nothing.code) == (False, "no-items")


def test_a_use_could_be_permitted_if_any_path_and_any_facts_permit_it() -> None:
    def could(one: Terms, at: int = NOW, **changes: str) -> bool:
        asked = {"action": "dpv:Consult", "purpose": DELIVERY, **changes}
        return could_permit(one, **asked, recipient=None, at=at)

    conditional = rule(conditions=(given("moon"),))
    assert could(terms((conditional,)))
    assert could(terms((rule("vcard/*"),)))
    assert could(terms((rule(),), (rule("vcard/tel"),)))
    assert could(terms((rule(),), (conditional,)))
    assert could(terms((rule(),), (rule(actions=("dpv:Peruse",)),)))
    assert not could(terms((rule(),), (rule(),)))
    assert not could(terms((rule("vcard/tel"),), (rule("vcard/*"),)))
    assert not could(terms((rule(),)), purpose="dpv:Marketing")
    assert not could(terms((rule(),)), action="dpv:Share")
    assert not could(terms((rule(),)), purpose="shop:Delivery")
    assert not could(terms((rule(),)), at=2 * NOW)
    assert not could(replace(terms((rule(),)), valid_from=NOW + 1))
    assert not could_permit(terms((rule(),)), "dpv:Consult", DELIVERY, "dpv:ThirdParty", at=NOW)


def test_reading_a_decision_as_a_truth_value_is_its_answer() -> None:
    assert bool(Decision(True, "", "permitted")) is True
    assert bool(Decision(False, "", "no-permission")) is False


def test_terms_with_thousands_of_paths_take_no_quadratic_work() -> None:
    allowed = " ".join(f"{number:x}/*" for number in range(5000))
    one = terms((rule(allowed),), (rule(allowed),))
    start = time.process_time()
    assert not could_permit(one, "dpv:Consult", DELIVERY, None, at=NOW)
    assert not decide([one], ask("fff/a"), now=NOW)
    # five thousand times five thousand comparisons take half a minute
    assert time.process_time() - start < 5
