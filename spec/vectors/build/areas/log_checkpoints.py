"""Checkpoints: who signed them, and with which keys they are read."""

from collections.abc import Callable
from typing import Any, Final

from build.areas.log import ENTRIES, root
from build.notes import (
    COSIGNATURE,
    K1,
    K2,
    K3,
    KEY,
    LOG,
    N1,
    N2,
    ONE,
    ORIGIN,
    PLAIN,
    ROOT,
    SIGNED,
    TEXT,
    TIME,
    TWO,
    W1,
    W2,
    asked,
    b64,
    by_log,
    by_witness,
    key_id,
    line,
    long,
    note,
    spoiled,
    text,
    vkey,
)

Add = Callable[..., None]

CHECKPOINTS: Final = "log, Checkpoints"
SMALL_ORDER: Final = bytes.fromhex("ec" + "ff" * 30 + "7f")


def found(*witnesses: tuple[str, int], size: int = 7, tree: bytes = ROOT) -> dict[str, Any]:
    """The whole output."""
    return {
        "size": size,
        "root": tree,
        "witnesses": [{"name": name, "time": time} for name, time in witnesses],
    }


def _good(add: Add) -> None:
    both = note(TEXT, SIGNED, ONE, TWO)
    unknown = line("shop.example/log", b"\x01\x02\x03\x04", bytes(80))
    empty = text(size="0", root=b64(root([])))
    largest = text(size=str(2**53 - 1))
    for name, comment, given, claims in (
        ("alone", "Signed by the log, nobody else asked for", asked(note(TEXT, SIGNED)), found()),
        (
            "one-witness",
            "One witness, and one is required",
            asked(note(TEXT, SIGNED, ONE), K1, required=1),
            found((N1, TIME)),
        ),
        (
            "two-of-three",
            "Two of three witnesses, in the order of the keys in the question",
            asked(both, K3, K2, K1, required=2),
            found((N2, TIME + 60), (N1, TIME)),
        ),
        (
            "unknown-witness",
            "The second witness is nobody this reader knows",
            asked(both, K1, required=1),
            found((N1, TIME)),
        ),
        (
            "unknown-line-first",
            "A line of another kind under the log's name, before the log's own",
            asked(note(TEXT, unknown, SIGNED)),
            found(),
        ),
        (
            "unknown-line-fails",
            "The signature of an unknown key fails: nobody can tell, it is ignored",
            asked(note(TEXT, SIGNED, ONE, spoiled(TWO)), K1, required=1),
            found((N1, TIME)),
        ),
        (
            "empty-log",
            "A log without entries",
            asked(note(empty, by_log(empty))),
            found(size=0, tree=root([])),
        ),
        (
            "largest-size",
            "The largest size there is",
            asked(note(largest, by_log(largest))),
            found(size=2**53 - 1),
        ),
        (
            "sixteen-lines",
            "As many lines as a note may have",
            asked(note(TEXT, SIGNED, *(by_witness(TEXT, f"w{n}") for n in range(15)))),
            found(),
        ),
        ("longest", "As many characters as a note may have", asked(long(4096)), found()),
    ):
        add(
            f"checkpoint-{name}",
            comment,
            CHECKPOINTS,
            "checkpoint",
            given,
            claims=lambda output, claims=claims: output == {**claims, "root": claims["root"].hex()},
        )


def _unsigned(add: Add) -> None:
    smaller = text(size="3", root=b64(root(ENTRIES[:3])))
    other = text("shop.example/other")
    forged = line(ORIGIN, key_id(ORIGIN, PLAIN, LOG.public), W1.sign(TEXT.encode()))
    plain = line(N1, key_id(N1, COSIGNATURE, W1.public), W1.sign(TEXT.encode()))
    future = by_witness(TEXT, time=2**53)
    for name, comment, given, code in (
        (
            "no-witness",
            "One witness is required and none signed",
            asked(note(TEXT, SIGNED), K1, required=1),
            "checkpoint-unwitnessed",
        ),
        (
            "too-few-witnesses",
            "Lines of strangers do not count",
            asked(note(TEXT, SIGNED, ONE, TWO), K1, K3, required=2),
            "checkpoint-unwitnessed",
        ),
        (
            "not-by-the-log",
            "Witnesses cannot stand in for the log",
            asked(note(TEXT, ONE, TWO), K1, K2, required=2),
            "checkpoint-unsigned",
        ),
        (
            "log-signature-fails",
            "One bit of the log's signature",
            asked(note(TEXT, spoiled(SIGNED))),
            "note-signature",
        ),
        (
            "witness-signature-fails",
            "A known witness's line is spoiled, although no witness is required",
            asked(note(TEXT, SIGNED, spoiled(ONE)), K1),
            "note-signature",
        ),
        (
            "another-checkpoint-signed",
            "The signature of an earlier checkpoint",
            asked(note(TEXT, by_log(smaller))),
            "note-signature",
        ),
        (
            "another-checkpoint-cosigned",
            "A witness signed an earlier checkpoint of this log",
            asked(note(TEXT, SIGNED, by_witness(smaller)), K1, required=1),
            "note-signature",
        ),
        (
            "time-altered",
            "A cosignature under another time than was signed",
            asked(note(TEXT, SIGNED, by_witness(TEXT, said=TIME + 3600)), K1, required=1),
            "note-signature",
        ),
        (
            "witness-without-time",
            "The witness's signature over the text alone",
            asked(note(TEXT, SIGNED, plain), K1, required=1),
            "note-signature",
        ),
        (
            "id-collision",
            "Right name and id, another key",
            asked(note(TEXT, forged)),
            "note-signature",
        ),
        (
            "other-id",
            "The log's signature under the id of another key",
            asked(note(TEXT, line(ORIGIN, bytes(4), LOG.sign(TEXT.encode())))),
            "checkpoint-unsigned",
        ),
        (
            "other-name",
            "The log's signature and id under another name",
            asked(note(TEXT, SIGNED.replace(ORIGIN, "shop.example/other"))),
            "checkpoint-unsigned",
        ),
        (
            "signed-twice",
            "The same line of the log twice",
            asked(note(TEXT, SIGNED, SIGNED)),
            "note-repeated",
        ),
        (
            "witness-twice",
            "One witness at two times is one witness",
            asked(note(TEXT, SIGNED, ONE, by_witness(TEXT, time=TIME + 1)), K1, required=1),
            "note-repeated",
        ),
        (
            "time-too-large",
            "A time beyond 2^53 - 1",
            asked(note(TEXT, SIGNED, future), K1, required=1),
            "checkpoint-time",
        ),
        (
            "other-origin",
            "Another log under the same key",
            asked(note(other, by_log(other))),
            "checkpoint-origin",
        ),
    ):
        add(f"checkpoint-{name}", comment, CHECKPOINTS, "checkpoint", given, error=code)


def _keys(add: Add) -> None:
    good = note(TEXT, SIGNED, ONE)
    alias = vkey("witness.example/alias", COSIGNATURE, W1.public)
    twice = note(TEXT, SIGNED, ONE, by_witness(TEXT, "witness.example/alias"))
    itself = vkey("witness.example/itself", COSIGNATURE, LOG.public)
    name, identity, encoded = KEY.split("+", 2)
    for case, comment, given, code in (
        (
            "required-negative",
            "Fewer than none",
            asked(good, K1, required=-1),
            "checkpoint-required",
        ),
        (
            "required-too-many",
            "More than there are",
            asked(good, K1, required=2),
            "checkpoint-required",
        ),
        (
            "witness-under-two-names",
            "One key counted as two witnesses",
            asked(twice, K1, alias, required=2),
            "checkpoint-witness",
        ),
        (
            "witness-with-two-keys",
            "Two keys of one witness counted as two witnesses",
            asked(
                note(TEXT, SIGNED, ONE, by_witness(TEXT, N1, W2)),
                K1,
                vkey(N1, COSIGNATURE, W2.public),
                required=2,
            ),
            "checkpoint-witness",
        ),
        (
            "witness-given-twice",
            "One witness listed as two",
            asked(good, K1, K1, required=2),
            "checkpoint-witness",
        ),
        (
            "log-as-witness",
            "The log's key under the name of a witness",
            asked(
                note(TEXT, SIGNED, by_witness(TEXT, "witness.example/itself", LOG)),
                itself,
                required=1,
            ),
            "checkpoint-witness",
        ),
        (
            "key-of-another-name",
            "The log's key is not named as the log",
            asked(
                note(TEXT, by_log(TEXT, "shop.example")), key=vkey("shop.example", 1, LOG.public)
            ),
            "checkpoint-key",
        ),
        (
            "witness-key-of-a-log",
            "A witness's key of type 01",
            asked(good, vkey(N1, PLAIN, W1.public)),
            "note-key-type",
        ),
        (
            "log-key-of-a-witness",
            "The log's key of type 04",
            asked(good, key=vkey(ORIGIN, COSIGNATURE, LOG.public)),
            "note-key-type",
        ),
        (
            "key-id",
            "The id of another key",
            asked(good, key=f"{name}+00000000+{encoded}"),
            "note-key-id",
        ),
        (
            "key-id-capitals",
            "The id in capitals",
            asked(good, key=f"{name}+{identity.upper()}+{encoded}"),
            "note-key",
        ),
        ("key-parts", "No id", asked(good, key=f"{name}+{encoded}"), "note-key"),
        (
            "key-short",
            "A key of 31 bytes with its right id",
            asked(good, key=vkey(ORIGIN, PLAIN, LOG.public[:31])),
            "note-key",
        ),
        (
            "key-name-bidi",
            "A witness that is shown under another name than it has",
            asked(good, vkey("w\u202e1", COSIGNATURE, W1.public)),
            "note-name",
        ),
        (
            "key-small-order",
            "A key of order 2, for which anybody can sign",
            asked(good, key=vkey(ORIGIN, PLAIN, SMALL_ORDER)),
            "key-small-order",
        ),
    ):
        add(f"checkpoint-{case}", comment, CHECKPOINTS, "checkpoint", given, error=code)


def build(add: Add) -> None:
    """Add the vectors."""
    _good(add)
    _unsigned(add)
    _keys(add)
