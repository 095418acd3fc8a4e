"""Verify one side's export, or both sides', offline.

The steps:

1. each file: damaged lines, key histories, signatures, bodies, openings (`copies`)
2. every statement of all files into one ledger: chains, times, causal past (spec: ledger, A2)
3. what an exporter is shown to have held: omissions; what is in no file: gaps (`missing`)
4. contradictions: forks, key forks (spec: ledger, A3, E1)
5. every use and share against what its own writer had seen (spec: ledger, A7, E2)
6. what was not verified, in words

In 4 and 5 nothing convicts that a rotation may have undone (`standing`).

Pure: no clock, no files. Which findings convict is settled in `findings`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from linkcontract.audit.copies import Copy, read_copy
from linkcontract.audit.evidence import Evidence, gather_evidence
from linkcontract.audit.export import ExportFile
from linkcontract.audit.findings import Finding, Weight
from linkcontract.audit.missing import built_on, gaps, is_later, links, omitted
from linkcontract.audit.report import NEVER_VERIFIED, FeedSummary, Report
from linkcontract.audit.standing import stands
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.ledger import Escrow, Ledger, UseStatus
from linkcontract.ledger.agreements import terms_of
from linkcontract.ledger.intake import has_body
from linkcontract.model.party import KeyHistory
from linkcontract.model.statement import Head, Statement
from linkcontract.model.terms import Terms

_NO_BOUND: Final = 2**62
"""Files are read whole before anything is judged, so what waits needs no bound of its own."""


def verify(files: Sequence[ExportFile]) -> Report:
    """Judge one or two exports of one relationship.

    Args:
        files: as `read_export` gives them.

    Raises:
        LocalProtocolError: verify-files unless there are one or two; verify-relationship if they
            are of two relationships; verify-exporter if both are of one exporter.
    """
    if len(files) not in (1, 2):
        raise LocalProtocolError("verify-files")
    copies = [read_copy(file, number) for number, file in enumerate(files, start=1)]
    if len({copy.rel for copy in copies}) != 1:
        raise LocalProtocolError("verify-relationship")
    if len({copy.exporter for copy in copies}) != len(copies):
        raise LocalProtocolError("verify-exporter")
    return _Judge(copies).report()


class _Judge:
    """One verification in progress."""

    def __init__(self, copies: list[Copy]) -> None:
        self._copies = copies
        self._rel = copies[0].rel
        self._findings: list[Finding] = [found for copy in copies for found in copy.findings]
        self._histories = self._merge_histories()
        self._statements = _merge_statements(copies)
        self._refused: frozenset[bytes] = frozenset()
        self._ledger = self._fill()
        self._check_exporters()

    def report(self) -> Report:
        """Everything that was found."""
        ledger = self._ledger
        self._find_missing()
        if ledger is not None:
            self._find_contradictions(ledger)
            self._find_breaches(ledger)
        findings = sorted(set(self._findings), key=_order)
        convictions = [each for each in findings if each.weight is Weight.CONVICTION]
        sets = [frozenset(copy.statements) for copy in self._copies]
        return Report(
            rel=self._rel,
            exporters=tuple(copy.exporter for copy in self._copies),
            findings=tuple(findings),
            feeds=() if ledger is None else _feeds(ledger),
            state=None if ledger is None else ledger.state(),
            terms={} if ledger is None else _terms(ledger),
            same=sets[0] == sets[1] if len(sets) == 2 else None,
            verified=self._verified(),
            not_verified=self._not_verified(),
            evidence=tuple(self._gather(each) for each in convictions),
        )

    def _gather(self, finding: Finding) -> Evidence:
        assert self._ledger is not None  # nothing convicts without one
        return gather_evidence(self._ledger, self._histories, finding)

    def _merge_histories(self) -> dict[bytes, KeyHistory]:
        merged: dict[bytes, KeyHistory] = {}
        for copy in self._copies:
            for party, history in copy.histories.items():
                held = merged.get(party)
                merged[party] = history if held is None else held.joined(history)
        return merged

    # (2) one ledger

    def _fill(self) -> Ledger | None:
        opening = self._statements.get(self._rel)
        if opening is None:
            return None
        if not has_body(opening):
            self._claim("missing-body", [opening], None, "")
            return None
        try:
            ledger = Ledger(opening, self._histories, escrow=_waiting_room(self._statements))
        except RemoteProtocolError as error:
            self._claim("malformed", [opening], opening.writer, error.code)
            return None
        refused: dict[bytes, str] = {}
        for statement in self._statements.values():
            try:
                refused.update(ledger.add(statement).refused)
            except RemoteProtocolError as error:
                refused[statement.id] = error.code
        # What had waited is refused with what it was built on and what had not is not; so that the
        # order of the files means nothing, only what is refused for itself is taken from there.
        own = {name: code for name, code in refused.items() if code != "ledger-refused"}
        followers = built_on(own, self._statements)
        self._refused = frozenset(own) | {each.id for each in followers}
        for name, code in own.items():
            self._claim("malformed", [self._statements[name]], self._statements[name].writer, code)
        for each in followers:
            self._claim("malformed", [each], each.writer, "ledger-refused")
        return ledger

    def _check_exporters(self) -> None:
        if self._ledger is None:
            return
        for copy in self._copies:
            if copy.exporter not in (self._ledger.opener, self._ledger.joiner):
                self._findings.append(
                    Finding(
                        kind="altered-line",
                        weight=Weight.CLAIM,
                        places=((copy.number, 1),),
                        code="export-exporter",
                    )
                )

    # (3) what is not there

    def _find_missing(self) -> None:
        for copy in self._copies:
            for name, shows in sorted(omitted(copy, self._statements).items()):
                self._findings.append(
                    Finding(
                        kind="omission",
                        weight=Weight.CLAIM,
                        party=copy.exporter,
                        statements=(name,),
                        places=_places(self._copies, [shows]),
                    )
                )
        for name, namer in sorted(gaps(self._statements, self._rel).items()):
            self._findings.append(
                Finding(
                    kind="gap",
                    weight=Weight.CLAIM,
                    statements=(name,),
                    places=_places(self._copies, [] if namer is None else [namer]),
                )
            )
        if self._ledger is not None:
            for statement in self._ledger.waiting():
                if self._lacks_body(statement):
                    self._claim("missing-body", [statement], None, "")

    def _lacks_body(self, statement: Statement) -> bool:
        assert self._ledger is not None
        if has_body(statement):
            return False
        return all(name in self._ledger for name in links(statement))

    # (4) contradictions

    def _find_contradictions(self, ledger: Ledger) -> None:
        for pair in ledger.fork_pairs():
            convicts = (
                pair.convicts
                and not pair.defended
                and self._stands(ledger, pair.one)
                and self._stands(ledger, pair.other)
            )
            self._findings.append(
                Finding(
                    kind="fork",
                    weight=Weight.CONVICTION if convicts else Weight.CLAIM,
                    party=pair.writer,
                    statements=(pair.one.id, pair.other.id),
                    places=_places(self._copies, [pair.one.id, pair.other.id]),
                )
            )
        for keys in ledger.key_pairs():
            self._findings.append(
                Finding(
                    kind="key-fork",
                    weight=Weight.CONVICTION if keys.convicts else Weight.CLAIM,
                    party=keys.writer,
                    statements=keys.events,
                )
            )

    # (5) uses

    def _find_breaches(self, ledger: Ledger) -> None:
        for statement in ledger.held():
            if statement.type not in ("use", "share") or ledger.void_reason(statement.id):
                continue
            breach = ledger.breach(statement.id)
            if breach is None:
                continue
            rests_on = breach.rests_on
            self._findings.append(
                Finding(
                    kind="use-after-revoke" if breach.denials else "outside-permission",
                    weight=(Weight.CONVICTION if self._stands(ledger, statement) else Weight.CLAIM),
                    party=statement.writer,
                    statements=rests_on,
                    places=_places(self._copies, rests_on),
                    code=statement.type,
                )
            )

    def _stands(self, ledger: Ledger, statement: Statement) -> bool:
        history = self._histories[statement.writer]
        return stands(history, ledger.feed(statement.writer), statement)

    # (6) what was checked, and what was not

    def _verified(self) -> dict[str, int]:
        held = () if self._ledger is None else self._ledger.held()
        return {
            "key events": sum(len(history.events) for history in self._histories.values()),
            "signatures": len(self._statements),
            "statements in their place": len(held),
            "bodies": sum(statement.record is not None for statement in self._statements.values()),
            "openings": sum(len(copy.openings) for copy in self._copies),
            "uses and shares judged": sum(
                statement.type in ("use", "share") and statement.body is not None
                for statement in held
            ),
        }

    def _not_verified(self) -> tuple[str, ...]:
        sentences: list[str] = []
        if self._ledger is None:
            sentences.append("anything that depends on the opening statement: it is not here")
        else:
            waiting = sum(each.id not in self._refused for each in self._ledger.waiting())
            if waiting:
                sentences.append(f"{waiting} statements that build on something missing")
            bare = [each for each in self._ledger.held() if each.record is None]
            if bare:
                sentences.append(f"what {len(bare)} erased bodies said")
            raced = [
                each
                for each in self._ledger.held()
                if each.type in ("use", "share")
                and each.body is not None
                and self._ledger.use_status(each.id) is UseStatus.RACED
            ]
            if raced:
                sentences.append(
                    f"whether {len(raced)} uses or shares came before the withdrawal they had not "
                    "seen: they count as raced, not as breaches"
                )
        if not all(copy.with_data for copy in self._copies):
            sentences.append("the values that were shared: a file was made without them")
        for copy in self._copies:
            later = sum(is_later(copy, each) for each in self._statements.values())
            if later:
                sentences.append(
                    f"file {copy.number} beyond its own date: its exporter signed {later} "
                    "statements later"
                )
        if len(self._copies) == 1:
            sentences.append("the other side's file: statements nobody acknowledged may be missing")
        return (*sentences, *NEVER_VERIFIED)

    def _claim(self, kind: str, about: Sequence[Statement], party: bytes | None, code: str) -> None:
        names = tuple(statement.id for statement in about)
        self._findings.append(
            Finding(
                kind=kind,
                weight=Weight.CLAIM,
                party=party,
                statements=names,
                places=_places(self._copies, names),
                code=code,
            )
        )


def _waiting_room(statements: Mapping[bytes, Statement]) -> Escrow:
    """Where statements wait: without a bound, and aware of every erasure in the files."""
    return Escrow(
        _NO_BOUND,
        _NO_BOUND,
        most_writers=_NO_BOUND,
        erased=frozenset(
            each.body["ref"]
            for each in statements.values()
            if each.type == "erased" and each.body is not None and each.body["scope"] == "body"
        ),
    )


def _places(copies: Iterable[Copy], names: Iterable[bytes]) -> tuple[tuple[int, int], ...]:
    wanted = list(names)
    return tuple(place for copy in copies for name in wanted for place in copy.place(name))


def _merge_statements(copies: Iterable[Copy]) -> dict[bytes, Statement]:
    merged: dict[bytes, Statement] = {}
    for copy in copies:
        for name, statement in copy.statements.items():
            held = merged.get(name)
            if held is None or (held.record is None and statement.record is not None):
                merged[name] = statement
    return merged


def _terms(ledger: Ledger) -> dict[bytes, Terms]:
    """What was agreed last in each thread."""
    found = {}
    for root, thread in ledger.state().threads.items():
        tip = None if thread.tip is None else ledger.get(thread.tip)
        if tip is not None and tip.body is not None:
            found[root] = terms_of(tip)
    return found


def _feeds(ledger: Ledger) -> tuple[FeedSummary, ...]:
    ends: dict[bytes, list[Head]] = {}
    for head in ledger.heads():
        ends.setdefault(head.writer, []).append(head)
    return tuple(
        FeedSummary(
            writer,
            len(ledger.feed(writer)),
            ends[writer][0] if len(ends[writer]) == 1 else None,
            _acknowledged(ledger, writer),
        )
        for writer in ledger.writers()
    )


def _acknowledged(ledger: Ledger, writer: bytes) -> Head | None:
    """The last statement of a writer that another writer signed to have seen."""
    known = [
        statement
        for statement in ledger.feed(writer)
        if any(
            head.writer != writer and ledger.in_past(statement.id, head.id)
            for head in ledger.heads()
        )
    ]
    return known[-1].head if known else None


def _order(finding: Finding) -> tuple[bool, tuple[tuple[int, int], ...], str, tuple[bytes, ...]]:
    return (
        finding.weight is Weight.CLAIM,
        finding.places,
        finding.kind,
        finding.statements,
    )
