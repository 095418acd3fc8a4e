"""Errors, by whose fault they are, each with a stable code.

An error carries a code and the names of our own fields, never the bytes that were refused: it is
safe to log and to show. The codes also stand in the test vectors; a code is never renamed.

`RemoteProtocolError`  what came from outside is wrong; nothing of it was kept.
`LocalProtocolError`   the caller asked for something the protocol does not allow.
`StoreError`           the store failed; what was being written is not there.
`TransportError`       a message could not be exchanged; it may be tried again.
`NodeError`            a person running a node has to do something; the text says what.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # encoding
        "cbor-truncated": "the bytes end in the middle of an item",
        "cbor-trailing": "bytes follow the item",
        "cbor-too-large": "more bytes than this kind of item may have",
        "cbor-not-minimal": "an integer or a length is not in its shortest form",
        "cbor-indefinite": "an indefinite length, or a break that ends nothing",
        "cbor-reserved": "a reserved form of head",
        "cbor-integer": "an integer outside ±(2^53 - 1)",
        "cbor-float": "a floating-point number, which the profile does not have",
        "cbor-simple": "a simple value other than false, true and null",
        "cbor-tag": "a tag, which the profile does not have",
        "cbor-depth": "arrays and maps are nested too deep",
        "cbor-utf8": "text that is not UTF-8",
        "cbor-text": "text with control or bidi-control characters",
        "cbor-key": "a map key that is not protocol text",
        "cbor-key-order": "map keys are not in canonical order",
        "cbor-key-duplicate": "a map key stands twice",
        "cbor-value": "a value of a type the profile does not have",
        "cid-form": "not a CID (version 1, dag-cbor, sha2-256)",
        "cid-text": "not the text form of a CID",
        "did-key-form": "not a did:key of an Ed25519 public key",
        # signatures and envelopes
        # sealing
        # keys and key files
        # parties and key histories
        "history-inception": "a key history has exactly one inception, and it comes first",
        "history-party": "the key event is not of this party",
        "history-chain": "the key event does not follow an event of this history",
        "history-next": "the keys are not those the previous event announced",
        "history-full": "more key events than one party may have",
        "history-signer": "the key event is not signed by the key it contains",
        # statements and bodies
        "field-missing": "a field that must be there is absent",
        "field-unknown": "a closed map has a field it does not define",
        "field-kind": "a value of another kind than this field has",
        "field-length": "too short, too long, or not the one length this field has",
        "field-range": "an integer outside the range of this field",
        "field-text": "text this field does not allow",
        "field-cid": "not the 36 bytes of a content identifier",
        "field-choice": "none of the values this field may have",
        "field-order": "entries that are not sorted or not unique",
        "field-conflict": "two fields that exclude each other",
        "statement-prev": "prev is null exactly in the statement with seq 0",
        "statement-rel": "rel is null exactly in open",
        "statement-seen": "seen is unsorted, repeats an entry, names the writer or is too long",
        "statement-writer": "no key history of the writer is known",
        "statement-signer": "kid and ks are not one key event of the writer",
        "statement-body": "a body that is held cannot be faulty as well",
        "body-mismatch": "the body record is not the one the header binds",
        # terms, vocabulary and decisions
        "vocabulary-table": "the installed vocabulary table is not the one of this version",
        "vocabulary-unknown": "no term of the vocabulary has this id",
        # opening a relationship
        # frames and sessions
        # ledger
        # stores
        "store-conflict": "a row that had to be absent is present; nothing of the batch was written",
        "store-change": "a change, key, space or value is outside what a store takes",
        "store-full": "the disk or the configured size is used up; nothing of the batch was written",
        "store-readonly": "the store may not be written here",
        "store-permissions": "others may read the folder or the file of the store",
        "store-unavailable": "the store cannot be opened here",
        "store-foreign": "the file is not a linkcontract store",
        "store-newer": "the store was written by a newer version",
        "store-corrupt": "the file of the store is damaged",
        "store-in-use": "another process has the store open",
        "store-busy": "another process is reading the store, so it could not be purged",
        "store-io": "the disk failed; what is in the store shows when it is opened again",
        "store-closed": "the store is closed",
        # transports and addresses
        "address-malformed": "not an address in the form this protocol takes",
        "address-refused": "an address this node does not connect to",
        "transport-scheme": "no transport for this kind of address",
        "transport-message-size": "the message is empty or larger than a transport carries",
        "transport-response-size": "the response is larger than a transport carries",
        "transport-unreachable": "the other side could not be reached",
        "transport-timeout": "the other side did not answer in time",
        "transport-declined": "the other side answered, but took nothing",
        "transport-throttled": "the other side asks for fewer messages",
        "transport-response": "the answer is not of this protocol",
        "transport-listen": "the address to listen on cannot be used",
        "transport-closed": "the transport is closed",
        "transport-failed": "the transport failed in a way it does not name",
        "transport-config": "a setting of the transport has a wrong name or value",
        "transport-not-listed": "the configuration does not list this transport",
        "transport-unknown": "no installed package offers this transport",
        "transport-ambiguous": "more than one installed package offers this transport",
        "transport-broken": "the transport cannot be imported or is not a Transport",
        # exports and verification
        "export-header": "the first line does not identify an export of this version",
        "export-line": "the line is not a record as this version writes it",
        "export-after-end": "a line follows the last line",
        "export-digest": "the last line's count or digest does not match the lines before it",
        "export-no-end": "the last line is missing: the file was cut off",
        # node
        "config-unreadable": "the configuration file cannot be read as TOML",
        "config-unknown-key": "the configuration has a key this node does not know",
        "config-missing": "a required configuration key is absent",
        "config-value": "a configuration value is not of the kind this key takes",
        "file-missing": "a file this node needs is not there",
        "file-exists": "a file or directory that was to be created is already there",
        "file-permissions": "a private file or directory can be reached by other users",
        "file-unreadable": "a private file cannot be read or written",
        "data-locked": "another process uses this data directory",
        "passphrase-source": "no passphrase could be read from the configured source",
        "words-invalid": "these are not recovery words: a word or the checksum is wrong",
        "words-mismatch": "these recovery words do not belong here",
        "words-unconfirmed": "the recovery words were not confirmed; nothing was created",
        "words-terminal": "recovery words are shown on a terminal only, and this is none",
        "key-missing": "the key that has to sign is not on this machine",
        "secret-unreadable": "a stored secret does not open with this node's storage key",
        "next-keys-used-up": "no precomputed next key is left for a new relationship",
        "marker-unreadable": "the machine marker cannot be read",
        "signer-unreadable": "the signer file is not one of this version, or is damaged",
        "signer-position": "the signer already signed a different event at this position",
        "signer-behind": "the key history holds an event this signer has no record of",
        "signer-party": "the signer's words do not hold this party's next key",
        "admin-socket": "the administration socket cannot be used",
        "admin-unreachable": "no node answers on the administration socket",
        "admin-closed": "the node closed the connection without an answer",
        "admin-request": "the administration request is malformed",
        "admin-too-large": "the administration message is larger than allowed",
        "admin-command": "the node does not know this command",
        "selector-none": "nothing here has this name or id",
        "selector-many": "more than one thing here has this name or id",
    }
)


class LinkContractError(Exception):
    """Base of every error of this package.

    Args:
        code: a key of `CODES`.
        where: dotted path in our own field names, or "".
        hint: what the reader can do about it, or "".
    """

    def __init__(self, code: str, where: str = "", hint: str = "") -> None:
        self.code = code
        self.where = where
        self.hint = hint
        sentence = CODES[code]  # an unregistered code is a bug and shows as KeyError in tests
        text = f"{code}: {sentence}"
        if where:
            text += f" (at {where})"
        if hint:
            text += f"; {hint}"
        super().__init__(text)


class RemoteProtocolError(LinkContractError):
    """What came from outside is malformed, unverifiable or not allowed; nothing of it was kept."""


class LocalProtocolError(LinkContractError):
    """The caller asked for something the protocol does not allow; nothing was signed or sent."""


class StoreError(LinkContractError):
    """The store could not read or commit; the transaction in question is not there."""


class TransportError(LinkContractError):
    """A message could not be exchanged; the sender keeps it and may try again."""


class NodeError(LinkContractError):
    """Whoever runs the node has to do something; the hint says what."""
