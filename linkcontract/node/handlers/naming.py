"""Which thread, which proposal: what may be left out where only one thing fits."""

from collections.abc import Callable

from linkcontract.errors import NodeError
from linkcontract.ledger import Thread
from linkcontract.model import vocabulary
from linkcontract.model.statement import Statement
from linkcontract.node.output import cell, short
from linkcontract.node.selectors import select
from linkcontract.protocol import Session


def thread_of(
    session: Session,
    selector: str | None,
    fits: Callable[[Thread], bool] = lambda _: True,
    *,
    wanted: str = "",
) -> Thread:
    """The thread a selector names, or the only one that fits.

    Args:
        session: the relationship.
        selector: the first characters of the id of its first proposal; None for the only one.
        fits: which threads come into question when none is named.
        wanted: what these are, for the error, as "with an agreement in force".

    Raises:
        NodeError: selector-none, selector-many.
    """
    threads = session.ledger.state().threads
    if selector is not None:
        return threads[select(selector, dict.fromkeys(threads), "thread")]
    found = [thread for thread in threads.values() if fits(thread)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NodeError("selector-none", "thread", f"there is no thread {wanted}".rstrip())
    listed = ", ".join(short(each.root) for each in found)
    raise NodeError("selector-many", "thread", f"name one with --thread: {listed}")


def statement_of(
    session: Session,
    selector: str | None,
    candidates: list[Statement],
    *,
    option: str = "ref",
    wanted: str = "",
) -> Statement:
    """The statement a selector names among all held ones, or the only candidate.

    Raises:
        NodeError: selector-none, selector-many, with the option as the place.
    """
    if selector is not None:
        everything = {each.id: None for each in session.ledger.held()}
        named = session.ledger.get(select(selector, everything, option))
        assert named is not None  # it was chosen from what is held
        return named
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise NodeError("selector-none", option, f"there is no {wanted or 'statement that fits'}")
    listed = ", ".join(short(each.id) for each in candidates)
    raise NodeError("selector-many", option, f"name one with --{option}: {listed}")


def purpose_of(text: str) -> str:
    """The CURIE of a purpose, typed whole or without its prefix.

    Raises:
        NodeError: selector-none for no term, selector-many if more than one vocabulary has it.
    """
    if vocabulary.exists(text):
        return text
    found = sorted(
        term for term in vocabulary.vocabulary().terms() if term.partition(":")[2] == text
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise NodeError("selector-many", "purpose", f"choose from: {', '.join(found)}")
    raise NodeError("selector-none", "purpose", f"the vocabulary has no term {cell(text)[:64]}")
