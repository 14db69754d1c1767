"""Files that become whole under their name, also where two write the same at once."""

from pathlib import Path

import pytest

from sync_server.infra.files import BeingWritten, put_in_place, remove_unfinished, unfinished


def test_who_comes_second_leaves_the_first_s_work_alone(tmp_path: Path) -> None:
    path = tmp_path / "backup"
    with unfinished(path) as (place, _):
        place.write_bytes(b"half")
        with pytest.raises(BeingWritten), unfinished(path):
            pytest.fail("two write the same")
        assert place.read_bytes() == b"half"
        put_in_place(place, path)
    assert path.read_bytes() == b"half"


def test_what_is_in_place_already_is_not_taken_for_what_the_next_one_writes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "backup"
    with unfinished(path) as (place, _):
        put_in_place(place, path)
        with unfinished(path) as (again, _):
            again.write_bytes(b"next")
            assert path.read_bytes() == b""
            put_in_place(again, path)
    assert path.read_bytes() == b"next"


def test_the_end_of_the_program_removes_what_is_not_whole_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "backup"
    with unfinished(path) as (place, _):
        remove_unfinished()
        assert not place.exists()
        place.write_bytes(b"somebody else's")
        remove_unfinished()
        assert place.read_bytes() == b"somebody else's"
    assert place.read_bytes() == b"somebody else's"


def test_what_somebody_left_behind_goes(tmp_path: Path) -> None:
    path = tmp_path / "backup"
    left = tmp_path / "backup.part"
    left.write_bytes(b"longer than what comes")
    left.chmod(0o400)
    with unfinished(path) as (place, _):
        assert place == left
        assert place.read_bytes() == b""
        assert place.stat().st_mode & 0o777 == 0o600
    assert [*tmp_path.iterdir()] == []
