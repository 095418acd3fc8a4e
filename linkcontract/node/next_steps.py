"""What a person can do about an error, for codes raised where no more is known than the cause."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

NEXT_STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "file-missing": "check the path",
        "file-exists": "nothing is ever overwritten: choose another path, or remove the file",
        "keyfile-passphrase": "try again; if the passphrase is surely right, the key file was "
        "altered: restore from a backup",
        "keyfile-form": "this is no key file of this version: check the path, or restore",
        "keyfile-cost": "the file asks for more or less work than a key file may: do not trust it",
        "keyfile-memory": "free some memory, or open it on a larger machine",
        "mnemonic-length": "type all 24 words in the order they were shown",
        "mnemonic-word": "look the word at this position up on your paper",
        "mnemonic-checksum": "two words may have changed places; compare with your paper",
        "erase-active": "revoke the contract first, or say so with --yes",
        "read-nothing": "`log REL` shows what was shared and when",
        "read-erased": "`log REL` shows who erased and when",
        "verify-files": "name one file, or one of each side",
        "verify-relationship": "take two exports of the same relationship",
        "verify-exporter": "take one export of each side",
        "backup-form": "take another backup; a file is not repaired",
        "words-mismatch": "take the words shown when the node was made, or changed to since",
        "rotate-full": "withdraw what you want to end there, and begin a new relationship",
        "signer-behind": "use the signer file that signed last; never use an older copy",
        "store-in-use": "stop the other process, or let the running node do the work",
        "store-full": "free some space; nothing of this was kept",
        "store-corrupt": "restore from a backup; keep the damaged file",
        "store-newer": "it was written by a newer version: install that one",
        "label-form": "choose a short name, as Shop",
        "label-used": "choose another label; `status` lists those there are",
        "node-restored": "run `rotate` with the recovery words",
        "invite-address": "set bind in [transport.http] of the configuration file",
        "connect-self": "send the link to whoever is to connect with you",
        "accept-unconfirmed": "read it with `status REL`, then add --yes",
        "accept-controller": "refuse it, and ask the other side to name itself in the proposal",
        "counter-again": "accept or refuse what is there, or start over with `propose`",
        "admin-closed": "see the node's own output, and start it again if it has ended; `log` "
        "shows whether something was signed",
        "cose-signature": "something was altered on its way: ask for it again",
        "link-form": "copy the whole link, from linkcontract: to its end",
        "link-secret": "copy the whole link; the part behind # belongs to it",
        "link-expiry": "the link was altered: ask for a new one",
        "card-expired": "ask the other side for a new link",
        "card-older": "this link was replaced by a newer one: ask for that",
        "relationship-unknown": "`status` lists the relationships there are",
        "field-text": "use letters, digits and the signs in the examples of --help",
        "field-range": "choose another time or number; --help shows what is usual",
        "roster-unknown": "`terms` lists the agreements there are",
        "author-key": "the key was rotated on a copy of this data, or from the words by somebody "
        "else: run `rotate`, and stop using the copy",
        "author-parted": "the key history has parted: end it, and begin a new relationship",
        "author-clock": "the clock of this machine is behind: set it; withdrawing still works",
        "author-before-join": "wait until the other side has joined; `status` shows it",
        "transport-listen": "another program may have the address: see bind in the configuration",
        "admin-command": "the running node is of another version: stop it and start this one",
    }
)
