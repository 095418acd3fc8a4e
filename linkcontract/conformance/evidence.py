"""Commands of exports and of evidence objects."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from linkcontract.audit.evidence import check_evidence
from linkcontract.audit.export import ExportFile, read_export
from linkcontract.audit.findings import Finding
from linkcontract.audit.report import FeedSummary
from linkcontract.audit.verify import verify
from linkcontract.conformance import values
from linkcontract.encoding import cid_text


def read_file(given: object) -> ExportFile:
    """An export, from its text."""
    lines = values.text(given).encode("utf-8", "surrogatepass").split(b"\n")
    # what follows the last line feed is a line only if there is something
    return read_export(lines if lines[-1] else lines[:-1])


def finding(found: Finding) -> dict[str, Any]:
    """A finding in JSON."""
    return {
        "kind": found.kind,
        "weight": found.weight.value,
        "party": values.cid_or_null(found.party),
        "statements": values.cids(found.statements),
        "code": found.code,
    }


def feed(summary: FeedSummary) -> dict[str, Any]:
    """A feed in JSON."""
    head, known = summary.head, summary.acknowledged
    return {
        "writer": cid_text(summary.writer),
        "statements": summary.statements,
        "head": None if head is None else cid_text(head.id),
        "acknowledged": None if known is None else cid_text(known.id),
    }


def verify_export(given: object) -> dict[str, Any]:
    """`verify-export`."""
    files = values.listed(values.members(given, "files")["files"], read_file)
    report = verify(files)
    threads = {} if report.state is None else report.state.threads
    findings = [finding(each) for each in report.findings]
    return {
        "findings": sorted(
            findings,
            key=lambda each: (each["kind"], each["statements"], each["code"], each["party"] or ""),
        ),
        "feeds": sorted(map(feed, report.feeds), key=lambda each: str(each["writer"])),
        "phases": {cid_text(root): thread.phase.value for root, thread in threads.items()},
        "same": report.same,
    }


def evidence(given: object) -> dict[str, Any]:
    """`evidence`."""
    shown = check_evidence(values.octets(values.members(given, "bytes")["bytes"]))
    return {
        "kind": shown.kind,
        "party": values.cid_or_null(shown.party),
        "statements": values.cids(shown.statements),
    }


COMMANDS: Final[Mapping[str, Callable[[object], dict[str, Any]]]] = {
    "verify-export": verify_export,
    "evidence": evidence,
}
