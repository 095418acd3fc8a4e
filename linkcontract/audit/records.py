"""What goes into an export: the records of one relationship as its holder has them."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from linkcontract.audit.export import KeyRecord, OpeningRecord, Record, StatementRecord
from linkcontract.encoding import encode
from linkcontract.ledger import Ledger
from linkcontract.model.items import Opening
from linkcontract.model.party import KeyHistory


def export_records(
    ledger: Ledger,
    histories: Mapping[bytes, KeyHistory],
    openings: Callable[[bytes], Sequence[Opening]] | None = None,
) -> Iterator[Record]:
    """The records of an export: key events, statements with bodies, openings; never a secret.

    Args:
        ledger: every held statement goes in, each after all it names.
        histories: the key histories of its writers.
        openings: the openings held of a statement; None for an export without values.
    """
    for party in sorted(histories):
        for envelope in histories[party].envelopes:
            yield KeyRecord(0, envelope)
    held = ledger.held()
    for each in held:
        body = None if each.record is None else (each.record.salt, each.record.data)
        yield StatementRecord(0, each.envelope, body)
    if openings is None:
        return
    for each in held:
        for opening in openings(each.id):
            yield OpeningRecord(0, encode(list(opening.to_value())))
