"""Stories made up by a sequence of numbers, for property tests and simulators.

A step is a few integers; whatever they are, they mean something that can be done now. So any list
of integers is a story, a shorter list is a shorter story, and a failing one shrinks well.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import Side
from linkcontract.limits import DAY
from linkcontract.model.statement import Statement
from linkcontract.testing.scenario import MARKETING, RESEARCH, SERVICE, Desk, Story

PURPOSES: Final = (
    (SERVICE,),
    (SERVICE, MARKETING),
    (MARKETING,),
    (SERVICE, MARKETING, RESEARCH),
)


class Step(NamedTuple):
    """One step: which desk does what, to which of the statements it knows, and how.

    Attributes:
        desk, action, target, variant: any integers; each is taken modulo what there is.
        understate: the desk keeps quiet about what it newly learned.
    """

    desk: int
    action: int
    target: int
    variant: int
    understate: bool


class Cast(NamedTuple):
    """Who and what may appear in a story.

    Attributes:
        agent: whether the person has an agent.
        liar: whether the organisation signs twice and says it saw less.
        restores: whether the person restores backups, rotating first.
        wide: whether the person revokes relationship-wide, or dismisses agents.
    """

    agent: bool = False
    liar: bool = False
    restores: bool = False
    wide: bool = False


def tell(steps: Iterable[Step], cast: Cast) -> Story:
    """Play a story; what the rules do not allow to exist is left out."""
    story = Story()
    if cast.agent:
        agent = story.agent()
        story.organisation.hear_all(agent)
        story.person.hear_all(agent)
    actions = _actions(cast)
    for step in steps:
        desk = story.desks[step.desk % len(story.desks)]
        lying = step.understate and cast.liar and desk.party == story.organisation.party
        unseen = _news(desk) if lying else ()
        action = actions[step.action % len(actions)]
        try:
            action(Turn(story, desk, step, unseen))
        except RemoteProtocolError:
            # a desk that learned of its own other branch may try what cannot exist: fewer
            # statements, and the story goes on
            continue
    return story


def _news(desk: Desk) -> list[Statement]:
    header = desk.ledger.next_header(desk.party)
    return [statement for head in header.seen if (statement := desk.ledger.get(head.id))]


class Turn(NamedTuple):
    """A desk's turn in a story: what it was told to do, and what it keeps quiet about."""

    story: Story
    desk: Desk
    step: Step
    unseen: Sequence[Statement]


Action = Callable[[Turn], None]


def _known(desk: Desk, type_: str, step: Step) -> Statement | None:
    known = [statement for statement in desk.ledger.held() if statement.type == type_]
    known = [statement for statement in known if desk.void(statement) is None]
    return known[-1 - step.target % len(known)] if known else None


def _hear(turn: Turn) -> None:
    story, desk, step = turn.story, turn.desk, turn.step
    other = story.desks[step.target % len(story.desks)]
    held = other.ledger.held()
    # a prefix in some order of arrival: everything it saw comes along
    desk.hear(*held[: len(held) - max(0, step.variant % 6 - 3)])


def _propose(turn: Turn) -> None:
    desk, step, unseen = turn.desk, turn.step, turn.unseen
    purposes = PURPOSES[step.variant % len(PURPOSES)]
    named = _known(desk, "propose", step)
    if named is None or step.target % 11 == 10:
        desk.propose(*purposes, unseen=unseen)
        return
    thread = desk.thread(named)
    tip = None if thread.tip is None else desk.ledger.get(thread.tip)
    if tip is not None and step.variant % 3:
        desk.propose(*purposes, base=tip, unseen=unseen)
    else:
        desk.propose(*purposes, answers=named, unseen=unseen)


def _offers(desk: Desk, own: bool) -> list[Statement]:
    """What can be accepted in a desk's view, of its own side or of the other."""
    side = desk.ledger.side_of(desk.party)
    offers = []
    for thread in desk.state.threads.values():
        for name in thread.offers:
            proposal = desk.ledger.get(name)
            if proposal is not None and (desk.ledger.side_of(proposal.writer) is side) == own:
                offers.append(proposal)
    return offers


def _chosen(desk: Desk, step: Step, own: bool) -> Statement | None:
    """An offer that makes sense, and now and then any proposal at all."""
    if step.target % 8 == 7:
        return _known(desk, "propose", step)
    offers = _offers(desk, own)
    return offers[step.target % len(offers)] if offers else None


def _accept(turn: Turn) -> None:
    story, desk, step, unseen = turn.story, turn.desk, turn.step, turn.unseen
    proposal = _chosen(desk, step, own=False)
    if proposal is not None:
        desk.accept(proposal, unseen=unseen)
    else:
        desk.hear_all(story.desks[step.variant % len(story.desks)])


def _deny(turn: Turn) -> None:
    desk, step, unseen = turn.desk, turn.step, turn.unseen
    proposal = _chosen(desk, step, own=step.variant % 3 == 2)
    if proposal is None:
        return
    if step.variant % 3 == 0:
        desk.refuse(proposal, MARKETING, unseen=unseen)
    elif step.variant % 3 == 1:
        desk.refuse(proposal, unseen=unseen)
    else:
        desk.retract(proposal, unseen=unseen)


def _hold(turn: Turn) -> None:
    desk, step, unseen = turn.desk, turn.step, turn.unseen
    suspended = _known(desk, "suspend", step)
    if suspended is not None and step.variant % 2:
        desk.resume(suspended, unseen=unseen)
        return
    proposal = _known(desk, "propose", step)
    if proposal is not None:
        desk.suspend(proposal, unseen=unseen)


def _narrow(turn: Turn) -> None:
    desk, step, unseen = turn.desk, turn.step, turn.unseen
    proposal = _known(desk, "propose", step)
    if proposal is not None and desk.ledger.side_of(desk.party) is Side.FIRST:
        desk.revoke(proposal, PURPOSES[step.variant % len(PURPOSES)][-1], unseen=unseen)


def _end(turn: Turn) -> None:
    story, desk, step, unseen = turn.story, turn.desk, turn.step, turn.unseen
    proposal = _known(desk, "propose", step)
    if proposal is None or step.target % 4:
        return
    if step.variant % 4 == 0:
        desk.revoke(proposal, unseen=unseen)
    elif step.variant % 4 == 1:
        desk.terminate(proposal, unseen=unseen)
    else:
        desk.terminate(proposal, effective=story.now + step.variant % 50 * DAY, unseen=unseen)


def _use(turn: Turn) -> None:
    story, desk, step, unseen = turn.story, turn.desk, turn.step, turn.unseen
    tips = [
        agreement
        for thread in desk.state.threads.values()
        if thread.tip is not None and (agreement := desk.ledger.get(thread.tip)) is not None
    ]
    if not tips and step.target % 5:
        return
    proposal = tips[step.target % len(tips)] if tips else _known(desk, "propose", step)
    if proposal is None:
        return
    purpose = (SERVICE, MARKETING)[step.variant % 2]
    if desk.party == story.organisation.party:
        desk.use(proposal, purpose, unseen=unseen)
    else:
        desk.share(proposal, purpose, unseen=unseen)


def _ack(turn: Turn) -> None:
    desk, unseen = turn.desk, turn.unseen
    desk.ack(unseen=unseen)


def _wide(turn: Turn) -> None:
    desk, step, unseen = turn.desk, turn.step, turn.unseen
    if step.variant % 3 == 0:
        desk.revoke(None, unseen=unseen)
    elif step.variant % 3 == 1:
        desk.revoke(None, MARKETING, unseen=unseen)
    else:
        delegation = _known(desk, "delegate", step)
        if delegation is not None:
            desk.undelegate(delegation, unseen=unseen)


def _fork(turn: Turn) -> None:
    story, step = turn.story, turn.step
    if len(story.desks) >= 6:
        return
    twin = story.organisation.twin()
    story.desks.append(twin)
    if step.variant % 3 == 0:
        twin.rotate(branch=step.variant % 2)
    else:
        twin.ack()


def _rotate(turn: Turn) -> None:
    desk, unseen = turn.desk, turn.unseen
    desk.ks = desk.ledger.next_header(desk.party).ks or desk.ks
    desk.rotate(unseen=unseen)


def _restore(turn: Turn) -> None:
    """The person's desk is replaced by one from an older backup, which rotates first."""
    story, step = turn.story, turn.step
    held = [statement.id for statement in story.person.ledger.feed(story.person.party)]
    if story.person.history.position(story.person.ks) != 0 or len(held) < 3:
        return  # one restore per story: the second backup would have to know the first rotation
    kept = held[-1 - step.target % (len(held) - 2)]
    backup = Desk(story, story.person.history)
    statement = story.statements[kept]
    backup.hear(statement)
    backup.rotate()
    story.desks[story.desks.index(story.person)] = backup
    story.person = backup


def _actions(cast: Cast) -> Sequence[Action]:
    actions: list[Action] = [
        *[_hear] * 6,
        *[_propose] * 2,
        *[_accept] * 4,
        *[_ack] * 3,
        _deny,
        _hold,
        _narrow,
        _end,
        _use,
    ]
    if cast.wide:
        actions.append(_wide)
    if cast.liar:
        actions += [_fork, _rotate]
    if cast.restores:
        actions.append(_restore)
    return actions
