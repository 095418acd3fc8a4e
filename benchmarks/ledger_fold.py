"""The ledger against the plain fold: statements per second, and bytes per statement.

    python benchmarks/ledger_fold.py [--sizes 1000 10000 100000] [--plain 1000] [--json]

A history is one agreement and what follows from it: of ten statements nine are uses by the
organisation and one an acknowledgement by the person; every thousand an amendment is proposed,
accepted and confirmed, every five thousand the person suspends and resumes. It is made first. Then
a fresh ledger takes it in (load) and is asked what each use was (judge), and another is loaded
under tracemalloc: what it takes besides the statements themselves (bytes). Times are processor
time. The plain ledger does the same in the same run with as many statements as `--plain` says,
keeping its last 512 states; each question to it looks at all that is held, so its figures fall with
the size. The ratios hold from machine to machine; the figures do not.
"""

import argparse
import gc
import json
import time
import tracemalloc
from collections.abc import Callable, Iterable

from linkcontract.ledger import Ledger
from linkcontract.ledger.folding import KEPT_STATES
from linkcontract.model.statement import Statement
from linkcontract.testing.plain_ledger import PlainFolding, PlainLedger
from linkcontract.testing.scenario import SERVICE, Story, agree


class KeepingFolding(PlainFolding):
    """The plain fold with its last states at hand, as a program would use it."""

    kept = KEPT_STATES


class KeepingLedger(PlainLedger):
    """The plain ledger as a program would use it."""

    _folder = KeepingFolding


def history(size: int) -> tuple[Story, list[Statement]]:
    """A story, and so many of its statements after the opening, each after everything it saw."""
    story = Story()
    person, organisation = story.person, story.organisation
    tip = agree(person, organisation, SERVICE)
    person.hear_all(organisation)
    said = list(person.ledger.held())[1:]
    while len(said) < size:
        before = len(said) // 1000
        uses = [organisation.use(tip) for _ in range(9)]
        person.hear(*uses)
        said += [*uses, person.ack()]
        organisation.hear(said[-1])
        if len(said) // 1000 == before:
            continue
        tip = organisation.propose(SERVICE, base=tip)
        person.hear(tip)
        said += [tip, person.accept(tip)]
        organisation.hear(said[-1])
        said.append(organisation.ack())
        person.hear(said[-1])
        if before % 5 == 4:
            said.append(person.suspend(tip))
            said.append(person.resume(said[-1]))
            organisation.hear(*said[-2:])
    return story, said[:size]


def loaded(kind: type[Ledger], story: Story, statements: Iterable[Statement]) -> Ledger:
    """A ledger that holds them."""
    ledger = kind(story.opening, story.histories)
    for statement in statements:
        ledger.add(statement)
    return ledger


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second."""
    gc.collect()
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


def measure(kind: type[Ledger], story: Story, statements: list[Statement]) -> dict[str, float]:
    """The three figures of one kind of ledger."""
    ledgers: list[Ledger] = []
    figures = {
        "load": rate(len(statements), lambda: ledgers.append(loaded(kind, story, statements)))
    }
    uses = [statement.id for statement in statements if statement.type == "use"]
    figures["judge"] = rate(len(uses), lambda: [ledgers[0].use_status(name) for name in uses])
    ledgers.clear()
    gc.collect()
    tracemalloc.start()
    ledgers.append(loaded(kind, story, statements))
    gc.collect()
    figures["bytes"] = tracemalloc.get_traced_memory()[0] / len(statements)
    tracemalloc.stop()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--plain", type=int, default=1_000, help="most for the plain ledger")
    parser.add_argument("--json", action="store_true", help="machine output")
    options = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    story, statements = history(max(*options.sizes, options.plain))
    for size in options.sizes:
        found[f"ledger {size}"] = measure(Ledger, story, statements[:size])
    plain = statements[: options.plain]
    found[f"ledger {options.plain}, again"] = measure(Ledger, story, plain)
    found[f"plain {options.plain}"] = measure(KeepingLedger, story, plain)
    if options.json:
        print(json.dumps({k: {n: round(v, 1) for n, v in f.items()} for k, f in found.items()}))
        return
    print(f"{'':24}{'load/s':>12}{'judge/s':>12}{'bytes each':>12}")
    for name, figures in found.items():
        print(f"{name:24}" + "".join(f"{value:12,.0f}" for value in figures.values()))
    beside, other = list(found.values())[-2:]
    ratios = [beside[name] / other[name] for name in beside]
    print(f"{'ledger to plain':24}" + "".join(f"{ratio:12,.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
