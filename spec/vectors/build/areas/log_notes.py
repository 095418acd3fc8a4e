"""Checkpoints that have not their form: the text, and the note around it."""

from collections.abc import Callable
from typing import Final

from build.areas.log import root
from build.notes import (
    N1,
    ONE,
    ORIGIN,
    ROOT,
    SIGNED,
    TEXT,
    asked,
    b64,
    by_log,
    by_witness,
    line,
    long,
    note,
    text,
)

Add = Callable[..., None]

NOTES: Final = "log, Notes"
CHECKPOINTS: Final = "log, Checkpoints"


def _texts(add: Add) -> None:
    whole = b64(ROOT)
    loose = whole[:-2] + chr(ord(whole[-2]) + 1) + "="
    for name, comment, body, code in (
        ("extension", "A fourth line", TEXT + "more\n", "checkpoint-lines"),
        ("two-lines", "No root", f"{ORIGIN}\n7\n", "checkpoint-lines"),
        ("no-origin", "An empty origin", text(""), "checkpoint-origin"),
        ("origin-space", "A space in the origin", text("shop example"), "checkpoint-origin"),
        ("origin-plus", "A plus sign in the origin", text("shop+log"), "checkpoint-origin"),
        ("size-zero-padded", "A leading zero", text(size="07"), "checkpoint-size"),
        ("size-sign", "A plus sign", text(size="+7"), "checkpoint-size"),
        ("size-negative", "A negative size", text(size="-7"), "checkpoint-size"),
        ("size-space", "A space after the size", text(size="7 "), "checkpoint-size"),
        ("size-digits", "A digit of another script", text(size="1\u0667"), "checkpoint-size"),
        ("size-too-large", "2^53", text(size=str(2**53)), "checkpoint-size"),
        ("root-short", "31 bytes", text(root=b64(ROOT[:31])), "checkpoint-root"),
        ("root-long", "33 bytes", text(root=b64(ROOT + b"\x00")), "checkpoint-root"),
        ("root-of-no-tree", "Size 0 with a root", text(size="0"), "checkpoint-root"),
        (
            "root-empty",
            "The root of the empty tree at size 7",
            text(root=b64(root([]))),
            "checkpoint-root",
        ),
        ("root-unpadded", "Without padding", text(root=whole.rstrip("=")), "note-base64"),
        ("root-loose-bit", "Bits that are no part of the root", text(root=loose), "note-base64"),
    ):
        given = asked(note(body, by_log(body)))
        add(f"checkpoint-{name}", comment, CHECKPOINTS, "checkpoint", given, error=code)


def _notes(add: Add) -> None:
    dashless = SIGNED.removeprefix("\u2014 ")
    for name, comment, given, code in (
        ("no-signatures", "Nothing after the empty line", TEXT + "\n", "note-signatures"),
        ("no-empty-line", "Signatures follow at once", TEXT + SIGNED, "note-signatures"),
        (
            "empty-line-last",
            "An empty line at the end",
            note(TEXT, SIGNED) + "\n",
            "note-signatures",
        ),
        (
            "seventeen-lines",
            "One line too many",
            note(TEXT, SIGNED, *[ONE] * 16),
            "note-signatures",
        ),
        (
            "trailing-line",
            "Another line after the signatures",
            note(TEXT, SIGNED, "more\n"),
            "note-line",
        ),
        (
            "no-last-line-feed",
            "The last line feed is missing",
            note(TEXT, SIGNED)[:-1],
            "note-text",
        ),
        (
            "carriage-returns",
            "Lines end as on other systems",
            note(TEXT, SIGNED).replace("\n", "\r\n"),
            "note-text",
        ),
        (
            "bidi-control",
            "A name that is shown otherwise than it is",
            note(TEXT, SIGNED, by_witness(TEXT, "w\u202e1")),
            "note-text",
        ),
        ("too-long", "4,097 characters", long(4097), "note-size"),
        ("hyphen", "A hyphen in place of the dash", note(TEXT, "- " + dashless), "note-line"),
        ("no-base64", "A name alone", note(TEXT, f"\u2014 {ORIGIN}\n"), "note-line"),
        ("no-dash", "No dash", note(TEXT, dashless), "note-line"),
        (
            "only-an-id",
            "An id and no signature",
            note(TEXT, line(ORIGIN, bytes(4), b"")),
            "note-line",
        ),
        ("no-name", "An empty name", note(TEXT, SIGNED.replace(ORIGIN, "")), "note-name"),
        (
            "name-wide-space",
            "An ideographic space in a name",
            note(TEXT, SIGNED, ONE.replace(N1, "w\u30001")),
            "note-name",
        ),
        (
            "name-plus",
            "A plus sign in the name of an unknown key",
            note(TEXT, SIGNED, ONE.replace(N1, "w+1")),
            "note-name",
        ),
        ("base64-unpadded", "Without padding", note(TEXT, SIGNED.replace("=", "")), "note-base64"),
        (
            "base64-loose-bit",
            "Bits that are no part of the bytes, on the line of an unknown key",
            note(TEXT, SIGNED, "\u2014 w AAAAAAB=\n"),
            "note-base64",
        ),
        (
            "base64-url",
            "The alphabet for URLs",
            note(TEXT, SIGNED, "\u2014 w -_-_-_-_\n"),
            "note-base64",
        ),
    ):
        add(f"checkpoint-{name}", comment, NOTES, "checkpoint", asked(given), error=code)


def build(add: Add) -> None:
    """Add the vectors."""
    _texts(add)
    _notes(add)
