"""The last time and the last size there are, and the shortest signature."""

from collections.abc import Callable

from build.areas.log_checkpoints import CHECKPOINTS, found
from build.notes import K1, N1, SIGNED, TEXT, asked, by_witness, line, note
from build.world import seed

Add = Callable[..., None]


def build(add: Add) -> None:
    """The vectors of this module."""
    last = 2**53 - 1
    for name, comment, given, claims in (
        (
            "witness-last-time",
            "A witness that signed at the last time there is. Careless: a bound that is off by"
            " one, or a number that was rounded.",
            asked(note(TEXT, SIGNED, by_witness(TEXT, time=last)), K1, required=1),
            found((N1, last)),
        ),
        (
            "witness-time-0",
            "A witness that signed when time began, for all it says.",
            asked(note(TEXT, SIGNED, by_witness(TEXT, time=0)), K1, required=1),
            found((N1, 0)),
        ),
        (
            "shortest-line",
            "The line of an unknown key with one byte behind its id. Careless: a signature has 64"
            " bytes, whatever made it.",
            asked(note(TEXT, line("somebody", bytes(4), b"\x01"), SIGNED)),
            found(),
        ),
    ):
        add(
            f"checkpoint-{name}",
            comment,
            CHECKPOINTS,
            "checkpoint",
            given,
            claims={**claims, "root": claims["root"].hex()},
        )
    for number in (0xA0, 0x1680, 0x2000, 0x2005, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000):
        odd = line(f"some{chr(number)}body", bytes(4), bytes(64))
        add(
            f"checkpoint-name-space-{number:04x}",
            f"A line of an unknown key in whose name stands U+{number:04X}, a space. Careless: a"
            " space is U+0020.",
            "log, Notes",
            "checkpoint",
            asked(note(TEXT, SIGNED, odd)),
            error="note-name",
        )
    beside = line("some\u180e\u200b\u200f\u2030\u2060\u3001\ufeffbody", bytes(4), bytes(64))
    add(
        "checkpoint-name-no-space",
        "A line of an unknown key in whose name stand characters that are no spaces here, though"
        " some have no width. Careless: what a library takes for a space.",
        "log, Notes",
        "checkpoint",
        asked(note(TEXT, SIGNED, beside)),
        claims={"size": 7},
    )
    same = seed("a root")
    add(
        "verify-consistency-largest",
        "Two trees of the largest size there is, with one root. Careless: sizes are cut at 32 bits,"
        " or the bound is off by one.",
        "log, Verifying proofs",
        "verify-consistency",
        {"from": last, "to": last, "proof": [], "from_root": same, "to_root": same},
        claims={},
    )
    add(
        "verify-consistency-too-large",
        "Trees of one leaf more. Careless: what is equal is consistent, whatever it is.",
        "log, Verifying proofs",
        "verify-consistency",
        {"from": last, "to": last + 1, "proof": [same], "from_root": same, "to_root": same},
        error="log-size",
    )
