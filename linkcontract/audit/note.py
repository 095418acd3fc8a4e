"""Signed notes: a text for people and programs, with a line for each signature.

The C2SP signed-note format, narrowed where it leaves room: the whole note is free text of the
encoding profile, base64 has one form, and a key that is known signs a note once. A note by itself
says nothing: `signature_by` gives what is to be verified, and for what a signature stands is for
`linkcontract.audit.checkpoint`.

Spec: log, Notes.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from linkcontract.crypto.ed25519 import PUBLIC_LENGTH, check_public_key
from linkcontract.encoding import is_free_text
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import MAX_NOTE, MAX_NOTE_SIGNATURES

KEY_ID_SIZE: Final = 4

_DASH: Final = "\u2014 "

# Unicode's White_Space; spelled out, because what languages call a space differs.
_NO_NAME: Final = re.compile("[+\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_HEX_ID: Final = re.compile("[0-9a-f]{8}")


class SignatureType(IntEnum):
    """What a key signs, as the first byte of its encoding says."""

    ED25519 = 0x01
    """The text of the note."""

    COSIGNATURE = 0x04
    """The text of a checkpoint, with the time at which a witness saw it."""


def is_name(text: str) -> bool:
    """Whether a text can name a key or a log: not empty, without spaces and plus signs."""
    return text != "" and is_free_text(text) and _NO_NAME.search(text) is None


def base64_text(data: bytes) -> str:
    """Bytes in base64 (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def base64_bytes(text: str) -> bytes:
    """The bytes of a text in base64, which must be exactly what an encoder writes (RFC 4648 §4).

    Raises:
        RemoteProtocolError: `note-base64`; padding that is missing or bits that are no part of
            the bytes would give one signature many spellings.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise RemoteProtocolError("note-base64") from error
    if base64_text(data) != text:
        raise RemoteProtocolError("note-base64")
    return data


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key as logs and witnesses publish it.

    Attributes:
        name: of the log or the witness.
        kind: what it signs.
        public: 32 bytes.

    Raises:
        LocalProtocolError: `note-name`.
        RemoteProtocolError: `key-length`, `key-canonical`, `key-small-order`, `key-subgroup`.
    """

    name: str
    kind: SignatureType
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise LocalProtocolError("note-name")
        check_public_key(self.public)

    @property
    def id(self) -> bytes:
        """The 4 bytes that stand before its signatures: a hint where to look, no commitment."""
        named = self.name.encode() + b"\n" + bytes((self.kind,)) + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_SIZE]

    def text(self) -> str:
        """name+id+key, the id in hexadecimal and the key in base64 after the byte of its kind."""
        key = bytes((self.kind,)) + self.public
        return f"{self.name}+{self.id.hex()}+{base64_text(key)}"


def read_verifier_key(text: str, kind: SignatureType) -> VerifierKey:
    """The key of a text, which must be exactly what `VerifierKey.text` writes.

    Args:
        text: name+id+key.
        kind: what the key has to be for.

    Raises:
        RemoteProtocolError: `note-key`, `note-name`, `note-base64`; `note-key-type` if it is for
            something else; `note-key-id` if the id is another key's; as `VerifierKey` says.
    """
    # The base64 of a key may have plus signs, a name has none.
    parts = text.split("+", 2)
    if len(parts) != 3 or _HEX_ID.fullmatch(parts[1]) is None:
        raise RemoteProtocolError("note-key")
    if not is_name(parts[0]):
        raise RemoteProtocolError("note-name")
    data = base64_bytes(parts[2])
    if data[:1] != bytes((kind,)):
        raise RemoteProtocolError("note-key-type")
    if len(data) != 1 + PUBLIC_LENGTH:
        raise RemoteProtocolError("note-key")
    key = VerifierKey(parts[0], kind, data[1:])
    if key.id.hex() != parts[1]:
        raise RemoteProtocolError("note-key-id")
    return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line. Nothing of it is verified.

    Attributes:
        name: of the key.
        key_id: 4 bytes.
        signature: what follows, whose form is a matter of the key.
    """

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line as it stands in a note, without its line feed."""
        return f"{_DASH}{self.name} {base64_text(self.key_id + self.signature)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was received. Nothing of it is verified.

    Attributes:
        text: what is signed, its last line feed included.
        signatures: in the order of their lines.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def signature_by(self, key: VerifierKey) -> bytes | None:
        """The signature that claims to be of a key; None if there is none.

        Lines of the same name with another id, and of the same id with another name, are of keys
        that are not known here.

        Raises:
            RemoteProtocolError: `note-repeated`.
        """
        found = [
            each.signature
            for each in self.signatures
            if each.name == key.name and each.key_id == key.id
        ]
        if len(found) > 1:
            raise RemoteProtocolError("note-repeated")
        return found[0] if found else None

    def signed(self, signature: NoteSignature) -> "Note":
        """The same note with one more line."""
        return Note(self.text, (*self.signatures, signature))

    def to_text(self) -> str:
        """The note as it is published.

        Raises:
            LocalProtocolError: `note-signatures`, `note-size` if nobody would take it.
        """
        if not 0 < len(self.signatures) <= MAX_NOTE_SIGNATURES:
            raise LocalProtocolError("note-signatures")
        lines = "".join(f"{each.line()}\n" for each in self.signatures)
        text = f"{self.text}\n{lines}"
        if len(text) > MAX_NOTE:
            raise LocalProtocolError("note-size")
        return text


def read_note(text: str) -> Note:
    """Take a note apart, verifying nothing.

    Raises:
        RemoteProtocolError: `note-size`, `note-text`, `note-signatures`, and for a signature
            line, of whatever key, `note-line`, `note-name`, `note-base64`.
    """
    # (1) a text of bounded length that ends with its last line
    if len(text) > MAX_NOTE:
        raise RemoteProtocolError("note-size")
    if not is_free_text(text) or not text.endswith("\n"):
        raise RemoteProtocolError("note-text")
    # (2) what is signed ends before the last empty line
    signed, blank, lines = text.rpartition("\n\n")
    if not blank or not lines:
        raise RemoteProtocolError("note-signatures")
    written = lines.removesuffix("\n").split("\n")
    if len(written) > MAX_NOTE_SIGNATURES:
        raise RemoteProtocolError("note-signatures")
    # (3) every line has the form of one, whether or not anybody knows its key
    return Note(signed + "\n", tuple(_signature(line) for line in written))


def _signature(line: str) -> NoteSignature:
    name, space, data = line.removeprefix(_DASH).rpartition(" ")
    if not line.startswith(_DASH) or not space:
        raise RemoteProtocolError("note-line")
    if not is_name(name):
        raise RemoteProtocolError("note-name")
    signature = base64_bytes(data)
    if len(signature) <= KEY_ID_SIZE:
        raise RemoteProtocolError("note-line")
    return NoteSignature(name, signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:])
