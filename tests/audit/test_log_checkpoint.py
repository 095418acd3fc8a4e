"""Checkpoints: read as others write them, written so that others read them, and their attacks."""

import base64
import contextlib
import importlib.util
import platform
import sys

import note_reader
import public_checkpoint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkcontract.audit.checkpoint import (
    Checkpoint,
    Cosignature,
    cosign_checkpoint,
    open_checkpoint,
    read_checkpoint_text,
    sign_checkpoint,
)
from linkcontract.audit.merkle import EMPTY_ROOT, Tree, leaf_hash
from linkcontract.audit.note import (
    Note,
    NoteSignature,
    SignatureType,
    VerifierKey,
    is_name,
    read_note,
    read_verifier_key,
)
from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.errors import LinkContractError, LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_INTEGER, MAX_NOTE, MAX_NOTE_SIGNATURES

ORIGIN = "shop.example/log"
LOG = SigningKey(b"\x01" * 32)
ONE, TWO, THREE = (SigningKey(bytes((number,)) * 32) for number in (2, 3, 4))
ENTRIES = [bytes((number,)) * 32 for number in range(5)]
TREE = Tree(ENTRIES)
TIME = 1_767_225_600

KEY = VerifierKey(ORIGIN, SignatureType.ED25519, LOG.public)
WITNESSES = [
    VerifierKey(f"witness.example/{name}", SignatureType.COSIGNATURE, key.public)
    for name, key in (("one", ONE), ("two", TWO), ("three", THREE))
]
CHECKPOINT = Checkpoint(ORIGIN, TREE.size, TREE.root())
SIGNED = sign_checkpoint(CHECKPOINT, LOG)
BY_ONE = cosign_checkpoint(SIGNED, WITNESSES[0].name, ONE, TIME)
BY_TWO = cosign_checkpoint(BY_ONE, WITNESSES[1].name, TWO, TIME + 60)


def opened(note: str, required: int = 0, witnesses: list[VerifierKey] = WITNESSES) -> list[str]:
    """The names of the witnesses that signed."""
    found = open_checkpoint(note, ORIGIN, KEY, witnesses, required)
    assert found.checkpoint == read_checkpoint_text(read_note(note).text)
    return [each.name for each in found.cosignatures]


def refusal(call: object, *arguments: object) -> str:
    with pytest.raises(LinkContractError) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value.code


def by(key: SigningKey, text: str, name: str = ORIGIN) -> str:
    """Any text, signed by a key as a log."""
    public = VerifierKey(name, SignatureType.ED25519, key.public)
    return Note(text, (NoteSignature(name, public.id, key.sign(text.encode())),)).to_text()


def spoiled(note: str, line: int) -> str:
    """A note with one bit of the signature on a line changed."""
    read = read_note(note)
    each = read.signatures[line]
    broken = NoteSignature(
        each.name, each.key_id, each.signature[:-1] + bytes((each.signature[-1] ^ 1,))
    )
    lines = [*read.signatures[:line], broken, *read.signatures[line + 1 :]]
    return Note(read.text, tuple(lines)).to_text()


# what is right


def test_a_checkpoint_has_three_lines_and_its_signatures() -> None:
    text, lines = BY_TWO.split("\n\n")
    root = base64.b64encode(TREE.root()).decode()
    assert text == f"shop.example/log\n5\n{root}"
    assert [line.split()[1] for line in lines.splitlines()] == [
        ORIGIN,
        "witness.example/one",
        "witness.example/two",
    ]


@pytest.mark.parametrize(("note", "count"), [(SIGNED, 0), (BY_ONE, 1), (BY_TWO, 2)])
def test_as_many_witnesses_are_counted_as_signed(note: str, count: int) -> None:
    assert len(opened(note, count)) == count
    assert refusal(opened, note, count + 1) == "checkpoint-unwitnessed"


def test_times_are_those_the_witnesses_signed() -> None:
    found = open_checkpoint(BY_TWO, ORIGIN, KEY, WITNESSES[::-1], 2)
    assert found.cosignatures == (
        Cosignature("witness.example/two", TIME + 60),
        Cosignature("witness.example/one", TIME),
    )


@given(st.integers(0, MAX_INTEGER), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root if size else EMPTY_ROOT)
    assert read_checkpoint_text(checkpoint.text()) == checkpoint


def test_the_empty_log_has_a_checkpoint() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), LOG)
    assert open_checkpoint(note, ORIGIN, KEY, [], 0).checkpoint.size == 0


@given(st.sampled_from([KEY, *WITNESSES]))
def test_a_verifier_key_is_read_as_it_was_written(key: VerifierKey) -> None:
    assert read_verifier_key(key.text(), key.kind) == key


# components of others


def test_a_checkpoint_of_a_public_log_with_public_witnesses_is_read() -> None:
    key = read_verifier_key(public_checkpoint.KEY, SignatureType.ED25519)
    witnesses = [
        read_verifier_key(each, SignatureType.COSIGNATURE) for each in public_checkpoint.WITNESSES
    ]
    found = open_checkpoint(public_checkpoint.NOTE, public_checkpoint.ORIGIN, key, witnesses, 4)
    assert found.checkpoint.size == 1_432_088_532
    assert {each.time for each in found.cosignatures} == {0x6A122120}
    assert [each.text() for each in (key, *witnesses)] == [
        public_checkpoint.KEY,
        *public_checkpoint.WITNESSES,
    ]
    assert read_note(public_checkpoint.NOTE).to_text() == public_checkpoint.NOTE


def test_one_spoiled_public_witness_is_found() -> None:
    key = read_verifier_key(public_checkpoint.KEY, SignatureType.ED25519)
    witness = read_verifier_key(public_checkpoint.WITNESSES[2], SignatureType.COSIGNATURE)
    note = spoiled(public_checkpoint.NOTE, 4)
    assert (
        refusal(open_checkpoint, note, public_checkpoint.ORIGIN, key, [witness], 0)
        == "note-signature"
    )


@pytest.fixture(scope="module")
def other():  # type: ignore[no-untyped-def]
    """A reader of signed notes and checkpoints by others, in Rust."""
    if importlib.util.find_spec("metamorphic_log") is None:
        # It is listed for these machines: there its absence is no reason to skip.
        assert (sys.platform, platform.machine()) != ("linux", "x86_64")
        pytest.skip("no build of metamorphic-log for this machine: checkpoints not cross-checked")
    return importlib.import_module("metamorphic_log")


def test_another_implementation_reads_our_checkpoints(other) -> None:  # type: ignore[no-untyped-def]
    head = other.checkpoint_verify(BY_TWO, [KEY.text()])
    assert (head.origin, head.size, head.root) == (ORIGIN, TREE.size, TREE.root())
    assert head.extensions == []
    for bad in (spoiled(BY_TWO, 0), BY_TWO.replace("\n5\n", "\n6\n")):
        with pytest.raises(other.VerifyError):
            other.checkpoint_verify(bad, [KEY.text()])


def test_another_implementation_verifies_our_proofs(other) -> None:  # type: ignore[no-untyped-def]
    for index, entry in enumerate(ENTRIES):
        proof = list(TREE.inclusion(index))
        other.checkpoint_verify_inclusion(SIGNED, [KEY.text()], index, leaf_hash(entry), proof)
    for size in range(1, TREE.size + 1):
        older = sign_checkpoint(Checkpoint(ORIGIN, size, TREE.root(size)), LOG)
        proof = list(TREE.consistency(size))
        other.checkpoint_verify_consistency(older, SIGNED, [KEY.text()], proof)
    with pytest.raises(other.VerifyError):
        other.verify_consistency(2, 5, list(TREE.consistency(2)), TREE.root(3), TREE.root())


def test_a_second_reader_finds_the_same_signatures() -> None:
    # The one above does not verify cosignatures.
    keys = [KEY.text(), *(each.text() for each in WITNESSES)]
    assert note_reader.read(BY_TWO, *keys) == {
        ORIGIN: None,
        "witness.example/one": TIME,
        "witness.example/two": TIME + 60,
    }
    assert (
        len(
            note_reader.read(
                public_checkpoint.NOTE, public_checkpoint.KEY, *public_checkpoint.WITNESSES
            )
        )
        == 5
    )
    for line in range(3):
        with pytest.raises(AssertionError):
            note_reader.read(spoiled(BY_TWO, line), *keys)


# attacks on signatures


def test_a_checkpoint_without_the_logs_signature_is_refused() -> None:
    read = read_note(BY_TWO)
    assert refusal(opened, Note(read.text, read.signatures[1:]).to_text()) == "checkpoint-unsigned"


@pytest.mark.parametrize("line", range(3))
def test_a_signature_of_a_known_key_that_fails_spoils_the_note(line: int) -> None:
    assert refusal(opened, spoiled(BY_TWO, line)) == "note-signature"


def test_a_signature_of_an_unknown_witness_is_ignored_even_if_it_fails() -> None:
    assert opened(spoiled(BY_TWO, 2), 1, WITNESSES[:1]) == ["witness.example/one"]


def test_signature_of_another_origin() -> None:
    # The log's operator has a second log under the same key.
    other = sign_checkpoint(Checkpoint("shop.example/other", 5, TREE.root()), LOG)
    key = VerifierKey("shop.example/other", SignatureType.ED25519, LOG.public)
    assert open_checkpoint(other, key.name, key, [], 0)
    assert refusal(opened, other) == "checkpoint-origin"
    relabelled = other.replace("shop.example/other", ORIGIN)
    assert refusal(opened, relabelled) == "checkpoint-unsigned"


def test_signature_moved_to_another_checkpoint() -> None:
    smaller = sign_checkpoint(Checkpoint(ORIGIN, 3, TREE.root(3)), LOG)
    moved = Note(read_note(smaller).text, read_note(BY_ONE).signatures).to_text()
    assert refusal(opened, moved) == "note-signature"


def test_cosignature_of_another_checkpoint_is_not_counted() -> None:
    smaller = read_note(sign_checkpoint(Checkpoint(ORIGIN, 3, TREE.root(3)), LOG))
    moved = smaller.signed(read_note(BY_ONE).signatures[1]).to_text()
    assert refusal(opened, moved, 1) == "note-signature"


def test_replayed_cosignature_with_another_timestamp() -> None:
    read = read_note(BY_ONE)
    found = read.signatures[1]
    later = (TIME + 3600).to_bytes(8, "big") + found.signature[8:]
    dated = Note(read.text, (read.signatures[0], NoteSignature(found.name, found.key_id, later)))
    assert refusal(opened, dated.to_text(), 1) == "note-signature"


def test_plain_signature_of_a_witness_is_no_cosignature() -> None:
    read = read_note(SIGNED)
    witness = WITNESSES[0]
    plain = NoteSignature(witness.name, witness.id, ONE.sign(read.text.encode()))
    assert refusal(opened, read.signed(plain).to_text(), 1) == "note-signature"


def test_key_hash_collision() -> None:
    # Somebody has a key with the same name and the same four bytes: his signature just fails.
    forged = NoteSignature(ORIGIN, KEY.id, TWO.sign(CHECKPOINT.text().encode()))
    assert refusal(opened, Note(CHECKPOINT.text(), (forged,)).to_text()) == "note-signature"


def test_same_name_or_same_id_alone_is_another_key() -> None:
    signature = LOG.sign(CHECKPOINT.text().encode())
    for line in (
        NoteSignature(ORIGIN, b"\0\0\0\0", signature),
        NoteSignature("shop.example/other", KEY.id, signature),
    ):
        note = Note(CHECKPOINT.text(), (line,)).to_text()
        assert refusal(opened, note) == "checkpoint-unsigned"


def test_one_witness_cannot_be_counted_twice() -> None:
    again = cosign_checkpoint(BY_ONE, WITNESSES[0].name, ONE, TIME + 1)
    assert refusal(opened, again, 2) == "note-repeated"
    alias = VerifierKey("witness.example/alias", SignatureType.COSIGNATURE, ONE.public)
    twice = cosign_checkpoint(BY_ONE, alias.name, ONE, TIME)
    assert refusal(opened, twice, 2, [WITNESSES[0], alias]) == "checkpoint-witness"
    assert refusal(opened, twice, 2, [WITNESSES[0]] * 2) == "checkpoint-witness"
    renamed = VerifierKey(WITNESSES[0].name, SignatureType.COSIGNATURE, TWO.public)
    assert refusal(opened, BY_TWO, 2, [WITNESSES[0], renamed]) == "checkpoint-witness"


def test_a_log_cannot_witness_itself() -> None:
    itself = VerifierKey("witness.example/itself", SignatureType.COSIGNATURE, LOG.public)
    note = cosign_checkpoint(SIGNED, itself.name, LOG, TIME)
    assert refusal(opened, note, 1, [itself]) == "checkpoint-witness"


def test_the_log_signs_once() -> None:
    read = read_note(SIGNED)
    assert refusal(opened, read.signed(read.signatures[0]).to_text()) == "note-repeated"


@pytest.mark.parametrize("required", [-1, 4])
def test_a_number_of_witnesses_that_makes_no_sense_is_refused(required: int) -> None:
    assert refusal(opened, BY_TWO, required) == "checkpoint-required"


def test_keys_have_to_be_of_their_kind_and_the_log() -> None:
    plain = VerifierKey("witness.example/one", SignatureType.ED25519, ONE.public)
    assert refusal(opened, BY_ONE, 0, [plain]) == "note-key-type"
    assert refusal(open_checkpoint, BY_ONE, ORIGIN, WITNESSES[0], [], 0) == "note-key-type"
    assert refusal(open_checkpoint, SIGNED, "shop.example", KEY, [], 0) == "checkpoint-key"
    assert refusal(open_checkpoint, SIGNED, "", KEY, [], 0) == "checkpoint-key"


@pytest.mark.parametrize("length", [0, 7, 8, 71, 73])
def test_a_cosignature_of_another_length_is_refused(length: int) -> None:
    read = read_note(SIGNED)
    found = read_note(BY_ONE).signatures[1].signature
    data = (found + b"\0")[:length]
    line = NoteSignature(WITNESSES[0].name, WITNESSES[0].id, data)
    note = read.signed(line).to_text()
    assert refusal(opened, note) == ("note-signature" if length else "note-line")


def test_a_time_out_of_range_is_refused() -> None:
    read = read_note(SIGNED)
    time = MAX_INTEGER + 1
    text = f"cosignature/v1\ntime {time}\n{read.text}".encode()
    line = NoteSignature(
        WITNESSES[0].name, WITNESSES[0].id, time.to_bytes(8, "big") + ONE.sign(text)
    )
    assert refusal(opened, read.signed(line).to_text()) == "checkpoint-time"
    for wrong in (-1, time):
        assert refusal(cosign_checkpoint, SIGNED, "w", ONE, wrong) == "checkpoint-time"


# attacks on the form

ROOT = CHECKPOINT.text().split("\n")[2]
TEXTS = {
    "extension line": ("checkpoint-lines", f"{ORIGIN}\n5\n{ROOT}\nmore\n"),
    "no root": ("checkpoint-lines", f"{ORIGIN}\n5\n"),
    "empty line inside": ("checkpoint-lines", f"{ORIGIN}\n\n5\n{ROOT}\n"),
    "empty origin": ("checkpoint-origin", f"\n5\n{ROOT}\n"),
    "origin with a space": ("checkpoint-origin", f"shop.example log\n5\n{ROOT}\n"),
    "origin with a plus sign": ("checkpoint-origin", f"shop.example+log\n5\n{ROOT}\n"),
    "leading zero": ("checkpoint-size", f"{ORIGIN}\n05\n{ROOT}\n"),
    "plus sign": ("checkpoint-size", f"{ORIGIN}\n+5\n{ROOT}\n"),
    "negative": ("checkpoint-size", f"{ORIGIN}\n-5\n{ROOT}\n"),
    "space": ("checkpoint-size", f"{ORIGIN}\n5 \n{ROOT}\n"),
    "underscore": ("checkpoint-size", f"{ORIGIN}\n1_0\n{ROOT}\n"),
    "digits of another script": ("checkpoint-size", f"{ORIGIN}\n1\u0665\n{ROOT}\n"),
    "hexadecimal": ("checkpoint-size", f"{ORIGIN}\n0x5\n{ROOT}\n"),
    "too large": ("checkpoint-size", f"{ORIGIN}\n{MAX_INTEGER + 1}\n{ROOT}\n"),
    "too long": ("checkpoint-size", f"{ORIGIN}\n{'9' * 60}\n{ROOT}\n"),
    "short root": ("checkpoint-root", f"{ORIGIN}\n5\n{base64.b64encode(bytes(31)).decode()}\n"),
    "long root": ("checkpoint-root", f"{ORIGIN}\n5\n{base64.b64encode(bytes(33)).decode()}\n"),
    "root without padding": ("note-base64", f"{ORIGIN}\n5\n{ROOT.rstrip('=')}\n"),
    "root with a loose bit": (
        "note-base64",
        f"{ORIGIN}\n5\n{ROOT[:-2]}{chr(ord(ROOT[-2]) + 1)}=\n",
    ),
    "another root of the empty tree": ("checkpoint-root", f"{ORIGIN}\n0\n{ROOT}\n"),
    "the empty root of a tree": (
        "checkpoint-root",
        f"{ORIGIN}\n5\n{base64.b64encode(EMPTY_ROOT).decode()}\n",
    ),
}


@pytest.mark.parametrize("attack", TEXTS)
def test_a_text_the_log_signed_is_refused(attack: str) -> None:
    code, text = TEXTS[attack]
    assert refusal(opened, by(LOG, text)) == code


def test_a_note_with_trailing_data_is_refused() -> None:
    assert refusal(opened, SIGNED + "more\n") == "note-line"
    assert refusal(opened, SIGNED + "\n") == "note-signatures"
    assert refusal(opened, SIGNED + "more") == "note-text"
    assert refusal(opened, SIGNED.removesuffix("\n")) == "note-text"


def test_a_text_put_before_the_signatures_is_not_what_was_signed() -> None:
    text, lines = SIGNED.split("\n\n")
    assert refusal(opened, f"{text}\nmore\n\n{lines}") == "checkpoint-lines"
    assert refusal(opened, f"{text}\n\nmore\n\n{lines}") == "checkpoint-lines"


LINE = SIGNED.split("\n\n")[1]
LINES = {
    "nothing": ("note-signatures", ""),
    "no dash": ("note-line", LINE.removeprefix("\u2014 ")),
    "hyphen": ("note-line", LINE.replace("\u2014", "-")),
    "no space after the dash": ("note-line", LINE.replace("\u2014 ", "\u2014")),
    "no signature": ("note-line", f"\u2014 {ORIGIN}\n"),
    "no name": ("note-name", LINE.replace(ORIGIN, "")),
    "name with a space": ("note-name", LINE.replace(ORIGIN, "shop example")),
    "name with a wide space": ("note-name", LINE.replace(ORIGIN, "shop\u3000example")),
    "name with a plus sign": ("note-name", LINE.replace(ORIGIN, "shop+example")),
    "two spaces": ("note-name", LINE.replace(f"{ORIGIN} ", f"{ORIGIN}  ")),
    "space at the end": ("note-name", LINE.replace("\n", " \n")),
    "empty line between": ("note-signatures", LINE + "\n"),
    "carriage return": ("note-text", LINE.replace("\n", "\r\n")),
    "only an id": ("note-line", f"\u2014 {ORIGIN} AAAAAA==\n"),
    "base64 of URLs": ("note-base64", f"\u2014 {ORIGIN} -_-_-_-_\n"),
    "base64 without padding": ("note-base64", LINE.replace("=", "")),
    "base64 with more padding": ("note-base64", LINE.replace("=\n", "==\n")),
    "base64 with a loose bit": ("note-base64", f"\u2014 {ORIGIN} AAAAAAB=\n"),
    "base64 beyond ASCII": ("note-base64", f"\u2014 {ORIGIN} ＡＡＡＡＡＡＡＡ\n"),
}


@pytest.mark.parametrize("attack", LINES)
def test_a_signature_line_is_refused(attack: str) -> None:
    code, line = LINES[attack]
    assert refusal(opened, f"{CHECKPOINT.text()}\n{line}") == code


def test_a_malformed_line_of_an_unknown_key_is_refused_as_well() -> None:
    assert refusal(opened, f"{SIGNED}\u2014 other.example AAAAAAB=\n") == "note-base64"


def test_malleable_base64_gives_a_note_no_second_spelling() -> None:
    data = read_note(SIGNED).signatures[0]
    spelled = LINE.split()[2]
    last = spelled.rstrip("=")[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    others = [
        spelled.rstrip("=")[:-1] + each + "=" * spelled.count("=")
        for each in alphabet
        if each != last
    ]
    same = [each for each in others if base64.b64decode(each) == data.key_id + data.signature]
    assert same
    for each in same:
        assert refusal(opened, SIGNED.replace(spelled, each)) == "note-base64"


@pytest.mark.parametrize(
    "bad", ["\x00", "\x07", "\t", "\x7f", "\x85", "\u202e", "\u2066", "\ud800"]
)
def test_characters_that_are_no_text_are_refused(bad: str) -> None:
    assert refusal(read_note, SIGNED.replace(ORIGIN, ORIGIN + bad)) == "note-text"
    assert not is_name(f"a{bad}")


def test_notes_are_bounded() -> None:
    many = SIGNED
    for number in range(MAX_NOTE_SIGNATURES - 1):
        many = cosign_checkpoint(many, f"w{number}", ONE, TIME)
    assert opened(many) == []
    one_more = many + many.splitlines()[-1] + "\n"
    assert refusal(opened, one_more) == "note-signatures"
    assert refusal(cosign_checkpoint, many, "w", ONE, TIME) == "note-signatures"
    room = MAX_NOTE - len(SIGNED) - len("\u2014  AAAAAAA=\n")
    assert opened(f"{SIGNED}\u2014 {'w' * room} AAAAAAA=\n") == []
    longer = f"{SIGNED}\u2014 {'w' * (room + 1)} AAAAAAA=\n"
    assert len(longer) == MAX_NOTE + 1
    assert refusal(opened, longer) == "note-size"
    with pytest.raises(LocalProtocolError, match="note-size"):
        sign_checkpoint(Checkpoint("x" * MAX_NOTE, 5, TREE.root()), LOG)


def test_sixteen_witnesses_with_long_names_fit() -> None:
    # What C2SP signed-note asks every verifier to take.
    note = SIGNED
    for number in range(MAX_NOTE_SIGNATURES - 1):
        note = cosign_checkpoint(note, f"{number:02}.{'w' * 100}.example/witness", ONE, TIME)
    assert len(note) <= MAX_NOTE


# verifier keys

NAME, ID, ENCODED = KEY.text().split("+", 2)
ORDER_TWO = bytes.fromhex("ec" + "ff" * 30 + "7f")


def encoded(kind: int, key: bytes) -> str:
    return base64.b64encode(bytes((kind,)) + key).decode()


KEYS = {
    "two parts": ("note-key", f"{NAME}+{ENCODED}"),
    "nothing": ("note-key", ""),
    "no name": ("note-name", f"+{ID}+{ENCODED}"),
    "name with a space": ("note-name", f"shop example+{ID}+{ENCODED}"),
    "id in capitals": ("note-key", f"{NAME}+{ID.upper()}+{ENCODED}"),
    "short id": ("note-key", f"{NAME}+{ID[1:]}+{ENCODED}"),
    "id of another key": ("note-key-id", f"{NAME}+00000000+{ENCODED}"),
    "another name": ("note-key-id", f"shop.example/other+{ID}+{ENCODED}"),
    "base64 without padding": ("note-base64", f"{NAME}+{ID}+AQ"),
    "another type": ("note-key-type", WITNESSES[0].text()),
    "no type at all": ("note-key-type", f"{NAME}+{ID}+"),
    "short key": ("note-key", f"{NAME}+{ID}+{encoded(1, LOG.public[1:])}"),
    "long key": ("note-key", f"{NAME}+{ID}+{encoded(1, LOG.public + b'1')}"),
    "weak key": (
        "key-small-order",
        f"{NAME}+{ID}+{encoded(1, ORDER_TWO)}",
    ),
}


@pytest.mark.parametrize("attack", KEYS)
def test_a_verifier_key_is_refused(attack: str) -> None:
    code, text = KEYS[attack]
    assert refusal(read_verifier_key, text, SignatureType.ED25519) == code


def test_a_key_needs_a_name() -> None:
    assert refusal(VerifierKey, "shop example", SignatureType.ED25519, LOG.public) == "note-name"


def test_a_checkpoint_that_cannot_be_is_not_made() -> None:
    assert refusal(Checkpoint, "shop example", 5, TREE.root()) == "checkpoint-origin"
    assert refusal(Checkpoint, ORIGIN, -1, TREE.root()) == "checkpoint-size"
    assert refusal(Checkpoint, ORIGIN, 5, b"") == "checkpoint-root"
    assert refusal(cosign_checkpoint, by(LOG, "no\ncheckpoint\n"), "w", ONE, TIME)


@given(st.text(max_size=300))
def test_nothing_but_our_errors_leaves_the_readers(text: str) -> None:
    for call, arguments in (
        (read_note, (text,)),
        (read_note, (f"{text}\n\n\u2014 {text} {text}\n",)),
        (read_checkpoint_text, (text,)),
        (read_verifier_key, (text, SignatureType.ED25519)),
    ):
        with contextlib.suppress(RemoteProtocolError):
            call(*arguments)  # type: ignore[operator]
