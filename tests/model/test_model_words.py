"""Words of people stand where they can be erased (spec: threats, T24)."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from test_model_bodies import VALID

from linkcontract.encoding import encode
from linkcontract.errors import RemoteProtocolError
from linkcontract.model.bodies import STATEMENT_TYPES, parse_body

WORDS = "I was in hospital, please stop"

BODIES: dict[str, Any] = VALID

EXCEPTIONS = {"propose.controller.name", "checkpoint.note"}
"""Whom one deals with, and the signed note of a log."""


def texts(value: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Every text in a value: where it is, and the container and key that hold it."""
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in entries:
        where = f"{path}.{key}" if isinstance(value, dict) else path
        if isinstance(entry, str):
            yield where, value, key
        elif isinstance(entry, (dict, list)):
            yield from texts(entry, where)


def free(kind: str) -> set[str]:
    """The places in the body of a type that take a sentence."""
    found = set()
    for index, (where, _, _) in enumerate(list(texts(BODIES[kind], kind))):
        body = copy.deepcopy(BODIES[kind])
        _, container, key = list(texts(body, kind))[index]
        container[key] = WORDS
        try:
            parse_body(kind, encode(body))
        except RemoteProtocolError:
            continue
        found.add(where)
    return found


def test_words_of_people_stand_in_items_only() -> None:
    assert set(VALID) == STATEMENT_TYPES
    assert set().union(*(free(kind) for kind in VALID)) == EXCEPTIONS


@pytest.mark.parametrize("kind", sorted(VALID))
def test_a_body_of_every_type_can_carry_words_as_items(kind: str) -> None:
    body = {**BODIES[kind], "items": [[bytes(32), bytes(32)]]}
    assert parse_body(kind, encode(body))["items"]
