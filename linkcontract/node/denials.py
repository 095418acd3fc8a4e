"""Why something is not permitted, in words."""

from collections.abc import Sequence
from typing import Any

from linkcontract.ledger.permissions import PERMISSION_REASONS
from linkcontract.node.output import plain
from linkcontract.policy import REASONS


def reason(code: str) -> str:
    """The sentence of a decision's code."""
    return REASONS.get(code) or PERMISSION_REASONS.get(code) or code


def denial_lines(heading: str, denied: Sequence[Any], purpose: str) -> str:
    """Denials as text.

    Args:
        heading: what did not happen.
        denied: `path`, `reason` (a code) and `rule` of each.
        purpose: what it was asked for.
    """
    lines = [heading]
    for each in denied:
        rule = f", by {each['rule']}" if each["rule"] else ""
        lines.append(
            f"  {each['path']} for {purpose}: {reason(each['reason'])} [{each['reason']}{rule}]"
        )
    return plain("\n".join(lines))
