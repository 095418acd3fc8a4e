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
        "cose-kind": "no kind of signed payload",
        "cose-too-large": "more bytes than this kind of message may have",
        "cose-truncated": "the message ends in the middle of an item",
        "cose-trailing": "bytes follow the message or its header",
        "cose-encoding": "a head that is not in its shortest form, or of indefinite length",
        "cose-tag": "not tagged as this kind of COSE message",
        "cose-structure": "not the parts this kind of COSE message has",
        "cose-protected": "the protected header is no map of exactly the required parameters",
        "cose-order": "a header parameter stands twice or out of canonical order",
        "cose-label": "a header parameter this protocol does not have",
        "cose-crit": "a crit header parameter, which this protocol does not have",
        "cose-algorithm": "another signature algorithm than Ed25519 (-19)",
        "cose-kid": "the kid is not the content identifier of a key event",
        "cose-typ": "signed or sealed for another context",
        "cose-unprotected": "the unprotected header is not empty",
        "cose-payload": "the payload is detached or not a byte string",
        "cose-signature-length": "the signature is not 64 bytes",
        "cose-key": "the kid names no key of the history in question",
        "cose-signature": "the signature does not verify",
        # sealing
        "x25519-length": "not the 32 bytes of an X25519 public key",
        "x25519-canonical": "an X25519 public key in another form than the canonical one",
        "x25519-low-order": "an X25519 public key of small order, which gives no secret",
        "hkdf-length": "more key material asked for than HKDF gives, or none",
        "hpke-psk": "a pre-shared key without its id, an id without its key, or a key too short",
        "hpke-sequence": "the message counter of this context is used up",
        "hpke-open": "the message does not open: another key, or altered",
        "seal-rel": "not the content identifier of a relationship",
        "seal-frame-size": "the frame is larger than the largest bucket",
        "seal-recipient": "the public key of the recipient's prekey is unusable",
        "seal-suite": "another suite than 1",
        "seal-prekey-id": "the prekey id is not 16 bytes",
        "seal-enc": "the encapsulated key is not 32 bytes",
        "seal-size": "the ciphertext has the size of no bucket",
        "seal-mode": "sealed in the other mode than the one acceptable here",
        "seal-open": "the frame does not open: another prekey, another pre-shared key, or altered",
        "seal-length": "the stated length of the frame does not fit its bucket",
        "seal-padding": "the padding is not all zeros",
        # keys and key files
        "secret-length": "secret bytes of another length than required",
        "entropy-length": "the entropy source gave another number of bytes than asked for",
        "key-length": "not the 32 bytes of an Ed25519 public key",
        "key-canonical": "a public key in another form than the canonical one",
        "key-small-order": "a public key of small order, for which anyone can sign",
        "key-subgroup": "a public key outside the prime-order subgroup",
        "key-self-test": "the signature library decides an edge case otherwise than the protocol",
        "key-nonce": "the nonce of a key event is not 16 bytes",
        "mnemonic-length": "a mnemonic has 24 words",
        "mnemonic-word": "a word that is not in the BIP-39 English list",
        "mnemonic-checksum": "the words do not belong together: one is wrong or two are swapped",
        "keyfile-form": "not a key file, or cut short, or too large",
        "keyfile-size": "more secret bytes than a key file may hold",
        "keyfile-cost": "the argon2id parameters are outside the allowed bounds",
        "keyfile-memory": "this machine does not have the memory the key file needs",
        "keyfile-passphrase": "the passphrase is wrong, or the file was altered",
        "keyfile-passphrase-form": "the passphrase is empty or too long",
        "vault-open": "the sealed row does not open: another storage key, another row, or altered",
        # parties and key histories
        "history-inception": "a key history has exactly one inception, and it comes first",
        "history-party": "the key event is not of this party",
        "history-chain": "the key event does not follow an event of this history",
        "history-next": "the keys are not those the previous event announced",
        "history-full": "more key events than one party may have",
        # statements and bodies
        "opening-share": "the opening names another statement, or one whose body is not held",
        "opening-index": "the statement has no item with this index",
        "opening-path": "the item commits to another path or salt",
        "opening-value": "the item commits to another value or salt",
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
        "statement-signer": "kid and ks are not one key event of the writer",
        "statement-body": "a body that is held cannot be faulty as well",
        "body-mismatch": "the body record is not the one the header binds",
        "act-proposal": "no proposal, or one whose body is not held",
        # terms, vocabulary and decisions
        "vocabulary-table": "the installed vocabulary table is not the one of this version",
        "vocabulary-unknown": "no term of the vocabulary has this id",
        "roster-text": "the text is not the one the agreement is bound to",
        "roster-unknown": "no agreement of the roster has this id",
        # opening a relationship
        "relationship-unknown": "there is no such relationship here",
        "erase-scope": "what was to be erased is nothing of that kind in this relationship",
        "open-consumed": "this open was decided on before",
        "open-flood": "too many opens are remembered to take another",
        "open-missing": "the frame holds no open",
        "join-missing": "the frame holds no join to this open",
        "opening-size": "larger than a message from a stranger may be",
        "card-signer": "the card is not signed by the key event it names, of the party it names",
        "card-expired": "the card is past its expiry, or expires before it was issued",
        "card-older": "a newer card of this party was seen",
        "link-form": "not an invitation link, or one that was cut or altered",
        "link-secret": "the secret in the link is not the one the card was issued with",
        "link-expiry": "the expiry shown in the link is not the card's",
        "open-form": "not the first statement of its writer, or without its body",
        "open-to": "opened towards another party, or towards the opener itself",
        "open-key": "the key histories named are not those of the two parties, or not up to date",
        "open-roles": "the roles do not follow from the two parties' kinds and who opened",
        "open-expiry": "expired, or expiring later than an open may",
        "open-card": "acted on a card this party did not issue",
        "open-invitation": "without the commitment to an invitation that is still outstanding",
        "join-form": "not the first statement of the party the open went to, naming only the open",
        "join-differs": "the join changes what the open laid down",
        "join-reflected": "the join repeats a nonce, key or commitment of the open",
        "join-late": "the join is later than the open's expiry",
        "psk-mismatch": "the half of the shared secret is not the one committed to",
        # frames and sessions
        "frame-not-for-me": "the frame is addressed to another party",
        "frame-sender": "the frame is not from the peer of this relationship",
        "frame-relationship": "something in the frame belongs to another relationship",
        "frame-repeated": "this frame was taken before",
        "frame-prekey": "sealed to a prekey this side does not hold",
        "frame-mode": "the frame is sealed in a mode that has no place here",
        "frame-place": "an item of a kind this frame may not carry",
        "frame-items": "more items than one frame may have",
        "frame-wants": "more requests for statements than are answered in an hour",
        "own-statement-unknown": "a statement in this writer's name that this writer does not hold",
        "prekey-repeated": "the prekey was announced before",
        "session-snapshot": "the snapshot of the session is not one of this version",
        "session-state": "the session is not in a state in which this can be done",
        "author-type": "a statement of this type is not written here",
        "author-key": "the signing key is not the current key of this party",
        "author-rotate-first": "nothing may be signed here before a rotate",
        "author-rotate": "there is no new key event to rotate to",
        "author-parted": "the party's key history has parted: this relationship takes denials only",
        "author-clock": "the clock is behind the writer's last statement: denials only",
        "author-breach": "a use or share that what its writer has seen does not permit",
        "author-before-join": "before the join there is at most one offer and its retraction",
        "author-void": "the statement would have no effect",
        "frame-item": "a kind of item this version does not know",
        "frame-size": "more items than the largest frame holds",
        # ledger
        "ledger-relationship": "a statement of another relationship",
        "ledger-writer": "its writer has no place in this relationship",
        "ledger-chain": "it does not follow its writer's previous statement",
        "ledger-time": "its time is before that of its writer's previous statement",
        "ledger-seen": "its list of what it newly saw is not in order",
        "ledger-key": "it is signed under a key event its writer had moved on from, or not come to",
        "ledger-opening": "it has no place in the order of open, join and what follows",
        "ledger-refused": "it is built on a statement that does not exist",
        "ledger-escrow": "too much of this writer waits already; it has to be sent again",
        "contract-unknown": "no valid proposal of this name is held",
        "ledger-no-use": "only a use or a share is covered, raced or a breach",
        # stores
        "store-row": "a stored row is not what was written: the store was altered",
        "store-secret": "a secret does not open: it was altered, or the store has another key",
        "store-conflict": "a row that had to be absent is present; nothing was written",
        "store-change": "a change, key, space or value is outside what a store takes",
        "store-full": "the disk or the configured size is used up; nothing was written",
        "store-readonly": "the store may not be written here",
        "store-permissions": "others may read the folder or the file of the store",
        "store-unavailable": "the store cannot be opened here",
        "store-foreign": "the file is not a linkcontract store",
        "store-newer": "the store was written by a newer version",
        "store-corrupt": "the file of the store is damaged",
        "store-in-use": "another process has the store open",
        "store-busy": "another process uses the store at this moment",
        "store-io": "the disk failed; what is in the store shows when it is opened again",
        "store-closed": "the store is closed",
        # transports and addresses
        "address-malformed": "not an address in the form this protocol takes",
        "address-refused": "an address this node does not connect to",
        "transport-scheme": "no transport for this kind of address",
        "transport-token": "a token is 1 to 64 characters of A-Z, a-z, 0-9, - and _",
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
        "verify-files": "one or two exports can be verified at a time",
        "verify-relationship": "the two exports are of different relationships",
        "verify-exporter": "both exports were made by the same side",
        "evidence-kind": "there is no evidence object for this finding",
        "evidence-size": "the statements it takes are more than an evidence object may hold",
        "evidence-form": "the bytes are no evidence object",
        "evidence-fails": "what is in the evidence object does not show what it claims",
        "export-header": "the first line does not identify an export of this version",
        "export-line": "the line is not a record as this version writes it",
        "export-after-end": "a line follows the last line",
        "export-digest": "the last line's count or digest does not match the lines before it",
        "export-repeated": "the record stands in the file before",
        "export-size": "the file is longer than an export this program reads",
        "export-unreadable": "the file cannot be read",
        "export-exporter": "the exporter the file names is no party of its relationship",
        "export-no-end": "the last line is missing: the file was cut off",
        # the door for conformance tests
        "request-form": "the request is not one of the conformance kit",
        # logs and checkpoints
        "log-salt": "the salt of a log's entry is not 32 bytes",
        "log-hash": "a hash of a tree or a proof is not 32 bytes",
        "log-size": "a tree of this size is not possible here",
        "log-index": "the tree has no entry with this index",
        "log-empty": "from the empty tree there is nothing to prove",
        "log-proof-length": "the proof has not the number of hashes these sizes need",
        "log-inclusion": "the proof leads to another root",
        "log-inconsistent": "the proof does not lead to both roots",
        "note-size": "more characters than a signed note may have",
        "note-text": "not text, or text without a line feed at its end",
        "note-signatures": "no signatures after a blank line, or too many",
        "note-line": "a signature line is not a dash, a name and a signature",
        "note-name": "the name of a key is empty, or has a space or a plus sign",
        "note-base64": "not base64 in its one form",
        "note-key": "not the text of a verifier key",
        "note-key-type": "a verifier key of another type than is needed here",
        "note-key-id": "the id of a verifier key is not that of its name, type and key",
        "note-signature": "the signature of a known key does not verify",
        "note-repeated": "a known key signed the note twice",
        "checkpoint-lines": "the text of a checkpoint is not an origin, a size and a root",
        "checkpoint-origin": "the origin is not a name, or not that of the log in question",
        "checkpoint-size": "the size is not a number of entries in its one form",
        "checkpoint-root": "the root is not 32 bytes, or not that of a tree of this size",
        "checkpoint-key": "the log's key has another name than the log",
        "checkpoint-witness": "a witness is named or keyed twice, or is the log itself",
        "checkpoint-required": "fewer than no witnesses are required, or more than there are",
        "checkpoint-time": "the time of a cosignature is out of range",
        "checkpoint-unsigned": "the log did not sign the checkpoint",
        "checkpoint-unwitnessed": "fewer witnesses signed the checkpoint than are required",
        # node
        "command-line": "the command line is incomplete or not understood",
        "config-unreadable": "the configuration file cannot be read as TOML",
        "config-unknown-key": "the configuration has a key this node does not know",
        "config-missing": "a required configuration value is absent",
        "config-value": "a configuration value is not one that is possible here",
        "file-missing": "a file this node needs is not there",
        "file-exists": "a file or directory that was to be created is already there",
        "file-permissions": "a private file or directory can be reached by other users",
        "file-unreadable": "a private file cannot be read or written",
        "data-locked": "another process is using it",
        "passphrase-source": "no passphrase could be read from the configured source",
        "words-mismatch": "these recovery words do not belong here",
        "words-unconfirmed": "the recovery words were not confirmed; nothing was created",
        "vcard-unreadable": "the vCard file cannot be read",
        "vcard-size": "the vCard file is larger than this node takes",
        "vcard-encoding": "the vCard file is not UTF-8",
        "vcard-syntax": "a line of the vCard file cannot be read",
        "vcard-version": "the card is not of vCard version 4.0",
        "vcard-structure": "the file is not one complete vCard",
        "words-terminal": "recovery words are shown on a terminal only, and this is none",
        "secret-unreadable": "a stored secret does not open with this node's storage key",
        "next-keys-used-up": "no precomputed next key is left for a new relationship",
        "signer-unreadable": "the signer file is not one of this version, or is damaged",
        "signer-position": "the key history does not hold the event that is to be followed",
        "signer-behind": "the key history holds an event this signer has no record of",
        "signer-party": "the signer's words do not hold this party's next key",
        "demo-unexpected": "a step of the demonstration did not end as it should",
        "share-nothing": "the card has no item at or below this path",
        "read-erased": "the values were erased here; only commitments are left",
        "read-nothing": "nothing was shared at or below this path",
        "revoke-side": "only the person can take back what the person granted",
        "erase-active": "it belongs to an agreement that is in force",
        "admin-socket": "the administration socket cannot be used",
        "admin-unreachable": "no node answers on the administration socket",
        "admin-closed": "the node closed the connection without an answer",
        "admin-request": "the administration request is malformed",
        "admin-too-large": "the administration message is larger than allowed",
        "admin-command": "the node does not know this command",
        "backup-form": "the file is not a whole backup of this version",
        "restore-unanswered": "not every peer has said what it holds of this node",
        "rotate-full": "a key history has no room for another rotation",
        "selector-none": "nothing here has this name or id",
        "selector-many": "more than one thing here has this name or id",
        "time-form": "this is no time or length of time as it is typed here",
        "label-form": "a label has 1 to 64 printable characters and no space at its ends",
        "label-used": "another relationship has this label",
        "node-restored": "this data came from a backup or another machine: rotate first",
        "invite-address": "nobody can reach this node",
        "connect-self": "the invitation is this node's own",
        "offer-incomplete": "the proposal lacks something it has to say",
        "offer-past": "a proposal that could never be accepted, or never be in force",
        "offer-answered": "this side cannot answer this proposal",
        "accept-unconfirmed": "the proposal was not confirmed",
        "accept-controller": "the proposal does not say who legally stands behind this peer",
        "counter-again": "a counter-offer was already made in this negotiation",
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
