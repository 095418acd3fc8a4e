"""The roster: ids bound to texts, and terms that say what the texts say."""

import re
from dataclasses import replace

import pytest

from linkcontract.encoding import cid_of, decode, encode, is_free_text
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import DAY, MAX_BODY
from linkcontract.model import roster as module
from linkcontract.model.roster import (
    DUE,
    LANG,
    MEDIA,
    SERVICE_DELIVERY,
    Agreement,
    agreement,
    find,
    roster,
    text_id,
)
from linkcontract.model.terms import Terms
from linkcontract.model.vocabulary import exists, label, subsumes, vocabulary
from linkcontract.policy import Facts, Request, decide, decide_share

NOW = 1_800_000_000_000
PATHS = ("vcard/fn", "vcard/email", "vcard/adr/home")


def terms_of(name: str, **changes: object) -> Terms:
    fields = {"paths": PATHS, "valid_from": NOW, "until": NOW + 365 * DAY, "law": "IE", **changes}
    return agreement(name).terms(**fields)  # type: ignore[arg-type]


both = pytest.mark.parametrize("name", ["SD-BASE", "SD-BASE-DP"])


def test_the_roster_has_the_two_service_delivery_agreements() -> None:
    assert list(roster()) == ["ieee-7012:SD-BASE", "ieee-7012:SD-BASE-DP"]
    for curie, entry in roster().items():
        assert entry.id == curie
        assert exists(curie)
        assert agreement(entry.name) is agreement(curie) is entry


@both
def test_the_id_is_bound_to_the_text(name: str) -> None:
    entry = agreement(name)
    preimage = {"lang": "en", "media": "text/plain", "text": entry.text}
    assert entry.text_id == cid_of(encode(preimage)) == text_id(LANG, MEDIA, entry.text)
    with pytest.raises(LocalProtocolError, match="roster-text"):
        replace(entry, text=entry.text + "The Organisation may do more.\n")
    with pytest.raises(LocalProtocolError, match="roster-text"):
        replace(entry, text_id=cid_of(b""))


def test_an_altered_installed_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = module._ENTRIES.values()
    swapped = {"ieee-7012:SD-BASE": (first[0], second[1], first[2], first[3])}
    monkeypatch.setattr(module, "_ENTRIES", swapped)
    module.roster.cache_clear()
    try:
        with pytest.raises(LocalProtocolError, match="roster-text"):
            module.roster()
    finally:
        module.roster.cache_clear()


@pytest.mark.parametrize("name", ["", "SD-BASE-A", "sd-base", "ieee-7012:PDC-AI", "dpv:SD-BASE"])
def test_an_unknown_agreement_is_a_clear_error(name: str) -> None:
    with pytest.raises(LocalProtocolError, match=r"roster-unknown.*SD-BASE-DP"):
        agreement(name)


@both
def test_terms_are_found_by_id_and_text_never_by_one_of_them(name: str) -> None:
    terms = terms_of(name)
    assert find(terms) is agreement(name)
    assert find(replace(terms, text=cid_of(b"another text"))) is None
    other = "SD-BASE" if name == "SD-BASE-DP" else "SD-BASE-DP"
    assert find(replace(terms, agreement=f"ieee-7012:{other}")) is None
    assert find(replace(terms, agreement="ieee-7012:PDC-GOOD")) is None


@both
def test_terms_that_differ_in_a_rule_do_not_pass_for_the_agreement(name: str) -> None:
    entry, terms = agreement(name), terms_of(name)
    assert entry.matches(terms)
    assert entry.matches(terms_of(name, paths=("other",), law="US-MI", until=NOW + 1))
    assert not entry.matches(replace(terms, prohibitions=terms.prohibitions[1:]))
    assert not entry.matches(replace(terms, permissions=terms.permissions[:1]))
    assert not entry.matches(replace(terms, permissions=()))
    assert not entry.matches(replace(terms, duties=()))
    assert not entry.matches(replace(terms, prevails="terms"))
    wider = replace(terms.permissions[1], paths=("*",))
    assert not entry.matches(replace(terms, permissions=(terms.permissions[0], wider)))


@both
def test_terms_survive_the_wire(name: str) -> None:
    terms = terms_of(name)
    data = encode(terms.to_value())
    again = Terms.from_value(decode(data, max_bytes=MAX_BODY))
    assert again == terms
    assert again.id == terms.id
    assert agreement(name).matches(again)
    assert len(data) < 4096


@both
def test_every_word_of_the_terms_is_in_the_vocabulary(name: str) -> None:
    terms = terms_of(name)
    for rule in (*terms.permissions, *terms.prohibitions):
        assert all(subsumes("dpv:Processing", action) for action in rule.actions)
        assert all(subsumes("dpv:Purpose", purpose) for purpose in rule.purposes)
        assert all(isinstance(kind, str) and exists(kind) for kind in rule.recipients)
    assert all(exists(duty.duty) for duty in terms.duties)


@both
@pytest.mark.parametrize("action", ["dpv:Collect", "dpv:Store", "dpv:Access", "dpv:Retrieve"])
def test_service_delivery_is_permitted_on_the_agreed_paths(name: str, action: str) -> None:
    terms = [terms_of(name)]
    assert decide(terms, Request(action, "vcard/email/1", SERVICE_DELIVERY), now=NOW)
    assert not decide(terms, Request(action, "vcard/tel/1", SERVICE_DELIVERY), now=NOW)
    assert not decide(terms, Request(action, "vcard", SERVICE_DELIVERY), now=NOW)
    assert not decide(terms, Request(action, "vcard/fn", SERVICE_DELIVERY), now=NOW - 1)
    late = NOW + 365 * DAY
    assert not decide(terms, Request(action, "vcard/fn", SERVICE_DELIVERY), now=late)


@both
def test_no_other_purpose_is_permitted_for_any_action_and_recipient(name: str) -> None:
    terms = [terms_of(name)]
    for purpose in vocabulary().terms("dpv:Purpose") - {SERVICE_DELIVERY}:
        for action in ("dpv:Access", "dpv:Collect", "dpv:Transmit", "dpv:Use"):
            for recipient in (None, "dpv:DataProcessor", "dpv:ThirdParty"):
                assert not decide(terms, Request(action, "vcard/fn", purpose, recipient), now=NOW)


@both
@pytest.mark.parametrize("recipient", [None, "dpv:DataProcessor", "dpv:ThirdParty"])
@pytest.mark.parametrize(
    "action", ["dpv:Analyse", "dpv:Tracking", "dpv:TrackingByThirdParty", "eu-gdpr:Profiling"]
)
def test_analytics_tracking_and_profiling_are_prohibited_for_everybody(
    name: str, action: str, recipient: str | None
) -> None:
    terms = terms_of(name)
    request = Request(action, "vcard/fn", SERVICE_DELIVERY, recipient)
    assert not decide([terms], request, now=NOW)
    # the prohibition says so itself: it holds even where a permission of that length says yes
    granted = replace(
        terms,
        permissions=tuple(replace(rule, actions=("dpv:Processing",)) for rule in terms.permissions),
    )
    assert decide([granted], request, now=NOW).code in ("prohibited", "no-permission")
    if recipient is None:
        assert decide([granted], request, now=NOW).code == "prohibited"


@both
def test_third_parties_get_nothing_and_helpers_only_what_delivery_needs(name: str) -> None:
    terms = [terms_of(name)]

    def may(action: str, recipient: bytes | str) -> bool:
        request = Request(action, "vcard/adr/home", SERVICE_DELIVERY, recipient)
        return decide(terms, request, Facts(counterparty=cid_of(b"shop")), now=NOW).permit

    assert may("dpv:Transmit", "dpv:DataProcessor")
    assert may("dpv:Store", "dpv:DataSubProcessor")
    assert not may("dpv:Share", "dpv:DataProcessor")
    for action in vocabulary().terms("dpv:Processing"):
        assert not may(action, "dpv:ThirdParty")
        assert not may(action, cid_of(b"somebody"))


@both
def test_a_share_of_agreed_items_is_permitted_and_of_one_other_item_is_not(name: str) -> None:
    terms = [terms_of(name)]
    agreed = ["vcard/fn/1", "vcard/email/1", "vcard/adr/home/1"]
    assert decide_share(terms, agreed, SERVICE_DELIVERY, now=NOW)
    assert not decide_share(terms, [*agreed, "vcard/bday/1"], SERVICE_DELIVERY, now=NOW)


def test_portability_is_the_only_difference_in_the_terms() -> None:
    base, portable = terms_of("SD-BASE"), terms_of("SD-BASE-DP")
    assert base.permissions == portable.permissions
    assert base.prohibitions == portable.prohibitions
    extra = [duty for duty in portable.duties if duty not in base.duties]
    assert [duty for duty in base.duties if duty not in portable.duties] == []
    assert all(subsumes("ieee-7012:PortabilityRequired", duty.duty) for duty in extra)
    assert len(extra) == 2
    assert not any(subsumes("ieee-7012:PortabilityTerm", duty.duty) for duty in base.duties)


def test_portability_is_the_only_difference_in_the_texts() -> None:
    def clauses(text: str) -> dict[str, str]:
        found = re.split(r"(?m)^(\d+\.\d+) ", text)
        return dict(zip(found[1::2], (" ".join(part.split()) for part in found[2::2]), strict=True))

    base, portable = clauses(agreement("SD-BASE").text), clauses(agreement("SD-BASE-DP").text)
    changed = {number for number in base if base[number] != portable[number]}
    assert changed == {"6.4", "13.1"}
    assert set(portable) - set(base) == {"14.1", "14.2", "14.3", "14.4"}


@both
def test_the_texts_are_plain_and_claim_no_certification(name: str) -> None:
    text = agreement(name).text
    assert is_free_text(text)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 96
    words = " ".join(text.split())
    assert "by the process that IEEE 7012 describes" in words
    assert "is not approved or certified" in words
    assert f"The identifier ieee-7012:{name} is taken" in words
    assert "PART ONE: IN PLAIN WORDS" in text
    assert "PART TWO: THE AGREEMENT" in text


@both
def test_the_terms_of_the_duties_are_those_of_the_text(name: str) -> None:
    entry = agreement(name)
    assert DUE == 30 * DAY
    assert {duty.within for duty in entry.duties} == {DUE}
    assert "30 days" in entry.text
    assert not re.search(r"\b(?!30\b)\d+ (days|months|weeks|hours)", entry.text)


@both
def test_terms_of_no_paths_or_no_time_cannot_be_made(name: str) -> None:
    for changes in (
        {"paths": ()},
        {"paths": ("vcard//fn",)},
        {"until": NOW},
        {"law": "Ireland"},
        {"valid_from": -1},
    ):
        with pytest.raises(LocalProtocolError, match="field-"):
            terms_of(name, **changes)


def test_repeated_and_wildcard_paths_make_valid_terms() -> None:
    assert terms_of("SD-BASE", paths=("*", "*", "vcard")).permissions[0].paths == ("*", "vcard")


def test_labels_of_the_agreements_are_in_the_vocabulary() -> None:
    assert [label(curie) for curie in roster()] == ["SD-BASE", "SD BASE-DP"]
    assert all(isinstance(entry, Agreement) for entry in roster().values())
