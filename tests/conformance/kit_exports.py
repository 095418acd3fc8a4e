"""Alterations of exports whose last line is right for what was altered."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any, Final

from kit_alterations import Alteration

_BASE64: Final = re.compile(r'"([A-Za-z0-9_-]{16,}={0,2})"')


def _first(line: str) -> str:
    """The relationship of an export, as its first line has it."""
    found = re.search(r'"rel":"([^"]*)"', line)
    return "" if found is None else found[1]


class Exports:
    """Alters the inputs of `verify-export`.

    Args:
        inputs: those of all vectors; records of one relationship get into each other's files.
    """

    def __init__(self, inputs: Iterable[Mapping[str, Any]]) -> None:
        self._records: dict[str, list[str]] = {}
        for each in inputs:
            for text in each["files"]:
                first, *records = text.splitlines(keepends=True) or [""]
                self._records.setdefault(_first(first), []).extend(records[:-1])

    def altered(
        self, given: Mapping[str, Any], alteration: Alteration, random: Random
    ) -> dict[str, Any]:
        """Files of which one has other records, and a last line that counts them."""
        files = list(given["files"])
        if files:
            at = random.randrange(len(files))
            files[at] = self._file(files[at], alteration, random)
        return {**given, "files": files}

    def _file(self, text: str, alteration: Alteration, random: Random) -> str:
        first, *records = text.splitlines(keepends=True) or [""]
        last = records.pop() if records else ""
        for _ in range(random.randrange(1, 4)):
            at = random.randrange(len(records) + 1)
            kind = random.randrange(6)
            if kind == 0:
                records.insert(at, random.choice(self._records.get(_first(first)) or [last]))
            elif at == len(records):
                continue
            elif kind == 1:
                del records[at]
            elif kind == 2:
                records.insert(random.randrange(len(records)), records[at])
            elif kind == 3:
                records.append(records.pop(at))
            else:
                records[at] = _BASE64.sub(
                    lambda found: _other(found, alteration, random), records[at], count=1
                )
        whole = first + "".join(records)
        if random.random() < 0.1:
            return whole + last
        digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
        end = {"end": {"records": len(records), "sha256": digest}}
        return whole + json.dumps(end, separators=(",", ":")) + "\n"


def _other(found: re.Match[str], alteration: Alteration, random: Random) -> str:
    """Other bytes in base64."""
    data = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
    return f'"{base64.urlsafe_b64encode(alteration.octets(data)).decode()}"'
