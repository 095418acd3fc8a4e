"""Uses and shares: covered, raced, a breach, or not to be judged."""

from collections.abc import Callable
from typing import Any

from build.signed import MARKETING, SERVICE, UNTIL, SignedStory, agree
from build.tellings import agreed, everybody, fork
from linkcontract.limits import DAY

Add = Callable[..., Any]
USES = "A7 Uses and shares"


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _after_revoke,
        _withheld_revoke,
        _suspended,
        _suspension_crosses,
        _knew_of_it,
        _until,
        _bound,
        _bound_crosses,
        _other_clock,
        _proposer_first,
        _before_confirmation,
        _shares,
        _no_thread,
        _unreadable,
    ):
        one(add)


def _after_revoke(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    covered = organisation.use(agreement)
    person.hear(covered)
    revoke = person.revoke(agreement)
    raced = organisation.use(agreement)
    organisation.hear(revoke)
    after = organisation.use(agreement)
    (
        everybody(story)
        .end(phase="ended")
        .exactly(uses={covered: "covered", raced: "raced", after: "breach"})
        .add(
            add,
            "use-around-a-revoke",
            "B14",
            "Three uses: the person knew the first when it revoked, the second had not heard of "
            "the revoke, the third names it. A use is judged in its own past and stays what it is, "
            "whoever hears of what when. Careless: the receiver's present makes the first a "
            "breach.",
        )
    )


def _withheld_revoke(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    revoke = person.revoke(agreement)
    organisation.hear(revoke)
    before = organisation.use(agreement, unseen=[revoke])
    acknowledged = organisation.ack()
    after = organisation.use(agreement, unseen=[revoke])
    unsaid = organisation.write(
        "use",
        thread=agreement.id,
        agreement=agreement.id,
        action="dpv:Use",
        purpose=SERVICE,
        ref=None,
        after=before,
        seen=[],
    )
    (
        everybody(story)
        .exactly(uses={before: "raced", after: "breach", unsaid: "raced"})
        .exactly(convicted=["V"], tainted=[acknowledged, after, unsaid])
        .exactly(forks=[fork(story, acknowledged, unsaid, convicts=True)])
        .exactly(owes=[])
        .add(
            add,
            "use-unsees-a-revoke",
            USES,
            "A use that keeps quiet about a revoke is raced; after an acknowledgement it is a "
            "breach, though its own `seen` is empty, since it stands on it; and going back before "
            "the acknowledgement is a fork. Careless: only a use's own `seen` is looked at.",
        )
    )


def _suspended(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    suspend = person.suspend(agreement)
    organisation.hear(suspend)
    during = organisation.use(agreement)
    organisation.hear(person.resume(suspend))
    after = organisation.use(agreement)
    (
        everybody(story)
        .end(phase="active", suspends=[])
        .exactly(uses={during: "breach", after: "covered"})
        .add(
            add,
            "use-while-suspended",
            USES,
            "A use while the thread was known to be suspended stays a breach when the suspension "
            "is lifted. Careless: uses are judged by the state in the end.",
        )
    )


def _suspension_crosses(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    suspend = person.suspend(agreement)
    use = organisation.use(agreement)
    resume = person.resume(suspend)
    (
        everybody(story)
        .at("P", suspend, phase="suspended")
        .at("P", resume, phase="active")
        .end(phase="active")
        .exactly(uses={use: "covered"}, owes=["V"])
        .add(
            add,
            "use-beside-a-lifted-suspension",
            USES,
            "A suspension and its resume both cross the use. In the fold of all that had not seen "
            "the use nothing is suspended, so it is covered. Careless: any denial that crosses a "
            "use makes it raced.",
        )
    )


def _knew_of_it(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    use = organisation.use(agreement)
    person.hear(use)
    revoke = person.revoke(agreement)
    (
        everybody(story)
        .at("P", revoke, phase="ended")
        .end(phase="ended")
        .exactly(uses={use: "covered"}, owes=["V"])
        .add(
            add,
            "use-known-to-the-revoke",
            USES,
            "The revoke had seen the use: it came after and does not touch it. Careless: a use is "
            "raced by every revoke it had not seen.",
        )
    )


def _until(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    last = organisation.use(agreement, at=UNTIL - 1)
    over = organisation.use(agreement, at=UNTIL)
    (
        everybody(story)
        .end(phase="active", bound=UNTIL)
        .exactly(uses={last: "covered", over: "breach"})
        .add(
            add,
            "use-at-the-end-of-the-terms",
            USES,
            "The last millisecond before `until`, and `until` itself, by the user's own clock. "
            "Expired is no state: the thread is active still. Careless: `until` is included.",
        )
    )


def _bound(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    end = story.now + 30 * DAY
    terminate = organisation.terminate(agreement, effective=end)
    last = organisation.use(agreement, at=end - 1)
    over = organisation.use(agreement, at=end)
    (
        everybody(story)
        .at("V", terminate, phase="active", bound=end)
        .end(phase="active", bound=end)
        .exactly(uses={last: "covered", over: "breach"}, owes=["P"])
        .add(
            add,
            "use-at-a-bound",
            USES,
            "A terminate for later is a bound: from that millisecond on a use of its own signer is "
            "a breach. Careless: a terminate for later ends the thread at once, or never.",
        )
    )


def _bound_crosses(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    last = organisation.use(agreement)
    terminate = person.terminate(agreement, effective=last.at - DAY)
    (
        everybody(story)
        .at("P", terminate, phase="ended")
        .exactly(uses={last: "raced"}, owes=["V"])
        .add(
            add,
            "use-before-a-backdated-terminate",
            USES,
            "A terminate whose `effective` lies before the use, which it does not know: raced, no "
            "breach. Careless: the other side's `effective` makes an honest use a breach.",
        )
    )


def _other_clock(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    revoke = person.revoke(agreement, at=story.now - DAY + story.now % 1000 + 2 * DAY)
    early = organisation.use(agreement)
    assert early.at < revoke.at
    (
        everybody(story)
        .exactly(uses={early: "raced"}, owes=["V"])
        .add(
            add,
            "use-before-a-revoke-by-the-clock",
            "B13",
            "By the clocks the use is a day before the revoke; neither knows the other. Nobody's "
            "clock but the user's own counts, and for that only bounds: raced. Careless: `at` is "
            "compared, and the use is covered.",
        )
    )


def _proposer_first(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(organisation, person, confirm=False)
    early = organisation.use(agreement)
    then = organisation.use(agreement)
    (
        everybody(story)
        .at("V", early, phase="active", tip=agreement)
        .exactly(uses={early: "breach", then: "covered"}, confirms={early: [agreement]})
        .add(
            add,
            "use-that-confirms-is-a-breach",
            USES,
            "The proposer's first statement after the accept is a use: it confirms, and its own "
            "past holds no confirmation. The next is covered. Careless: a use is judged with "
            "itself.",
        )
    )


def _before_confirmation(add: Add) -> None:
    story = SignedStory()
    person, organisation = story.person, story.organisation
    agreement = agree(person, organisation, confirm=False)
    use = organisation.use(agreement)
    confirmation = person.ack()
    (
        everybody(story)
        .at("V", use, phase="agreed")
        .at("P", confirmation, phase="active")
        .exactly(uses={use: "breach"}, confirms={confirmation: [agreement]})
        .add(
            add,
            "use-before-the-confirmation",
            "B19",
            "Both sides signed, the proposer has not confirmed: a use is a breach, and the "
            "confirmation that crosses it does not cure it. Careless: active with the accept.",
        )
    )


def _shares(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    covered = person.share(agreement)
    breach = person.share(agreement, MARKETING)
    organisation.hear_all(person)
    revoke = person.revoke(agreement)
    after = person.share(agreement)
    (
        everybody(story)
        .at("P", revoke, phase="ended")
        .exactly(uses={covered: "covered", breach: "breach", after: "breach"}, owes=["V"])
        .add(
            add,
            "use-shares-are-judged-alike",
            USES,
            "A share asks for dpv:Collect and is judged like a use, against whoever shares: for "
            "another purpose, and after the own revoke. Careless: shares of the first party are "
            "always in order.",
        )
    )


def _no_thread(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    use = organisation.write(
        "use",
        thread=story.join.id,
        agreement=agreement.id,
        action="dpv:Use",
        purpose=SERVICE,
        ref=None,
    )
    (
        everybody(story)
        .void({use: "thread-unknown"})
        .end(phase="active")
        .exactly(uses={use: "breach"})
        .add(
            add,
            "use-in-no-thread",
            USES,
            "A use names something that is no thread: it is void, and no agreement in force covers "
            "it. Careless: what is void is not judged.",
        )
    )


def _unreadable(add: Add) -> None:
    story, _, organisation, _ = agreed()
    use = organisation.write("use", fault="bad-body")
    (
        everybody(story)
        .void({use: "bad-body"})
        .end(phase="active")
        .exactly(uses={use: "unverified"})
        .add(
            add,
            "use-unreadable",
            USES,
            "The body is the one the header binds and has not the fields of a use. Nothing can be "
            "said about it. Careless: it is refused, and the chain behind it lost.",
        )
    )
