"""`terms`: the agreements of the roster, and what each of them says."""

import textwrap
from collections.abc import Sequence
from typing import Final

from linkcontract.encoding import cid_text
from linkcontract.limits import DAY
from linkcontract.model import vocabulary
from linkcontract.model.roster import Agreement, agreement, roster
from linkcontract.model.rules import Duty, Rule
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.output import EXIT_DONE, Json, plain, table, to_json


def run(invocation: Invocation) -> int:
    """Carry out `terms`."""
    name = invocation.arguments.agreement
    if name is None:
        entries = [roster()[key] for key in sorted(roster())]
        rows = [(each.name, each.title, cid_text(each.text_id)) for each in entries]
        listing: list[Json] = [_summary(each) for each in entries]
        invocation.output.result(listing, table(("NAME", "WHAT IT IS", "TEXT"), rows))
    else:
        found = agreement(name)
        invocation.output.result(_whole(found), _readable(found))
    return EXIT_DONE


def _summary(entry: Agreement) -> dict[str, Json]:
    return {
        "id": entry.id,
        "name": entry.name,
        "title": entry.title,
        "text": cid_text(entry.text_id),
    }


def _rules(entry: Agreement) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The permissions and prohibitions, for whatever data: paths and times come with a proposal."""
    terms = entry.terms(paths=("*",), valid_from=0, until=1, law="EU")
    return terms.permissions, terms.prohibitions


def _whole(entry: Agreement) -> Json:
    permissions, prohibitions = _rules(entry)
    return {
        **_summary(entry),
        "permissions": [_rule(rule) for rule in permissions],
        "prohibitions": [_rule(rule) for rule in prohibitions],
        "duties": [to_json({"duty": each.duty, "within": each.within}) for each in entry.duties],
        "full_text": entry.text,
    }


def _rule(rule: Rule) -> Json:
    return to_json(
        {"actions": rule.actions, "purposes": rule.purposes, "recipients": rule.recipients}
    )


def _readable(entry: Agreement) -> str:
    permissions, prohibitions = _rules(entry)
    lines = [f"{entry.name}: {entry.title}", f"  id    {entry.id}"]
    lines += [f"  text  {cid_text(entry.text_id)}", "", "Permitted:"]
    lines += _paragraphs(permissions)
    lines += ["", "Prohibited:", *_paragraphs(prohibitions), "", "Owed by the organisation:"]
    lines += [f"  - {_duty(each)}" for each in entry.duties]
    lines += ["", "-" * 72, "", entry.text]
    return plain("\n".join(lines))


def _paragraphs(rules: Sequence[Rule]) -> list[str]:
    lines = []
    for rule in rules:
        purposes = _labels(rule.purposes) if rule.purposes else "any purpose"
        recipients = _labels(rule.recipients) if rule.recipients else "the organisation itself"
        lines += _wrapped("  - ", _labels(rule.actions))
        lines += _wrapped("      for ", f"{purposes}; by {recipients}")
    return lines


def _wrapped(start: str, text: str) -> list[str]:
    indent = " " * 6
    return textwrap.wrap(text, 78, initial_indent=start, subsequent_indent=indent)


def _labels(terms: Sequence[str | bytes]) -> str:
    return ", ".join(
        cid_text(term) if isinstance(term, bytes) else vocabulary.label(term) for term in terms
    )


def _duty(duty: Duty) -> str:
    label = vocabulary.label(duty.duty) if vocabulary.exists(duty.duty) else duty.duty
    return label if duty.within is None else f"{label}, within {duty.within // DAY} days"


SPEC: Final = CommandSpec(
    name="terms",
    summary="list the agreements of the roster, or show one",
    description="""\
Without an argument: the standard agreements this version knows. With a name: what it permits,
prohibits and requires, and its whole text. The id of an agreement means exactly the text with the
CID shown; both sides sign that CID.

Needs no node.""",
    examples=(
        ("terms", "the roster"),
        ("terms SD-BASE-DP", "one agreement with its text"),
        ("terms SD-BASE --json", "the same for a program; `full_text` is the text"),
    ),
    arguments=(
        argument("agreement", nargs="?", metavar="AGREEMENT", help="a name or id, such as SD-BASE"),
    ),
    run=run,
)
