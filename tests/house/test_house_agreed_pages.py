"""What the pages about permissions and privacy quote of the code is what the code has."""

import re
from pathlib import Path

from linkcontract.encoding import cid_text
from linkcontract.ledger.permissions import PERMISSION_REASONS
from linkcontract.limits import KIB
from linkcontract.model.vocabulary import TABLE_ID
from linkcontract.policy import REASONS

SPEC = Path(__file__).parents[2] / "spec"


def page(name: str) -> str:
    return (SPEC / f"{name}.md").read_text("utf-8")


def test_the_codes_of_decisions_are_those_of_the_code() -> None:
    errors = page("permissions").split("\n# Errors\n")[1].split("\n# ")[0]
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (yes|no) \|", errors, re.MULTILINE))
    assert set(listed) == {*REASONS, *PERMISSION_REASONS}
    assert [code for code, answer in listed.items() if answer == "yes"] == ["permitted"]


def test_the_table_of_words_is_the_one_of_the_fold_version() -> None:
    assert f"`{cid_text(TABLE_ID)}`" in page("permissions")


def test_messages_of_one_kind_are_of_one_size() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| .*, (\d+) bytes \|$", page("privacy"), re.MULTILINE)
    sizes = {name: int(sent) for name, _, sent in rows}
    assert sizes["accept"] == sizes["ack"] == sizes["revoke"] == KIB + 120
    assert sizes["propose"] == sizes["share"] == 4 * KIB + 120
