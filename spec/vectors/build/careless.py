"""What a careless implementation does with a fault, code by code.

The comment of a refusal says what is wrong. Where it says no more, what would let it pass is
added from here, so that whoever fails a vector is told where to look.
"""

from collections.abc import Mapping
from typing import Final

LONG: Final = 64
"""A comment of so many characters, or with a colon, says it itself."""

CARELESS: Final[Mapping[str, str]] = {
    "cbor-truncated": "Careless: reading past the end, or filling up with zeros.",
    "cbor-trailing": "Careless: reading one value and never asking whether there is more.",
    "cbor-not-minimal": "Careless: taking any width, so that one value has several encodings.",
    "cbor-indefinite": "Careless: reading all of CBOR, so that one value has several encodings.",
    "cbor-reserved": "Careless: a table of heads with a default.",
    "cbor-integer": "Careless: rounding, wrapping around, or keeping what others cannot hold.",
    "cbor-float": "Careless: numbers of one kind for all.",
    "cbor-simple": "Careless: null for whatever is no value.",
    "cbor-tag": "Careless: skipping tags, or letting a library act on them.",
    "cbor-depth": "Careless: no bound, or one that counts otherwise.",
    "cbor-utf8": "Careless: a decoder of text that repairs.",
    "cbor-text": "Careless: any text is text.",
    "cbor-key": "Careless: whatever the language takes as a key.",
    "cbor-key-order": "Careless: a map is a map, in any order.",
    "cbor-key-duplicate": "Careless: the later entry replaces the earlier one.",
    "cid-text": "Careless: a reader of base32 that is lenient, so that one name has several texts.",
    "cid-form": "Careless: any CID is taken.",
    "did-key-form": "Careless: decoding without comparing what was decoded.",
    "key-length": "Careless: handing the bytes on to a library.",
    "key-canonical": "Careless: a library that reduces what it reads.",
    "key-small-order": "Careless: asking only whether it is a point.",
    "key-subgroup": "Careless: asking only whether the encoding is a point's.",
    "cose-truncated": "Careless: reading past the end.",
    "cose-trailing": "Careless: never asking whether there is more; the rest is signed by nobody.",
    "cose-encoding": "Careless: a general CBOR decoder, and two envelopes for one signature.",
    "cose-tag": "Careless: skipping the tag, whatever it is.",
    "cose-structure": "Careless: looking at the first parts only.",
    "cose-protected": "Careless: asking only for the parameters one needs.",
    "cose-order": "Careless: a map is a map, in any order.",
    "cose-label": "Careless: parameters nobody knows are skipped.",
    "cose-crit": "Careless: crit itself is skipped as unknown.",
    "cose-algorithm": "Careless: the algorithm is taken from the message.",
    "cose-kid": "Careless: whatever names a key is looked up, or is the key.",
    "cose-typ": "Careless: a signature counts in every context.",
    "cose-unprotected": "Careless: the unprotected header is not looked at, or believed.",
    "cose-payload": "Careless: the payload is taken from elsewhere, or as whatever it is.",
    "cose-signature-length": "Careless: the first 64 bytes, or as many as there are.",
    "cose-key": "Careless: looking for the key elsewhere, or trying the keys one has.",
    "cose-signature": "Careless: a signature that is there is taken for a right one.",
    "cose-too-large": "Careless: no bound, or one on something else.",
    "cose-kind": "Careless: the kind is pasted into the typ.",
    "seal-suite": "Careless: the suite is not looked at.",
    "seal-prekey-id": "Careless: an id of any length is looked up.",
    "seal-enc": "Careless: as many bytes as the library wants are taken.",
    "seal-recipient": "Careless: the key was checked when it was announced, and never here.",
    "seal-open": "Careless: the tag is not compared, or covers less.",
    "seal-mode": "Careless: the mode is taken from the message.",
    "x25519-canonical": "Careless: a library that masks and reduces what it reads.",
    "x25519-low-order": "Careless: a secret of zeros is a secret.",
    "history-chain": "Careless: the events are sorted first, or taken in any order.",
    "history-next": "Careless: a rotation is believed because it is signed.",
    "history-inception": "Careless: the first inception that is found names the party.",
    "card-signer": "Careless: any event of the history may sign a card.",
    "card-expired": "Careless: the expiry is shown and not compared.",
    "card-older": "Careless: the card that came last counts.",
    "link-form": "Careless: a general parser of URLs that repairs.",
    "link-secret": "Careless: the secret is used and not compared.",
    "link-expiry": "Careless: the date in sight is only shown.",
    "open-form": "Careless: whatever is called open opens.",
    "open-to": "Careless: whoever receives it is meant.",
    "open-key": "Careless: the events are stored and not compared.",
    "open-roles": "Careless: the roles are taken from the open.",
    "open-expiry": "Careless: the expiry is compared with one of the clocks only.",
    "join-form": "Careless: whatever is called join joins.",
    "join-differs": "Careless: the fields of the later statement count.",
    "join-reflected": "Careless: fresh values are not compared with one's own.",
    "statement-prev": "Careless: the chain is looked at in the ledger alone.",
    "statement-rel": "Careless: a null relationship is the one at hand.",
    "statement-seen": "Careless: seen is a set, in any order.",
    "statement-signer": "Careless: any key of the relationship that verifies will do.",
    "body-mismatch": "Careless: what comes with a header is its body.",
    "opening-path": "Careless: only the value is compared, or only that it is in the list.",
    "opening-value": "Careless: only the path is compared.",
    "opening-share": "Careless: any statement with such an item will do.",
    "opening-index": "Careless: an index that is not checked before it is used.",
    "frame-item": "Careless: items nobody knows are skipped.",
    "frame-place": "Careless: every kind of item is taken from every frame.",
    "frame-sender": "Careless: whoever could seal is the peer.",
    "frame-not-for-me": "Careless: what could be opened was meant for the one who opened it.",
    "field-missing": "Careless: absent is null, or a default.",
    "field-unknown": "Careless: fields nobody knows are skipped, though they are signed.",
    "field-kind": "Careless: what the language converts of itself is taken.",
    "field-length": "Careless: no bound, or one that counts otherwise.",
    "field-range": "Careless: every integer will do.",
    "field-text": "Careless: every text will do.",
    "field-cid": "Careless: bytes are bytes.",
    "field-choice": "Careless: what is not this value is the other one.",
    "field-order": "Careless: a list is a list, and counts twice what stands there twice.",
    "field-conflict": "Careless: each field is looked at by itself.",
}


def explained(comment: str, code: str | None) -> str:
    """A comment, with what a careless implementation does where it does not say so."""
    sentence = CARELESS.get(code or "")
    if sentence is None or ":" in comment or len(comment) >= LONG:
        return comment
    return f"{comment.rstrip('.')}. {sentence}"
