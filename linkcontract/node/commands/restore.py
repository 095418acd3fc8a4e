"""`restore`: a node from a backup, on a machine that has none."""

import asyncio
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from linkcontract.crypto.secret import Secret
from linkcontract.errors import NodeError
from linkcontract.node.command import CommandSpec, Invocation, argument
from linkcontract.node.commands.making import (
    CONTROLLER,
    NETWORK,
    PLACE,
    checked,
    here,
    http_table,
    new_passphrase,
    refuse_existing,
    values_of,
)
from linkcontract.node.commands.shared import now_ms
from linkcontract.node.config import NodeConfig
from linkcontract.node.config_fields import render_config
from linkcontract.node.output import EXIT_DONE, Json, cell
from linkcontract.node.passphrase import read_passphrase
from linkcontract.node.private_files import create_private
from linkcontract.node.words import read_words_file


def run(invocation: Invocation) -> int:
    """Carry out `restore`."""
    from linkcontract.node.restore import Restored, lay_down, open_backup

    given, output = invocation.arguments, invocation.output
    word = read_passphrase(
        here(given.backup_passphrase),
        invocation.environ,
        output.note,
        prompt="Passphrase of the backup: ",
    )
    seed = _seed(given)
    with open_backup(Path(given.file).expanduser(), word) as backup, ExitStack() as leftovers:
        role = backup.description.role
        if role == "vendor" and seed is not None:
            hint = "a vendor's words are in its signer file; `rotate --signer` checks them"
            raise NodeError("config-value", "--words-file", hint)
        values = values_of(invocation, role)
        config = checked(values, invocation)
        table = http_table(given)
        # An older marker at this place would belong to another node, or to this one before.
        refuse_existing(invocation.config_path, config.data_dir, config.marker)
        passphrase = new_passphrase(invocation, config.passphrase, "New passphrase of the node: ")
        text = render_config(values, table).encode("utf-8")

        async def make() -> Restored:
            from linkcontract.node.home import create_home

            async with create_home(config, passphrase) as home:
                laid = await lay_down(
                    home, backup, seed=seed, compromised=given.compromised, now=now_ms()
                )
                invocation.config_path.parent.mkdir(parents=True, exist_ok=True)
                create_private(invocation.config_path, text)
                leftovers.callback(invocation.config_path.unlink, missing_ok=True)
            return laid

        laid = asyncio.run(make())
        leftovers.pop_all()
        at = backup.description.at
    _report(invocation, config, laid, at)
    return EXIT_DONE


def _seed(given: Any) -> Secret | None:
    if given.words_file is None:
        return None
    return read_words_file(Path(given.words_file).expanduser())


def _report(invocation: Invocation, config: NodeConfig, laid: Any, at: int) -> None:
    result: dict[str, Json] = {
        "role": config.role.value,
        "label": config.label,
        "config": str(invocation.config_path),
        "data_dir": str(config.data_dir),
        "marker": str(config.marker),
        "relationships": laid.relationships,
        "statements": laid.statements,
        "unjoined": list(laid.unjoined),
        "at": at,
        "standing": "restored",
    }
    rotate = "rotate" if config.role.value == "person" else "rotate --signer FILE"
    lines = [
        f"Restored the node {config.label!r} ({config.role.value}): {laid.relationships} "
        f"relationships, {laid.statements} statements.",
        f"  configuration   {invocation.config_path}",
        f"  data            {config.data_dir}",
        "",
        "It signs nothing yet: something may have been signed after the backup was made.",
        f"Next: `{rotate}`. It asks every peer first, and takes a while if one does not answer.",
        "Do not run the old node any more, if it still exists.",
        "Peers call at the address this node had: keep it, or nobody but you can begin a call.",
    ]
    if laid.unjoined:
        named = ", ".join(cell(each) for each in laid.unjoined)
        lines.append(f"Not joined when the backup was made, so to be opened anew: {named}.")
    if not os.path.lexists(config.marker.parent):
        lines.append(f"The machine marker will be made at {config.marker}.")
    invocation.output.result(result, "\n".join(lines))


SPEC: Final = CommandSpec(
    name="restore",
    summary="make a node from a backup, on a machine that has none",
    description="""\
Makes a data directory and a configuration file from a backup. Nothing is left behind if it fails,
and nothing that exists is replaced. Needs the passphrase of the backup; for `rotate` afterwards,
which has to come before anything else is signed, the recovery words (a vendor: the signer file).
The words alone find no peer and the backup alone cannot sign.

What was signed after the backup is asked back from the peers when `rotate` or `run` starts. After
a theft of the keys use --compromised: nothing signed after the backup is taken back, since the
thief may have signed it.""",
    examples=(
        (
            "restore alice.backup --label Alice --listen 127.0.0.1:8471",
            "a person's node; then `rotate`",
        ),
        (
            "--config shop/linkcontract.toml restore shop.backup --label Shop \\\n"
            '      --name "Example Shop Ltd" --jurisdiction FR --domain shop.example \\\n'
            "      --listen 127.0.0.1:8470",
            "a vendor's node; then `rotate --signer FILE`",
        ),
    ),
    arguments=(
        argument("file", metavar="FILE", help="the backup"),
        argument(
            "--backup-passphrase",
            metavar="SOURCE",
            default="prompt",
            help="passphrase of the backup (default: prompt)",
        ),
        *PLACE,
        argument(
            "--words-file",
            metavar="FILE",
            help="person: see now whether the words in FILE (mode 0600) are the right ones",
        ),
        argument(
            "--compromised",
            action="store_true",
            help="the keys are stolen: take nothing back that was signed after the backup",
        ),
        *CONTROLLER,
        *NETWORK,
    ),
    run=run,
)
