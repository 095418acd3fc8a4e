"""`verify`: judge one side's export, or both sides', offline."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from linkcontract.audit.export import ExportFile, read_export
from linkcontract.audit.findings import Finding
from linkcontract.audit.report import FeedSummary, Report
from linkcontract.audit.verify import verify
from linkcontract.encoding import cid_of
from linkcontract.errors import NodeError, RemoteProtocolError
from linkcontract.limits import MAX_EXPORT_LINE, MIB
from linkcontract.model.roster import roster
from linkcontract.model.statement import Head
from linkcontract.model.terms import Terms
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.output import EXIT_DONE, EXIT_NO, Json, cell, moment, short, to_json
from linkcontract.node.private_files import create_private, make_private_directory

MAX_EXPORT: Final = 256 * MIB
"""Longest file read: a hundred thousand statements; longer ones want a machine of their own."""

MAX_LINES: Final = 500_000
"""Most lines read, more than that many bytes of statements have: of empty lines each would take one
byte and cost a finding."""
WEIGHTS: Final = (
    "A conviction rests on the accused's own signatures. A claim does not prove whose fault it is:",
    "a file that was damaged on its way gives claims as well.",
)
SHOWN: Final = 100
"""Findings listed as text; `--json` has all."""


def run(invocation: Invocation) -> int:
    """Carry out `verify`."""
    names = [Path(name).expanduser() for name in invocation.arguments.files]
    report = verify([_read(name) for name in names])
    written: list[Path] = []
    if invocation.arguments.evidence is not None:
        folder = Path(invocation.arguments.evidence).expanduser().absolute()
        written = _write_evidence(report, folder)
    result = _result(report)
    result["evidence"] = [str(each) for each in written]
    invocation.output.result(result, _readable(report, names, written))
    return EXIT_DONE if report.confirmed else EXIT_NO


def _read(path: Path) -> ExportFile:
    """The lines of a file. Of a line that is too long only the beginning is kept: it is damaged."""
    lines: list[bytes] = []
    size = 0
    try:
        with path.open("rb") as file:
            while line := file.readline(MAX_EXPORT_LINE + 1):
                lines.append(line.removesuffix(b"\n"))
                size += len(line)
                while line and not line.endswith(b"\n"):  # the rest of a line that is too long
                    line = file.readline(MAX_EXPORT_LINE)
                    size = _bounded(path, size + len(line), len(lines))
                size = _bounded(path, size, len(lines))
    except FileNotFoundError:
        raise NodeError("export-unreadable", str(path), "there is no such file") from None
    except OSError as error:
        raise NodeError("export-unreadable", str(path), str(error.strerror)) from None
    try:
        return read_export(lines)
    except RemoteProtocolError as error:
        raise NodeError(error.code, str(path), "check the path; is this an export?") from None


def _bounded(path: Path, size: int, lines: int) -> int:
    """The size, if this much is still read. Raises NodeError: export-size."""
    if size > MAX_EXPORT:
        raise NodeError("export-size", str(path), f"at most {MAX_EXPORT} bytes are read")
    if lines > MAX_LINES:
        raise NodeError("export-size", str(path), f"at most {MAX_LINES} lines are read")
    return size


def _write_evidence(report: Report, folder: Path) -> list[Path]:
    """One file for each conviction, in a folder of its own; none of them is overwritten."""
    written: list[Path] = []
    for evidence in report.evidence:
        data = evidence.to_bytes()
        path = folder / f"{evidence.kind}-{short(cid_of(data))}.evidence"
        make_private_directory(folder)
        create_private(path, data)
        written.append(path)
    return written


def _result(report: Report) -> dict[str, Json]:
    threads = {} if report.state is None else report.state.threads
    result = to_json(
        {
            "confirmed": report.confirmed,
            "rel": report.rel,
            "exporters": report.exporters,
            "same": report.same,
            "verified": report.verified,
            "feeds": [
                {
                    "writer": feed.writer,
                    "statements": feed.statements,
                    "head": _head(feed.head),
                    "acknowledged": _head(feed.acknowledged),
                }
                for feed in report.feeds
            ],
            "threads": [
                {
                    "thread": root,
                    "phase": thread.phase.value,
                    "agreement": thread.tip,
                    "terms": report.terms[root].to_value() if root in report.terms else None,
                }
                for root, thread in threads.items()
            ],
            "findings": [
                {
                    "kind": each.kind,
                    "weight": each.weight.value,
                    "party": each.party,
                    "statements": each.statements,
                    "places": each.places,
                    "code": each.code,
                    "meaning": each.meaning,
                }
                for each in report.findings
            ],
            "not_verified": report.not_verified,
        }
    )
    assert isinstance(result, dict)  # as it was given
    return result


def _head(head: Head | None) -> dict[str, object] | None:
    return None if head is None else {"seq": head.seq, "id": head.id}


def _readable(report: Report, names: list[Path], written: list[Path]) -> str:
    checked = ", ".join(f"{count} {name}" for name, count in report.verified.items())
    lines = [f"Relationship {short(report.rel)}", f"Checked: {checked}."]
    if report.same is not None:
        lines.append(f"Both files hold the same statements: {'yes' if report.same else 'NO'}.")
    lines += ["", "Complete as far as shown:", *(_feed(feed) for feed in report.feeds)]
    if report.state is not None:
        for root, thread in report.state.threads.items():
            lines.append(f"  thread {short(root)} is {thread.phase.value}")
            if root in report.terms:
                lines += _agreed(report.terms[root])
    if report.confirmed:
        lines += ["", "Nothing to object to."]
    else:
        lines += ["", f"{len(report.findings)} finding(s), {len(report.convictions)} convicting:"]
        for finding in report.findings[:SHOWN]:
            lines += _finding(finding, names, report.exporters)
        if len(report.findings) > SHOWN:
            lines.append(f"  and {len(report.findings) - SHOWN} more: see --json")
        lines += ["", *WEIGHTS]
        lines += [f"Evidence that stands alone: {each}" for each in written]
    lines += ["", "Not verified:", *(f"  - {each}" for each in report.not_verified)]
    return "\n".join(lines)


def _feed(feed: FeedSummary) -> str:
    head = "it parts" if feed.head is None else f"up to number {feed.head.seq}"
    seen = (
        "nothing of it acknowledged"
        if feed.acknowledged is None
        else f"acknowledged by the other side up to number {feed.acknowledged.seq}"
    )
    return f"  {short(feed.writer)}: {feed.statements} statements, {head}, {seen}"


def _agreed(terms: Terms) -> list[str]:
    """What was agreed, as its own words and the roster have it."""
    entry = roster().get(terms.agreement)
    if entry is None:
        whose = "not from the roster"
    elif entry.matches(terms):
        whose = "rules and text as in the roster"
    else:
        whose = "BUT ITS RULES OR ITS TEXT ARE NOT THOSE OF THE ROSTER"
    paths = dict.fromkeys(path for rule in terms.permissions for path in rule.paths)
    since, until = moment(terms.valid_from), moment(terms.until)
    return [
        f"    agreed: {cell(terms.agreement)}, {whose}",
        f"    data: {', '.join(map(cell, paths)) or 'none'}",
        f"    from {since} until {until} UTC, law {cell(terms.law)}",
    ]


def _finding(finding: Finding, names: list[Path], exporters: Sequence[bytes]) -> list[str]:
    whom = "" if finding.party is None else f" about {short(finding.party)}"
    code = f" [{finding.code}]" if finding.code else ""
    lines = [f"  {finding.weight.value}{whom}: {finding.kind}{code}", f"      {finding.meaning}"]
    places = [f"{names[file - 1]}, line {line}" for file, line in finding.places]
    if finding.kind == "omission" and finding.party in exporters:
        lines.append(f"      missing in {names[exporters.index(finding.party)]}")
        lines += [f"      shown by {place}" for place in places]
    else:
        lines += [f"      in {place}" for place in places]
    return lines + [f"      statement {short(each)}" for each in finding.statements]


SPEC: Final = CommandSpec(
    name="verify",
    summary="check one or two exports of a relationship, offline",
    description="""\
Takes one side's export, or both, and checks every signature, chain and acknowledgement, derives the
state of the contracts, and judges every use. It lists what it finds, each as a conviction (the
accused's own signatures prove it) or a claim, and always says what it did not verify.

Needs no node, no keys and no network. Exit code 0: nothing to object to; 1: findings; 2: a file is
no export, or the files are not of one relationship.""",
    examples=(
        ("verify mine.jsonl", "one side's record by itself"),
        ("verify mine.jsonl theirs.jsonl --json", "both against each other, for a program"),
    ),
    arguments=(
        argument("files", nargs="+", metavar="FILE", help="an export; at most two, of two sides"),
        argument(
            "--evidence",
            metavar="DIR",
            help="write an object that stands alone for each conviction into DIR",
        ),
    ),
    run=run,
)
