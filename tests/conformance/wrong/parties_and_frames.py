"""Wrong implementations: key histories, cards, statements, openings, items, frames."""

from patching import Edit, Put, Wrong

PARTY = "model.party:KeyHistory._check_link"
CARD = "model.card"
STATEMENT = "model.statement"
OPENING = "model.opening"
ITEMS = "model.items"
INCOMING = "protocol.incoming:addressed"


def party(name: str, *changes: Edit | Put, heading: str = "Key histories") -> Wrong:
    return Wrong(name, "parties", f"parties, {heading}", changes)


def card(name: str, *changes: Edit | Put) -> Wrong:
    return party(name, *changes, heading="Cards and links")


PARTIES = (
    party(
        "next-digest-not-compared",
        Edit(PARTY, "if digest_of_next(event.public) != before.next:", "if False:"),
    ),
    party("position-not-compared", Edit(PARTY, " or event.seq != before.seq + 1", "")),
    party("event-of-another-party", Edit(PARTY, " or event.party != self.party", "")),
    party("history-of-any-length", Edit(PARTY, "if len(events) >= MAX_KEY_EVENTS:", "if False:")),
    party(
        "kid-of-a-key-event-not-compared",
        Edit("crypto.cose:open_self_signed", "if parts.kid != cid_of(parts.payload):", "if False:"),
        heading="Key events",
    ),
    party(
        "introduced-keys-not-checked",
        Edit("crypto.cose:open_self_signed", "check_public_key(public)", "pass"),
        heading="Key events",
    ),
    card("older-card-taken", Edit(f"{CARD}:open_card", "and card.seq <= seen.seq", "and False")),
    card(
        "card-of-a-superseded-key",
        Edit(f"{CARD}:open_card", "if card.kel not in history.heads:", "if False:"),
    ),
    card("card-never-runs-out", Edit(f"{CARD}:open_card", " or now >= card.exp", "")),
    card(
        "card-that-runs-out-before-it-began",
        Edit(f"{CARD}:open_card", "card.exp <= card.iat or ", ""),
    ),
    card(
        "card-names-another-party",
        Edit(f"{CARD}:read_card", " or card.party != history.party", ""),
    ),
    card(
        "expiry-shown-not-compared",
        Edit(f"{CARD}:open_invitation", "if until != _date(card.exp):", "if False:"),
    ),
    card(
        "secret-of-the-link-not-compared",
        Edit(f"{CARD}:open_invitation", "if not _secret_fits(card, history, secret):", "if False:"),
    ),
    card(
        "second-spelling-of-base64url",
        Edit(f"{CARD}:_from_base64url", "if _to_base64url(data) != text:", "if False:"),
    ),
)


def statement(name: str, *changes: Edit | Put, heading: str = "Header") -> Wrong:
    return Wrong(name, "statements", f"statements, {heading}", changes)


def made(name: str, old: str, new: str) -> Wrong:
    return statement(name, Edit(f"{STATEMENT}:Statement.__post_init__", old, new))


STATEMENTS = (
    statement(
        "ks-not-compared",
        Edit(f"{STATEMENT}:open_statement", 'header["ks"] != opened.kid or ', ""),
    ),
    statement(
        "writer-not-compared",
        Edit(f"{STATEMENT}:open_statement", " or history.key_of(opened.kid) is None", ""),
    ),
    statement(
        "bh-not-compared",
        Edit(
            f"{STATEMENT}:Statement.with_body",
            "if body_hash(salt, data) != self.bh:",
            "if False:",
        ),
        heading="Body records",
    ),
    statement(
        "faulty-body-refused",
        Edit(
            f"{STATEMENT}:Statement.with_body",
            "return replace(self, body=None, body_fault=BAD_BODY, record=record)",
            "raise",
        ),
        heading="Body records",
    ),
    statement(
        "salt-not-hashed",
        Edit(f"{STATEMENT}:body_hash", "salt, data]", "data]"),
        heading="Body records",
    ),
    made("seen-unsorted", "if earlier >= later:", "if earlier == later:"),
    made("seen-twice", "if earlier >= later:", "if earlier > later:"),
    made("sees-itself", "if any(head.writer == self.writer for head in self.seen):", "if False:"),
    made("first-has-a-prev", " or (self.prev is None) != (self.seq == 0)", ""),
    made("rel-of-an-open", 'if (self.rel is None) != (self.type == "open"):', "if False:"),
    statement("header-of-any-size", Put(f"{STATEMENT}:MAX_HEADER", lambda most: 4 * most)),
    statement(
        "unknown-fields-ignored",
        Edit("model.schema:_fields", "return value, known", "return known, known"),
        heading="Bodies",
    ),
    statement(
        "terms-that-end-before-they-begin",
        Edit("model.terms:_period", 'if terms["until"] <= terms["from"]:', "if False:"),
        heading="Bodies",
    ),
    statement(
        "permission-for-any-purpose",
        Edit("model.rules:permission", 'if not rule["purposes"]:', "if False:"),
        heading="Bodies",
    ),
    statement(
        "agents-given-everything",
        Edit("model.bodies:_delegable", "if kind in NEVER_DELEGATED:", "if False:"),
        heading="Bodies",
    ),
    statement(
        "root-with-a-base",
        Edit("model.bodies:_root_stands_alone", 'if body["thread"] is None', "if False"),
        heading="Bodies",
    ),
)


def pair(name: str, where: str, old: str, new: str) -> Wrong:
    return Wrong(name, "opening", "session, Opening", (Edit(f"{OPENING}:{where}", old, new),))


OPENINGS = (
    pair(
        "roles-not-compared",
        "check_open_pair",
        'if (body["roles"]["first"], body["roles"]["second"]) != roles_of(opener, joiner):',
        "if False:",
    ),
    pair("opened-to-another", "check_open_pair", ' or body["to"] != joiner.party', ""),
    pair("opener-shows-no-key", "check_open_pair", 'body["kel"]["a"] != open.ks or ', ""),
    pair(
        "open-for-any-time",
        "check_open_pair",
        'if not open.at < body["exp"] <= open.at + MAX_OPEN:',
        "if False:",
    ),
    pair(
        "open-taken-late",
        "check_open",
        'if not now < body["exp"] <= now + MAX_OPEN + MAX_SKEW:',
        "if False:",
    ),
    pair(
        "any-card",
        "check_open",
        'if body["card"] is not None and body["card"] not in cards:',
        "if False:",
    ),
    pair(
        "any-invitation",
        "check_open",
        'if invitation_commitment(secret, open.writer, joiner.party) == body["inv"]:',
        "if True:",
    ),
    pair(
        "directed-party-opened-uninvited",
        "check_open",
        "if joiner.kind == DIRECTED:",
        "if False:",
    ),
    pair(
        "invitation-bound-the-other-way",
        "invitation_commitment",
        "secret, opener, receiver]",
        "secret, receiver, opener]",
    ),
    pair(
        "join-changes-the-roles",
        "check_join",
        'for name in ("roles", "proto", "fold"):',
        'for name in ("proto", "fold"):',
    ),
    pair(
        "join-adds-extensions",
        "check_join",
        'if not set(body["ext"]) <= set(laid_down["ext"]):',
        "if False:",
    ),
    Wrong(
        "join-reflects-the-open",
        "opening",
        "session, Opening",
        (Put(f"{OPENING}:_FRESH_IN_JOIN", lambda _: ()),),
    ),
    pair(
        "join-reflects-the-prekey",
        "check_join",
        'if body["prekey"]["pk"] == laid_down["prekey"]["pk"]:',
        "if False:",
    ),
    pair("join-taken-late", "check_join", 'if join.at > laid_down["exp"]:', "if False:"),
    pair("join-that-saw-nothing", "check_join", " or join.seen != (open.head,)", ""),
    pair(
        "join-with-another-key",
        "check_join",
        'if body["kel"]["b"] != join.ks:',
        "if False:",
    ),
)


def item(name: str, where: str, old: str, new: str) -> Wrong:
    return Wrong(name, "data", "data, Items", (Edit(f"{ITEMS}:{where}", old, new),))


DATA = (
    item("path-in-any-relationship", "path_commitment", "rel, salt, path]", "salt, path]"),
    item("value-in-any-relationship", "value_commitment", "rel, salt, value]", "salt, value]"),
    item(
        "path-not-compared",
        "check_opening",
        "if path_commitment(rel, opening.path_salt, opening.path) != path:",
        "if False:",
    ),
    item(
        "value-not-compared",
        "check_opening",
        "if value_commitment(rel, opening.value_salt, opening.value) != value:",
        "if False:",
    ),
    item("opening-of-another-share", "check_opening", "opening.share != statement.id or ", ""),
    item("one-salt-for-both", "commit", "if path_salt == value_salt:", "if False:"),
)


def session(name: str, target: str, old: str, new: str, heading: str = "Frames") -> Wrong:
    return Wrong(name, "session", f"session, {heading}", (Edit(target, old, new),))


SESSION = (
    session("frame-for-another", INCOMING, "if frame.to != me:", "if False:"),
    session("frame-from-another", INCOMING, "if frame.sender != peer:", "if False:"),
    session("frame-of-another-relationship", INCOMING, "if frame.rel != rel:", "if False:"),
    session(
        "frames-repeated",
        "protocol.replay:ReplayWindow.is_repeated",
        "return number in self._numbers",
        "return False",
    ),
    session(
        "old-requests-answered",
        "protocol.replay:ReplayWindow.take",
        "abs(now - at) > FRAME_FRESH",
        "at - now > FRAME_FRESH",
    ),
    session(
        "future-requests-answered",
        "protocol.replay:ReplayWindow.take",
        "abs(now - at) > FRAME_FRESH",
        "now - at > FRAME_FRESH",
    ),
    session(
        "any-item-in-an-opening",
        "protocol.intake:check_items",
        "if not all(isinstance(item, _MAY_CARRY[source]) for item in items):",
        "if False:",
    ),
    session(
        "any-number-of-items",
        "protocol.intake:check_items",
        "if len(items) > MAX_FRAME_ITEMS:",
        "if False:",
    ),
    session(
        "prekey-not-compared",
        "conformance.sealing:unsealed",
        'if read_seal(sealed).prekey_id != values.octets(held["id"]):',
        "if False:",
        "Prekeys",
    ),
    session("heads-unsorted", "model.frame:_sorted_heads", "if earlier >= later:", "if False:"),
    session("wants-backwards", "model.frame:_read_want", "if first > last:", "if False:"),
)

ALL = (*PARTIES, *STATEMENTS, *OPENINGS, *DATA, *SESSION)
