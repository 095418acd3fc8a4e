"""Compare a ledger with the plain one (`linkcontract.testing.plain_ledger`): the same answers to
everything either can be asked, after every statement and at last."""

import dataclasses
from itertools import product
from random import Random

from linkcontract.errors import RemoteProtocolError
from linkcontract.ledger import Escrow, Ledger
from linkcontract.ledger.uses import USES
from linkcontract.testing.plain_ledger import PlainLedger
from linkcontract.testing.random_stories import PURPOSES
from linkcontract.testing.scenario import SERVICE


def alike(story, statements, seed, most=None):
    """Hand the same statements in the same random order to both, and compare.

    Args:
        most: how many states the ledger may keep; its own number if not given.

    Raises:
        AssertionError: they differ.
    """
    random = Random(seed)
    order = arrivals(statements, random)
    room = 1024 if seed % 4 else 6
    pair = [
        kind(story.opening, story.histories, escrow=Escrow(most=room))
        for kind in (Ledger, PlainLedger)
    ]
    if most is not None:
        pair[0]._folding.most = most
    for statement in order:
        looked_at_first(pair, statement)
        assert added(pair[0], statement) == added(pair[1], statement), "what became of it"
        if random.random() < 0.3:
            assert pair[0].state() == pair[1].state(), "the state on the way"
    the_same_held(pair, random)
    the_same_about_all(pair, story)
    return pair[0]


def arrivals(statements, random):
    """An order nearly as it was, or none at all; some come twice, some without their bodies."""
    order = list(statements)
    if random.random() < 0.7:
        loose = random.choice((3, 10, len(order)))
        order = [
            s for _, s in sorted(enumerate(order), key=lambda p: p[0] + random.random() * loose)
        ]
    gone = {s.body["ref"] for s in order if s.type == "erased" and s.body and s.body["ref"]}
    bare = {name for name in gone if random.random() < 0.7}
    late = [s for s in order if s.id in bare and random.random() < 0.5]
    order = [dataclasses.replace(s, body=None) if s.id in bare else s for s in order]
    twice = [s for s in order if random.random() < 0.2]
    for statement in (*late, *twice):
        order.insert(random.randrange(len(order) + 1), statement)
    return order


def added(ledger, statement):
    """What `add` says, or the code it raises."""
    try:
        result = ledger.add(statement)
    except RemoteProtocolError as error:
        return error.code
    return (
        result.status,
        tuple(each.id for each in result.released),
        result.missing,
        result.bodies,
        result.dropped,
        result.refused,
    )


def looked_at_first(pair, statement):
    """What both expect of a statement before they hold it."""
    named = [head.id for head in statement.seen] + ([statement.prev] if statement.prev else [])
    if statement.id in pair[0] or any(name not in pair[0] for name in named):
        return
    if statement.body is not None:
        assert pair[0].preview(statement) == pair[1].preview(statement), "preview"
    if statement.type in USES and statement.body is not None:
        answers = [expected(ledger, statement) for ledger in pair]
        assert answers[0] == answers[1], "would_breach"


def expected(ledger, statement):
    try:
        return ledger.would_breach(statement)
    except RemoteProtocolError as error:
        return error.code


def the_same_held(pair, random):
    """Everything about every statement."""
    fast, plain = pair
    assert [s.id for s in fast.held()] == [s.id for s in plain.held()]
    held = list(fast.held())
    random.shuffle(held)
    for statement in held:
        name = statement.id
        assert fast.state_before(name) == plain.state_before(name), "state_before"
        assert fast.void_reason(name) == plain.void_reason(name)
        assert fast.confirms(name) == plain.confirms(name)
        assert fast.thread_of(name) == plain.thread_of(name)
        if statement.type in USES:
            assert fast.use_status(name) == plain.use_status(name), "use_status"
            assert fast.breach(name) == plain.breach(name)
        for writer in fast.writers():
            assert fast.known_to(writer, name) == plain.known_to(writer, name)
    for one, other in product(held, held):
        assert fast.in_past(one.id, other.id) == plain.in_past(one.id, other.id)


def the_same_about_all(pair, story):
    """Everything about the whole, and what everybody would say next."""
    fast, plain = pair
    for question in ("state", "heads", "writers", "fork_pairs", "key_pairs", "missing", "waiting"):
        assert getattr(fast, question)() == getattr(plain, question)(), question
    assert (fast.joined, len(fast)) == (plain.joined, len(plain))
    held = fast.held()
    for writer in fast.writers():
        assert fast.side_of(writer) is plain.side_of(writer)
        assert fast.feed(writer) == plain.feed(writer)
        assert fast.owes_ack(writer) == plain.owes_ack(writer)
        own = {statement.ks for statement in fast.feed(writer)}
        for ks in (None, *sorted(own)):
            assert fast.next_header(writer, ks=ks) == plain.next_header(writer, ks=ks)
        for left_out in (held[-1:], held[len(held) // 2 :: 5], held[3:4]):
            names = [statement.id for statement in left_out]
            assert fast.next_header(writer, names) == plain.next_header(writer, names)
    threads = {thread.root for thread in fast.state().threads.values()}
    assert threads == {thread.root for thread in plain.state().threads.values()}


def lived(story, numbers):
    """More of what random stories leave out, drawn from numbers: agents with limits, renamed and
    dismissed; forks of anybody at any place; parted keys; types nobody knows; bodies that are
    faulty, or erased."""
    random = Random(numbers)
    peaceful = random.choice((0, 15, 40, 80))
    for number in range(random.randrange(20, 90)):
        desk = random.choice(story.desks)
        happenings = HAPPENINGS if number < peaceful else (*HAPPENINGS, *MISHAPS)
        try:
            random.choice(happenings)(story, desk, random, number)
        except RemoteProtocolError:
            # what cannot exist is left out of the story
            continue
    return [s for s in story.statements.values() if s.id != story.opening.id]


def something(desk, random, *types):
    known = [s for s in desk.ledger.held() if s.type in types and s.body is not None]
    return random.choice(known) if known else None


def hears(story, desk, random, _):
    other = random.choice(story.desks)
    held = other.ledger.held()
    desk.hear(*held[: random.randrange(1, len(held) + 1) if random.random() < 0.3 else None])


def offers(story, desk, random, _):
    base = something(desk, random, "propose")
    purposes = random.choice(PURPOSES)
    if base is None or random.random() < 0.4:
        desk.propose(*purposes)
        return
    tip = desk.thread(base).tip if desk.ledger.thread_of(base.id) in desk.state.threads else None
    if tip is not None and random.random() < 0.5:
        desk.propose(*purposes, base=desk.ledger.get(tip))
    else:
        desk.propose(*purposes, answers=base)


def answers(story, desk, random, _):
    proposal = something(desk, random, "propose")
    live = [name for thread in desk.state.threads.values() for name in thread.offers]
    side = desk.ledger.side_of(desk.party)
    theirs = [p for p in map(desk.ledger.get, live) if desk.ledger.side_of(p.writer) is not side]
    if theirs and random.random() < 0.8:
        desk.accept(random.choice(theirs))
    elif proposal is not None:
        random.choice((desk.accept, desk.refuse, desk.retract))(proposal)


def says(story, desk, random, _):
    desk.ack()


def uses(story, desk, random, _):
    tips = [thread.tip for thread in desk.state.threads.values() if thread.tip is not None]
    agreement = something(desk, random, "propose")
    if tips and random.random() < 0.8:
        agreement = desk.ledger.get(random.choice(tips))
    if agreement is not None:
        (desk.use if random.random() < 0.6 else desk.share)(agreement, SERVICE)


def withdraws(story, desk, random, _):
    about = something(desk, random, "propose")
    if about is None:
        return
    way = random.randrange(6)
    if way == 0:
        desk.revoke(about, SERVICE)
    elif way == 1:
        desk.suspend(about)
    elif way == 2:
        desk.revoke(None, *random.choice(((), (SERVICE,))))
    elif way == 3 and random.random() < 0.5:
        desk.terminate(about, effective=story.now + random.choice((-1, 1)) * 10**9)
    elif way == 4:
        desk.refuse(about, SERVICE)
    else:
        suspend = something(desk, random, "suspend")
        if suspend is not None:
            desk.resume(suspend)


def names_an_agent(story, desk, random, number):
    agents = [d for d in story.desks if d.delegation is not None]
    if agents and random.random() < 0.6:
        limits = {"count": random.choice((None, 1, 2)), "types": ("propose", "accept", "use")}
        desk.delegate(random.choice(agents), **limits)
    elif len(agents) < 3:
        story.agent(f"agent {number}", of=random.choice((story.person, story.organisation)))


def dismisses(story, desk, random, _):
    delegation = something(desk, random, "delegate")
    if delegation is not None and random.random() < 0.5:
        desk.undelegate(delegation)


def forks(story, desk, random, _):
    if len(story.desks) < 8:
        twin = desk.twin()
        story.desks.append(twin)
        twin.ack()
        if random.random() < 0.5:
            desk.ack()


def goes_back(story, desk, random, _):
    """A second branch from somewhere long ago, or another first statement."""
    own = desk.ledger.feed(desk.party)
    if own and random.random() < 0.5:
        start = random.choice(own)
        seen = () if random.random() < 0.5 else None
        desk.write("ack", after=start, seen=seen)


def rotates(story, desk, random, _):
    desk.rotate(branch=random.choice((0, 0, 1)))


def babbles(story, desk, random, _):
    if random.random() < 0.5:
        desk.write("x-unheard-of", said=1)
    else:
        desk.write(random.choice(("propose", "use", "suspend", "ack")), fault="bad-body")


def erases(story, desk, random, _):
    gone = something(desk, random, "use", "share", "ack")
    if gone is not None:
        fields = {"salts": True, "backups_until": None, "exceptions": []}
        desk.write("erased", ref=gone.id, scope="body", **fields)


HAPPENINGS = (
    *[hears] * 14,
    *[offers] * 3,
    *[answers] * 6,
    *[says] * 4,
    *[uses] * 4,
    withdraws,
    names_an_agent,
    babbles,
    *[erases] * 2,
)
MISHAPS = (withdraws, withdraws, dismisses, forks, goes_back, rotates)
