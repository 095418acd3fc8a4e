"""The structures that stand in a vector, each with the rule of spec/linkcontract.cddl it is of."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import cbor2
from cddl_inside import Part, Parts, inside_body, inside_terms, loads
from cddl_mutants import refusal

from linkcontract.conformance.sealing import unsealed
from linkcontract.crypto.cose import to_be_signed
from linkcontract.crypto.sealing import additional_data
from linkcontract.encoding import cid_from_text, encode
from linkcontract.errors import LinkContractError
from linkcontract.model.bodies import STATEMENT_TYPES, parse_body

Input = Mapping[str, Any]

TYP = "application/linkcontract-"


def octets(value: str) -> bytes:
    return bytes.fromhex(value)


def sequence(data: bytes) -> list[Any]:
    """The parts of a tagged COSE array."""
    return list(cbor2.loads(data).value)


def body_parts(kind: str, data: bytes) -> Parts:
    """A body by its type; whether it has to be valid, our own reading of it says."""
    rule = f"body-{kind}" if kind in STATEMENT_TYPES else "any-map"
    try:
        parse_body(kind, data)
    except LinkContractError:
        yield Part(rule, data, valid=False)
        return
    yield Part(rule, data)
    if kind in STATEMENT_TYPES:
        yield from inside_body(loads(data))


def inside_payload(kind: str, payload: bytes) -> Parts:
    value: Any = loads(payload)
    rules = {"incp": "inception", "kel": "key-event", "card": "card"}
    if kind in rules:
        yield Part(rules[kind], payload)
    if kind in ("incp", "kel"):
        yield Part("keys", encode(value["keys"]))
        yield Part("hash-next", encode(["lc/next/1", value["keys"]]))
    if kind == "stmt":
        for head in value["seen"]:
            yield Part("head", encode(head))
    if kind == "card":
        yield Part("prekey", encode(value["prekey"]))
        yield Part("addresses", encode(value["addresses"]))
        for entry in value.get("attest", ()):
            yield Part("attestation", encode(entry))


def envelope_parts(kind: str, data: bytes) -> Parts:
    yield Part(f"envelope-{kind}", data)
    yield from inside_payload(kind, sequence(data)[2])


# -- what stands in several commands -------------------------------------------------------------


def key_event(data: bytes) -> Parts:
    typ = cbor2.loads(sequence(data)[0])[16]
    yield from envelope_parts(typ.removeprefix(TYP), data)


def history(entries: list[str]) -> Parts:
    for entry in entries:
        yield from key_event(octets(entry))


def histories(given: Input) -> Parts:
    for entries in given["histories"].values():
        yield from history(entries)


def record(kind: str | None, salt: bytes, body: bytes) -> Parts:
    yield Part("body-record", encode([salt, body]))
    yield Part("hash-body", encode(["lc/body/1", salt, body]))
    if kind is not None:
        yield from body_parts(kind, body)


def statement(envelope: bytes, body: tuple[bytes, bytes] | None) -> Parts:
    yield from envelope_parts("stmt", envelope)
    header: Any = loads(sequence(envelope)[2])
    if body is not None:
        yield from record(header["type"], *body)


def statements(given: Input, *names: str) -> Parts:
    found = [given[name] for name in names] if names else given["statements"].values()
    for each in found:
        body = each["body"]
        pair = None if body is None else (octets(body[0]), octets(body[1]))
        yield from statement(octets(each["envelope"]), pair)


def sealed(data: bytes, opening: bool) -> Parts:
    yield Part("seal-open" if opening else "seal-psk", data)
    yield Part("Enc_structure", additional_data(sequence(data)[0]))


def carried(data: bytes, *kinds: str) -> Parts:
    """Bytes in a frame that are to be an envelope; if they are none it is a frame all the same."""
    for kind in kinds:
        if refusal(f"envelope-{kind}", data) is None:
            yield from envelope_parts(kind, data)
            return
    yield from (Part(f"envelope-{kind}", data, valid=False) for kind in kinds)


def frame(data: bytes) -> Parts:
    """A frame, its items, and what is in those of them that bring signed things."""
    yield Part("frame", data)
    value: Any = loads(data)
    for item in value["items"]:
        kind = item[0]
        yield Part(f"item-{kind}", encode(item))
        if kind == "stmt":
            yield from carried(item[1], "stmt")
        elif kind == "kel":
            yield from carried(item[1], "incp", "kel")
        elif kind == "body":
            yield from record(None, *item[1])


# -- one function for each command ---------------------------------------------------------------


def _decode(given: Input, output: Input) -> Parts:
    yield Part("value", octets(given["bytes"]))


def _encode(given: Input, output: Input) -> Parts:
    yield Part("value", octets(output["bytes"]))


def sign1_rule(kind: str) -> str:
    return f"sign1-{kind if kind in ('incp', 'kel', 'stmt', 'card') else 'reserved'}"


def _bare_envelope(kind: str, data: bytes) -> Parts:
    """An envelope around a payload nobody looks at."""
    protected, _, payload, _ = sequence(data)
    yield Part(sign1_rule(kind), data)
    yield Part("cose-sign1", data)
    yield Part("Sig_structure", to_be_signed(protected, payload))


def _open_envelope(given: Input, output: Input) -> Parts:
    yield from _bare_envelope(given["kind"], octets(given["envelope"]))


def _sign_envelope(given: Input, output: Input) -> Parts:
    yield from _bare_envelope(given["kind"], octets(output["envelope"]))


def _key_history(given: Input, output: Input) -> Parts:
    return history(given["history"])


def _card(given: Input, output: Input) -> Parts:
    for name in ("envelope", "seen"):
        if name in given:
            yield from envelope_parts("card", octets(given[name]))


def link_content(text: str) -> bytes:
    found = re.match(r"linkcontract:v1/([A-Za-z0-9_-]+)\?", text)
    assert found is not None
    return base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))


def _invitation(given: Input, output: Input) -> Parts:
    data = link_content(given["text"])
    yield Part("link-content", data)
    card, events = cbor2.loads(data)
    yield from envelope_parts("card", card)
    yield from history([event.hex() for event in events])
    if output["secret"] is not None:
        yield Part("hash-inv-card", encode(["lc/inv-card/1", octets(output["secret"])]))


def _statement(given: Input, output: Input) -> Parts:
    yield from histories(given)
    yield Part("header", sequence(octets(given["envelope"]))[2])
    yield from statements({"statement": {"body": None, **given}}, "statement")


def _read(given: Input, output: Input) -> Parts:
    data = octets(given["bytes"])
    kind = given["kind"]
    if kind == "frame":
        yield from frame(data)
    elif kind == "terms":
        yield Part("terms", data)
        yield from inside_terms(loads(data))
    else:
        yield from body_parts(kind.removeprefix("body:"), data)


def _open(given: Input, output: Input) -> Parts:
    yield from histories(given)
    yield from statements(given, "open")
    if output["secret"] is not None:
        envelope, body = given["open"]["envelope"], given["open"]["body"]
        header: Any = loads(sequence(octets(envelope))[2])
        to: Any = loads(octets(body[1]))["to"]
        secret = octets(output["secret"])
        yield Part("hash-inv", encode(["lc/inv/1", secret, header["from"], to]))


def _join(given: Input, output: Input) -> Parts:
    yield from histories(given)
    yield from statements(given, "open", "join")


def _commit(given: Input, output: Input) -> Parts:
    rel, path, value = cid_from_text(given["rel"]), given["path"], octets(given["value"])
    yield Part("hash-path", encode(["lc/path/1", rel, octets(given["path_salt"]), path]))
    yield Part("hash-value", encode(["lc/value/1", rel, octets(given["value_salt"]), value]))


def opening(given: Input) -> bytes:
    share, index, path, *rest = given["opening"]
    return cbor2.dumps([cid_from_text(share), index, path, *map(octets, rest)])


def _check_opening(given: Input, output: Input) -> Parts:
    yield from histories(given)
    yield from statements(given, "statement")
    yield Part("opening", opening(given))


def plain(given: Input) -> bytes:
    """The frame in a sealed one."""
    psk = None if given["psk"] is None else octets(given["psk"])
    return unsealed(octets(given["sealed"]), given["prekey"], psk)


def _receive(given: Input, output: Input) -> Parts:
    yield from sealed(octets(given["sealed"]), given["psk"] is None)
    yield from frame(plain(given))


def _seal(given: Input, output: Input) -> Parts:
    return sealed(octets(output["sealed"]), given["mode"] == "open")


def _unseal(given: Input, output: Input) -> Parts:
    return sealed(octets(given["sealed"]), given["psk"] is None)


def _derive_psk(given: Input, output: Input) -> Parts:
    for name in ("opener", "joiner"):
        yield Part("hash-pskc", encode(["lc/pskc/1", octets(given[name])]))


def _ledger(given: Input, output: Input) -> Parts:
    yield from histories(given)
    yield from statements(given)


def _decide(given: Input, output: Input) -> Parts:
    for each in map(octets, given["terms"]):
        yield Part("terms", each)
        yield from inside_terms(loads(each))


def _leaf(given: Input, output: Input) -> Parts:
    entry = ["lc/leaf/1", octets(given["salt"]), cid_from_text(given["statement"])]
    yield Part("hash-leaf", encode(entry))


def _evidence(given: Input, output: Input) -> Parts:
    data = octets(given["bytes"])
    yield Part("evidence", data)
    value: Any = loads(data)
    for event in value["kel"]:
        yield from key_event(event)
    for row in value["stmts"]:
        yield Part("evidence-stmt", encode(row))
        yield from statement(row[0], None if row[1] is None else (row[1], row[2]))


def _export(given: Input, output: Input) -> Parts:
    if any(finding["kind"].startswith("altered-") for finding in output["findings"]):
        return
    for file in given["files"]:
        for line in map(json.loads, file.splitlines()):
            found = {
                name: base64.urlsafe_b64decode(text)
                for name, text in line.items()
                if name in ("key", "stmt", "opening")
            }
            if "key" in found:
                yield from key_event(found["key"])
            if "opening" in found:
                yield Part("opening", found["opening"])
            if "stmt" in found:
                body = line["body"]
                pair = None if body is None else tuple(map(base64.urlsafe_b64decode, body))
                yield from statement(found["stmt"], pair)


NOTHING = frozenset(
    {
        *("cid", "read-cid", "did-key", "read-did-key", "check-key", "verify-signature"),
        *("tree-root", "prove-inclusion", "prove-consistency", "verify-inclusion"),
        *("verify-consistency", "checkpoint", "vocabulary"),
    }
)
"""Commands about bytes or text without a structure in CBOR."""

COMMANDS: Mapping[str, Callable[[Input, Input], Parts]] = {
    "decode": _decode,
    "encode": _encode,
    "open-envelope": _open_envelope,
    "sign-envelope": _sign_envelope,
    "key-history": _key_history,
    "card": _card,
    "invitation": _invitation,
    "statement": _statement,
    "read": _read,
    "open": _open,
    "join": _join,
    "commit": _commit,
    "check-opening": _check_opening,
    "receive": _receive,
    "seal": _seal,
    "unseal": _unseal,
    "derive-psk": _derive_psk,
    "fold": _ledger,
    "contract": _ledger,
    "permitted": _ledger,
    "decide": _decide,
    "leaf": _leaf,
    "evidence": _evidence,
    "verify-export": _export,
}


def parts(vector: Mapping[str, Any]) -> Parts:
    """What stands in a vector whose input is accepted."""
    if vector["command"] not in NOTHING:
        yield from COMMANDS[vector["command"]](vector["input"], vector["output"])
