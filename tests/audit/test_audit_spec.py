"""`spec/findings.md` holds the table the verifier uses.

    python tests/audit/test_audit_spec.py

writes the table into it again.
"""

from pathlib import Path

from linkcontract.audit.findings import findings_table

PAGE = Path(__file__).parents[2] / "spec" / "findings.md"
BEGIN, END = "<!-- findings: begin -->\n", "<!-- findings: end -->\n"


def with_table(text: str) -> str:
    before, rest = text.split(BEGIN)
    return before + BEGIN + findings_table() + END + rest.split(END)[1]


def test_the_table_of_findings_is_the_one_in_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_table(text)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
