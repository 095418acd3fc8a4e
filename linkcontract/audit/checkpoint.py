"""Checkpoints: how large a log is and what its root is, signed by the log and by witnesses.

C2SP tlog-checkpoint on signed notes, with the Ed25519 cosignatures of C2SP tlog-cosignature. A log
that shows different trees to different people has to sign both, and a witness signs only what
continues what it signed before: so who asks for the signatures of enough witnesses is shown the
tree that everybody is shown.

Not verified here: that one checkpoint continues another (`verify_consistency`), and whether the
time of a cosignature is recent enough for the caller, who has a clock.

Spec: log, Checkpoints.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from linkcontract.audit.merkle import EMPTY_ROOT, HASH_SIZE
from linkcontract.audit.note import (
    Note,
    NoteSignature,
    SignatureType,
    VerifierKey,
    base64_bytes,
    base64_text,
    is_name,
    read_note,
)
from linkcontract.crypto.ed25519 import SIGNATURE_LENGTH, SigningKey, verify
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_INTEGER

TIME_SIZE: Final = 8

_SIZE: Final = re.compile("0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of its tree. Nothing about who signed it.

    Attributes:
        origin: the name of the log.
        size: the number of entries.
        root: 32 bytes.

    Raises:
        LocalProtocolError: `checkpoint-origin`, `checkpoint-size`, `checkpoint-root`.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        fault = self._fault()
        if fault:
            raise LocalProtocolError(fault)

    def _fault(self) -> str:
        if not is_name(self.origin):
            return "checkpoint-origin"
        if not 0 <= self.size <= MAX_INTEGER:
            return "checkpoint-size"
        if len(self.root) != HASH_SIZE or (self.size == 0) != (self.root == EMPTY_ROOT):
            return "checkpoint-root"
        return ""

    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64_text(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Cosignature:
    """What a witness signed, verified.

    Attributes:
        name: of the witness.
        time: when it signed, Unix seconds.
    """

    name: str
    time: int


@dataclass(frozen=True, slots=True)
class WitnessedCheckpoint:
    """A checkpoint whose signatures were verified.

    Attributes:
        checkpoint: what the log signed.
        cosignatures: in the order of the keys that were given.
    """

    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]


def read_checkpoint_text(text: str) -> Checkpoint:
    """The checkpoint of a note's text, verifying no signature.

    Raises:
        RemoteProtocolError: `checkpoint-lines` (lines of extensions are refused: nobody could
            check them against the log), `checkpoint-origin`, `checkpoint-size`,
            `checkpoint-root`, `note-base64`.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise RemoteProtocolError("checkpoint-lines")
    origin, size, root = lines[:3]
    # The pattern stands before int(), which takes other digits and leading zeros as well.
    if _SIZE.fullmatch(size) is None:
        raise RemoteProtocolError("checkpoint-size")
    try:
        return Checkpoint(origin, int(size), base64_bytes(root))
    except LocalProtocolError as error:
        raise RemoteProtocolError(error.code) from error


def open_checkpoint(
    note: str, origin: str, key: VerifierKey, witnesses: Sequence[VerifierKey], required: int
) -> WitnessedCheckpoint:
    """Read a checkpoint that its log and enough witnesses signed.

    Signatures of other keys are ignored. A signature of a key that was given has to verify, so
    that nobody can take away a witness by spoiling its line unnoticed.

    Args:
        note: as published.
        origin: the log it has to be of.
        key: the log's, named as the log.
        witnesses: keys of witnesses; one that did not sign is no fault by itself.
        required: how many of the witnesses must have signed.

    Raises:
        LocalProtocolError: `checkpoint-key`, `checkpoint-witness`, `note-key-type`,
            `checkpoint-required`, if what is asked for makes no sense.
        RemoteProtocolError: as `read_note` and `read_checkpoint_text` say; `checkpoint-origin`,
            `note-repeated`, `note-signature`, `checkpoint-time`; `checkpoint-unsigned`,
            `checkpoint-unwitnessed`.
    """
    # (1) the keys are those of one log and of witnesses that are not it, each once
    _check_keys(origin, key, witnesses)
    if not 0 <= required <= len(witnesses):
        raise LocalProtocolError("checkpoint-required")
    # (2) the note has its form, and is of this log
    opened = read_note(note)
    checkpoint = read_checkpoint_text(opened.text)
    if checkpoint.origin != origin:
        raise RemoteProtocolError("checkpoint-origin")
    # (3) the log signed it
    signature = opened.signature_by(key)
    if signature is None:
        raise RemoteProtocolError("checkpoint-unsigned")
    if not verify(key.public, opened.text.encode(), signature):
        raise RemoteProtocolError("note-signature")
    # (4) so did enough witnesses, and none of them has a signature that fails
    found = [_cosignature(opened, witness) for witness in witnesses]
    cosignatures = tuple(each for each in found if each is not None)
    if len(cosignatures) < required:
        raise RemoteProtocolError("checkpoint-unwitnessed")
    return WitnessedCheckpoint(checkpoint, cosignatures)


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> str:
    """The note of a checkpoint, signed by its log.

    A log never signs a checkpoint that does not continue every one it signed before; that is for
    the caller to see to.

    Raises:
        LocalProtocolError: `note-size`.
    """
    public = VerifierKey(checkpoint.origin, SignatureType.ED25519, key.public)
    text = checkpoint.text()
    signature = NoteSignature(public.name, public.id, key.sign(text.encode()))
    return Note(text, (signature,)).to_text()


def cosign_checkpoint(note: str, name: str, key: SigningKey, time: int) -> str:
    """The note with a witness's signature after the others.

    A witness has verified the log's signature and the consistency with what it signed before;
    that is for the caller to see to.

    Args:
        note: as the log signed it.
        name: of the witness.
        key: of the witness, for nothing else.
        time: Unix seconds.

    Raises:
        LocalProtocolError: `note-name`, `checkpoint-time`, `note-size`, `note-signatures`.
        RemoteProtocolError: as `read_note` and `read_checkpoint_text` say.
    """
    opened = read_note(note)
    read_checkpoint_text(opened.text)
    if not 0 <= time <= MAX_INTEGER:
        raise LocalProtocolError("checkpoint-time")
    public = VerifierKey(name, SignatureType.COSIGNATURE, key.public)
    signature = time.to_bytes(TIME_SIZE, "big") + key.sign(_cosigned(opened.text, time))
    return opened.signed(NoteSignature(name, public.id, signature)).to_text()


def _check_keys(origin: str, key: VerifierKey, witnesses: Sequence[VerifierKey]) -> None:
    kinds = {each.kind for each in witnesses} - {SignatureType.COSIGNATURE}
    if key.kind != SignatureType.ED25519 or kinds:
        raise LocalProtocolError("note-key-type")
    if key.name != origin:  # so the origin has the form of a name
        raise LocalProtocolError("checkpoint-key")
    # A cosignature does not say whose it is: one key under two names would be counted twice.
    names = {key.name, *(each.name for each in witnesses)}
    keys = {key.public, *(each.public for each in witnesses)}
    if len(names) <= len(witnesses) or len(keys) <= len(witnesses):
        raise LocalProtocolError("checkpoint-witness")


def _cosignature(note: Note, witness: VerifierKey) -> Cosignature | None:
    found = note.signature_by(witness)
    if found is None:
        return None
    time = int.from_bytes(found[:TIME_SIZE], "big")
    if len(found) != TIME_SIZE + SIGNATURE_LENGTH:
        raise RemoteProtocolError("note-signature")
    if time > MAX_INTEGER:
        raise RemoteProtocolError("checkpoint-time")
    if not verify(witness.public, _cosigned(note.text, time), found[TIME_SIZE:]):
        raise RemoteProtocolError("note-signature")
    return Cosignature(witness.name, time)


def _cosigned(text: str, time: int) -> bytes:
    """What a witness signs: the text under a heading of its own, with the time."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()
