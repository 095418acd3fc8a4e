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
        "verify-files": "name one file, or one of each side",
        "verify-relationship": "take two exports of the same relationship",
        "verify-exporter": "take one export of each side",
        "store-in-use": "stop the other process, or let the running node do the work",
        "store-full": "free some space; nothing of this was kept",
        "store-corrupt": "restore from a backup; keep the damaged file",
        "store-newer": "it was written by a newer version: install that one",
    }
)
