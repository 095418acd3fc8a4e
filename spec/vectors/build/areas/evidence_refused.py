"""Evidence objects that show nothing, or are none."""

from build.areas.evidence_objects import agreed, forked, revoked
from build.audit_files import Add, evidence, fails, past
from build.signed import MARKETING, SERVICE, SignedStory
from linkcontract.encoding import encode


def build(add: Add) -> None:
    """The vectors of this module."""
    for one in (
        _form,
        _wrong_kind,
        _defended,
        _honest_restore,
        _restore_over_a_rotation,
        _outdone_on_both,
        _no_fork,
        _key_forks,
        _no_breach,
        _incomplete,
        _forged,
        _superseded,
        _parted,
    ):
        one(add)


def _form(add: Add) -> None:
    story, _, organisation, _ = agreed()
    one, other = forked(organisation)
    both = [one, other]
    good = evidence(story, "fork", both, both, bare=None)
    for name, comment, data in (
        (
            "unknown-field",
            "A member of the own making. Careless: ignored.",
            evidence(story, "fork", both, both, bare=None, note="guilty"),
        ),
        ("version", "Another version.", evidence(story, "fork", both, both, bare=None, v=2)),
        ("kind", "A kind there is not.", evidence(story, "omission", both, both, bare=None)),
        ("trailing", "A byte after its end.", good + b"\x00"),
        (
            "about-twice",
            "The same statement twice: one statement is no fork.",
            evidence(story, "fork", [one, one], both, bare=None),
        ),
        ("about-nothing", "About nothing.", evidence(story, "fork", [], both, bare=None)),
        (
            "half-a-body",
            "A salt and no body.",
            evidence(
                story,
                "fork",
                both,
                stmts=[[each.envelope, bytes(32), None] for each in both],
                parties=["V"],
            ),
        ),
        ("no-map", "An array of the members instead of a map.", encode([1, "fork"])),
    ):
        fails(add, f"refused-form-{name}", comment, data, "evidence-form")


def _wrong_kind(add: Add) -> None:
    story, _, organisation, agreement, _ = revoked()
    use = organisation.use(agreement)
    fails(
        add,
        "refused-kind-outside-for-revoke",
        "There are denials in the past of the use, and the object says outside-permission. "
        "Careless: any breach proves any kind.",
        evidence(story, "outside-permission", [use], past(organisation, use)),
    )
    story, _, organisation, agreement = agreed()
    other = organisation.use(agreement, MARKETING)
    fails(
        add,
        "refused-kind-revoke-for-outside",
        "Nothing was ever denied, and the object says use-after-revoke.",
        evidence(story, "use-after-revoke", [other], past(organisation, other)),
    )
    one, two = forked(organisation)
    fails(
        add,
        "refused-kind-breach-of-two",
        "Two statements of a fork passed off as a breach.",
        evidence(story, "outside-permission", [one, two], [*past(organisation, one), two]),
    )


def _defended(add: Add) -> None:
    story, _, organisation, _ = agreed()
    old = organisation.twin()
    rotation = organisation.rotate()
    stolen = old.ack()
    fails(
        add,
        "refused-fork-with-a-rotation",
        "A rotation and a statement under the old key at one place: the key event in the object "
        "supersedes the second. Careless: two statements at one place convict.",
        evidence(story, "fork", [rotation, stolen], [rotation, stolen], bare=None),
    )
    story, _, organisation, _ = agreed()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    later = organisation.rotate()
    fails(
        add,
        "refused-fork-adopted-on-one-branch",
        "A rotation on exactly one of the branches: the other may be a thief's. Careless: that one "
        "statement stands is enough.",
        evidence(story, "fork", [one, other], [one, other, later], bare=None),
    )


def _honest_restore(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    backup = person.twin()
    lost = person.share(agreement)
    organisation.hear(lost)
    rotation = backup.rotate()
    again = backup.share(agreement)
    fails(
        add,
        "refused-honest-restore",
        "An honest node lost its last statement, rotated, and went on from before it. Careless: "
        "the peer that kept the statement convicts it.",
        evidence(story, "fork", [lost, rotation], [lost, rotation, again], bare=None),
    )


def _restore_over_a_rotation(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    backup = person.twin()
    lost = person.share(agreement)
    adopted = person.rotate()
    organisation.hear(adopted)
    backup.ks = backup.history.rotate(adopted.ks)
    rotation = backup.write("rotate", event=backup.ks)
    fails(
        add,
        "refused-honest-restore-over-a-rotation",
        "An honest node lost a statement and the rotate behind it, and rotated again when it came "
        "back. Both statements stand, the lost one since its branch went on to a later key; but "
        "what the other branch has come to supersedes that too, which is a defence. Careless: "
        "whatever stands convicts.",
        evidence(story, "fork", [lost, rotation], [lost, rotation, adopted], bare=None),
    )


def _outdone_on_both(add: Add) -> None:
    story, _, organisation, _ = agreed()
    liar = organisation.twin()
    one, other = organisation.ack(), liar.ack()
    first, second = organisation.rotate(), liar.rotate()
    third = organisation.rotate()
    fails(
        add,
        "refused-fork-with-a-further-rotation",
        "Both branches came to one key event and one of them went on to the next: that event is "
        "superseded, so it convicts nobody. Careless: the two rotations are enough.",
        evidence(story, "fork", [one, other], [one, other, first, second, third], bare=None),
    )


def _no_fork(add: Add) -> None:
    story, _, organisation, _ = agreed()
    one, other = forked(organisation)
    later = organisation.ack(after=one)
    fails(
        add,
        "refused-fork-of-two-seqs",
        "Two statements of one chain, one after the other.",
        evidence(story, "fork", [one, later], [one, later], bare=None),
    )
    beside = organisation.ack(after=other)
    fails(
        add,
        "refused-fork-behind-the-fork",
        "One seq on two branches, but not the place where they part: another prev. Careless: seq "
        "alone is compared.",
        evidence(story, "fork", [later, beside], [later, beside], bare=None),
    )
    theirs = story.person.ledger.feed(story.person.party)[1]
    ours = organisation.ledger.feed(organisation.party)[1]
    fails(
        add,
        "refused-fork-of-two-writers",
        "The same seq of two writers.",
        evidence(story, "fork", [theirs, ours], [theirs, ours], bare=None),
    )
    fails(
        add,
        "refused-fork-in-another-relationship",
        "The object names another relationship than its statements. Careless: nobody compares it.",
        evidence(story, "fork", [one, other], [one, other], bare=None, rel=one.id),
    )
    fails(
        add,
        "refused-fork-not-there",
        "One of the two statements is not in the object.",
        evidence(story, "fork", [one, other], [one], bare=None),
    )
    fails(
        add,
        "refused-fork-of-three",
        "Three statements, two of which do fork.",
        evidence(story, "fork", [one, other, later], [one, other, later], bare=None),
    )


def _key_forks(add: Add) -> None:
    story = SignedStory()
    for label, name, comment in (
        (
            "P",
            "directed",
            "Two events at one position of a directed party: never a conviction. Careless: as for "
            "a public party.",
        ),
        ("V", "one-event", "A single event is no fork."),
    ):
        history = story.parties[label]
        events = sorted((history.rotate(history.party), history.rotate(history.party, branch=1)))
        about = events if name == "directed" else events[:1]
        fails(
            add,
            f"refused-key-fork-{name}",
            comment,
            evidence(story, "key-fork", about, parties=[label], rel=None),
        )
    history = story.parties["V"]
    (one, *_), above = history.events_at(1), history.rotate(history.events_at(1)[0])
    fails(
        add,
        "refused-key-fork-positions",
        "Two events of one history, one after the other.",
        evidence(story, "key-fork", [one, above], parties=["V"], rel=None),
    )
    fails(
        add,
        "refused-key-fork-relationship",
        "A fork of keys is of no relationship, and this one names one.",
        evidence(story, "key-fork", list(history.events_at(1)), parties=["V"]),
    )


def _no_breach(add: Add) -> None:
    story, person, organisation, agreement = agreed()
    covered = organisation.use(agreement)
    fails(
        add,
        "refused-covered-use",
        "The use is covered.",
        evidence(story, "outside-permission", [covered], past(organisation, covered)),
    )
    revoke = person.revoke(agreement)
    raced = organisation.use(agreement)
    fails(
        add,
        "refused-raced-use",
        "The revoke is in the object, but the use had not seen it: raced. Careless: judged by all "
        "the object holds.",
        evidence(story, "use-after-revoke", [raced], [*past(organisation, raced), revoke]),
    )
    void = organisation.write(
        "use",
        thread=story.join.id,
        agreement=agreement.id,
        action="dpv:Use",
        purpose=SERVICE,
        ref=None,
    )
    fails(
        add,
        "refused-void-use",
        "A use that names no thread is void, and no evidence.",
        evidence(story, "outside-permission", [void], past(organisation, void)),
    )
    fails(
        add,
        "refused-no-use",
        "The statement is no use at all.",
        evidence(story, "use-after-revoke", [revoke], past(person, revoke)),
    )


def _incomplete(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    whole = past(organisation, use)
    fails(
        add,
        "refused-missing-past",
        "A statement in the past of the use is not in the object: it may have been the permission. "
        "Careless: what is there is folded.",
        evidence(story, "outside-permission", [use], [each for each in whole if each != agreement]),
    )
    fails(
        add,
        "refused-missing-body",
        "The proposal has no body. Careless: without terms nothing was permitted.",
        evidence(story, "outside-permission", [use], whole, bare=[agreement]),
    )
    fails(
        add,
        "refused-missing-body-of-the-use",
        "The use has no body: nobody knows what it was.",
        evidence(story, "outside-permission", [use], whole, bare=[use]),
    )


def _forged(add: Add) -> None:
    story, _, organisation, _ = agreed()
    one, other = forked(organisation)
    altered = bytearray(other.envelope)
    altered[-1] ^= 1
    rows = [[one.envelope, None, None], [bytes(altered), None, None]]
    fails(
        add,
        "refused-altered-signature",
        "One bit of a signature is another. Careless: ids are compared and signatures are not "
        "verified.",
        evidence(story, "fork", [one, other], stmts=rows, parties=["V"]),
        "cose-signature",
    )
    fails(
        add,
        "refused-without-key-events",
        "A relay makes an object about a party whose key events it leaves out.",
        evidence(story, "fork", [one, other], [one, other], bare=None, parties=["P"]),
        "cose-key",
    )
    story, _, organisation, agreement = agreed()
    use = organisation.use(agreement, MARKETING)
    rows = [[each.envelope, *(each.record or (None, None))] for each in past(organisation, use)]
    (before,) = (each for each in rows if each[0] == agreement.envelope)
    before[1] = bytes(32)
    fails(
        add,
        "refused-another-body",
        "The body of the proposal comes with another salt: the header does not bind it.",
        evidence(story, "outside-permission", [use], stmts=rows, parties=["P", "V"]),
        "body-mismatch",
    )


def _superseded(add: Add) -> None:
    story, _, organisation, agreement = agreed()
    thief = organisation.twin()
    use = thief.use(agreement, MARKETING)
    organisation.rotate()
    fails(
        add,
        "refused-breach-under-a-superseded-key",
        "The use is signed with a key that was rotated away, and nothing shows that its writer "
        "went on from it: it may be a thief's. Careless: the statement verifies, so it convicts.",
        evidence(story, "outside-permission", [use], past(thief, use)),
    )


def _parted(add: Add) -> None:
    story, person, _, agreement = agreed()
    share = person.share(agreement, MARKETING)
    history = story.parties["P"]
    history.rotate(history.party)
    history.rotate(history.party, branch=1)
    fails(
        add,
        "refused-breach-of-a-parted-history",
        "The key history of the directed party has parted: somebody else holds its next key, and "
        "nothing it signs is held against it.",
        evidence(story, "outside-permission", [share], past(person, share)),
    )
