"""`rotate` and `backup`: keys that change, and what is kept for the day the machine is lost."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from linkcontract.driver.restoring import Asked, give_up_asking, wait_for_answers
from linkcontract.driver.rotating import tell_rotation
from linkcontract.errors import NodeError
from linkcontract.node.backup import make_backup
from linkcontract.node.handlers import hiding
from linkcontract.node.handlers.handler import Given, Handler, flag, maybe, text, whole
from linkcontract.node.marker import Standing
from linkcontract.node.output import EXIT_WAITING, Json, cell, to_json
from linkcontract.node.restoring import PARTING
from linkcontract.node.rotation import (
    NEARLY_FULL,
    Outcome,
    check_words,
    person_parties,
    rotate_person,
    rotate_vendor,
)
from linkcontract.node.service import Node
from linkcontract.protocol import Restoring, Session


def _path(value: Json) -> Path:
    path = Path(text(value))
    if not path.is_absolute():
        raise ValueError
    return path


async def rotate(node: Node, given: Given) -> dict[str, Json]:
    """Rotate keys; after a restore, first see what the peers have said."""
    only = None if given["rel"] is None else await node.relationship(given["rel"])
    restored = node.standing is Standing.RESTORED
    if restored and only is not None:
        raise NodeError("node-restored", "rel", "leave it out: all keys rotate after a restore")
    person = node.home.identity.party is None
    _check_given(given, person)
    if person:
        everything = restored or given["new_words"] is not None
        members = await person_parties(node, only=only, everything=everything)
        check_words(node, given["words"], members)  # before anybody is waited for
    asked = await _ask(node, given) if restored else Asked((), ())
    async with node.rotating:
        if person:
            words, new = given["words"], given["new_words"]
            outcome = await rotate_person(node, words, only=only, new_seed=new)
        else:
            outcome = await rotate_vendor(node, given["signer"], given["signer_passphrase"])
    told = await _tell(node, outcome, everybody=given["tell"])
    result = await _result(node, outcome, told, asked)
    if told and given["wait"] and not await _delivered(node, told, given["wait"]):
        result["exit"] = EXIT_WAITING
    result["undelivered"] = await _undelivered(node, told)
    return result


async def refill(node: Node, given: Given) -> dict[str, Json]:
    """Fill the pool of next keys up; nothing is rotated."""
    changes = node.home.pool.refill(given["words"])
    await node.home.store.commit(changes)
    return {"next_keys": len(node.home.pool)}


async def backup(node: Node, given: Given) -> dict[str, Json]:
    """Write a backup."""
    home = node.home
    made = await make_backup(
        home.store,
        home.keystore,
        home.identity,
        given["file"],
        given["passphrase"],
        now=node.engine.clock(),
    )
    return {
        "file": str(given["file"]),
        "relationships": made.relationships,
        "statements": made.statements,
        "bytes": made.size,
        "at": made.at,
    }


def _check_given(given: Given, person: bool) -> None:
    if person and given["signer"] is not None:
        raise NodeError("config-value", "--signer", "only a vendor has a signer file")
    if person and given["words"] is None:
        raise NodeError("admin-request", "words")
    if not person and (given["words"] is not None or given["new_words"] is not None):
        raise NodeError("config-value", "--words-file", "a vendor's words are in its signer file")
    if not person and (given["signer"] is None or given["signer_passphrase"] is None):
        raise NodeError("config-missing", "--signer", "attach the signer file and name it")


async def _ask(node: Node, given: Given) -> Asked:
    """Wait for what the peers hold of ours; who stays silent is gone on without, if told so."""
    asked = await wait_for_answers(node.engine, given["ask"])
    if not asked.silent:
        return asked
    if not given["without_answer"]:
        labels = await _labels(node)
        silent = ", ".join(cell(labels[rel]) for rel in asked.silent)
        hint = f"{PARTING} Try again later, or accept that with --without-answer."
        raise NodeError("restore-unanswered", silent, hint)
    await give_up_asking(node.engine, asked.silent)
    return asked


async def _tell(node: Node, outcome: Outcome, *, everybody: bool) -> dict[bytes, bytes]:
    """Write the rotate statement where nothing else can be said before, or wherever it is owed.

    Returns:
        By relationship, the id of its rotate statement.
    """
    rotated = {each.member.history.party for each in outcome.rotated}
    told = {}
    for rel, row in (await node.engine.relationships()).items():
        if row.me not in rotated:
            continue
        async with node.engine.hold(rel) as relationship:
            session = relationship.session
            wanted = everybody or session.restoring is not Restoring.NO
        if wanted and not session.link.closed:
            statement = await tell_rotation(node.engine, rel)
            if statement is not None:
                told[rel] = statement
    return told


async def _delivered(node: Node, told: Mapping[bytes, bytes], seconds: int) -> bool:
    deadline = node.engine.clock() + 1000 * seconds
    for rel, statement in told.items():

        def has(session: Session, name: bytes = statement) -> bool:
            return name not in session.outbox

        left = max(0, deadline - node.engine.clock()) / 1000
        if not await node.until(rel, has, left):
            return False
    return True


async def _undelivered(node: Node, told: Mapping[bytes, bytes]) -> Json:
    waiting: list[Json] = []
    for rel, statement in told.items():
        async with node.engine.hold(rel) as relationship:
            if statement in relationship.session.outbox:
                waiting.append(relationship.row.label)
    return waiting


async def _result(
    node: Node, outcome: Outcome, told: Mapping[bytes, bytes], asked: Asked
) -> dict[str, Json]:
    labels = await _labels(node)

    def named(rels: Iterable[bytes]) -> Json:
        return [labels[rel] for rel in rels]

    rotated: list[Json] = [
        {
            "rel": to_json(each.member.rel),
            "label": each.member.label,
            "party": to_json(each.member.history.party),
            "event": to_json(each.event),
            "seq": each.seq,
            "nearly_full": each.events >= NEARLY_FULL,
        }
        for each in outcome.rotated
    ]
    return {
        "rotated": rotated,
        "told": named(told),
        "answered": named(asked.answered),
        "silent": named(asked.silent),
        "full": [each.label for each in outcome.full],
        "void_invitations": outcome.void,
        "next_keys": None if node.home.identity.party is not None else len(node.home.pool),
        "standing": node.standing.value,
    }


async def _labels(node: Node) -> dict[bytes, str]:
    return {rel: row.label for rel, row in (await node.engine.relationships()).items()}


HANDLERS: Final[Mapping[str, Handler]] = {
    "rotate": Handler(
        run=rotate,
        fields={
            "rel": maybe(text),
            "words": maybe(hiding.seed),
            "new_words": maybe(hiding.seed),
            "signer": maybe(_path),
            "signer_passphrase": maybe(hiding.passphrase),
            "ask": whole,
            "without_answer": flag,
            "tell": flag,
            "wait": whole,
        },
        network=True,
    ),
    "refill": Handler(run=refill, fields={"words": hiding.seed}),
    "backup": Handler(run=backup, fields={"file": _path, "passphrase": hiding.passphrase}),
}
