"""What a simulated node could want to say now: one function per kind of action.

Each lists the bodies that make sense as the node sees things; what is void or not its to sign falls
out when the node previews it. The numbers in `how` choose among purposes, terms and times.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from linkcontract.ledger import ProposalStatus, Side, ThreadPhase, permitted
from linkcontract.limits import DAY, HOUR
from linkcontract.model.statement import Statement
from linkcontract.model.terms import Terms
from linkcontract.policy import Request
from linkcontract.testing.scenario import MARKETING, RESEARCH, SERVICE, START, UNTIL, USE, terms

if TYPE_CHECKING:
    from linkcontract.testing.simulated_node import Node

PURPOSES: Final = (SERVICE, MARKETING, RESEARCH)
"""The purposes of every simulated agreement."""

SETS: Final = (
    (SERVICE,),
    (SERVICE, MARKETING),
    (MARKETING,),
    (SERVICE, MARKETING, RESEARCH),
    (RESEARCH,),
)
"""What is proposed."""

PATH: Final = "vcard/fn"
"""What a simulated use reads."""

MOST_THREADS: Final = 2
"""More would only spread the same steps thinner."""


MOST_OFFERS: Final = 3
"""A node that has that many to choose from makes no more."""


class Wish(NamedTuple):
    """A statement somebody would like to sign."""

    type: str
    body: dict[str, Any]


@lru_cache(maxsize=64)
def simulated_terms(which: int, until: int) -> Terms:
    """Terms with the purposes `SETS[which]`."""
    return terms(*SETS[which], until=until)


@lru_cache(maxsize=64)
def _terms_value(which: int, until: int) -> Mapping[str, Any]:
    return MappingProxyType(simulated_terms(which, until).to_value())


@lru_cache(maxsize=4096)
def terms_id(proposal: Statement) -> bytes:
    """The CID of the terms a held proposal proposes."""
    assert proposal.body is not None, "a proposal is held with its body"
    return Terms.from_value(proposal.body["terms"]).id


def wishes(node: "Node", kind: str, how: int) -> list[Wish]:
    """Everything of a kind that makes sense for a node now."""
    return _KINDS[kind](node, how)


def offer(now: int, how: int, thread: bytes | None, base: bytes | None, to: bytes | None) -> Wish:
    """A proposal; `how` chooses purposes, how long it is open, and how long it would last."""
    which, rest = how % len(SETS), how // len(SETS)
    body = {
        "thread": thread,
        "base": base,
        "answers": to,
        "terms": dict(_terms_value(which, START + 20 * DAY if rest % 4 == 3 else UNTIL)),
        "accept_by": now + (HOUR if rest % 3 == 2 else 30 * DAY),
        "controller": None,
    }
    return Wish("propose", body)


def _propose(node: "Node", how: int) -> list[Wish]:
    """A new thread, or one more first offer where nothing is in force."""
    threads = node.ledger.state().threads
    found = [
        offer(node.now, how, root, None, None)
        for root, thread in threads.items()
        if thread.tip is None
    ]
    going = [thread for thread in threads.values() if thread.phase is not ThreadPhase.ENDED]
    if len(going) < MOST_THREADS:
        found.append(offer(node.now, how, None, None, None))
    return found


def _counter(node: "Node", how: int) -> list[Wish]:
    """An answer to an offer of the other side; it refuses nothing."""
    found = []
    for root, name in _theirs(node):
        base = node.body_of(name)["base"]
        found.append(offer(node.now, how, root, base, name))
    return found


def _amend(node: "Node", how: int) -> list[Wish]:
    """A change of an agreement in force."""
    return [
        offer(node.now, how, root, thread.tip, None)
        for root, thread in node.ledger.state().threads.items()
        if thread.tip is not None and len(thread.offers) < MOST_OFFERS
    ]


def _theirs(node: "Node") -> list[tuple[bytes, bytes]]:
    own = node.world.sides[node.party]
    return [
        (root, name)
        for root, thread in node.ledger.state().threads.items()
        for name in thread.offers
        if node.world.sides[node.world.story.statements[name].writer] is not own
    ]


def _accept(node: "Node", _how: int) -> list[Wish]:
    statements = node.world.story.statements
    return [
        Wish("accept", {"thread": root, "ref": name, "terms": terms_id(statements[name])})
        for root, name in _theirs(node)
    ]


def _refuse(node: "Node", how: int) -> list[Wish]:
    purposes = None if how % 2 else [PURPOSES[how // 2 % len(PURPOSES)]]
    return [
        Wish("refuse", {"thread": root, "ref": name, "purposes": purposes, "code": "no-thanks"})
        for root, name in _theirs(node)
    ]


def _retract(node: "Node", _how: int) -> list[Wish]:
    """Of an own offer, or as the lead of an agent's."""
    own = node.world.sides[node.party]
    return [
        Wish("retract", {"thread": root, "ref": name})
        for root, thread in node.ledger.state().threads.items()
        for name, status in thread.proposals.items()
        if node.world.sides[node.world.story.statements[name].writer] is own
        and status not in (ProposalStatus.AGREED, ProposalStatus.CONFIRMED)
    ]


def _suspend(node: "Node", _how: int) -> list[Wish]:
    return [
        Wish("suspend", {"thread": root})
        for root, thread in node.ledger.state().threads.items()
        if thread.phase is ThreadPhase.ACTIVE
    ]


def _resume(node: "Node", _how: int) -> list[Wish]:
    return [
        Wish("resume", {"thread": root, "ref": name})
        for root, thread in node.ledger.state().threads.items()
        for name in thread.suspends
    ]


def _revoke(node: "Node", how: int) -> list[Wish]:
    """All or one purpose, in one thread or everywhere."""
    if node.world.sides[node.party] is Side.SECOND:
        return []
    purposes = None if how % 4 == 0 else [PURPOSES[how // 4 % len(PURPOSES)]]
    places: list[bytes | None] = [*node.ledger.state().threads]
    return [Wish("revoke", {"thread": place, "purposes": purposes}) for place in (*places, None)]


def _terminate(node: "Node", how: int) -> list[Wish]:
    effective = None if how % 3 == 0 else node.now + how % 3 * DAY
    return [
        Wish("terminate", {"thread": root, "effective": effective})
        for root in node.ledger.state().threads
    ]


def _undelegate(node: "Node", _how: int) -> list[Wish]:
    return [
        Wish("undelegate", {"ref": held.id})
        for held in node.ledger.feed(node.party)
        if held.type == "delegate"
    ]


def _delegate(node: "Node", _how: int) -> list[Wish]:
    """Name an agent once more; the first side only, as in all of this world."""
    state = node.ledger.state()
    found = []
    for held in node.ledger.feed(node.party):
        if held.type == "delegate" and held.body and held.body["to"] not in state.dismissed:
            found.append(Wish("delegate", dict(held.body)))
    return found


def _use(node: "Node", how: int) -> list[Wish]:
    """A use, or for the first side a share: only what is permitted by the own clock."""
    second = node.world.sides[node.party] is Side.SECOND
    purpose = PURPOSES[how % len(PURPOSES)]
    action = USE if second else "dpv:Collect"
    found = []
    for root, thread in node.ledger.state().threads.items():
        if thread.tip is None:
            continue
        if not permitted(thread, Request(action, PATH, purpose), now=_next_at(node)).permit:
            continue
        body = {"thread": root, "agreement": thread.tip, "purpose": purpose}
        if second:
            found.append(Wish("use", {**body, "action": action, "ref": None}))
        else:
            found.append(Wish("share", {**body, "items": [[bytes(32), bytes(32)]]}))
    return found


def _next_at(node: "Node") -> int:
    """The time the next statement will carry: what is judged is that, not the clock."""
    return max(node.now, node.last.at)


def _right(_node: "Node", _how: int) -> list[Wish]:
    """Something the fold does not read, and that is owed an answer."""
    return [Wish("right", {"right": "eu-gdpr:A15"})]


def _erase(node: "Node", _how: int) -> list[Wish]:
    return [
        Wish(
            "erased",
            {
                "ref": held.id,
                "scope": "body",
                "salts": True,
                "backups_until": None,
                "exceptions": [],
            },
        )
        for held in node.erasable()
        if held.type != "erased"
    ]


_KINDS: Final[Mapping[str, Callable[["Node", int], list[Wish]]]] = {
    "propose": _propose,
    "counter": _counter,
    "amend": _amend,
    "accept": _accept,
    "refuse": _refuse,
    "retract": _retract,
    "suspend": _suspend,
    "resume": _resume,
    "revoke": _revoke,
    "terminate": _terminate,
    "delegate": _delegate,
    "undelegate": _undelegate,
    "use": _use,
    "right": _right,
    "erase": _erase,
}

KINDS: Final = (
    *("propose", "propose", "counter", "amend", "amend", "amend"),
    *("accept", "accept", "accept", "accept", "accept", "accept"),
    *("ack", "ack", "ack", "ack", "use", "use", "use", "right"),
    *("refuse", "retract", "retract", "suspend", "resume", "resume", "revoke", "revoke"),
    *("terminate", "delegate", "undelegate", "rotate", "erase"),
)
"""Kinds of actions, the common ones more often: what ends a thread ends the story, too."""
