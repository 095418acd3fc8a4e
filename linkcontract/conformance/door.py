"""One request, one answer."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from linkcontract.conformance import (
    contracts,
    data,
    encoding,
    envelope,
    evidence,
    ledger,
    log,
    opening,
    parties,
    permissions,
    sealing,
    session,
    statements,
)
from linkcontract.errors import LinkContractError

Command: TypeAlias = Callable[[object], dict[str, Any]]
"""From the `input` of a request to the `output` of its answer; a refusal is raised."""

COMMANDS: Final[Mapping[str, Command]] = MappingProxyType(
    {
        **encoding.COMMANDS,
        **envelope.COMMANDS,
        **sealing.COMMANDS,
        **parties.COMMANDS,
        **statements.COMMANDS,
        **opening.COMMANDS,
        **data.COMMANDS,
        **session.COMMANDS,
        **ledger.COMMANDS,
        **contracts.COMMANDS,
        **permissions.COMMANDS,
        **log.COMMANDS,
        **evidence.COMMANDS,
    }
)
"""Every command offered, by its name."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request.

    Args:
        request: an object with `command` and `input`, as `json.loads` gives it.

    Returns:
        {"output": …}, {"error": code} or {"unsupported": True}. A request in another form is
        refused with the code request-form. What is no refusal is a fault of this implementation
        and is raised as it is: no answer may hide it.

    Spec: conformance/CLI.md.
    """
    name = request.get("command")
    if not isinstance(name, str) or "input" not in request:
        return {"error": "request-form"}
    command = COMMANDS.get(name)
    if command is None:
        return {"unsupported": True}
    try:
        return {"output": command(request["input"])}
    except LinkContractError as refusal:
        return {"error": refusal.code}
