"""The vocabulary: the packaged table is what the generator makes, and it is a usable DAG."""

import importlib.util
import json
import os
from importlib import resources
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkcontract.encoding import is_cid, is_protocol_text
from linkcontract.errors import LocalProtocolError
from linkcontract.model import vocabulary as vocabulary_module
from linkcontract.model.vocabulary import (
    TABLE_ID,
    Vocabulary,
    exists,
    label,
    overlaps,
    subsumes,
    table_id,
    vocabulary,
)

ROOT = Path(__file__).resolve().parents[2]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gen", ROOT / "spec/vocabulary/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def packaged() -> bytes:
    return resources.files("linkcontract.model").joinpath("vocabulary_table.json").read_bytes()


def sources() -> Path:
    folder = os.environ.get("LINKCONTRACT_DPV_SOURCES")
    if not folder:
        pytest.skip("LINKCONTRACT_DPV_SOURCES does not name a folder with the CSV sources")
    return Path(folder)


def test_regenerating_gives_the_packaged_bytes() -> None:
    assert generator().build(sources()) == packaged()


@pytest.mark.parametrize("name", ["dpv/dpv.csv", "pd/pd.csv"])
def test_one_changed_source_changes_the_recorded_digest(tmp_path: Path, name: str) -> None:
    origin, module = sources(), generator()
    for source in module.SOURCES:
        target = tmp_path / source
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((origin / source).read_bytes())
    with (tmp_path / name).open("ab") as file:
        file.write(b"\r\n")
    changed, before = json.loads(module.build(tmp_path)), json.loads(packaged())
    assert changed["terms"] == before["terms"]
    assert [s for s in before["sources"] if before["sources"][s] != changed["sources"][s]] == [name]


HEADER = "term,type,iri,label,hasbroader,namespace\n"
D = "https://w3id.org/dpv"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (f'Wanted,class,"{D}#Wanted\n",Wanted,{D}#Purpose,{D}\n', "white space"),
        (f"Wanted ,class,{D}#Wanted,Wanted,{D}#Purpose,{D}\n", "white space"),
        (f"Wanted,class,{D}#Other,Wanted,{D}#Purpose,{D}\n", "white space"),
        (f"Wanted,class,{D}#Wanted,Wanted,{D}#Purpose ,{D}\n", "parent"),
        (f"Wanted,class,{D}#Wanted,Wan\tted,{D}#Purpose,{D}\n", "label"),
        (f"Twice,class,{D}#Twice,A,,{D}\nTwice,class,{D}#Twice,B,,{D}\n", "twice"),
    ],
)
def test_a_source_with_a_defect_nobody_listed_stops_the_generator(
    tmp_path: Path, row: str, complaint: str
) -> None:
    module = generator()
    for source in module.SOURCES:
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_text(HEADER + (row if source == "dpv/dpv.csv" else ""))
    with pytest.raises(ValueError, match=complaint):
        module.build(tmp_path)


def test_the_table_id_names_the_packaged_table() -> None:
    table = json.loads(packaged())
    terms = {term: (row[0], row[1]) for term, row in table["terms"].items()}
    assert is_cid(TABLE_ID)
    assert table_id(table["dpv"], terms) == TABLE_ID
    terms["dpv:Marketing"] = (terms["dpv:Marketing"][0], [])
    assert table_id(table["dpv"], terms) != TABLE_ID


def test_an_exchanged_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary_module, "TABLE_ID", bytes(36))
    vocabulary_module.vocabulary.cache_clear()
    try:
        with pytest.raises(LocalProtocolError, match="vocabulary-table"):
            vocabulary_module.vocabulary()
    finally:
        vocabulary_module.vocabulary.cache_clear()


@pytest.mark.parametrize(
    ("copy", "original"),
    [
        ("table.json", "vocabulary_table.json"),
        ("vocabulary_notice.txt", "vocabulary_notice.txt"),
    ],
)
def test_the_specification_has_the_table_of_the_package(copy: str, original: str) -> None:
    package = resources.files("linkcontract.model")
    assert (ROOT / "spec/vocabulary" / copy).read_bytes() == (
        package.joinpath(original).read_bytes()
    )


def test_the_licence_notice_is_in_the_package() -> None:
    notice = resources.files("linkcontract.model").joinpath("vocabulary_notice.txt").read_text()
    assert "W3C Software and Document License" in notice
    assert "Data Privacy Vocabulary\n(DPV) 2.3" in notice


def test_size_and_ids() -> None:
    terms = vocabulary().terms()
    assert 800 <= len(terms) <= 850
    assert all(is_protocol_text(term) for term in terms)
    assert len(packaged()) < 80_000


def test_every_broader_pair_of_the_table_subsumes_and_never_the_other_way() -> None:
    for term, (_label, parents) in json.loads(packaged())["terms"].items():
        assert subsumes(term, term)
        for parent in parents:
            assert subsumes(parent, term)
            assert not subsumes(term, parent)


def test_several_parents_are_all_ancestors() -> None:
    assert subsumes("dpv:Advertising", "dpv:TargetedAdvertising")
    assert subsumes("dpv:Personalisation", "dpv:TargetedAdvertising")
    assert subsumes("dpv:Marketing", "dpv:TargetedAdvertising")
    assert not subsumes("dpv:ServiceManagement", "dpv:TargetedAdvertising")


def test_overlap_is_a_common_narrower_term() -> None:
    assert overlaps("dpv:Advertising", "dpv:Personalisation")
    assert overlaps("dpv:PersonalisedAdvertising", "dpv:Marketing")
    assert not overlaps("dpv:Marketing", "ieee-7012:ServiceDelivery")


def test_defects_of_the_sources_are_not_copied() -> None:
    assert subsumes("dpv:Purpose", "dpv:RightsFulfilment")
    assert not subsumes("dpv:LegalBasis", "dpv:RightsFulfilment")
    assert not subsumes("dpv:Obligation", "ieee-7012:PortabilityNotRequired")
    assert not subsumes("dpv:Obligation", "ieee-7012:TransparencyNotRequired")
    assert subsumes("dpv:Obligation", "ieee-7012:PortabilityRequired")
    assert label("ieee-7012:Profiling2PAllowed") == "Profiling by 2nd Party Allowed"
    assert exists("dpv:ConsentRevoked")
    assert not exists("dpv:ConsentTerminated")


def test_an_unknown_id_is_subsumed_by_nothing_not_even_itself() -> None:
    for term in ("dpv:Nothing", "Purpose", "", "dpv:Purpose\n", "dpv:purpose"):
        assert not exists(term)
        assert not subsumes(term, term)
        assert not subsumes("dpv:Purpose", term)
        assert not subsumes(term, "dpv:Marketing")
        assert not overlaps(term, "dpv:Marketing")
        assert not overlaps("dpv:Marketing", term)
        assert vocabulary().terms(term) == set()
        with pytest.raises(LocalProtocolError, match="vocabulary-unknown"):
            label(term)


@pytest.mark.parametrize(
    "terms",
    [
        {"a": ("A", ["a"])},
        {"a": ("A", ["b"]), "b": ("B", ["a"])},
        {"a": ("A", ["c"]), "b": ("B", ["a"]), "c": ("C", ["b"]), "d": ("D", [])},
    ],
)
def test_a_cycle_is_refused(terms: dict[str, tuple[str, list[str]]]) -> None:
    with pytest.raises(LocalProtocolError, match="vocabulary-table"):
        Vocabulary(terms)


def test_a_parent_that_is_no_term_is_refused() -> None:
    with pytest.raises(LocalProtocolError, match="vocabulary-table"):
        Vocabulary({"a": ("A", ["b"])})


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, list[str]]]:
    size = draw(st.integers(1, 9))
    return {str(i): ("x", [str(p) for p in range(i) if draw(st.booleans())]) for i in range(size)}


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_subsumption_is_reachability_and_overlap_a_common_descendant(
    terms: dict[str, tuple[str, list[str]]],
) -> None:
    table = Vocabulary(terms)

    def reaches(narrow: str, broad: str) -> bool:
        return narrow == broad or any(reaches(p, broad) for p in terms[narrow][1])

    for one in terms:
        assert table.terms(one) == {t for t in terms if reaches(t, one)}
        for other in terms:
            assert table.subsumes(one, other) == reaches(other, one)
            common = any(reaches(t, one) and reaches(t, other) for t in terms)
            assert table.overlaps(one, other) == common
