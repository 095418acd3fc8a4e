"""A vendor's offline signer: the words of its next keys, and a record of all they ever signed.

A public party that signs two key events at one position convicts itself for good (spec: ledger,
F3). So its next keys live in a file of their own, on a medium that is attached for a rotation only
and is in no backup, together with every key event signed from it. Before an event leaves this
module it is in that file, durably; asked again for the same position, the signer gives the same
event. A history that holds an event the record lacks shows that the file is an old copy, and it
refuses. What no file can notice is two copies of it used on two histories: keep one.
"""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.keyfile import KeyfileCost, open_secrets, seal_secrets
from linkcontract.crypto.next_keys import NONCE_LENGTH, SEED_LENGTH, next_digest, next_key
from linkcontract.crypto.secret import Secret
from linkcontract.encoding import Encodable, Value, decode, encode
from linkcontract.errors import LinkContractError, NodeError, RemoteProtocolError
from linkcontract.limits import MAX_KEYFILE
from linkcontract.model.party import KeyHistory, rotate
from linkcontract.node.keystore import Entropy
from linkcontract.node.lock import FileLock
from linkcontract.node.next_key_pool import NextKey, announce
from linkcontract.node.private_files import create_private, read_private, replace_private

_VERSION: Final = 1
_MAX_FILE: Final = MAX_KEYFILE + 128


@dataclass(frozen=True, slots=True)
class SignedRotation:
    """A key event, and the key that signed it: from then on the party's live key."""

    envelope: bytes
    key: SigningKey


@dataclass(frozen=True, slots=True)
class _Record:
    """One signed event: the party, its position, and the event itself."""

    party: bytes
    position: int
    envelope: bytes


def create_signer(
    path: Path,
    seed: Secret,
    passphrase: Secret,
    *,
    entropy: Entropy,
    cost: KeyfileCost | None = None,
) -> None:
    """Write a new signer file, mode 0600, durable on return.

    Raises:
        NodeError: file-exists, file-unreadable. LocalProtocolError: as `seal_secrets`.
    """
    create_private(path, _sealed(seed, (), passphrase, entropy, cost))


class Signer:
    """An attached signer file; a context manager that holds its lock.

    Raises (on entry):
        NodeError: data-locked, file-missing, file-permissions, file-unreadable,
            signer-unreadable. RemoteProtocolError: keyfile-passphrase, keyfile-cost,
            keyfile-memory, keyfile-form.
    """

    def __init__(
        self,
        path: Path,
        passphrase: Secret,
        *,
        entropy: Entropy,
        cost: KeyfileCost | None = None,
    ) -> None:
        self._path = path
        self._passphrase = passphrase
        self._entropy = entropy
        self._cost = cost
        self._lock = FileLock(path.with_name(f"{path.name}.lock"), path, "signer")
        self._seed: Secret | None = None
        self._records: tuple[_Record, ...] = ()

    def __enter__(self) -> Self:
        self._lock.__enter__()
        try:
            data = read_private(self._path, max_bytes=_MAX_FILE)
            self._seed, self._records = _parsed(open_secrets(data, self._passphrase))
        except LinkContractError:
            self._lock.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._seed = None
        self._lock.__exit__(kind, error, trace)

    def announce(self) -> NextKey:
        """A fresh announcement for the inception of a public party."""
        return announce(self._open_seed(), self._entropy(NONCE_LENGTH))

    def up_to_date(self, history: KeyHistory) -> KeyHistory:
        """A party's history with every event that was ever signed here.

        A store that was put back to an earlier state may lack a key event that others know, and
        statements signed under it. What is signed next has to follow all of them.

        Raises:
            NodeError: signer-behind, as `rotate`; signer-party if the record does not continue
                this history.
        """
        self._open_seed()
        self._check_record(history)
        ours = (each.envelope for each in self._records if each.party == history.party)
        try:
            return history.extend(ours)
        except RemoteProtocolError:
            raise NodeError("signer-party", "history") from None

    def rotate(self, history: KeyHistory, head: bytes) -> SignedRotation:
        """The key event that follows `head`: signed once, and the same ever after.

        Args:
            history: the party's own verified history.
            head: the event to follow.

        Raises:
            NodeError: signer-behind if the history holds a rotation that is not in the record;
                signer-position if it does not hold `head`; signer-party if the words do not give
                the key that `head` announced; file-unreadable, and then no event left this
                function.
            LocalProtocolError: history-chain, history-full.
        """
        seed = self._open_seed()
        # Every rotation of the history is in the record, and the record has one for a position:
        # so what was signed after `head`, if anything was, is the record's next position.
        self._check_record(history)
        before = history.events.get(head)
        if before is None:
            raise NodeError("signer-position", "head", "bring the key history up to date")
        key = next_key(seed, before.nonce)
        for record in self._records:
            if record.party == history.party and record.position == before.seq + 1:
                return SignedRotation(record.envelope, key)
        if next_digest(key.public) != before.next:
            raise NodeError("signer-party", "head", "attach the signer this party was made with")
        following = self.announce()
        envelope = rotate(history, head, key, following.digest, following.nonce)
        record = _Record(history.party, before.seq + 1, envelope)
        records = (*self._records, record)
        data = _sealed(seed, records, self._passphrase, self._entropy, self._cost)
        replace_private(self._path, data)
        self._records = records
        return SignedRotation(envelope, key)

    def _check_record(self, history: KeyHistory) -> None:
        signed = {each.envelope for each in self._records if each.party == history.party}
        for event in history.events.values():
            if event.seq > 0 and event.envelope not in signed:
                hint = "this file is an older copy; use the one that signed last"
                raise NodeError("signer-behind", f"position {event.seq}", hint)

    def _open_seed(self) -> Secret:
        if self._seed is None:
            raise NodeError("signer-unreadable", str(self._path), "the signer is not attached")
        return self._seed


def _sealed(
    seed: Secret,
    records: tuple[_Record, ...],
    passphrase: Secret,
    entropy: Entropy,
    cost: KeyfileCost | None,
) -> bytes:
    rows: list[Encodable] = [[each.party, each.position, each.envelope] for each in records]
    plaintext = encode({"v": _VERSION, "seed": seed.expose(), "signed": rows})
    return seal_secrets(plaintext, passphrase, entropy=entropy, cost=cost)


def _parsed(plaintext: bytes) -> tuple[Secret, tuple[_Record, ...]]:
    try:
        value = decode(plaintext, max_bytes=MAX_KEYFILE)
    except RemoteProtocolError:
        raise NodeError("signer-unreadable") from None
    if not isinstance(value, dict) or value.keys() != {"v", "seed", "signed"}:
        raise NodeError("signer-unreadable")
    seed, rows = value["seed"], value["signed"]
    if value["v"] != _VERSION or not isinstance(rows, list):
        raise NodeError("signer-unreadable")
    if not isinstance(seed, bytes) or len(seed) != SEED_LENGTH:
        raise NodeError("signer-unreadable")
    return Secret(seed), tuple(_record(row) for row in rows)


def _record(row: Value) -> _Record:
    match row:
        case [bytes() as party, int() as position, bytes() as envelope]:
            return _Record(party, position, envelope)
    raise NodeError("signer-unreadable")
