"""Which statements exist: key, chain, own time and seen (W1 to W4)."""

from collections.abc import Callable
from typing import Any

from build.schedules import Told, refusing, settled
from build.signed import MARKETING, SERVICE, SignedStory, agree
from linkcontract.limits import DAY
from linkcontract.model.statement import Head, Statement
from linkcontract.testing.scenario import Desk

Add = Callable[..., Any]


def build(add: Add) -> None:
    """The vectors of this module."""
    for vectors in (
        _keys,
        _later_keys,
        _left_keys,
        _chain,
        _time,
        _seen,
        _seen_twice,
        _agents,
        _built_on,
    ):
        vectors(add)


def drafted(desk: Desk, type_: str = "ack", **fields: Any) -> Statement:
    """A statement of a desk with exactly these header fields, otherwise as it would sign it."""
    header = desk.ledger.next_header(desk.party)
    usual = {
        "at": desk.story.tick(),
        "ks": desk.ks,
        "rel": desk.ledger.rel,
        "seq": header.seq,
        "prev": header.prev,
        "seen": header.seen,
    }
    body = fields.pop("body", {})
    return desk.story.made(desk.history, type_, body, **{**usual, **fields})


def _keys(add: Add) -> None:
    story = SignedStory()
    person = story.person
    person.ks = person.history.rotate(person.ks)
    bad = person.draft("ack")
    refusing(story, bad).refused({bad: "ledger-key"}).add(
        add,
        "key-changes-without-rotate",
        "W1",
        "An ack under the next key event; the history has it, and no rotate said so here. "
        "Careless: any key of the writer's history will do.",
    )

    story = SignedStory()
    person = story.person
    first = person.ks
    person.rotate()
    bad = drafted(person, "rotate", ks=first, body={"event": first})
    told = refusing(story, bad).exactly(owes=["V"]).refused({bad: "ledger-key"})
    told.add(
        add,
        "rotate-back",
        "W1",
        "A rotate to the key event before. Careless: a rotate goes to any event there is.",
    )
    sibling = person.history.rotate(first, branch=1)
    bad = drafted(person, "rotate", ks=sibling, body={"event": sibling})
    told = refusing(story, bad).exactly(owes=["V"]).refused({bad: "ledger-key"})
    told.add(
        add,
        "rotate-to-a-sibling",
        "W1",
        "The key history has parted, and a chain on one end goes on under the other. Careless: "
        "the positions are compared, which are equal, or only the type.",
    )


def _later_keys(add: Add) -> None:
    story = SignedStory()
    person = story.person
    person.ks = person.history.rotate(person.ks)
    over = person.rotate()
    told = settled(story).exactly(owes=["V"])
    told.at("P", over, result="held").add(
        add,
        "rotate-over-two-events",
        "W1",
        "A rotate goes on two key events at once: the one between was used elsewhere. "
        "Careless: a rotate must go to the very next event.",
    )
    again = person.write("rotate", event=person.ks)
    told = settled(story).exactly(owes=["V"]).void({})
    told.at("P", again, result="held").add(
        add,
        "rotate-to-the-same-event",
        "W1",
        "A rotate that stands under the event of its prev: it exists and changes nothing. "
        "Careless: it is refused for not being a descendant.",
    )

    story = SignedStory(joined=False)
    person, organisation = story.person, story.organisation
    organisation.ks = organisation.history.rotate(organisation.ks)
    join = organisation.join()
    person.hear(join)
    ack = person.ack()
    told = settled(story)
    told.at("P", join, result="held").at("V", ack, result="held").add(
        add,
        "join-under-a-later-event",
        "W1",
        "A first statement stands under any key event of its writer. Careless: only under the "
        "inception, or only under that which the open names.",
    )


def _left_keys(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    thief = person.twin()
    last = person.ack()
    thief.hear(last)
    rotate = person.rotate()
    organisation.hear(rotate)
    ack = organisation.ack()
    knowing = drafted(thief, seq=3, prev=last.id, seen=[ack.head])
    fork = [{"statements": ["P3", "P3c"], "defended": True, "convicts": False}]
    blind = thief.write("ack", after=last, seen=[])
    person.hear(blind)
    told = refusing(story, knowing).refused({knowing: "ledger-key"}).exactly(forks=fork)
    told.end(tainted=[blind]).add(
        add,
        "key-known-to-be-left",
        "W1",
        "Two statements under the key before the rotation: P3c, which had not seen it, exists; "
        "P3b, which had seen an ack that saw it, does not. Careless: keys are compared along "
        "the chain only, or whoever signs under an old key is refused for good.",
    )


def _chain(add: Add) -> None:
    story = SignedStory()
    person = story.person
    last = person.ledger.next_header(person.party)
    bad = drafted(person, seq=last.seq + 1)
    refusing(story, bad).refused({bad: "ledger-chain"}).add(
        add,
        "seq-leaves-one-out",
        "W2",
        "seq is two more than that of prev. Careless: larger is enough.",
    )
    bad = drafted(person, seq=last.seq - 1)
    refusing(story, bad).refused({bad: "ledger-chain"}).add(
        add,
        "seq-repeated",
        "W2",
        "seq is that of prev again. Careless: prev alone orders a chain.",
    )
    bad = drafted(person, seq=1, prev=story.join.id, seen=())
    refusing(story, bad).refused({bad: "ledger-chain"}).add(
        add,
        "prev-of-somebody-else",
        "W2",
        "prev is the other side's join. Careless: seq fits, so it is taken.",
    )


def _time(add: Add) -> None:
    story = SignedStory()
    person = story.person
    last = person.ack()
    bad = drafted(person, at=last.at - 1)
    refusing(story, bad).refused({bad: "ledger-time"}).add(
        add,
        "time-goes-back",
        "W3",
        "A statement is a millisecond earlier than its prev. Careless: clocks are not compared, "
        "and a use is dated back before an end.",
    )
    same = person.write("ack", at=last.at)
    settled(story).at("P", same, result="held").add(
        add,
        "time-stands-still",
        "W3",
        "A statement has the time of its prev. Careless: it has to be later.",
    )
    story = SignedStory()
    person, organisation = story.person, story.organisation
    ahead = organisation.write("ack", at=story.now + 400 * DAY)
    person.hear(ahead)
    behind = person.ack()
    settled(story).at("P", behind, result="held").at("V", behind, result="held").add(
        add,
        "time-of-the-other-side",
        "W3",
        "P has seen a statement of V's from next year and signs with its own clock. Careless: a "
        "statement has to be later than all it saw, and one wrong clock stops the other side.",
    )


def _seen(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    known = organisation.ack()
    person.hear(known)
    person.ack()
    bad = drafted(person, seen=[known.head])
    refusing(story, bad).refused({bad: "ledger-seen"}).add(
        add,
        "seen-again",
        "A1.3",
        "An entry lies in the past of prev: it was named before. Careless: it changes nothing, "
        "and the same past gets many names.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    earlier, later = organisation.ack(), organisation.ack()
    bad = drafted(person, seen=[earlier.head, later.head])
    refusing(story, bad).refused({bad: "ledger-seen"}).add(
        add,
        "seen-ancestor-of-another",
        "A1.3",
        "Of two entries one is an ancestor of the other by prev. Careless: both are new since "
        "prev, so both are taken.",
    )

    for name, wrong, words in (
        ("seen-wrong-seq", lambda said, _: Head(said.writer, said.seq + 1, said.id), "seq"),
        ("seen-wrong-writer", lambda said, other: Head(other, said.seq, said.id), "writer"),
    ):
        story = SignedStory()
        agent = story.agent("agent")
        said = story.organisation.ack()
        bad = drafted(story.person, seen=[wrong(said, agent.party)])
        told = refusing(story, bad).exactly(owes=["V"])
        told.refused({bad: "ledger-seen"}).add(
            add,
            name,
            "A1.3",
            f"An entry names the right statement with another {words}. Careless: only the CID "
            "is looked up.",
        )


def _seen_twice(add: Add) -> None:
    story = SignedStory()
    agent = story.agent("agent")
    person, organisation = story.person, story.organisation
    organisation.hear_all(agent)
    said = organisation.ack()
    agent.hear(said)
    saw = agent.ack()
    person.hear(saw)
    both = person.ack()
    assert {head.id for head in both.seen} == {said.id, saw.id}
    settled(story).at("P", both, result="held").at("V", both, result="held").add(
        add,
        "seen-in-the-past-of-another-writers-entry",
        "A1.3",
        "An entry lies in the past of another entry, of another writer. That is allowed: only "
        "ancestors by prev are not. Careless: `seen` has to be the fewest entries there are.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    backup = organisation.twin()
    for _ in range(3):
        organisation.ack()
    person.hear_all(organisation)
    person.ack()
    lower = backup.rotate()
    person.hear(lower)
    naming = person.ack()
    on_both = organisation.ack()
    person.hear(on_both)
    later = backup.ack()
    person.hear(later)
    two = person.ack()
    assert len(two.seen) == 2
    story.organisation.hear_all(person)
    told = settled(story).end(tainted=["V1", "V2", "V3", "V4"])
    fork = [{"statements": ["V1", "V1b"], "defended": True, "convicts": False}]
    told.exactly(forks=fork)
    told.at("P", naming, result="held").at("V", two, result="held").add(
        add,
        "b15-seen-steps-back-in-seq",
        "B15",
        "V's restored branch has a lower seq than what P named already; P names it by id, and "
        "then both branches in one statement. Careless: `seen` is a number for each writer "
        "that may not go back, and P can say nothing any more.",
    )


def _agents(add: Add) -> None:
    story = SignedStory()
    stranger = story.party("stranger")
    fields: dict[str, Any] = {"at": story.tick(), "ks": stranger.inception}
    heads = story.person.ledger.heads()
    bad = story.made(stranger, "ack", {}, rel=story.opening.id, seen=heads, **fields)
    refusing(story, bad).refused({bad: "ledger-writer"}).add(
        add,
        "agent-without-delegation",
        "W4",
        "Somebody whom no delegation names speaks. Careless: it is void, and holds up heads.",
    )

    story = SignedStory()
    agent = Desk(story, story.party("agent"))
    delegation = story.person.delegate(agent)
    early = story.made(
        agent.history,
        "ack",
        {},
        at=story.tick(),
        ks=agent.ks,
        rel=story.opening.id,
        seen=[story.named["P1"].head],
    )
    told = refusing(story, early).exactly(owes=["V"]).refused({early: "ledger-writer"})
    told.at("P", delegation, result="held").add(
        add,
        "agent-had-not-seen-its-delegation",
        "W4",
        "There is a delegation, and the agent's first statement had not seen it. Careless: the "
        "receiver looks for one in what it holds, and arrival decides.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    double = Desk(story, story.party("double"))
    double.hear(person.delegate(double), organisation.delegate(double))
    bad = double.draft("ack")
    person.hear_all(double)
    told = refusing(story, bad).exactly(owes=["P", "V"])
    told.refused({bad: "ledger-writer"}).add(
        add,
        "agent-of-both-sides",
        "W4",
        "Both leads named the same agent, and its first statement had seen both. Careless: the "
        "first delegation found decides for which side it speaks.",
    )


def _built_on(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    bad = drafted(person, at=0)
    follower = drafted(person, seq=bad.seq + 1, prev=bad.id, seen=())
    naming = drafted(organisation, seen=[bad.head])
    after = drafted(organisation, seq=naming.seq + 1, prev=naming.id, seen=())
    before = story.heard(person)
    sides = {
        "P": [*before, bad, follower, naming],
        "V": [*before, after, naming, follower, bad],
    }
    codes = {bad: "ledger-time", follower: "ledger-refused", naming: "ledger-refused"}
    told = Told(story, sides).refused({**codes, after: "ledger-refused"})
    told.end(side="P", waiting=[follower, naming], missing=[bad])
    told.end(side="V", waiting=[], missing=[])
    told.at("V", bad, refused={**dict.fromkeys((follower, naming, after), "ledger-refused")})
    told.add(
        add,
        "built-on-a-malformed-statement",
        "A1.7",
        "What follows a malformed statement, by prev or by seen, does not exist either. V has "
        "it waiting when the malformed one comes and drops it; to P it comes after and waits "
        "for ever. Careless: it is let in without its past, or the past is asked of everybody.",
    )

    story = SignedStory()
    person, organisation = story.person, story.organisation
    bad = drafted(person, at=0)
    offer = agree(person, organisation, SERVICE, MARKETING)
    told = refusing(story, bad).refused({bad: "ledger-time"})
    told.end(phase="active", tip=offer).add(
        add,
        "malformed-beside-sound",
        "A1.7",
        "At the place of a malformed statement the writer signs another. Careless: the two are "
        "a fork, and taint what is agreed on the sound one.",
    )
