"""What the vectors hold of every rule of spec/linkcontract.cddl, and the validator."""

import collections
import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import cddl_text
from cddl_inside import Part
from cddl_parts import parts
from cddl_verifier import Validator

SCHEMA = Validator(cddl_text.PATH)
VECTORS = cddl_text.SPEC / "vectors"
AREAS = sorted(path.name for path in VECTORS.iterdir() if any(path.glob("*.json")))


@functools.cache
def valid(rule: str, data: bytes) -> bool:
    return SCHEMA.validate(data, rule, require_deterministic=True).valid


def vectors(area: str) -> Iterator[Mapping[str, Any]]:
    for path in sorted((VECTORS / area).glob("*.json")):
        yield json.loads(path.read_text("utf-8"))


@functools.cache
def accepted(area: str) -> Mapping[Part, str]:
    """What stands in the inputs of an area that are accepted, and a vector each is in."""
    found: dict[Part, str] = {}
    for vector in vectors(area):
        if "output" in vector:
            for part in parts(vector):
                found.setdefault(part, vector["name"])
    return found


@functools.cache
def met() -> Mapping[str, list[bytes]]:
    """Every valid structure of the vectors, by its rule."""
    found = collections.defaultdict(set)
    for area in AREAS:
        for part in accepted(area):
            if part.valid:
                found[part.rule].add(part.data)
    return {rule: sorted(data, key=lambda one: (len(one), one)) for rule, data in found.items()}


FROM_ELSEWHERE = {
    # No command takes or gives the text an agreement is about.
    "agreement-text": {"lang": "en", "text": "What both sides read.\n", "media": "text/plain"},
}
