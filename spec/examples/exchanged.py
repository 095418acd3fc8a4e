"""The examples of what two nodes exchange: openings, frames, data, messages."""

from typing import Any

from examples.notation import BYTES_A_LINE, code, hexadecimal, markdown, parse
from examples.registry import worked
from examples.story import (
    ACK_FRAME,
    ALICE,
    ITEM,
    OPENING,
    PATH,
    PATH_SALT,
    PSK,
    REL,
    SEALED,
    SHOP,
    VALUE,
    VALUE_SALT,
    shown,
    statement,
)
from linkcontract.encoding import encode
from linkcontract.model.frame import decode_frame


@worked("an-opening")
def an_opening() -> str:
    opened, joined = statement("open"), statement("join")
    return markdown(
        "Alice opens a relationship with the shop whose card she found. The body of her `open`:",
        shown(opened.data),
        "The cid of its header is `rel`, the name of the relationship:",
        code([opened.cid]),
        "The shop joins. The body of its `join`, whose header names the open in `rel` and `seen`"
        " and nothing else:",
        shown(joined.data),
        "The halves, each sent beside the statement that commits to it, and the key made of them:",
        code(
            [
                f"half of the opener {ALICE.half.hex()}",
                f"half of the joiner {SHOP.half.hex()}",
                f"psk                {PSK.hex()}",
            ]
        ),
    )


@worked("a-frame")
def a_frame() -> str:
    frame: dict[str, Any] = parse(ACK_FRAME)
    assert decode_frame(ACK_FRAME).rel == REL
    envelope = parse(frame["items"][0][1]).value
    return markdown(
        "Alice's node sends her `ack`: the header in its envelope, the body record, and which heads"
        " it holds. The body is empty, which is the byte a0.",
        shown(
            ACK_FRAME,
            frame["items"][0][1],
            envelope[0],
            envelope[2],
        ),
        "How it is sealed is shown in [envelope.md](envelope.md).",
    )


@worked("an-item")
def an_item() -> str:
    share = statement("share")
    return markdown(
        "Alice shares her name. The body of the `share` holds one item, two hashes:",
        shown(share.data),
        "The first is the commitment to the path, SHA-256 over",
        shown(encode(["lc/path/1", REL, PATH_SALT, PATH])),
        code([ITEM[0].hex()]),
        f'The second is the commitment to the value, the {len(VALUE)} bytes of "{VALUE.decode()}"'
        " in UTF-8, SHA-256 over",
        shown(encode(["lc/value/1", REL, VALUE_SALT, VALUE])),
        code([ITEM[1].hex()]),
        "The opening travels beside the statement, and is gone when both sides erased it:",
        shown(encode(["opening", *OPENING])),
    )


@worked("a-message")
def a_message() -> str:
    head = [
        "POST /lc/7fJ2kQ HTTP/1.1",
        f"Host: {SHOP.name}.example",
        "Content-Type: application/linkcontract-frame",
        f"Content-Length: {len(SEALED)}",
        "",
    ]
    reply = ["HTTP/1.1 200 OK", "Content-Length: 0", ""]
    ends = [hexadecimal(SEALED)[0], "…", SEALED[-BYTES_A_LINE:].hex()]
    return markdown(
        f"The sealed frame of [envelope.md](envelope.md) has {len(SEALED)} bytes, all of which"
        f" stand there. It is sent to https://{SHOP.name}.example/lc/7fJ2kQ; here are its first and"
        " its last 32:",
        code([*head, *ends]),
        f"Each line of the head ends in 0d0a, so it has {length(head)} bytes and the request"
        f" {length(head) + len(SEALED)}.",
        "The body is bytes; they are shown in hexadecimal here. The shop took it and has nothing to"
        " say at once:",
        code(reply),
        f"These are {length(reply)} bytes. Had it something to say, a sealed message would follow,"
        " with its length and the same Content-Type.",
    )


def length(head: list[str]) -> int:
    """Bytes of the head of a request or a response, its empty line included."""
    return sum(len(line) + 2 for line in head)
