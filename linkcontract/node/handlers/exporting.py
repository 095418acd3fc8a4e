"""`export`: one side's record of one relationship, as a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from linkcontract.audit.export import ExportHeader, StatementRecord, write_export
from linkcontract.audit.records import export_records
from linkcontract.errors import NodeError
from linkcontract.node.handlers.handler import REL, Given, Handler, flag, text
from linkcontract.node.output import Json, to_json
from linkcontract.node.private_files import creating_private
from linkcontract.node.service import Node
from linkcontract.protocol.author import stamp


async def export(node: Node, given: Given) -> dict[str, Json]:
    """Write the file: signed statements, bodies and key events; values if asked; never a secret."""
    path = Path(given["file"])
    if not path.is_absolute():
        raise NodeError("admin-request", "file", "an absolute path")
    rel = await node.relationship(given["rel"])
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        openings = session.openings if given["with_data"] else None
        records = list(export_records(session.ledger, session.histories, openings))
        kind = session.histories[session.me].kind
        header = ExportHeader(
            exporter=session.me,
            rel=rel,
            at=stamp(kind, node.engine.clock()),
            with_data=given["with_data"],
        )
    with creating_private(path) as file:
        for line in write_export(header, records):
            file.write(line)
    return {
        "file": str(path),
        "rel": to_json(rel),
        "exporter": to_json(header.exporter),
        "records": len(records),
        "statements": sum(isinstance(each, StatementRecord) for each in records),
        "with_data": header.with_data,
    }


HANDLERS: Final[Mapping[str, Handler]] = {
    "export": Handler(run=export, fields={**REL, "file": text, "with_data": flag}),
}
