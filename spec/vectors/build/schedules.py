"""What is claimed by hand about the answer to a schedule, and what must hold of every one.

    told = Told(story, {"P": story.heard(person), "V": story.heard(organisation)})
    told.at("P", accept, phase="agreed")                 # P's state when it had been given it
    told.end(phase="active", tip=offer)                  # of every side in the end
    told.void({late: "accept-late"})                     # these and no others
    told.add(add, "crossing-offers", "V2", "What a careless implementation would do.")

Whatever is not claimed must not happen: a statement that is refused or void, taint, a conviction, a
breach, an unpaid acknowledgement. And for every schedule, whether asked in the vector or not: two
sides that hold the same statements are in the same state, also if the statements come backwards,
writer by writer, or twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from build.case import BrokenVectorError
from build.signed import Delivery, SignedStory, backwards, schedule
from build.signed import told as in_words
from linkcontract.conformance import answer
from linkcontract.model.statement import Statement

_STATE = ("tainted", "convicted", "dismissed")
_SORTED = frozenset(
    {"offers", "suspends", "duties", "released", "waiting", "missing", "heads", *_STATE}
)
"""Members whose order says nothing; claims may name them in any."""

Claim = Callable[[dict[str, Any]], None]


class Told:
    """A schedule and what is claimed about it.

    Args:
        story: where the statements are from.
        deliveries: side -> what it is given; by default each desk what it heard, as it heard it.
            May be changed until it is asked.
    """

    def __init__(
        self, story: SignedStory, deliveries: Mapping[str, Sequence[Delivery]] | None = None
    ) -> None:
        self.story = story
        if deliveries is None:
            deliveries = {story.writer(desk.party): story.heard(desk) for desk in story.desks}
        self.deliveries = dict(deliveries)
        self._claims: list[Claim] = []
        self._refused: dict[str, str] = {}
        self._exact: dict[str, Any] = {"void": {}, "uses": None, "owes": [], "forks": []}
        self._state: dict[str, Any] = {"convicted": [], "tainted": [], "dismissed": []}
        self._differ: dict[str, dict[str, Any]] = {}

    # claims

    def at(
        self,
        side: str,
        given: Delivery,
        *,
        time: int = 0,
        result: str | None = None,
        thread: Statement | None = None,
        **fields: Any,
    ) -> "Told":
        """About the step at which a side was given something (for the `time`-th time).

        Args:
            result: of the step. "refused" with `code` is then no surprise on any side.
            thread: which thread `fields` are about, where there are several.
            fields: of the thread; `code`, `released` and `refused` of the step; `tainted`,
                `convicted` and `dismissed` of the state.
        """
        deliver = given if isinstance(given, str) else self.story.label(given)
        if result == "refused":
            self._refused[deliver.removesuffix(":header")] = fields["code"]

        def claim(output: dict[str, Any]) -> None:
            steps = [step for step in output["sides"][side]["steps"] if step["deliver"] == deliver]
            step = steps[time]
            where = f"{side} given {deliver}"
            if result is not None:
                same(where, "result", step["result"], result)
            self._compare(where, step, thread, fields)

        self._claims.append(claim)
        return self

    def end(
        self, thread: Statement | None = None, *, side: str | None = None, **fields: Any
    ) -> "Told":
        """About the state in the end, of one side or of each."""

        def claim(output: dict[str, Any]) -> None:
            for name, answered in output["sides"].items():
                if side in (None, name):
                    step = {**answered["end"], **answered["steps"][-1]}
                    self._compare(f"{name} in the end", step, thread, fields)

        self._claims.append(claim)
        for name in self._state.keys() & fields.keys():
            if side is None:
                self._state[name] = fields[name]
        return self

    def refused(self, codes: Mapping[Statement, str]) -> "Told":
        """These statements and no others are refused, wherever they are given, at once or later.

        What is built on a refused statement and comes after it waits for ever.
        """
        self._refused.update(self.plain(codes))
        return self

    def void(self, reasons: Mapping[Statement, str]) -> "Told":
        """These statements are void, for these reasons, and no others."""
        return self.exactly(void=reasons)

    def exactly(self, *, side: str | None = None, **members: Any) -> "Told":
        """Members of `end` as they are in the end, of one side or of each."""
        target = self._exact if side is None else self._differ.setdefault(side, {})
        target.update(members)
        return self

    def _compare(
        self, where: str, step: dict[str, Any], thread: Statement | None, fields: Mapping[str, Any]
    ) -> None:
        for name, expected in fields.items():
            wanted = self.plain(expected)
            if name in _SORTED and wanted is not None:
                wanted = sorted(wanted)
            if name in ("code", "released", "refused", "waiting", "missing", "confirms", "heads"):
                same(where, name, step.get(name), wanted)
            elif name in self._state:
                same(where, name, step["state"][name], wanted)
            else:
                found = self._thread(step["state"]["threads"], thread)
                same(where, name, self._field(found, name, wanted), wanted)

    def _thread(self, threads: dict[str, Any], thread: Statement | None) -> dict[str, Any] | None:
        if thread is None:
            if not threads:
                return None
            (only,) = threads.values()
            return dict(only)
        found = threads.get(self.story.label(thread))
        return None if found is None else dict(found)

    def _field(self, thread: dict[str, Any] | None, name: str, wanted: Any) -> Any:
        if thread is None:
            return None
        if name == "proposals":
            return {label: thread[name].get(label) for label in wanted}
        if name == "withdrawn":
            grants = [grant for each in thread["agreements"] for grant in each["grants"]]
            return {grant["grant"]: grant["withdrawn"] for grant in grants}
        if name == "bounds":
            return {each["proposal"]: each["bound"] for each in thread["agreements"]}
        return thread[name]

    def plain(self, value: Any) -> Any:
        """A value with labels for statements."""
        if isinstance(value, Statement):
            return self.story.label(value)
        if isinstance(value, Mapping):
            return {self.plain(key): self.plain(each) for key, each in value.items()}
        if isinstance(value, list | tuple | set):
            return [self.plain(each) for each in value]
        return value

    # asking

    def input(self) -> dict[str, Any]:
        """What `fold` is asked."""
        return schedule(self.story, self.deliveries)

    def add(self, add: Callable[..., Any], name: str, spec: str, comment: str) -> None:
        """Add the vector `ledger/<name>`; the statements are listed after the comment."""
        given: list[Statement] = []
        for order in self.deliveries.values():
            for each in order:
                label = each if isinstance(each, str) else self.story.label(each)
                statement = self.story.named[label.removesuffix(":header")]
                given += [] if statement in given else [statement]
        words = in_words(self.story, given)
        add(
            name,
            f"{comment} Statements: {words}.",
            f"ledger, {spec}",
            "fold",
            self.input(),
            claims=self.hold,
        )

    def hold(self, output: dict[str, Any]) -> bool:
        """Whether everything claimed is so.

        Raises:
            BrokenVectorError: something is not, with what it was.
        """
        for claim in self._claims:
            claim(output)
        for side, answered in output["sides"].items():
            self._no_surprise(side, answered)
        converged(output)
        self._in_any_order(output)
        return True

    def _no_surprise(self, side: str, answered: dict[str, Any]) -> None:
        exact = {**self._exact, **self._differ.get(side, {})}
        uses = exact.pop("uses")
        if uses is None:
            judged = answered["end"]["uses"].items()
            same(side, "not covered", [use for use, found in judged if found != "covered"], [])
        else:
            same(side, "uses", answered["end"]["uses"], self.plain(uses))
        for name, expected in exact.items():
            if name in self._state:
                continue
            wanted = self.plain(expected)
            wanted = sorted(wanted) if name == "owes" else wanted
            same(side, name, answered["end"][name], wanted)
        for name, expected in self._state.items():
            wanted = self.plain(exact.get(name, expected))
            same(side, name, answered["steps"][-1]["state"][name], sorted(wanted))
        found = dict(refusals(answered))
        given = {step["deliver"].removesuffix(":header") for step in answered["steps"]}
        given -= set(answered["end"]["waiting"])
        wanted = {label: code for label, code in self._refused.items() if label in given}
        same(side, "refused", found, wanted)

    def _in_any_order(self, output: dict[str, Any]) -> None:
        """The same in orders the vector does not ask for."""
        for side, order in self.deliveries.items():
            if len(order) < 2 or any(isinstance(each, str) for each in order):
                continue
            statements = [each for each in order if isinstance(each, Statement)]
            sides = {
                "backwards": backwards(statements),
                "feeds": self.story.feeds(statements),
                "twice": [each for each in statements for _ in range(2)],
            }
            got = answer({"command": "fold", "input": schedule(self.story, sides)})
            given = output["sides"][side]
            for name, other in got["output"]["sides"].items():
                if held(other) == held(given):
                    same(f"{side} {name}", "state", last(other), last(given))


def refusals(answered: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a side refused in any step, with the code."""
    for step in answered["steps"]:
        if step["result"] == "refused":
            yield step["deliver"].removesuffix(":header"), step["code"]
        yield from step["refused"].items()


def held(answered: dict[str, Any]) -> frozenset[str]:
    """The labels a side held in the end."""
    found: set[str] = set()
    for step in answered["steps"]:
        if step["result"] == "held":
            found.add(step["deliver"].removesuffix(":header"))
        found.update(step["released"])
    return frozenset(found)


def bodies(answered: dict[str, Any]) -> frozenset[str]:
    """What of it a side held without its body."""
    bare: set[str] = set()
    for step in answered["steps"]:
        label, _, part = step["deliver"].partition(":")
        if part == "header" and step["result"] in ("held", "waiting"):
            bare.add(label)
        elif part == "":
            bare.discard(label)
    return frozenset(bare)


def last(answered: dict[str, Any]) -> dict[str, Any]:
    """The state of a side in the end, with what its end says of statements held."""
    end = {name: answered["end"][name] for name in ("void", "confirms", "uses", "owes", "forks")}
    return {**answered["steps"][-1]["state"], **end}


def converged(output: dict[str, Any]) -> None:
    """Two sides that hold the same are in the same state, whenever that was.

    Raises:
        BrokenVectorError: they are not.
    """
    sides = list(output["sides"].items())
    for index, (name, one) in enumerate(sides):
        for other_name, other in sides[index + 1 :]:
            if held(one) == held(other) and bodies(one) == bodies(other):
                same(f"{name} and {other_name}", "state", last(one), last(other))
    states: dict[frozenset[str], Any] = {}
    for name, one in sides:
        for holding, state in moments(one):
            same(name, f"state of {sorted(holding)}", state, states.setdefault(holding, state))


def moments(answered: dict[str, Any]) -> Iterator[tuple[frozenset[str], dict[str, Any]]]:
    """What a side held after each step, and its state then."""
    holding: set[str] = set()
    for step in answered["steps"]:
        if step["result"] == "held":
            holding.add(step["deliver"].removesuffix(":header"))
        holding.update(step["released"])
        yield frozenset(holding), step["state"]


def same(where: str, what: str, found: Any, wanted: Any) -> None:
    """Whether what was found is what was wanted.

    Raises:
        BrokenVectorError: it is not.
    """
    if found != wanted:
        raise BrokenVectorError(f"{where}: {what} is {found!r}, not {wanted!r}")


def settled(story: SignedStory) -> Told:
    """A schedule in which every desk heard everything in the end, each in its own order."""
    story.share_everything()
    return Told(story)


def refusing(story: SignedStory, *refused: Statement) -> Told:
    """A schedule with malformed statements: P is given them last, V before anything they saw."""
    story.share_everything()
    told = Told(story)
    for side, order in told.deliveries.items():
        opening, *rest = order
        early = side == story.writer(story.joiner.party)
        told.deliveries[side] = [opening, *refused, *rest] if early else [*order, *refused]
    return told
