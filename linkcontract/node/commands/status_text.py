"""`status` as text."""

from collections.abc import Sequence
from typing import Any

from linkcontract.model import vocabulary
from linkcontract.node.output import cell, moment, plain, table


def show_status(result: dict[str, Any], *, whole: bool) -> str:
    """The result of `status` for people."""
    lines = [_node(result["node"])]
    relationships = result["relationships"]
    if not relationships:
        lines.append("No relationships yet: `invite` somebody, or `connect` with a link.")
    elif whole:
        lines.append(_relationship(relationships[0]))
    else:
        lines.append(_overview(relationships))
    return "\n\n".join(lines)


def _node(node: dict[str, Any]) -> str:
    who = f"{cell(node['label'])}: a {node['role']}'s node"
    if node["party"] is not None:
        who += f", party {_short(node['party'])}"
    lines = [who]
    if node["listening"]:
        lines.append(f"listening at {', '.join(node['listening'])}")
    if node["standing"] == "restored":
        lines.append("RESTORED: it signs nothing until `rotate` was run")
    left = node["next_keys"]
    if left is not None and left < 32:
        lines.append(f"{left} next keys left: run `rotate --refill` with the recovery words")
    return "\n".join(lines)


def _overview(relationships: list[dict[str, Any]]) -> str:
    rows = []
    for each in relationships:
        threads = each["threads"] or [None]
        for index, thread in enumerate(threads):
            known = ("", "", "") if index else (each["label"], _short(each["rel"]), _state(each))
            rows.append((*known, *_contract(thread), _waits(each, thread)))
    return table(("LABEL", "ID", "STATE", "CONTRACT", "PHASE", "UNTIL", "WAITS FOR"), rows)


def _state(each: dict[str, Any]) -> str:
    if each["convicted"]:
        return "contested"
    if each["parted"]:
        return "keys parted"
    if each["joined"]:
        return "joined"
    return "gave up" if each["given_up"] else "not joined"


def _contract(thread: dict[str, Any] | None) -> tuple[str, str, str]:
    if thread is None:
        return "none", "", ""
    name, until, altered = thread["agreement"], thread["bound"], thread["altered"]
    if name is None and thread["offers"]:
        newest = thread["offers"][-1]
        name, until = newest["name"] or newest["agreement"], newest["until"]
        altered = newest["name"] is not None and not newest["unchanged"]
    if altered:
        name = f"{name}, ALTERED"
    shown = "" if until is None else moment(until)[:10]
    phase = "expired" if thread["expired"] and thread["phase"] == "active" else thread["phase"]
    return name or "none", phase, shown


def _waits(each: dict[str, Any], thread: dict[str, Any] | None) -> str:
    waits = []
    if thread is not None and thread["needs_you"]:
        waits.append("you")
    elif thread is not None and thread["offers"]:
        waits.append("the other side")
    if each["undelivered"]:
        waits.append(f"delivery of {each['undelivered']}")
    return ", ".join(waits) or "nothing"


def _relationship(each: dict[str, Any]) -> str:
    who = "you opened it" if each["opener"] == "self" else "the other side opened it"
    lines = [
        f"{cell(each['label'])}: relationship {_short(each['rel'])}, {_state(each)}, {who}",
        f"  peer {_short(each['peer'])}, a {each['peer_kind']} party; you are the {each['side']}"
        f" party; {each['statements']} statements, {each['undelivered']} not delivered yet",
    ]
    if each["convicted"]:
        lines.append(f"  signed contradicting statements: {_names(each)}")
    if not each["threads"]:
        lines += ["", "Nothing was proposed yet: see `terms` and `propose`."]
    for thread in each["threads"]:
        lines += ["", *_thread(thread)]
    return "\n".join(lines)


def _names(each: dict[str, Any]) -> str:
    names = {each["me"]: "you", each["peer"]: "the peer"}
    return ", ".join(names.get(writer, _short(writer)) for writer in each["convicted"])


def _thread(thread: dict[str, Any]) -> list[str]:
    name, phase, until = _contract(thread)
    lines = [f"Thread {_short(thread['root'])}: {cell(name)}, {phase}"]
    if until:
        lines[0] += f", until {until}"
    for offer in thread["offers"]:
        lines += ["  " + line for line in describe(offer)]
    lines += _permissions(thread.get("permissions"))
    lines += _duties(thread.get("duties") or ())
    return lines


def _permissions(permissions: list[dict[str, Any]] | None) -> list[str]:
    """What is permitted now, with paths of which the same holds on one line."""
    if permissions is None:
        return []
    if not permissions:
        return ["  Nothing is permitted now."]
    paths: dict[tuple[str, ...], list[str]] = {}
    for each in permissions:
        who = "the organisation" if each["recipient"] is None else _label(each["recipient"])
        actions = ", ".join(_label(action) for action in each["actions"])
        paths.setdefault((actions, _label(each["purpose"]), who), []).append(cell(each["path"]))
    lines = ["  Permitted now:"]
    for (actions, purpose, who), covered in paths.items():
        lines += [f"    {', '.join(covered)}", f"      {actions}", f"      for {purpose}; by {who}"]
    return lines


def _duties(duties: Sequence[dict[str, Any]]) -> list[str]:
    lines = [f"  Owed by the organisation: {_duty(duty)}" for duty in duties if _is_called(duty)]
    rest = [_duty(duty) for duty in duties if not _is_called(duty)]
    if rest:
        lines.append(f"  Owed by the organisation when called for: {'; '.join(rest)}")
    return lines


def _is_called(duty: dict[str, Any]) -> bool:
    return duty["due"] is not None or duty["done"] is not None


def describe(offer: dict[str, Any]) -> list[str]:
    """An offer in lines: what, about which data, until when, and who says so."""
    whose = "Your proposal" if offer["writer"] == "self" else "Proposed to you"
    if offer["answers"] is not None:
        whose = "Your counter-offer" if offer["writer"] == "self" else "Counter-offer to you"
    lines = [f"{whose}: {_short(offer['id'])}, to be accepted by {moment(offer['accept_by'])} UTC"]
    if offer["unchanged"]:
        lines.append(f"  {offer['name']}: {offer['title']}")
    elif offer["name"] is not None:
        lines.append(f"  NAMES {offer['name']}, BUT ITS RULES DIFFER FROM THE TEXT IT NAMES")
    else:
        lines.append(f"  NOT FROM THE ROSTER: it calls itself {cell(offer['agreement'])}")
    lines.append(f"  data: {', '.join(cell(path) for path in offer['paths']) or 'none'}")
    lines.append(
        f"  from {moment(offer['from'])} until {moment(offer['until'])} UTC,"
        f" law {cell(offer['law'])}"
    )
    controller = offer["controller"]
    if controller is not None:
        where = "" if controller["domain"] is None else f", domain {cell(controller['domain'])}"
        lines.append(
            f"  it says it is {cell(controller['name'])}, {cell(controller['jurisdiction'])}"
            f"{where} (not checked)"
        )
    if not offer["controller_fits"]:
        lines.append("  IT DOES NOT SAY WHO LEGALLY STANDS BEHIND THIS PARTY")
    return [plain(line) for line in lines]


def _duty(duty: dict[str, Any]) -> str:
    text = cell(duty["label"])
    if duty["done"] is not None:
        return f"{text}: done, signed in {_short(duty['done'])}"
    if duty["due"] is not None:
        return f"{text}: DUE by {moment(duty['due'])} UTC"
    return text


def _label(term: str) -> str:
    return vocabulary.label(term) if vocabulary.exists(term) else cell(term)


def _short(identifier: str) -> str:
    return identifier.removeprefix("bafyrei")[:12]
