"""What many commands are given: key histories and statements under labels."""

from collections.abc import Iterable, Mapping
from typing import Any

from linkcontract.conformance import values
from linkcontract.encoding import cid_text
from linkcontract.model.party import KeyHistory, open_key_history
from linkcontract.model.statement import BodyRecord, Statement, open_statement


class Histories:
    """The parties of a request: their key histories by label and by party."""

    def __init__(self, given: object) -> None:
        self.labelled = values.mapped(given, history)
        self.by_party = {each.party: each for each in self.labelled.values()}
        if len(self.by_party) < len(self.labelled):
            values.refuse("histories")
        self._labels = labels_of({label: each.party for label, each in self.labelled.items()})

    def of(self, label: object) -> KeyHistory:
        """The history a label names."""
        found = self.labelled.get(values.text(label))
        return values.refuse("histories") if found is None else found

    def label(self, party: bytes) -> str:
        """The label of a party, or its CID if it has none."""
        return self._labels.get(party) or cid_text(party)


class Statements:
    """The statements of a request by label."""

    def __init__(self, given: object, histories: Histories) -> None:
        self.labelled = values.mapped(given, lambda entry: statement(entry, histories))
        self._labels = labels_of({label: each.id for label, each in self.labelled.items()})

    def of(self, label: object) -> Statement:
        """The statement a label names."""
        found = self.labelled.get(values.text(label))
        return values.refuse("statements") if found is None else found

    def label(self, statement_id: bytes) -> str:
        """The label of a statement, or its CID if it has none."""
        return self._labels.get(statement_id) or cid_text(statement_id)

    def labels(self, ids: Iterable[bytes]) -> list[str]:
        """The labels of statements, in the order given."""
        return [self.label(each) for each in ids]

    def sorted_labels(self, ids: Iterable[bytes]) -> list[str]:
        """The labels of statements, sorted."""
        return sorted(self.labels(ids))


def labels_of(named: Mapping[str, bytes]) -> dict[bytes, str]:
    """The label of each thing named; of several the first in code point order."""
    return {thing: label for label, thing in sorted(named.items(), reverse=True)}


def history(given: object) -> KeyHistory:
    """A history, verified."""
    return open_key_history(values.listed(given, values.octets))


def body_record(given: object) -> BodyRecord:
    """A body record."""
    parts = values.listed(given, values.octets)
    if len(parts) != 2:
        values.refuse("body")
    return BodyRecord(*parts)


def statement(given: object, histories: Histories) -> Statement:
    """A statement, verified, with its body if that is given."""
    input: dict[str, Any] = values.members(given, "envelope", "body")
    opened = open_statement(values.octets(input["envelope"]), histories.by_party)
    record = values.nullable(input["body"], body_record)
    return opened if record is None else opened.with_body(record)
