"""The cached summary of a relationship: what `status` shows without folding anything.

Written in the same transaction as the statements it summarises. It is a convenience: what is
permitted is always decided from the ledger itself.
"""

from dataclasses import dataclass
from typing import Any

from linkcontract.encoding import decode, encode
from linkcontract.errors import RemoteProtocolError, StoreError
from linkcontract.limits import MAX_STORE_VALUE
from linkcontract.model import fields, schema
from linkcontract.protocol import Session

_SHAPE = schema.closed(
    {
        "v": fields.version,
        "statements": fields.integer(),
        "joined": fields.boolean,
        "convicted": schema.array(fields.cid),
        "threads": schema.array(
            schema.closed(
                {
                    "root": fields.cid,
                    "phase": fields.text,
                    "tip": schema.nullable(fields.cid),
                    "bound": schema.nullable(fields.time),
                    "offers": schema.array(fields.cid),
                }
            )
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadSummary:
    """One thread: see `linkcontract.ledger.Thread` for the fields."""

    root: bytes
    phase: str
    tip: bytes | None
    bound: int | None
    offers: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A relationship at a glance.

    Attributes:
        statements: how many are held.
        joined: whether the peer answered the open.
        convicted: writers that are convicted of a contradiction.
        threads: by root.
    """

    statements: int
    joined: bool
    convicted: tuple[bytes, ...]
    threads: tuple[ThreadSummary, ...]


def summarise(session: Session) -> bytes:
    """The summary of what a session holds, as it is stored."""
    state = session.ledger.state()
    threads: list[dict[str, Any]] = [
        {
            "root": thread.root,
            "phase": thread.phase.value,
            "tip": thread.tip,
            "bound": thread.bound,
            "offers": list(thread.offers),
        }
        for thread in state.threads.values()
    ]
    return encode(
        {
            "v": 1,
            "statements": len(session.ledger),
            "joined": session.joined,
            "convicted": sorted(state.convicted),
            "threads": threads,
        }
    )


def read_summary(data: bytes) -> Summary:
    """A stored summary. Raises StoreError: store-row."""
    try:
        value = schema.read(_SHAPE, decode(data, max_bytes=MAX_STORE_VALUE), "cache")
    except RemoteProtocolError as error:
        raise StoreError("store-row", error.where) from error
    return Summary(
        statements=value["statements"],
        joined=value["joined"],
        convicted=value["convicted"],
        threads=tuple(ThreadSummary(**thread) for thread in value["threads"]),
    )
