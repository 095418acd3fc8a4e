"""Erasing: which openings go, and what is signed about it.

Values and salts are deleted, the commitments stay in the signed bodies, so the chain is provable
and says nothing any more about the values.
"""

from collections.abc import Iterator

from linkcontract.driver import rows
from linkcontract.driver.reactions import Erase
from linkcontract.errors import LocalProtocolError
from linkcontract.model.items import Opening
from linkcontract.protocol import Session
from linkcontract.protocol.events import StatementsWritten
from linkcontract.store.port import Change


def in_scope(session: Session, ref: bytes, scope: str) -> Iterator[bytes]:
    """The statements whose openings an erasure is about.

    Args:
        session: the relationship.
        ref: what the scope is of: a statement, an agreement (its proposal) or the relationship.
        scope: "openings", "agreement" or "relationship".

    Raises:
        LocalProtocolError: erase-scope if `ref` is nothing of the kind here.
    """
    ledger = session.ledger
    if scope == "relationship" and ref == session.rel:
        yield from (each.id for each in ledger.held())
        return
    named = ledger.get(ref)
    if scope == "openings" and named is not None:
        yield ref
        return
    if scope == "agreement" and named is not None and named.type == "propose":
        for each in ledger.held():
            if each.type == "share" and each.body is not None and each.body["agreement"] == ref:
                yield each.id
        return
    raise LocalProtocolError("erase-scope", scope)


def erase(session: Session, act: Erase, now: int) -> tuple[StatementsWritten, list[Change]]:
    """Drop the openings in scope from the session and sign `erased`.

    Returns:
        The event, and the deletions to commit with it; call `Store.purge` afterwards.

    Raises:
        LocalProtocolError: erase-scope; as `Session.write`.
    """
    names = list(in_scope(session, act.ref, act.scope))
    gone: list[Opening] = [opening for name in names for opening in session.openings(name)]
    written = session.write(
        "erased",
        {
            "ref": act.ref,
            "scope": act.scope,
            "salts": True,
            "backups_until": act.backups_until,
            "exceptions": [dict(each) for each in act.exceptions],
        },
        now,
    )
    for name in names:
        session.forget_openings(name)
    return written, [rows.forget_opening(session.rel, opening) for opening in gone]
