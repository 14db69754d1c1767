"""The key file: made once, for its owner, and never lost to a race or a power failure."""

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from sync_server.infra.crypto import KeysUnusable
from sync_server.infra.key_file import KeyFile


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    made = KeyFile(path).load_or_make()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = KeyFile(path).load_or_make()
    assert [key.id for key in again] == [key.id for key in made]


def test_an_added_key_comes_first_and_the_old_one_stays(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    (old,) = file.load_or_make()
    added = file.add()
    assert [key.id for key in added][1:] == [old.id]
    assert [key.id for key in file.load_or_make()] == [key.id for key in added]


@pytest.mark.parametrize("content", ["", "[]", '{"keys": 1}', '{"other": []}'])
def test_an_unreadable_key_file_is_said_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(KeysUnusable, match="cannot be read"):
        KeyFile(path).load_or_make()


def test_servers_that_start_at_once_have_the_same_key(tmp_path: Path) -> None:
    path, together = tmp_path / "keys.json", Barrier(8)

    def starts(_: int) -> str:
        together.wait()
        (key,) = KeyFile(path).load_or_make()
        return key.id

    with ThreadPoolExecutor(8) as servers:
        assert len(set(servers.map(starts, range(8)))) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="looks up descriptors in /proc")
def test_a_key_s_file_and_its_name_are_on_the_disk_before_anything_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        flushed.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    KeyFile(tmp_path / "keys.json").load_or_make()
    assert flushed == [str(tmp_path / "keys.new"), str(tmp_path)]
