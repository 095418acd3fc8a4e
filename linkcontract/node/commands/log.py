"""`log`: what was said in a relationship."""

import json
from typing import Any, Final

from linkcontract.node.client import act
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.shared import REL, since
from linkcontract.node.output import Json, cell, moment, plain, table

LIMIT: Final = 50


def run(invocation: Invocation) -> int:
    """Carry out `log`."""
    given = invocation.arguments
    arguments: dict[str, Json] = {
        "rel": given.rel,
        "limit": max(given.limit, 0),
        "since": since(given.since, "since"),
        "type": given.type,
        "id": given.id,
        "values": given.values,
    }
    show = _table if given.id is None else _one
    return act(invocation, "log", arguments, show)


def _table(result: dict[str, Json]) -> str:
    entries: Any = result["statements"]
    if not entries:
        return "Nothing was said that fits."
    rows = [
        (
            moment(each["at"]),
            {"self": "me"}.get(each["writer"], each["writer"]),
            each["kind"],
            _short(each["id"]),
            _about(each),
            _note(each),
        )
        for each in entries
    ]
    return table(("SIGNED AT (UTC)", "WHO", "WHAT", "ID", "ABOUT", "NOTE"), rows)


def _about(each: Any) -> str:
    body = each["body"] or {}
    parts = []
    if each["type"] == "propose" and body:
        parts.append(str(body["terms"]["agreement"]).rpartition(":")[2])
    for name in ("ref", "answers", "agreement"):
        if isinstance(body.get(name), str):
            parts.append(_short(body[name]))
            break
    for name in ("action", "purpose", "right", "code", "scope"):
        if body.get(name) is not None:
            parts.append(str(body[name]))
    if body.get("purposes"):
        parts.append(", ".join(body["purposes"]))
    return " ".join(parts)[:72]


def _note(each: Any) -> str:
    notes = []
    if each["void"] is not None:
        notes.append(f"void: {each['void']}")
    if each["contested"]:
        notes.append("contested")
    if each["use_status"] in ("raced", "breach"):
        notes.append(each["use_status"])
    if each["committed"] and each["values"] < each["committed"]:
        notes.append("values not held" if not each["values"] else "some values not held")
    if not each["delivered"]:
        notes.append("not delivered yet")
    return ", ".join(notes)


def _one(result: dict[str, Json]) -> str:
    statements: Any = result["statements"]
    each = statements[0]
    lines = [
        f"{each['kind']} {each['id']}",
        f"  by          {each['writer']} ({each['party']})",
        f"  signed at   {moment(each['at'])} UTC, number {each['seq']}",
        f"  key event   {each['key_event']}",
        f"  after       {each['prev'] or 'nothing: it is the first'}",
    ]
    lines += [f"  had seen    number {head['seq']}: {head['id']}" for head in each["seen"]]
    note = _note(each)
    if note:
        lines.append(f"  note        {note}")
    lines.append(f"  body hash   {each['body_hash']}")
    if each["body"] is None:
        lines.append("  body        not held, or not readable")
    else:
        body = json.dumps(each["body"], indent=2, sort_keys=True, ensure_ascii=True)
        lines += [f"  {line}" for line in body.splitlines()]
    for opening in each["openings"]:
        value = opening["value"]
        shown = "" if value is None else f" = {cell(value)}"
        lines.append(f"  shared      {cell(opening['path'])}{shown}")
    return plain("\n".join(lines))


def _short(identifier: str) -> str:
    return identifier.removeprefix("bafyrei")[:12]


SPEC: Final = CommandSpec(
    name="log",
    summary="show what was signed in a relationship",
    description="""\
Lists the statements of both sides, each after everything it had seen. The times are those each
writer gave. With --id one statement in full: its header, its body, and the paths that were shared
with it; values you shared yourself only with --values.

Statements are never deleted by this version; erased values are gone, and the entry says so.""",
    examples=(
        ("log Shop", "the last 50 statements"),
        ("log Shop --type share --since 30d", "what was shared in the last 30 days"),
        ("log Shop --id 4q2n7c --values", "one statement, with the values you shared in it"),
    ),
    arguments=(
        REL,
        argument(
            "--limit",
            metavar="N",
            type=int,
            default=LIMIT,
            help=f"the last N statements (default {LIMIT}); 0 for all",
        ),
        argument("--since", metavar="TIME", help="30d for the last 30 days, or a date"),
        argument("--type", metavar="TYPE", help="only this type, such as share"),
        argument("--id", metavar="ID", help="one statement in full"),
        argument(
            "--values",
            action="store_true",
            help="with --id: show values you shared (`read` shows the other side's)",
        ),
    ),
    run=run,
)
