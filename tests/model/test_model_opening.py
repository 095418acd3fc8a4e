"""Opening a relationship: what the pair binds, and what an attacker tries to leave loose."""

import pytest
from model_world import (
    NOW,
    Actor,
    cid,
    digest,
    join_body,
    make_join,
    open_body,
    prekey,
    x_key,
)

from linkcontract.encoding import hash_of
from linkcontract.errors import RemoteProtocolError
from linkcontract.limits import DAY, MAX_OPEN, MAX_SKEW
from linkcontract.model.opening import (
    check_join,
    check_open,
    invitation_commitment,
    psk_commitment,
    roles_of,
)
from linkcontract.model.statement import Head

SECRET = digest("secret")


def actors(opener="directed", joiner="public"):
    return Actor("alice", opener), Actor("shop", joiner)


def make_open(opener, joiner, *, header=None, **changes):
    return opener.write("open", open_body(opener, joiner, **changes), **(header or {}))


def check(open, opener, joiner, now=NOW, **kwargs):
    return check_open(open, opener=opener.history, joiner=joiner.history, now=now, **kwargs)


def join_checked(open, join, opener, joiner):
    return check_join(open, join, opener=opener.history, joiner=joiner.history)


def refused(code, call, *args, **kwargs):
    with pytest.raises(RemoteProtocolError) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code


def test_an_open_and_its_join_fix_a_relationship():
    alice, shop = actors()
    open = make_open(alice, shop, ext=["x-a", "x-b"])
    assert check(open, alice, shop) is None
    relationship = join_checked(
        open, make_join(open, alice, shop, body={"ext": ["x-b"]}), alice, shop
    )
    assert relationship.rel == open.id
    assert (relationship.opener, relationship.joiner) == (alice.party, shop.party)
    assert (relationship.first, relationship.second) == (alice.party, shop.party)
    assert relationship.ext == ("x-b",)
    assert relationship.addresses[shop.party] == ("https://shop.example/mailbox",)
    assert relationship.prekeys[alice.party] == prekey("alice")
    assert relationship.signals[shop.party] == x_key("shop signal")
    assert relationship.other(alice.party) == shop.party
    assert relationship.other(shop.party) == alice.party


@pytest.mark.parametrize(
    ("opener", "joiner", "first"),
    [
        ("directed", "public", "alice"),
        ("public", "directed", "shop"),
        ("directed", "directed", "shop"),
        ("public", "public", "shop"),
    ],
)
def test_roles_follow_from_kinds_and_who_opened(opener, joiner, first):
    alice, shop = actors(opener, joiner)
    by_label = {"alice": alice.party, "shop": shop.party}
    expected = by_label.pop(first)
    (other,) = by_label.values()
    assert roles_of(alice.history, shop.history) == (expected, other)
    secrets = [SECRET] if joiner == "directed" else []
    open = make_open(alice, shop)
    check(open, alice, shop, secrets=secrets)
    swapped = make_open(alice, shop, roles={"first": other, "second": expected})
    refused("open-roles", check, swapped, alice, shop, secrets=secrets)


def test_a_public_party_that_claims_to_be_the_person_is_refused():
    shop, alice = Actor("shop", "public"), Actor("alice", "directed")
    claims_first = make_open(shop, alice, roles={"first": shop.party, "second": alice.party})
    refused("open-roles", check, claims_first, shop, alice, secrets=[SECRET])
    # and the directed side cannot be talked into it by opening itself
    claims_first = make_open(alice, shop, roles={"first": shop.party, "second": alice.party})
    refused("open-roles", check, claims_first, alice, shop)


def test_an_open_relayed_to_a_third_party_is_refused():
    # Mallory was opened to and passes the same bytes on to the shop.
    alice, mallory = actors()
    shop = Actor("bookshop", "public")
    open = make_open(alice, mallory)
    refused("open-to", check, open, alice, shop)


def test_an_open_in_the_name_of_another_history_is_refused():
    alice, shop = actors()
    carol = Actor("carol")
    refused("open-to", check, make_open(alice, shop), carol, shop)


def test_an_open_towards_oneself_is_refused():
    alice, _ = actors()
    open = make_open(alice, alice, to=alice.party)
    refused("open-to", check, open, alice, alice)


def test_identity_misbinding_the_card_acted_on_must_be_one_of_ours():
    # Alice acted on a card that Mallory had re-issued with the shop's name in it.
    alice, shop = actors()
    ours, mallorys = cid("our card"), cid("mallory's card")
    assert check(make_open(alice, shop, card=ours), alice, shop, cards=[ours]) is None
    refused("open-card", check, make_open(alice, shop, card=mallorys), alice, shop, cards=[ours])
    refused("open-card", check, make_open(alice, shop, card=ours), alice, shop)


def test_an_open_names_the_head_it_signs_under():
    alice, shop = actors()
    first = alice.ks
    alice.rotate()
    stale = make_open(alice, shop, kel={"a": first, "b": shop.ks})
    refused("open-key", check, stale, alice, shop)
    old_key = make_open(alice, shop, header={"ks": first, "key": alice.key(0)})
    refused("open-key", check, old_key, alice, shop)
    unknown = make_open(alice, shop, kel={"a": alice.ks, "b": cid("nothing")})
    refused("open-key", check, unknown, alice, shop)
    assert check(make_open(alice, shop), alice, shop) is None


@pytest.mark.parametrize("exp", [NOW, NOW - 1, NOW + MAX_OPEN + 1])
def test_an_open_expires_after_it_was_made_and_within_a_month(exp):
    alice, shop = actors()
    refused("open-expiry", check, make_open(alice, shop, exp=exp), alice, shop)


def test_a_replayed_open_is_refused_once_it_expired():
    alice, shop = actors()
    open = make_open(alice, shop)
    exp = open.body["exp"]
    assert check(open, alice, shop, now=exp - 1) is None
    refused("open-expiry", check, open, alice, shop, now=exp)


def test_an_open_dated_far_ahead_cannot_outlive_our_memory_of_it():
    alice, shop = actors()
    at = NOW + 400 * DAY
    open = make_open(alice, shop, exp=at + DAY, header={"at": at})
    refused("open-expiry", check, open, alice, shop)
    latest = make_open(alice, shop, exp=NOW + MAX_OPEN, header={"at": NOW})
    assert check(latest, alice, shop, now=NOW - MAX_SKEW) is None
    refused("open-expiry", check, latest, alice, shop, now=NOW - MAX_SKEW - 1)


def test_an_invitation_is_found_by_its_secret_and_given_back_to_be_consumed():
    shop, alice = Actor("shop", "public"), Actor("alice", "directed")
    open = make_open(shop, alice)
    others = [digest("one"), digest("two")]
    assert check(open, shop, alice, secrets=[*others, SECRET]) == SECRET
    refused("open-invitation", check, open, shop, alice, secrets=others)
    refused("open-invitation", check, open, shop, alice)


def test_a_directed_party_is_opened_to_by_invitation_only():
    shop, alice = Actor("shop", "public"), Actor("alice", "directed")
    open = make_open(shop, alice, inv=None)
    refused("open-invitation", check, open, shop, alice, secrets=[SECRET])


def test_an_invitation_commitment_copied_by_another_opener_is_refused():
    # Mallory saw Shop's open (or its commitment) and sends the same one under her own name.
    shop, alice = Actor("shop", "public"), Actor("alice", "directed")
    mallory = Actor("mallory", "public")
    seen = make_open(shop, alice).body["inv"]
    open = make_open(mallory, alice, inv=seen)
    refused("open-invitation", check, open, mallory, alice, secrets=[SECRET])


def test_the_formulas_are_those_of_the_specification():
    a, b = cid("a"), cid("b")
    assert invitation_commitment(SECRET, a, b) == hash_of(["lc/inv/1", SECRET, a, b])
    assert psk_commitment(SECRET) == hash_of(["lc/pskc/1", SECRET])


def test_an_open_is_the_first_statement_of_its_writer_and_has_its_body():
    alice, shop = actors()
    body = open_body(alice, shop)
    later = alice.write("open", body, seq=1, prev=cid("before"))
    refused("open-form", check, later, alice, shop)
    knowing = alice.write("open", body, seen=[Head(shop.party, 0, cid("x"))])
    refused("open-form", check, knowing, alice, shop)
    refused("open-form", check, alice.write("x-open", {}, rel=cid("rel")), alice, shop)
    from linkcontract.model.statement import open_statement

    header = open_statement(make_open(alice, shop).envelope, {alice.party: alice.history})
    refused("open-form", check, header, alice, shop)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("open-to", {"to": cid("somebody")}),
        ("join-differs", {"roles": {"first": cid("x"), "second": cid("y")}}),
        ("join-differs", {"ext": ["x-more"]}),
        ("open-key", {"kel": {"a": cid("x"), "b": cid("y")}}),
        ("join-reflected", {"nonce": digest("alice nonce 32")}),
        ("join-reflected", {"pskc": psk_commitment(digest("alice half"))}),
        ("join-reflected", {"signal": x_key("alice signal")}),
        ("join-reflected", {"prekey": prekey("alice").to_value()}),
    ],
)
def test_a_join_that_breaks_one_rule(code, changes):
    alice, shop = actors()
    open = make_open(alice, shop)
    refused(code, join_checked, open, make_join(open, alice, shop, body=changes), alice, shop)


def test_a_join_to_another_open_is_refused():
    alice, shop = actors()
    open, other = make_open(alice, shop), make_open(alice, shop, nonce=digest("another"))
    refused("join-form", join_checked, open, make_join(other, alice, shop), alice, shop)
    wrong_rel = make_join(open, alice, shop, rel=other.id)
    refused("join-form", join_checked, open, wrong_rel, alice, shop)


def test_a_join_is_the_joiners_first_statement_and_knows_nothing_but_the_open():
    alice, shop = actors()
    open = make_open(alice, shop)
    entry = Head(alice.party, 0, open.id)
    more = tuple(sorted([entry, Head(alice.party, 1, cid("propose"))]))
    for changes in ({"seen": ()}, {"seen": more}, {"seq": 1, "prev": cid("before")}):
        join = make_join(open, alice, shop, **changes)
        refused("join-form", join_checked, open, join, alice, shop)
    unlike = shop.write("ack", {}, rel=open.id, seen=(entry,))
    refused("join-form", join_checked, open, unlike, alice, shop)


def test_a_join_by_a_third_party_is_refused():
    alice, shop = actors()
    mallory = Actor("mallory", "public")
    open = make_open(alice, shop)
    join = make_join(open, alice, mallory)
    refused("open-to", join_checked, open, join, alice, shop)
    refused("open-to", join_checked, open, join, alice, mallory)


def test_a_joiner_that_rotated_since_joins_under_its_new_key():
    alice, shop = actors()
    open = make_open(alice, shop)
    old = shop.ks
    shop.rotate()
    join = make_join(open, alice, shop)
    assert join_checked(open, join, alice, shop).joiner == shop.party
    stale = make_join(open, alice, shop, ks=old, key=shop.key(0))
    refused("open-key", join_checked, open, stale, alice, shop)


def test_a_join_that_leads_a_key_history_back_is_refused():
    alice, shop = actors()
    old = shop.ks
    shop.rotate()
    open = make_open(alice, shop)
    back = {"kel": {"a": alice.ks, "b": old}}
    join = make_join(open, alice, shop, body=back, ks=old, key=shop.key(0))
    refused("open-key", join_checked, open, join, alice, shop)


def test_a_join_on_the_other_branch_of_a_parted_history_is_refused():
    alice, shop = actors()
    left, right = shop.rotation("left"), shop.rotation("right")
    one, two = shop.history.extend([left]), shop.history.extend([right])
    shop.history = one
    open = make_open(alice, shop)
    shop.history = two
    join = make_join(open, alice, shop)
    shop.history = one.extend([right])
    refused("open-key", join_checked, open, join, alice, shop)


def test_a_join_after_the_open_expired_is_refused():
    alice, shop = actors()
    open = make_open(alice, shop)
    exp = open.body["exp"]
    assert join_checked(open, make_join(open, alice, shop, at=exp), alice, shop)
    late = make_join(open, alice, shop, at=exp + 1)
    refused("join-late", join_checked, open, late, alice, shop)


def test_a_swapped_half_of_the_shared_secret_is_refused():
    alice, shop = actors()
    open = make_open(alice, shop)
    relationship = join_checked(open, make_join(open, alice, shop), alice, shop)
    relationship.check_half(alice.party, digest("alice half"))
    relationship.check_half(shop.party, digest("shop half"))
    refused("psk-mismatch", relationship.check_half, alice.party, digest("shop half"))
    refused("psk-mismatch", relationship.check_half, cid("nobody"), digest("shop half"))


def test_a_join_body_is_the_open_body_without_card_invitation_and_expiry():
    alice, shop = actors()
    assert set(open_body(alice, shop)) - set(join_body(alice, shop)) == {"card", "inv", "exp"}
