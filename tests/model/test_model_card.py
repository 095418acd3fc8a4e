"""Contact cards and invitation links."""

import dataclasses
import re

import pytest
from model_world import NOW, Actor, cid, digest, prekey

from linkcontract.crypto.cose import sign1
from linkcontract.encoding import decode, encode
from linkcontract.errors import LocalProtocolError, RemoteProtocolError
from linkcontract.limits import DAY, MAX_KEY_EVENTS, MAX_LINK
from linkcontract.model.card import (
    invitation_link,
    open_card,
    open_invitation,
    secret_commitment,
    sign_card,
)

SECRET = digest("secret")


def fields(actor, **changes):
    values = {
        "party": actor.party,
        "kel": actor.ks,
        "seq": 1,
        "iat": NOW,
        "exp": NOW + DAY,
        "prekey": prekey(actor.label),
        "addresses": ["https://shop.example/lc/abc"],
    }
    return {**values, **changes}


def card(actor, **changes):
    return sign_card(actor.live, **fields(actor, **changes))


def signed(actor, **changes):
    """A card whose payload was changed by hand, under a good signature."""
    payload = {"v": 1, **fields(actor)}
    payload["prekey"] = payload["prekey"].to_value()
    payload.update(changes)
    payload = {name: value for name, value in payload.items() if value is not ...}
    return sign1(actor.live, actor.ks, "card", encode(payload))


def refused(code, call, *args, **kwargs):
    with pytest.raises(RemoteProtocolError) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code


def test_a_card_is_read_as_it_was_signed():
    shop = Actor("shop", "public")
    attest = [{"type": "x-seal", "bytes": b"certificate"}]
    made = card(shop, domains=["shop.example"], attest=attest)
    read = open_card(made.envelope, shop.history, now=NOW)
    assert read == made
    assert read.domains == ("shop.example",)
    assert read.payload["attest"] == ({"type": "x-seal", "bytes": b"certificate"},)
    assert encode(read.payload) in read.envelope


def test_fields_nobody_knows_are_kept_and_mean_nothing():
    shop = Actor("shop", "public")
    read = open_card(signed(shop, colour={"hue": [1]}), shop.history, now=NOW)
    assert read.payload["colour"] == {"hue": (1,)}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("field-choice", {"v": 2}),
        ("card-signer", {"party": cid("somebody")}),
        ("card-signer", {"kel": cid("event")}),
        ("field-missing", {"prekey": ...}),
        ("field-missing", {"addresses": ...}),
        ("field-length", {"addresses": [f"https://{n}.example" for n in range(5)]}),
        ("field-text", {"addresses": ["shop.example"]}),
        ("field-length", {"domains": []}),
        ("field-text", {"domains": ["Shop.example"]}),
        ("field-length", {"inv": b"i"}),
        ("field-missing", {"attest": [{"type": "x"}]}),
        ("field-range", {"seq": -1}),
        ("field-range", {"exp": 2**53 - 1}),
        ("card-expired", {"exp": NOW}),
        ("card-expired", {"iat": NOW + DAY}),
    ],
)
def test_a_card_that_breaks_one_rule(code, changes):
    shop = Actor("shop", "public")
    refused(code, open_card, signed(shop, **changes), shop.history, now=NOW)


def test_a_card_in_the_name_of_another_party_is_refused():
    shop, mallory = Actor("shop", "public"), Actor("mallory", "public")
    theirs = card(mallory)
    refused("cose-key", open_card, theirs.envelope, shop.history, now=NOW)
    refused("card-signer", open_card, signed(mallory, party=shop.party), mallory.history, now=NOW)


def test_a_card_signed_by_a_key_that_was_rotated_out_is_refused():
    shop = Actor("shop", "public")
    old = card(shop)
    shop.rotate()
    refused("card-signer", open_card, old.envelope, shop.history, now=NOW)
    assert open_card(card(shop).envelope, shop.history, now=NOW)


def test_an_expired_card_is_refused():
    shop = Actor("shop", "public")
    made = card(shop)
    assert open_card(made.envelope, shop.history, now=made.exp - 1)
    refused("card-expired", open_card, made.envelope, shop.history, now=made.exp)


def test_a_card_older_than_one_seen_is_refused():
    shop = Actor("shop", "public")
    first, second = card(shop), card(shop, seq=2)
    other_second = card(shop, seq=2, addresses=[])
    assert open_card(second.envelope, shop.history, now=NOW, seen=first)
    assert open_card(second.envelope, shop.history, now=NOW, seen=second)
    refused("card-older", open_card, first.envelope, shop.history, now=NOW, seen=second)
    refused("card-older", open_card, other_second.envelope, shop.history, now=NOW, seen=second)


def test_a_card_that_expires_before_it_is_issued_is_not_signed():
    with pytest.raises(LocalProtocolError, match="card-expired"):
        card(Actor("shop"), exp=NOW)
    with pytest.raises(LocalProtocolError, match="cose-too-large"):
        card(Actor("shop"), attest=[{"type": "x", "bytes": bytes(9000)}])


def invitation(actor, secret=SECRET, **changes):
    inv = None if secret is None else secret_commitment(secret)
    return invitation_link(card(actor, inv=inv, **changes), actor.history, secret)


def test_a_newcomer_verifies_an_invitation_from_the_link_alone():
    alice = Actor("alice").rotate().rotate()
    link = invitation(alice)
    assert link.startswith("linkcontract:v1/")
    read = open_invitation(link, now=NOW)
    assert read.history == alice.history
    assert read.card.party == alice.party
    assert read.secret == SECRET
    assert "secret" not in repr(read)


def test_the_secret_stands_in_the_fragment_and_the_expiry_in_plain_sight():
    link = invitation(Actor("alice"), exp=1_767_225_600_000)
    before, fragment = link.split("#")
    assert before.endswith("?until=2026-01-01T00:00Z")
    assert len(fragment) == 43
    assert fragment not in before


def test_a_public_party_invites_without_a_secret_and_a_person_does_not():
    shop, alice = Actor("shop", "public"), Actor("alice")
    link = invitation(shop, secret=None)
    assert "#" not in link
    assert open_invitation(link, now=NOW).secret is None
    with pytest.raises(LocalProtocolError, match="link-secret"):
        invitation(alice, secret=None)


def test_a_secret_and_a_card_go_together():
    alice, shop = Actor("alice"), Actor("shop", "public")
    link, other = invitation(alice), invitation(Actor("carol"), digest("another secret"))
    before, _ = link.split("#")
    refused("link-secret", open_invitation, before, now=NOW)
    refused("link-secret", open_invitation, f"{before}#{other.split('#')[1]}", now=NOW)
    public = invitation(shop, secret=None)
    refused("link-secret", open_invitation, f"{public}#{link.split('#')[1]}", now=NOW)
    with pytest.raises(LocalProtocolError, match="link-secret"):
        invitation_link(card(alice, inv=digest("x")), alice.history, SECRET)
    with pytest.raises(LocalProtocolError, match="card-signer"):
        invitation_link(card(alice), shop.history, None)


def test_identity_misbinding_a_card_reissued_by_another_party_is_that_partys():
    # Mallory copies everything of the shop's card and signs it as her own: what a newcomer gets
    # from it names Mallory's party, never the shop's.
    shop, mallory = Actor("shop", "public"), Actor("mallory", "public")
    copy = card(
        mallory, domains=["shop.example"], prekey=prekey("shop"), addresses=card(shop).addresses
    )
    read = open_invitation(invitation_link(copy, mallory.history, None), now=NOW)
    assert read.card.party == mallory.party != shop.party
    # the shop's card with Mallory's key events, and the other way round, do not verify
    mixed = dataclasses.replace(copy, envelope=card(shop).envelope)
    link = invitation_link(mixed, mallory.history, None)
    refused("cose-key", open_invitation, link, now=NOW)


@pytest.mark.parametrize(
    "damage",
    [
        lambda link: link[:-1],
        lambda link: link + "A",
        lambda link: link + "\n",
        lambda link: link.replace("linkcontract:", "https:"),
        lambda link: link.replace("v1/", "v2/"),
        lambda link: link.replace("?until", "=?until"),
        lambda link: link.replace("?until=", "?until=0"),
        lambda link: re.sub("v1/[^?]*", "v1/AAAAA", link),
        lambda link: link[:-1] + "\u0661",
        lambda link: link + "A" * MAX_LINK,
        lambda link: "",
    ],
)
def test_a_damaged_link_is_refused(damage):
    refused("link-form", open_invitation, damage(invitation(Actor("alice"))), now=NOW)


def test_a_full_history_fits_into_a_link():
    alice = Actor("alice")
    while len(alice.history.events) < MAX_KEY_EVENTS:
        alice.history = alice.history.extend([alice.rotation()])
    attest = [{"type": "x-seal", "bytes": bytes(7_600)}]
    link = invitation(alice, attest=attest)
    assert MAX_LINK / 2 < len(link) <= MAX_LINK
    assert open_invitation(link, now=NOW).history == alice.history


def test_a_link_has_one_spelling():
    # 43 characters spell 32 bytes and two bits that must be zero
    link = invitation(Actor("alice"))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    respelt = alphabet[alphabet.index(link[-1]) + 1]
    refused("link-form", open_invitation, link[:-1] + respelt, now=NOW)


def test_the_expiry_shown_is_the_cards():
    link = invitation(Actor("alice"), exp=1_767_225_600_000)
    refused("link-expiry", open_invitation, link.replace("2026-01", "2027-01"), now=NOW)


def test_an_expired_invitation_is_refused():
    refused("card-expired", open_invitation, invitation(Actor("alice")), now=NOW + DAY)


def test_every_flipped_character_of_a_link_is_noticed():
    link = invitation(Actor("alice"))
    for index in range(0, len(link), 7):
        flipped = link[:index] + ("A" if link[index] != "A" else "B") + link[index + 1 :]
        with pytest.raises(RemoteProtocolError):
            open_invitation(flipped, now=NOW)


def test_dates_follow_the_calendar():
    shop = Actor("shop", "public")
    for exp, shown in (
        (951_782_400_000, "2000-02-29T00:00Z"),
        (951_868_799_999, "2000-02-29T23:59Z"),
        (4_107_542_400_000, "2100-03-01T00:00Z"),
        (253_402_300_799_999, "9999-12-31T23:59Z"),
        (1, "1970-01-01T00:00Z"),
    ):
        assert invitation(shop, None, iat=0, exp=exp).endswith(f"?until={shown}")


def test_a_card_payload_is_decoded_strictly():
    shop = Actor("shop", "public")
    payload = open_card(card(shop).envelope, shop.history, now=NOW).payload
    data = encode(payload) + b"\x00"
    trailing = sign1(shop.live, shop.ks, "card", data)
    refused("cbor-trailing", open_card, trailing, shop.history, now=NOW)
    assert decode(data[:-1], max_bytes=4096)
