"""`revoke` and `erase`: permission is taken back, and data is deleted."""

from collections.abc import Mapping
from typing import Any, Final

from linkcontract.driver.erasure import in_scope
from linkcontract.driver.reactions import Erase
from linkcontract.errors import NodeError
from linkcontract.ledger import Thread, ThreadPhase
from linkcontract.ledger.phases import permits
from linkcontract.limits import DAY
from linkcontract.node.backup import last_backup
from linkcontract.node.handlers.handler import (
    REL,
    WAIT,
    Given,
    Handler,
    flag,
    maybe,
    text,
    texts,
    whole,
)
from linkcontract.node.handlers.naming import purpose_of, statement_of, thread_of
from linkcontract.node.handlers.statements import signed, statement_json
from linkcontract.node.output import Json
from linkcontract.node.service import Node
from linkcontract.protocol import Session

RIGHT_TO_ERASURE: Final = "eu-gdpr:A17"
"""The right a person exercises when asking the other side to erase."""

BACKUPS_KEPT: Final = 30 * DAY
"""How long after the newest backup an erased value may still be in one."""


async def revoke(node: Node, given: Given) -> dict[str, Json]:
    """Take permission back; on the second side, end the contract."""
    rel = await node.relationship(given["rel"])
    purposes = [purpose_of(each) for each in given["purposes"]] or None
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        first = session.ledger.first == session.me
        root = None
        if not given["all"]:
            root = _to_revoke(session, given["thread"]).root
    if first:
        body: dict[str, object] = {"thread": root, "purposes": purposes}
        statement = await node.engine.write(rel, "revoke", body)
    elif purposes is None and root is not None:
        statement = await node.engine.write(rel, "terminate", {"thread": root, "effective": None})
    else:
        raise NodeError("revoke-side", hint="end the contract: name one thread and no purpose")
    return await signed(node, rel, statement, given["wait"], side="first" if first else "second")


async def erase(node: Node, given: Given) -> dict[str, Json]:
    """Ask the other side to erase, delete what is here, and sign what was deleted."""
    rel = await node.relationship(given["rel"])
    newest = await last_backup(node.engine.store)
    backups_until = given["backups_until"]
    if backups_until is None and newest is not None:
        backups_until = newest + BACKUPS_KEPT
    async with node.engine.hold(rel) as relationship:
        session = relationship.session
        targets = _targets(session, given)
        if not given["yes"] and any(_is_needed(session, ref) for ref, _ in targets):
            raise NodeError("erase-active", "yes")
        counts = [
            sum(len(session.openings(name)) for name in in_scope(session, ref, scope))
            for ref, scope in targets
        ]
        asks = session.ledger.first == session.me and not given["own_only"]
    requests = []
    if asks:
        for ref, _ in targets:
            right = {"right": RIGHT_TO_ERASURE, "ref": ref}
            requests.append(await node.engine.write(rel, "right", right))
    answers = [
        await node.engine.erase(
            rel, Erase(ref, scope, backups_until, tuple(_exceptions(given["exceptions"])))
        )
        for ref, scope in targets
    ]
    result = await signed(node, rel, answers[-1], given["wait"])
    async with node.engine.hold(rel) as relationship:
        ours: list[Json] = [statement_json(relationship.session, each) for each in answers]
        asked: list[Json] = [statement_json(relationship.session, each) for each in requests]
    return {
        **result,
        "statements": ours,
        "requests": asked,
        "erased": sum(counts),
        "backups_until": backups_until,
    }


def _to_revoke(session: Session, selector: str | None) -> Thread:
    """The thread a selector names, or the only contract.

    Threads in which nothing is agreed come into question only where there is no contract: otherwise
    the other side could stand in the way of a withdrawal by proposing something new.
    """
    bound = any(_binds(each) for each in session.ledger.state().threads.values())
    return thread_of(session, selector, _binds if bound else _is_open, wanted="that has not ended")


def _binds(thread: Thread) -> bool:
    return thread.phase not in (ThreadPhase.ENDED, ThreadPhase.OFFERED, ThreadPhase.IDLE)


def _is_open(thread: Thread) -> bool:
    return thread.phase is not ThreadPhase.ENDED


def _targets(session: Session, given: Given) -> list[tuple[bytes, str]]:
    """What is to be erased, as (ref, scope) of `erased`."""
    ledger = session.ledger
    threads = list(ledger.state().threads.values())
    if given["everything"]:
        return [(session.rel, "relationship")]
    if given["share"] is not None:
        shares = [each for each in ledger.held() if each.type == "share"]
        share = statement_of(session, given["share"], shares, option="share")
        return [(share.id, "openings")]
    if given["agreement"] is not None:
        proposal = statement_of(session, given["agreement"], [], option="agreement")
        return [(proposal.id, "agreement")]
    ended = [name for each in threads if not _is_open(each) for name in each.chain]
    in_force = [name for each in threads for name in each.chain]
    chosen = ended or in_force
    if not chosen:
        raise NodeError("selector-none", "agreement", "nothing was ever agreed here")
    asked = _asked(session)
    return [
        (name, "agreement") for name in chosen if name in asked or _has_data(session, name)
    ] or [(chosen[-1], "agreement")]


def _asked(session: Session) -> set[bytes]:
    """What the other side asked to have erased."""
    return {
        each.body["ref"]
        for each in session.ledger.feed(session.peer)
        if each.type == "right" and each.body is not None and "ref" in each.body
    }


def _has_data(session: Session, agreement: bytes) -> bool:
    return any(session.openings(name) for name in in_scope(session, agreement, "agreement"))


def _is_needed(session: Session, ref: bytes) -> bool:
    """Whether what is to be erased belongs to an agreement that is in force."""
    ledger = session.ledger
    active = [each for each in ledger.state().threads.values() if permits(each.phase)]
    if ref == session.rel:
        return bool(active)
    named = ledger.get(ref)
    if named is not None and named.type == "share":
        return False  # named by itself: whoever does that means it
    return any(ref in each.chain for each in active)


def _exceptions(texts_: tuple[str, ...]) -> list[dict[str, str]]:
    """`CODE=BASIS` as typed."""
    found = []
    for each in texts_:
        code, equals, basis = each.partition("=")
        if not (code and equals and basis):
            raise NodeError(
                "command-line", "exception", "as CODE=BASIS, the basis a term such as dpv:X"
            )
        found.append({"code": code, "basis": basis})
    return found


_ERASE: Final[Mapping[str, Any]] = {
    "share": maybe(text),
    "agreement": maybe(text),
    "everything": flag,
    "own_only": flag,
    "yes": flag,
    "exceptions": texts,
    "backups_until": maybe(whole),
}

HANDLERS: Final[Mapping[str, Handler]] = {
    "revoke": Handler(
        run=revoke,
        fields={**REL, **WAIT, "thread": maybe(text), "all": flag, "purposes": texts},
        signs=True,
        network=True,
    ),
    "erase": Handler(run=erase, fields={**REL, **WAIT, **_ERASE}, signs=True, network=True),
}
