"""What the database remembers of its own answers, and for how long."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interview_desk.store.connection import Connection
from interview_desk.store.engine import Engine
from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.news import News


class Asked:
    """A question about one small fact; counts how often the file was read for it."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, connection: Connection) -> object:
        self.times += 1
        return get_meta(connection, "cursor")


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "desk.db", bytes(32))
    yield engine
    await engine.close()


async def point_at(engine: Engine, cursor: str) -> None:
    await engine.write(lambda connection, _: set_meta(connection, "cursor", value=cursor))


async def test_what_is_asked_again_is_read_again_only_after_a_change(engine: Engine) -> None:
    asked = Asked()
    for number, cursor in enumerate(("c1", "c2"), start=1):
        await point_at(engine, cursor)
        assert [await engine.read_again(asked) for _ in range(3)] == [cursor] * 3
        assert asked.times == number


async def test_two_questions_are_remembered_apart(engine: Engine) -> None:
    await point_at(engine, "c1")
    assert await engine.read_again(Asked()) == "c1"
    assert await engine.read_again(lambda connection: get_meta(connection, "epoch")) is None


async def test_a_change_that_failed_was_none(engine: Engine) -> None:
    def fails(connection: Connection, _: News) -> None:
        set_meta(connection, "cursor", value="c1")
        raise ZeroDivisionError

    asked = Asked()
    assert await engine.read_again(asked) is None
    with pytest.raises(ZeroDivisionError):
        await engine.write(fails)
    assert await engine.read_again(asked) is None


async def test_another_file_in_its_place_is_read_anew(engine: Engine, tmp_path: Path) -> None:
    other = await Engine.open(tmp_path / "other.db", bytes(32))
    await point_at(other, "of the other")
    await other.close()
    asked = Asked()
    assert await engine.read_again(asked) is None

    def replace(path: Path, _: bytes) -> News:
        (tmp_path / "other.db").replace(path)
        return News()

    await engine.replace_file(replace)
    assert await engine.read_again(asked) == "of the other"
