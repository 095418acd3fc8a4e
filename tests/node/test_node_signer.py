"""The offline signer of a vendor: one event for one position, whatever happens."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from linkcontract.crypto.ed25519 import SigningKey
from linkcontract.crypto.keyfile import CHEAPEST, seal_secrets
from linkcontract.crypto.next_keys import seed_of
from linkcontract.crypto.secret import Secret
from linkcontract.encoding import encode
from linkcontract.errors import LocalProtocolError, NodeError, RemoteProtocolError
from linkcontract.limits import MAX_KEY_EVENTS
from linkcontract.model.party import PUBLIC, KeyHistory, incept, open_key_history
from linkcontract.node.private_files import create_private
from linkcontract.node.signer import Signer, create_signer

PASSPHRASE = Secret(b"a passphrase of its own")
SEED = seed_of("abandon " * 23 + "art")


def attached(path: Path) -> Signer:
    return Signer(path, PASSPHRASE, entropy=os.urandom, cost=CHEAPEST)


def new_signer(tmp_path: Path) -> tuple[Path, KeyHistory]:
    path = tmp_path / "shop.signer"
    create_signer(path, SEED, PASSPHRASE, entropy=os.urandom, cost=CHEAPEST)
    with attached(path) as signer:
        following = signer.announce()
    envelope = incept(PUBLIC, SigningKey(os.urandom(32)), following.digest, following.nonce)
    return path, open_key_history([envelope])


def head_of(history: KeyHistory) -> bytes:
    (head,) = history.heads
    return head


def test_a_rotation_is_a_valid_next_event_and_brings_its_key(tmp_path: Path) -> None:
    path, history = new_signer(tmp_path)
    for position in range(1, 4):
        with attached(path) as signer:
            done = signer.rotate(history, head_of(history))
        history = history.extend([done.envelope])
        assert history.position(head_of(history)) == position
        assert history.key_of(head_of(history)) == done.key.public


def test_asked_again_for_a_position_it_gives_the_same_event(tmp_path: Path) -> None:
    path, history = new_signer(tmp_path)
    head = head_of(history)
    with attached(path) as signer:
        first = signer.rotate(history, head)
        again = signer.rotate(history, head)
    with attached(path) as signer:
        later = signer.rotate(history, head)
        after = signer.rotate(history.extend([first.envelope]), head)
    assert first.envelope == again.envelope == later.envelope == after.envelope
    assert first.key.public == later.key.public == after.key.public


def test_it_never_signs_a_second_event_at_a_position(tmp_path: Path) -> None:
    """Whatever part of its history it is shown: one event for each position, always the same."""
    path, history = new_signer(tmp_path)
    inception = head_of(history)
    with attached(path) as signer:
        first = signer.rotate(history, inception)
        longer = history.extend([first.envelope])
        second = signer.rotate(longer, head_of(longer))
    whole = longer.extend([second.envelope])
    for shown in (history, longer, whole):
        with attached(path) as signer:
            assert signer.rotate(shown, inception).envelope == first.envelope
            if head_of(longer) in shown.events:
                assert signer.rotate(shown, head_of(longer)).envelope == second.envelope
    assert [len(whole.events_at(n)) for n in range(3)] == [1, 1, 1]


def test_an_older_copy_of_the_file_refuses(tmp_path: Path) -> None:
    path, history = new_signer(tmp_path)
    copy = tmp_path / "copy.signer"
    shutil.copy2(path, copy)
    with attached(path) as signer:
        history = history.extend([signer.rotate(history, head_of(history)).envelope])
    with attached(copy) as signer, pytest.raises(NodeError) as caught:
        signer.rotate(history, head_of(history))
    assert caught.value.code == "signer-behind"


def test_a_signer_with_other_words_refuses(tmp_path: Path) -> None:
    _path, history = new_signer(tmp_path)
    other = tmp_path / "other.signer"
    words = "zoo " * 23 + "vote"
    create_signer(other, seed_of(words), PASSPHRASE, entropy=os.urandom, cost=CHEAPEST)
    with attached(other) as signer, pytest.raises(NodeError) as caught:
        signer.rotate(history, head_of(history))
    assert caught.value.code == "signer-party"


def test_an_event_the_history_does_not_hold_is_refused(tmp_path: Path) -> None:
    path, history = new_signer(tmp_path)
    with attached(path) as signer, pytest.raises(NodeError) as caught:
        signer.rotate(history, bytes(36))
    assert caught.value.code == "signer-position"


def test_a_full_history_is_refused(tmp_path: Path) -> None:
    path, history = new_signer(tmp_path)
    with attached(path) as signer:
        for _ in range(MAX_KEY_EVENTS - 1):
            history = history.extend([signer.rotate(history, head_of(history)).envelope])
        with pytest.raises(LocalProtocolError) as caught:
            signer.rotate(history, head_of(history))
    assert caught.value.code == "history-full"


KILL_BEFORE_RENAME = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_node_signer as t
from linkcontract.model.party import open_key_history
stop = sys.argv[4]
def hook(event, arguments):
    if event == "os.rename" and stop == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    if event == "open" and stop == "after" and str(arguments[0]).endswith("medium"):
        os.kill(os.getpid(), signal.SIGKILL)
history = open_key_history([bytes.fromhex(sys.argv[3])])
with t.attached(Path(sys.argv[2])) as signer:
    sys.addaudithook(hook)
    signer.rotate(history, t.head_of(history))
"""


@pytest.mark.parametrize("stop", ["before", "after"])
def test_killed_while_recording_it_still_signs_one_event_only(tmp_path: Path, stop: str) -> None:
    """Killed before the record is in place, nothing left; after it, the same event comes again."""
    medium = tmp_path / "medium"
    medium.mkdir(mode=0o700)
    path, history = new_signer(medium)
    before = path.read_bytes()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            KILL_BEFORE_RENAME,
            str(Path(__file__).parent),
            str(path),
            history.inception.envelope.hex(),
            stop,
        ],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (path.read_bytes() == before) is (stop == "before")
    with attached(path) as signer:
        first = signer.rotate(history, head_of(history))
        assert signer.rotate(history, head_of(history)).envelope == first.envelope


def test_a_record_that_cannot_be_written_means_no_signature(tmp_path: Path) -> None:
    medium = tmp_path / "medium"
    medium.mkdir(mode=0o700)
    path, history = new_signer(medium)
    with attached(path) as signer:
        medium.joinpath(".shop.signer.new").mkdir()  # the neighbour's name is taken
        with pytest.raises(NodeError) as caught:
            signer.rotate(history, head_of(history))
        assert caught.value.code == "file-unreadable"
        medium.joinpath(".shop.signer.new").rmdir()
        first = signer.rotate(history, head_of(history))
    with attached(path) as signer:
        assert signer.rotate(history, head_of(history)).envelope == first.envelope


def test_two_processes_cannot_use_one_signer(tmp_path: Path) -> None:
    path, _history = new_signer(tmp_path)
    with attached(path), pytest.raises(NodeError) as caught, attached(path):
        pass
    assert caught.value.code == "data-locked"


def test_the_file_needs_its_passphrase_and_shows_nothing(tmp_path: Path) -> None:
    path, _history = new_signer(tmp_path)
    wrong = Signer(path, Secret(b"guess"), entropy=os.urandom)
    with pytest.raises(RemoteProtocolError) as caught, wrong:
        pass
    assert caught.value.code == "keyfile-passphrase"
    assert SEED.expose()[:16] not in path.read_bytes()
    with attached(path) as signer:
        assert SEED.expose().hex() not in repr(vars(signer))
    with pytest.raises(NodeError):
        signer.announce()  # detached: the seed is gone


@pytest.mark.parametrize(
    "plaintext",
    [
        b"\xff",
        encode({}),
        encode({"v": 2, "seed": bytes(64), "signed": []}),
        encode({"v": 1, "seed": bytes(63), "signed": []}),
        encode({"v": 1, "seed": bytes(64), "signed": {}}),
        encode({"v": 1, "seed": bytes(64), "signed": [[b"", 1]]}),
        encode({"v": 1, "seed": bytes(64), "signed": [["", 1, b""]]}),
    ],
)
def test_a_file_of_another_content_is_an_error_and_frees_the_lock(
    tmp_path: Path, plaintext: bytes
) -> None:
    path = tmp_path / "odd.signer"
    create_private(path, seal_secrets(plaintext, PASSPHRASE, entropy=os.urandom, cost=CHEAPEST))
    for _ in range(2):
        with pytest.raises(NodeError) as caught, attached(path):
            pass
        assert caught.value.code == "signer-unreadable"
