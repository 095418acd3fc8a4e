"""`init`: make a node.

Order matters: everything a person types comes first, then everything is made in a directory that
takes its name at the very end. What fails or is interrupted leaves nothing behind.
"""

import argparse
import asyncio
import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from linkcontract.crypto.secret import Secret
from linkcontract.encoding import cid_text
from linkcontract.errors import NodeError
from linkcontract.model.party import PUBLIC
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
from linkcontract.node.config import NodeConfig, Role
from linkcontract.node.config_fields import render_config
from linkcontract.node.home import Identity, NewHome, create_home
from linkcontract.node.next_key_pool import NextKeyPool
from linkcontract.node.output import EXIT_DONE, Json
from linkcontract.node.private_files import create_private
from linkcontract.node.signer import Signer, create_signer
from linkcontract.node.words import (
    ControllingTerminal,
    new_words,
    read_words_file,
    seed_from,
    show_once,
    write_words_file,
)

_SEED_LENGTH: Final = 32


def run(invocation: Invocation) -> int:
    """Carry out `init`."""
    values = values_of(invocation, invocation.arguments.role)
    config = checked(values, invocation)
    given = invocation.arguments
    http = http_table(given)
    refuse_existing(invocation.config_path, config.data_dir, config.marker)
    signer_file = _signer_file(given, config)
    passphrase = new_passphrase(invocation, config.passphrase, "New passphrase of the node: ")
    with ExitStack() as leftovers:
        if signer_file is None:
            seed = _seed(given, leftovers)
        else:
            word = new_passphrase(
                invocation, here(given.signer_passphrase), "New passphrase of the signer file: "
            )
            seed = _seed(given, leftovers)
            create_signer(signer_file, seed, word, entropy=os.urandom)
            leftovers.callback(signer_file.unlink, missing_ok=True)
        leftovers.callback(config.marker.unlink, missing_ok=True)
        text = render_config(values, http).encode("utf-8")

        async def make() -> Identity:
            async with create_home(config, passphrase) as home:
                if signer_file is None:
                    identity = await _settle_person(home, seed)
                else:
                    identity = await _settle_vendor(home, signer_file, word)
                invocation.config_path.parent.mkdir(parents=True, exist_ok=True)
                create_private(invocation.config_path, text)
                leftovers.callback(invocation.config_path.unlink, missing_ok=True)
            return identity

        identity = asyncio.run(make())
        leftovers.pop_all()
    _report(invocation, config, identity, signer_file)
    return EXIT_DONE


async def _settle_person(home: NewHome, seed: Secret) -> Identity:
    """A person has no party yet: each relationship gets its own, from the pool."""
    identity = Identity(Role.PERSON, None, _now())
    pool = NextKeyPool(home.keystore, (), None)
    await home.settle(identity, pool.start_over(seed))
    return identity


async def _settle_vendor(home: NewHome, signer_file: Path, word: Secret) -> Identity:
    """A vendor has one public party from the start; its next key is with the signer."""
    # Late: the driver imports everything below it, and every command imports this module.
    from linkcontract.driver.parties import new_party

    with Signer(signer_file, word, entropy=os.urandom) as signer:
        following = signer.announce()
    now = _now()
    history, changes = new_party(
        home.keystore,
        PUBLIC,
        Secret(os.urandom(_SEED_LENGTH)),
        next_digest=following.digest,
        nonce=following.nonce,
        now=now,
    )
    identity = Identity(Role.VENDOR, history.party, now)
    await home.settle(identity, changes)
    return identity


def _signer_file(given: argparse.Namespace, config: NodeConfig) -> Path | None:
    if config.role is Role.PERSON:
        if given.signer:
            raise NodeError("config-value", "--signer", "only a vendor has a signer file")
        return None
    if not given.signer:
        hint = (
            "name a file on a medium you can take away, such as --signer /media/stick/shop.signer"
        )
        raise NodeError("config-missing", "--signer", hint)
    path = Path(given.signer).expanduser().absolute()
    if path.is_relative_to(config.data_dir):
        raise NodeError("config-value", "--signer", "it has to be outside the data directory")
    refuse_existing(path)
    return path


def _seed(given: argparse.Namespace, leftovers: ExitStack) -> Secret:
    if given.words_file:
        return read_words_file(Path(given.words_file).expanduser())
    words = new_words(os.urandom)
    if given.write_words:
        path = Path(given.write_words).expanduser()
        write_words_file(path, words)
        leftovers.callback(path.unlink, missing_ok=True)
    else:
        terminal = ControllingTerminal()
        try:
            show_once(terminal, words, os.urandom)
        finally:
            terminal.close()
    return seed_from(words)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _report(
    invocation: Invocation, config: NodeConfig, identity: Identity, signer: Path | None
) -> None:
    party = None if identity.party is None else cid_text(identity.party)
    words = invocation.arguments.write_words
    result: dict[str, Json] = {
        "role": config.role.value,
        "label": config.label,
        "party": party,
        "config": str(invocation.config_path),
        "data_dir": str(config.data_dir),
        "marker": str(config.marker),
        "signer": None if signer is None else str(signer),
        "words_file": None if words is None else str(Path(words).expanduser().absolute()),
    }
    lines = [
        f"Made the node {config.label!r} ({config.role.value}).",
        f"  configuration   {invocation.config_path}",
        f"  data            {config.data_dir}",
        f"  machine marker  {config.marker}",
    ]
    if party is not None:
        lines.append(f"  public party    {party}")
    if signer is not None:
        lines.append(f"  signer file     {signer}")
    if words is not None:
        lines.append(f"  recovery words  {result['words_file']}")
    lines += ["", "Keep the machine marker out of every backup."]
    if signer is not None:
        lines.append("Take the signer file off this machine; only a rotation needs it.")
    if words is not None:
        lines.append("Move the recovery words to paper and delete the file.")
    invocation.output.result(result, "\n".join(lines))


SPEC: Final = CommandSpec(
    name="init",
    summary="make a node: words, keys, data and configuration",
    description="""\
Makes a node: recovery words, key file, store, machine marker and a commented configuration file.
Nothing is left behind if it fails.

A person's node holds no identity that could be recognised: every relationship gets a party of its
own. A vendor's node gets one public party; its next keys live in a signer file that you take away.

The recovery words are shown once on the terminal and asked for; they are never an argument. For an
unattended set-up, --write-words puts new words into a file, --words-file takes them from one.""",
    examples=(
        ("init --role person --label Alice", "a person's node in ~/.linkcontract, asking for all"),
        (
            "--config shop/linkcontract.toml init --role vendor --label Shop \\\n"
            '      --name "Example Shop Ltd" --jurisdiction FR --domain shop.example \\\n'
            "      --signer /media/stick/shop.signer --listen 127.0.0.1:8470 --accept SD-BASE",
            "a vendor's node that accepts one agreement without asking",
        ),
    ),
    arguments=(
        argument("--role", required=True, choices=["person", "vendor"], help="who runs this node"),
        *PLACE,
        argument(
            "--words-file",
            metavar="FILE",
            exclusive="words",
            help="take the words from FILE (mode 0600)",
        ),
        argument(
            "--write-words",
            metavar="FILE",
            exclusive="words",
            help="write new words to FILE instead of showing them",
        ),
        *CONTROLLER,
        argument("--signer", metavar="FILE", help="vendor: where to make the signer file"),
        argument(
            "--signer-passphrase",
            metavar="SOURCE",
            default="prompt",
            help="vendor: passphrase of the signer file (default: prompt)",
        ),
        *NETWORK,
    ),
    run=run,
)
