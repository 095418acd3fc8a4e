"""The examples of what is signed: envelopes, parties, statements."""

import hashlib

from examples.notation import code, hexadecimal, markdown, parse
from examples.registry import worked
from examples.story import (
    ACK_FRAME,
    ALICE,
    CARD,
    CARD_ID,
    CARD_PAYLOAD,
    EPHEMERAL,
    NAMES,
    PSK,
    REL,
    SEALED,
    SHOP,
    shown,
    statement,
)
from linkcontract.crypto.cose import to_be_signed
from linkcontract.crypto.sealing import additional_data, open_frame, read_seal
from linkcontract.encoding import cid_text, encode
from linkcontract.limits import KIB
from linkcontract.model.card import open_card, open_invitation
from linkcontract.model.party import open_key_history


def enveloped(envelope: bytes) -> str:
    """An envelope with its header and payload shown as what they encode."""
    parts = parse(envelope).value
    return shown(envelope, parts[0], parts[2])


@worked("an-envelope")
def an_envelope() -> str:
    ack = statement("ack")
    parts = parse(ack.envelope).value
    return markdown(
        "Alice acknowledges that the shop accepted her terms. The header of that statement is the"
        " payload, signed under her inception:",
        enveloped(ack.envelope),
        "The signature is over these bytes, the Sig_structure:",
        code(hexadecimal(to_be_signed(parts[0], parts[2]))),
        "by the key",
        code([ALICE.inception.key.public.hex()]),
        "The id of the statement is the cid of the payload:",
        code([ack.cid]),
    )


@worked("a-sealed-frame")
def a_sealed_frame() -> str:
    prekey = SHOP.prekey()
    header = read_seal(SEALED)
    assert open_frame(SEALED, prekey.secret, PSK) == ACK_FRAME
    typ = "application/linkcontract-seal"
    tail = len(header.ciphertext) - KIB
    before = len(SEALED) - len(header.ciphertext)
    return markdown(
        f"Her node seals a frame of {len(ACK_FRAME)} bytes ([session.md](session.md) shows it) to"
        " the shop's prekey, with the key both sides share:",
        code(
            [
                f"rel                {REL.hex()}",
                f"half of the opener {ALICE.half.hex()}",
                f"half of the joiner {SHOP.half.hex()}",
                f"psk                {PSK.hex()}",
                f"prekey id          {prekey.id.hex()}",
                f"prekey             {prekey.pk.hex()}",
                f"its secret         {prekey.secret.hex()}",
                f"ephemeral secret   {EPHEMERAL.hex()}",
                f"enc                {header.enc.hex()}",
                f"info               {(b'lc/seal/1' + typ.encode()).hex()}",
            ]
        ),
        "The protected header, and the Enc_structure that is the additional data:",
        shown(header.protected),
        code(hexadecimal(additional_data(header.protected))),
        f"The plaintext is {len(ACK_FRAME).to_bytes(4, 'big').hex()}, the frame, and zeros up to"
        f" 1024 bytes. The ciphertext has {tail} bytes more. The whole message has {len(SEALED)}"
        f" bytes and begins with the head of tag 16; the ciphertext follows after {before}:",
        code(hexadecimal(SEALED)),
        "Its SHA-256, for whoever makes it again:",
        code([hashlib.sha256(SEALED).hexdigest()]),
    )


@worked("a-party")
def a_party() -> str:
    rotated = ALICE.event()
    history = open_key_history([ALICE.inception.envelope, rotated.envelope])
    assert history.heads == (rotated.id,)
    next_key = ALICE.next_key("0").public
    return markdown(
        "Alice makes a party for one relationship. The payload of its inception:",
        shown(ALICE.inception.payload),
        "Signed by the key it contains, with its own cid as kid, it is this envelope:",
        code(hexadecimal(ALICE.inception.envelope)),
        "The party is the cid of the payload:",
        code([ALICE.cid]),
        "`next` is the hash of the key that comes next, kept elsewhere:",
        shown(encode(["lc/next/1", [[237, next_key]]])),
        "Should she lose her device, this key event puts that key in force (in the story she does"
        " not):",
        shown(rotated.payload),
    )


@worked("a-card")
def a_card() -> str:
    history = open_key_history(SHOP.history)
    card = open_card(CARD, history, now=statement("open").header["at"])
    link = _link()
    assert open_invitation(link, now=statement("open").header["at"]).card.id == card.id == CARD_ID
    shortened = f"{link[:70]}…{link[-40:]}"
    return markdown(
        "The shop's card. It is for many, so it has no `inv`:",
        shown(CARD_PAYLOAD),
        f"It is named {cid_text(CARD_ID)}.\nThe link around it has {len(link)} characters:",
        code([shortened]),
    )


def _link() -> str:
    from linkcontract.model.card import invitation_link

    history = open_key_history(SHOP.history)
    card = open_card(CARD, history, now=statement("open").header["at"])
    return invitation_link(card, history, None)


@worked("a-statement")
def a_statement() -> str:
    accept = statement("accept")
    record = encode(["lc/body/1", accept.salt, accept.data])
    return markdown(
        "The shop accepts Alice's proposal. The body:",
        shown(accept.data),
        "The body record is the salt and these bytes:",
        shown(encode(accept.record), accept.data, hexed=False),
        "`bh` is SHA-256 over the following, which is",
        shown(record, accept.data),
        code([accept.header["bh"].hex()]),
        "The header, which is what is signed and named. It follows the shop's `join` in the shop's"
        " own chain and has newly seen the proposal:",
        shown(accept.payload),
        "Its cid, and with that the name of the statement:",
        code([accept.cid]),
        f"The envelope around it has {len(accept.envelope)} bytes; [envelope.md](envelope.md) shows"
        " one.",
    )


assert set(NAMES) > {ALICE.id, SHOP.id}
