"""The story the demonstration tells: agree, share, withdraw, erase, prove.

Each step says in a sentence what it means, shows the command, and its result in a line. What a step
has to come to is checked there and then.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import fill
from typing import Any, Final

from linkcontract.node.demo_stage import Stage, StoryError
from linkcontract.node.denials import reason
from linkcontract.node.output import Json, cell, short_text
from linkcontract.node.private_files import create_private
from linkcontract.node.vcard import sample_vcard

ALICE, SHOP = "alice", "shop"
_INDENT: Final = "      "
_SHARED: Final = ("vcard/fn", "vcard/email", "vcard/adr/home")
_EMAIL: Final = "vcard/email/home/1"
_SHARE_PATHS: Final = ("vcard/fn/1", _EMAIL, "vcard/adr/home/1/locality")


@dataclass(slots=True)
class Story:
    """The story being told.

    Attributes:
        stage: where.
        say: prints a line.
        steps: what was done, for `--json`.
    """

    stage: Stage
    say: Callable[[str], None]
    steps: list[Json] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)

    def tell(self) -> None:
        """All of it. Raises StoryError: a step did not come to what it has to."""
        self.make_nodes()
        self.meet()
        self.negotiate()
        self.share()
        self.look()
        self.withdraw()
        self.erase()
        self.prove()
        self.falsify()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._started

    # -- the steps -------------------------------------------------------------------------------

    def make_nodes(self) -> None:
        """Two nodes, each with its own words, keys and SQLite store, as processes."""
        self._step(
            "Alice and a shop each make a node: keys, recovery words, an empty SQLite store."
        )
        alice, shop = self.stage.nodes[ALICE], self.stage.nodes[SHOP]
        shared = ("--passphrase", "file:passphrase", "--marker", "marker", "--write-words", "words")
        self._do(
            ALICE, "init", "--role", "person", "--label", "Alice", *shared,
            "--listen", f"127.0.0.1:{alice.port}", "--allow-address", shop.address,
        )  # fmt: skip
        create_private(alice.folder / "me.vcf", sample_vcard())
        made = self._do(
            SHOP, "init", "--role", "vendor", "--label", "Shop", *shared,
            "--name", "Grand Rapids Courier Ltd", "--jurisdiction", "US", "--domain",
            "courier.example", "--signer", "courier.signer", "--signer-passphrase",
            "file:passphrase", "--accept", "SD-BASE", "--counter",
            "--listen", f"127.0.0.1:{shop.port}", "--allow-address", alice.address,
        )  # fmt: skip
        self._result(f"the shop's party is {short_text(made['party'])}; Alice has none yet")
        for name in (ALICE, SHOP):
            self.stage.start(name)
        for name in (ALICE, SHOP):
            ready = self.stage.ready(name)
            pid = self.stage.nodes[name].process
            assert pid is not None  # it has just started
            self._result(f"{name}: process {pid.pid} listens on {', '.join(ready['listening'])}")

    def meet(self) -> None:
        """The invitation, and the relationship."""
        self._step(
            "The shop gives Alice a link. She opens a relationship, as a party nobody knows."
        )
        link = self._do(SHOP, "invite", "--label", "Alice", "--until", "1h")["link"]
        self._result(f"a link of {len(link)} characters, good for one person and one hour")
        joined = self._do(ALICE, "connect", "-", "--label", "Shop", given=link)
        self._expect(joined["joined"], "the shop joins", joined)
        self._result(
            f"relationship {short_text(joined['rel'])}: opened by Alice, joined by the shop"
        )

    def negotiate(self) -> None:
        """Her proposal, one counter-offer, agreement, confirmation."""
        self._step("Alice proposes her own terms, from the roster: SD-BASE-DP, for three fields.")
        paths = [part for path in _SHARED for part in ("--path", path)]
        offered = self._do(ALICE, "propose", "Shop", "SD-BASE-DP", *paths, "--law", "US")
        self._result(f"proposal {short_text(offered['statement']['id'])}, delivered")

        self._step("The shop's policy answers with one counter-offer from the roster: SD-BASE.")
        self._until(ALICE, "Shop", "a counter-offer", _has_counter)
        status = self._do(ALICE, "status", "Shop")["relationships"][0]
        offers = [each for each in status["threads"][0]["offers"] if each["writer"] == "peer"]
        self._expect([each["name"] for each in offers] == ["SD-BASE"], "one counter-offer", offers)
        who = offers[0]["controller"]
        self._result(
            f"{offers[0]['name']}, {offers[0]['title'].lower()}: rules as in the roster, "
            f"from {who['name']} (signed, not checked)"
        )

        self._step("Alice accepts, and the shop confirms. Three signatures: propose, accept, ack.")
        self._do(ALICE, "accept", "Shop", "--yes")
        for name, rel in ((ALICE, "Shop"), (SHOP, "Alice")):
            self._until(name, rel, "the contract in force", _is("active"))
        status = self._do(SHOP, "status", "Alice")["relationships"][0]["threads"][0]
        agreed = short_text(status["tip"])
        self._result(f"both nodes say: {status['agreement']} is {status['phase']} ({agreed})")

    def share(self) -> None:
        """Three fields and the receipt."""
        self._step("Alice shares three fields of her vCard. The shop signs that it received them.")
        items = [part for path in _SHARE_PATHS for part in ("--item", path)]
        shared = self._do(ALICE, "share", "Shop", "--vcard", "me.vcf", *items)
        self._expect(len(shared["items"]) == len(_SHARE_PATHS), "three items", shared)
        self._expect(shared["receipt"] is not None, "a receipt", shared)
        share, receipt = short_text(shared["statement"]["id"]), short_text(shared["receipt"])
        self._result(f"share {share}; the shop's receipt {receipt}")

    def look(self) -> None:
        """A use that is permitted, and one that is not."""
        self._step(
            "The shop reads one field to deliver its service: permitted, and recorded first."
        )
        item = ("read", "Alice", "--item", _EMAIL, "--purpose")
        seen = self._do(SHOP, *item, "ServiceDelivery")
        self._expect(len(seen["items"]) == 1 and len(seen["uses"]) == 1, "one value", seen)
        value = seen["items"][0]["value"]
        self._result(f"{cell(value)}; use {short_text(seen['uses'][0]['id'])} goes to Alice")

        self._step("The same field for marketing: no agreement permits it. Nothing is shown.")
        refused = self._do(SHOP, *item, "dpv:Marketing", code=1)
        self._expect(not refused["items"] and refused["denied"], "a denial", refused)
        self._expect(value not in str(refused), "no value", "the value")
        self._refused(refused)

    def withdraw(self) -> None:
        """The revoke, and that it holds."""
        self._step("Alice takes it back. One signature of hers ends it; the shop need not agree.")
        revoked = self._do(ALICE, "revoke", "Shop")
        self._expect(revoked["phase"] == "ended", "the end", revoked)
        self._until(SHOP, "Alice", "the end", _is("ended"))
        self._result(f"revoke {short_text(revoked['statement']['id'])}: ended, on both nodes")
        refused = self._do(
            SHOP, "read", "Alice", "--item", _EMAIL, "--purpose", "ServiceDelivery", code=1
        )
        self._expect(not refused["items"], "no value", refused)
        self._refused(refused)

    def erase(self) -> None:
        """The request, both erasures, and the shop's signed answer."""
        self._step("Alice has the data erased: her node asks the shop, and erases her own copy.")
        mine = self._do(ALICE, "erase", "Shop")
        self._expect(mine["erased"] == len(_SHARE_PATHS), "three values erased", mine)
        self._expect(len(mine["requests"]) == 1, "a request", mine)
        asked = mine["requests"][0]
        self._result(f"request {short_text(asked['id'])} ({asked['right']}); 3 values erased here")

        self._step("The shop erases, and signs what it erased. The values leave its files.")
        theirs = self._do(SHOP, "erase", "Alice")
        self._expect(theirs["erased"] == len(_SHARE_PATHS), "three values erased", theirs)
        self._result(f"erased {short_text(theirs['statement']['id'])}: 3 values and their salts")
        log = self._do(ALICE, "log", "Shop", "--type", "erased")["statements"]
        answer = [each for each in log if each["writer"] == "peer"]
        self._expect(len(answer) == 1, "the shop's signed answer", log)
        self._result(f"Alice holds the shop's signed answer {short_text(answer[0]['id'])}")
        left = _files_with(self.stage.nodes[SHOP].folder / "data", b"ostby-marin.example")
        self._expect(not left, "no file with the value", left)
        self._result("the e-mail address is in none of the shop's files any more")

    def prove(self) -> None:
        """Both exports against each other."""
        self._step("Each exports its record. Anybody can check both, offline, without keys.")
        self._level()
        for name, rel in ((ALICE, "Shop"), (SHOP, "Alice")):
            made = self._do(name, "export", rel, f"../{name}.jsonl")
            self._result(f"{name}.jsonl: {made['statements']} statements, no values, no secrets")
        found = self._do("", "verify", "alice.jsonl", "shop.jsonl")
        self._expect(found["confirmed"] and found["same"], "both confirmed", found)
        checked = found["verified"]
        self._result(
            f"confirmed: {checked['signatures']} signatures, {checked['bodies']} bodies, "
            f"{checked['uses and shares judged']} uses and shares; both hold the same"
        )
        self._result(f"not verified: {found['not_verified'][0]}; and {_others(found)} more")

    def falsify(self) -> None:
        """One flipped byte."""
        self._step("One byte of the shop's file is flipped. It is found, where it is.")
        line = _flip(self.stage.folder / "shop.jsonl", self.stage.folder / "flipped.jsonl")
        self._result(f"flipped.jsonl differs from shop.jsonl in one byte of line {line}")
        found = self._do("", "verify", "alice.jsonl", "flipped.jsonl", code=1)
        there = [each for each in found["findings"] if [2, line] in each["places"]]
        self._expect(bool(there), f"a finding in line {line}", found)
        guilty = [each for each in found["findings"] if each["weight"] == "conviction"]
        self._expect(not guilty, "nobody convicted by a damaged file", guilty)
        self._result(
            f"{there[0]['weight']}: {there[0]['kind']}, flipped.jsonl line {line}: "
            f"{there[0]['meaning']}"
        )

    # -- how they are told -----------------------------------------------------------------------

    def _step(self, meaning: str) -> None:
        self.steps.append({"step": len(self.steps) + 1, "meaning": meaning, "results": []})
        self.say(f"\n{len(self.steps):>3}.  {meaning}")

    def _do(self, name: str, *arguments: str, code: int = 0, given: str = "") -> Any:
        return self.stage.command(name, *arguments, code=code, given=given)

    def _result(self, text: str) -> None:
        step: Any = self.steps[-1]
        step["results"].append(text)
        after = " " * (len(_INDENT) + 2)
        self.say(fill(text, 98, initial_indent=f"{_INDENT}→ ", subsequent_indent=after))

    def _refused(self, result: Any) -> None:
        code = result["denied"][0]["reason"]
        self._result(f"refused [{code}]: {reason(code)}; exit code 1")

    def _until(self, name: str, rel: str, wanted: str, test: Callable[[Any], bool]) -> None:
        self.stage.until(name, rel, wanted, test)

    def _level(self) -> None:
        """Wait until everything is delivered: then nobody owes an acknowledgement any more."""
        held = -1

        def settled(relationship: Any) -> bool:
            waiting: int = relationship["undelivered"]
            there: int = relationship["statements"]
            return waiting == 0 and there >= held

        for name, rel in ((ALICE, "Shop"), (SHOP, "Alice"), (ALICE, "Shop")):
            found = self.stage.until(name, rel, "everything delivered", settled)
            held = found["statements"]

    def _expect(self, condition: object, wanted: str, got: object) -> None:
        if not condition:
            raise StoryError(f"step {len(self.steps)}: {wanted}", str(got)[:600])


def _is(phase: str) -> Callable[[Any], bool]:
    def test(relationship: Any) -> bool:
        phases: list[str] = [each["phase"] for each in relationship["threads"]]
        return phases == [phase]

    return test


def _has_counter(relationship: Any) -> bool:
    return any(
        offer["writer"] == "peer" for each in relationship["threads"] for offer in each["offers"]
    )


def _others(found: Any) -> int:
    return len(found["not_verified"]) - 1


def _files_with(folder: Path, value: bytes) -> list[str]:
    return [
        each.name for each in folder.rglob("*") if each.is_file() and value in each.read_bytes()
    ]


def _flip(source: Path, target: Path) -> int:
    """Copy an export with one bit of one signed statement flipped; the number of the line."""
    lines = source.read_bytes().split(b"\n")
    number = [at for at, line in enumerate(lines, 1) if line.startswith(b'{"stmt"')][3]
    changed = bytearray(lines[number - 1])
    changed[len(changed) // 3] ^= 1
    lines[number - 1] = bytes(changed)
    create_private(target, b"\n".join(lines))
    return number
