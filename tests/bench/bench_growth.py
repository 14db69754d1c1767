"""What a desk with very many interviews costs the person: today, a week, the list, one opened.

Everything is read from the real encrypted cache by the services that the pages use. Each desk has
the same busy week around now; what grows is the past, with a startup for every fourth interview.
Once as it is while the desk is open, and once as the first thing a desk that was just opened is
asked, when every page of the database has still to be read and deciphered.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Fields
from interview_desk.services.agenda import AgendaService
from interview_desk.services.crossed_edits import CrossedEdits
from interview_desk.services.ports import Me
from interview_desk.services.team import TeamService
from interview_desk.services.timeline import TimelineService
from interview_desk.store import LocalStore
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from interview_desk.store.projection import to_json
from interview_desk.store.rows import indexed
from tests.bench.quiet import quiet, second_of_two
from tests.bench.table import row
from tests.helpers.desk import StoppedClock

GROWTH = (1_000, 10_000, 100_000)
ROUNDS = 100
OPENINGS = 16
A_WEEK = 20
KEY = bytes(range(32))
ME = Me(str(UUID(int=1)), "Mara", None, Role.OWNER, "Team", str(UUID(int=2)), "http://[::1]:9")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_AT_ONCE = 4_000
_INSERT = (
    "INSERT INTO records (entity, id, live, fields, versions, ver, deleted, updated_at, "
    "interview_id, starts, ends) VALUES (?, ?, 1, ?, ?, 1, 0, ?, ?, ?, ?)"
)


def team(interviews: int) -> Iterator[tuple[str, str, Fields]]:
    """The rows of a desk: twenty interviews in the week ahead, all others before it."""
    for number in range(8):
        yield "poblysh_team_members", _id(number, 1), {"name": f"Member {number}", "role": "owner"}
    for number in range(interviews // 4):
        yield "startups", _id(number, 2), {"name": f"Startup {number}", "tags": ["b2b"]}
    for number in range(interviews):
        hours = 4 * number if number < A_WEEK else -2 * number
        start = NOW + timedelta(hours=hours)
        interview = _id(number, 3)
        about = {"interview_id": interview}
        yield (
            "interviews",
            interview,
            {
                "title": f"Switch interview {number}",
                "status": "scheduled" if number < A_WEEK else "held",
                "start": format_instant(start),
                "end": format_instant(start + timedelta(hours=1)),
                "zone": "Europe/Berlin",
                "join_url": f"https://zoom.us/j/9{number:09d}",
                "startup_id": _id(number // 4, 2),
            },
        )
        yield "interview_guests", _id(number, 4), {**about, "name": f"Guest {number}"}
        part = {"member_id": _id(number % 8, 1), "role": "lead", "state": "accepted"}
        yield "interview_assignments", _id(number, 5), {**about, **part}
        yield "interview_answers", _id(number, 6), {**about, "field": "a.b", "value": "It was slow"}


def _id(number: int, kind: int) -> str:
    return str(UUID(int=(kind << 96) | number))


async def fill(store: LocalStore, interviews: int) -> None:
    """Put the rows where a first copy would have put them."""
    await store.become(ME)
    rows = (
        (
            *(entity, record_id, to_json(fields), to_json(dict.fromkeys(fields, 1))),
            *(format_instant(NOW), *indexed(fields)),
        )
        for entity, record_id, fields in team(interviews)
    )

    def keep(connection: Connection, _: News) -> int:
        batch = list(islice(rows, _AT_ONCE))
        connection.executemany(_INSERT, batch)
        # Searching has a benchmark of its own.
        connection.execute("DELETE FROM search_stale")
        return len(batch)

    while await store._engine.write(keep, durable=False):
        pass


def asked(store: LocalStore) -> dict[str, Callable[[], Awaitable[object]]]:
    """What the pages ask, by the name it has in the table."""
    agenda = AgendaService(store, me=ME, clock=StoppedClock(NOW))
    crossed = CrossedEdits(store, me=ME)
    colleagues = TeamService(store, me=ME, invitations=None)

    async def opened() -> None:
        interview = _id(7, 3)
        assert await agenda.appointment(interview)
        await crossed.open_ones(interview)
        timeline = TimelineService(store, me=ME, history=None)
        assert (await timeline.known_here(interview)).entries
        await colleagues.colleagues()

    async def week() -> None:
        assert len(await agenda.between(NOW, NOW + timedelta(days=7))) >= A_WEEK

    async def listed() -> None:
        assert await agenda.first_rows()

    return {"today": partial(agenda.today, UTC), "week": week, "list": listed, "open": opened}


async def measured(folder: Path) -> dict[int, dict[str, float]]:
    """Milliseconds by number of interviews and by what is asked, the desks asked in turn."""
    for size in GROWTH:
        store = await LocalStore.open(folder / f"{size}.db", KEY)
        await fill(store, size)
        await store.close()
    found = await at_work(folder)
    for size, times in (await just_opened(folder)).items():
        found[size] |= times
    return found


async def at_work(folder: Path) -> dict[int, dict[str, float]]:
    """What is asked again and again."""
    stores = {size: await LocalStore.open(folder / f"{size}.db", KEY) for size in GROWTH}
    asks = {size: asked(store) for size, store in stores.items()}
    found: dict[int, dict[str, float]] = {size: {} for size in GROWTH}
    for name in asks[GROWTH[0]]:
        times: dict[int, list[float]] = {size: [] for size in GROWTH}
        for turn in range(ROUNDS):
            for size in in_turn(turn):
                times[size].append(await second_of_two(asks[size][name]))
        for size in GROWTH:
            found[size][name] = quiet(times[size])
    for store in stores.values():
        await store.close()
    return found


async def just_opened(folder: Path) -> dict[int, dict[str, float]]:
    """What is asked first."""
    times: dict[int, dict[str, list[float]]] = {size: {} for size in GROWTH}
    for turn in range(OPENINGS):
        for size in in_turn(turn):
            for name in ("today", "list"):
                store = await LocalStore.open(folder / f"{size}.db", KEY)
                began = time.perf_counter()
                await asked(store)[name]()
                times[size].setdefault(f"{name}, first", []).append(time.perf_counter() - began)
                await store.close()
    return {size: {name: quiet(t) for name, t in taken.items()} for size, taken in times.items()}


def in_turn(turn: int) -> Iterable[int]:
    """The desks, another one first each time: the first pays for waking the machine."""
    return GROWTH if turn % 2 else reversed(GROWTH)


def main() -> None:
    """Print the curve, and how much the largest desk costs more than the smallest."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measured(Path(folder)))
    names = list(found[GROWTH[0]])
    print("interviews on the desk " + "".join(f"{name + ' (ms)':>17}" for name in names))
    for size, times in found.items():
        print(f"{size:>22,} " + "".join(f"{times[name]:>17.3f}" for name in names))
    for name in names:
        few, many = found[GROWTH[0]][name], found[GROWTH[-1]][name]
        row(f"{name}: 100,000 interviews vs 1,000 (ms)", many, few, 1.3)


if __name__ == "__main__":
    main()
