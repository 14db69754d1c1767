"""Who is on the other servers: told sealed, and forgotten when nobody tells of them any more."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from typing_extensions import override

from sync_server.infra.database import Database, Tx
from sync_server.infra.parts import Parts
from sync_server.infra.travelling import packed
from sync_server.sync.live import elsewhere
from sync_server.sync.live.elsewhere import Elsewhere, PresenceAsked, PresenceTold
from sync_server.sync.live.presence import Attendee, PresenceChanged, Presences
from tests.helpers.around import AroundDatabase
from tests.helpers.server import WORKSPACE_ID

T = TypeVar("T")

ROOM = (WORKSPACE_ID, "interview")
ADA = Attendee("device", "member", "Ada", "welcome", {"at": 1})


def told(parts: Parts, attendee: Attendee | None, connection: str = "line") -> PresenceTold:
    return PresenceTold(*ROOM, connection, elsewhere.sealed(parts.vault, connection, attendee))


def changed(stage: str) -> set[PresenceChanged]:
    return {PresenceChanged(*ROOM, stage)}


def test_who_is_told_of_is_there_until_they_leave(parts: Parts) -> None:
    presences = Presences()
    there = Elsewhere(parts, presences)
    assert there.heard(told(parts, ADA)) == changed("welcome")
    assert there.heard(told(parts, ADA)) == set()
    assert presences.message(ROOM, "welcome").members[0].name == "Ada"
    assert there.heard(told(parts, None)) == changed("welcome")
    assert there.heard(told(parts, None)) == set()
    assert presences.stages(ROOM) == set()


def test_whose_server_has_gone_silent_is_forgotten(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    presences = Presences()
    there = Elsewhere(parts, presences)
    there.heard(told(parts, ADA))
    assert there.forget_silent() == set()
    monkeypatch.setattr(elsewhere, "SILENT_SECONDS", -1.0)
    assert there.forget_silent() == changed("welcome")
    assert presences.stages(ROOM) == set()


def test_what_is_sealed_with_other_keys_is_nobody(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    there = Elsewhere(parts, Presences())
    with caplog.at_level(logging.WARNING):
        assert there.heard(PresenceTold(*ROOM, "line", "nonsense")) == set()
    assert "keys" in caplog.text


def test_what_is_told_says_nothing_to_others_and_fits(parts: Parts) -> None:
    # With a space, which what is sealed never has: three letters alone it spells now and then.
    name = "Ada Byron"
    large = Attendee("device", "member", name * 160, "welcome", "x" * 2000)
    for attendee in (replace(ADA, name=name), large):
        news = told(parts, attendee)
        assert name not in json.dumps(list(packed([news], origin="one")))
        assert len(list(packed([news], origin="one"))) == 1
    presences = Presences()
    Elsewhere(parts, presences).heard(told(parts, large))
    assert presences.message(ROOM, "welcome").members[0].cursor == "x" * 2000


def test_a_place_that_does_not_fit_is_told_without_the_cursor(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "_LARGEST", 10)
    presences = Presences()
    Elsewhere(parts, presences).heard(told(parts, ADA))
    assert presences.message(ROOM, "welcome").cursors == {}


async def test_a_server_without_others_tells_nobody(parts: Parts) -> None:
    there = Elsewhere(parts, Presences())
    there.tell(ROOM, "line")
    there.ask(ROOM)
    assert (there._telling is None) == (not parts.database.is_shared)
    if there._telling is not None:
        there._telling.cancel()


class _BusyDatabase(AroundDatabase):
    """A shared database that takes its time; keeps what was told to the other servers."""

    def __init__(self, real: Database, meanwhile: Callable[[], None]) -> None:
        super().__init__(real)
        self.dialect, self.is_shared = "postgresql", True
        self._meanwhile: Callable[[], None] | None = meanwhile
        self.told: list[object] = []

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        def noticed(tx: Tx) -> T:
            result = work(tx)
            self.told += tx.news_elsewhere
            tx.news_elsewhere.clear()
            return result

        result = await super().write(noticed)
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return result


async def test_who_leaves_while_others_are_told_of_them_is_told_to_have_left(
    parts: Parts,
) -> None:
    presences, others = Presences(), Presences()

    def leaves() -> None:
        presences.leave(ROOM, "line")
        here.tell(ROOM, "line")
        here.ask(ROOM)

    database = _BusyDatabase(parts.database, leaves)
    here = Elsewhere(replace(parts, database=database), presences)
    presences.enter(ROOM, "line", ADA)
    here.tell(ROOM, "line")
    assert here._telling is not None
    await here._telling
    there = Elsewhere(parts, others)
    for news in database.told:
        if isinstance(news, PresenceTold):
            there.heard(news)
    assert others.stages(ROOM) == set()
    assert PresenceAsked(*ROOM) in database.told


@pytest.mark.postgres
async def test_a_database_that_is_away_is_no_failure(parts: Parts) -> None:
    there = Elsewhere(parts, Presences())
    await parts.database.close()
    there.ask(ROOM)
    if there._telling is not None:
        await there._telling
    assert there._asked == set()


def test_a_question_names_the_interview() -> None:
    assert PresenceAsked(*ROOM).room == ROOM
