"""What a node answers without asking its owner, by the policy of its configuration.

Only what the roster knows is ever accepted so, word for word and rule for rule. Anything else is
left for the owner, or answered once with a counter-offer from the roster; a second counter-offer
is refused with a code (MyTerms: one counter-offer, from the roster).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from linkcontract.driver import Reaction, Say
from linkcontract.driver.reactions import Act
from linkcontract.encoding import cid_text
from linkcontract.errors import LocalProtocolError
from linkcontract.ledger import Thread, ThreadPhase
from linkcontract.ledger.agreements import terms_of
from linkcontract.limits import DAY
from linkcontract.model.party import PUBLIC
from linkcontract.model.roster import Agreement, agreement, find
from linkcontract.model.statement import Statement
from linkcontract.model.terms import Controller
from linkcontract.node.config import ControllerConfig, NodeConfig, Role
from linkcontract.protocol import Restoring, Session
from linkcontract.protocol.events import Event

ONE_COUNTER: Final = "one-counter"
"""Code of the refusal of a second counter-offer."""

ANSWER_TIME: Final = 30 * DAY
"""How long an offer that nobody set another time for can be accepted."""


def answers(config: NodeConfig) -> Reaction:
    """The reaction that answers offers as a configuration says.

    It looks at every offer that waits, not only at what just came: the owner may have changed the
    configuration, and after a restore nothing was answered.
    """

    def react(session: Session, events: Sequence[Event], now: int) -> Iterable[Act]:
        if session.restoring is not Restoring.NO or session.parted:
            return
        if not events:
            return
        for thread in session.ledger.state().threads.values():
            for offer in offers_to_answer(session, thread, now):
                act = answer_to(session, thread, offer, config, now)
                if act is not None:
                    yield act
                if act is not None and act.type == "accept":
                    break  # the slot is taken; the other offers are dead

    return react


def offers_to_answer(session: Session, thread: Thread, now: int) -> Iterator[Statement]:
    """The other side's offers that this side can still accept."""
    if thread.phase in (ThreadPhase.ENDED, ThreadPhase.FROZEN):
        return
    for name in thread.offers:
        offer = session.ledger.get(name)
        if offer is None or offer.body is None or now > offer.body["accept_by"]:
            continue
        if session.ledger.side_of(offer.writer) is not session.ledger.side_of(session.me):
            yield offer


def answer_to(
    session: Session, thread: Thread, offer: Statement, config: NodeConfig, now: int
) -> Say | None:
    """What to answer to an offer; None leaves it to the owner."""
    if is_acceptable(session, offer, config):
        terms = terms_of(offer)
        return Say("accept", {"thread": thread.root, "ref": offer.id, "terms": terms.id})
    if is_second_counter(session, thread, offer):
        body = {"thread": thread.root, "ref": offer.id, "purposes": None, "code": ONE_COUNTER}
        return Say("refuse", body)
    if config.policy.counter and not counters(session, thread, offer):
        return _counter(session, thread, offer, config, now)
    return None


def is_acceptable(session: Session, offer: Statement, config: NodeConfig) -> bool:
    """Whether the policy accepts an offer: an agreement it lists, unchanged, by whom it names."""
    terms = terms_of(offer)
    entry = find(terms)
    if entry is None or entry.id not in config.policy.accept or not entry.matches(terms):
        return False
    return config.role is not Role.PERSON or names_controller(session, offer)


def names_controller(session: Session, offer: Statement) -> bool:
    """Whether an offer of a public party says who legally stands behind that very party."""
    if session.histories[session.peer].kind != PUBLIC:
        return True
    controller = None if offer.body is None else offer.body["controller"]
    return controller is not None and controller["party"] == session.peer


def counters(session: Session, thread: Thread, offer: Statement) -> list[Statement]:
    """The counter-offers of the negotiation an offer belongs to, besides the offer itself."""
    found = []
    for name in thread.proposals:
        other = session.ledger.get(name)
        if other is None or other.body is None or offer.body is None or other == offer:
            continue
        if other.body["answers"] is not None and other.body["base"] == offer.body["base"]:
            found.append(other)
    return found


def is_second_counter(session: Session, thread: Thread, offer: Statement) -> bool:
    """Whether an offer is a counter-offer where one was made before."""
    answered = None if offer.body is None else offer.body["answers"]
    return answered is not None and bool(counters(session, thread, offer))


def _counter(
    session: Session, thread: Thread, offer: Statement, config: NodeConfig, now: int
) -> Say | None:
    asked = terms_of(offer)
    try:
        terms = agreement(config.policy.accept[0]).terms(
            paths=paths_of(offer),
            valid_from=asked.valid_from,
            until=asked.until,
            law=asked.law,
        )
    except LocalProtocolError:  # it asks for nothing, or for nothing the roster's form can say
        return None
    base = None if offer.body is None else offer.body["base"]
    return Say(
        "propose",
        {
            "thread": thread.root,
            "base": base,
            "answers": offer.id,
            "terms": terms.to_value(),
            "accept_by": now + ANSWER_TIME,
            "controller": controller_of(config.controller, session.me),
        },
    )


def paths_of(offer: Statement) -> tuple[str, ...]:
    """The data an offer is about: the paths of its permissions, each once."""
    rules = terms_of(offer).permissions
    return tuple(dict.fromkeys(path for rule in rules for path in rule.paths))


def controller_of(config: ControllerConfig | None, party: bytes) -> Mapping[str, Any] | None:
    """Who stands behind an own party, as a proposal says it; None for a person."""
    if config is None:
        return None
    return Controller(
        party=party,
        name=config.name,
        jurisdiction=config.jurisdiction,
        domain=config.domain,
    ).to_value()


def roster_entry(offer: Statement) -> tuple[Agreement | None, bool]:
    """The agreement an offer names by id and text, and whether its rules are those of it."""
    terms = terms_of(offer)
    entry = find(terms)
    return entry, entry is not None and entry.matches(terms)


def text_name(offer: Statement) -> str:
    """How an offer's agreement is called: its name in the roster, else the id it gives itself."""
    terms = terms_of(offer)
    entry = find(terms)
    return entry.name if entry is not None else f"{terms.agreement} ({cid_text(terms.text)[-8:]})"
