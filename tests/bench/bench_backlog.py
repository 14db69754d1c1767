"""How fast a desk sends what it did offline: a busy week, and ten times as much.

Words as they are kept while somebody types, each an update of its own, and edits of records. What
one of them costs must not hang on how many wait. The same through a line that takes 50 ms each way.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from uuid import UUID

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.notes.document import NoteDocument
from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from tests.bench.table import row
from tests.helpers.desk import StoppedClock
from tests.helpers.proxy import Proxy
from tests.helpers.remote import Desks, RemoteDesk, Team
from tests.helpers.server import ServerProcess

A_WEEK, MUCH = 3_500, 35_000
# Of five things that wait, four are words.
_OF_FIVE = 4
_A_NOTE = 700
_AT_ONCE = 500
_FAR = 0.05


def typed(words: int) -> list[bytes]:
    """The updates of a note as its editor keeps them."""
    updates: list[bytes] = []
    document = NoteDocument(updates.append)
    for number in range(words):
        document.insert(document.length, f"word{number} ")
    return updates


async def work_offline(desk: RemoteDesk, items: int) -> None:
    """Leave so much in the desk's database, none of it sent."""
    words = items * _OF_FIVE // 5
    interviews = [str(UUID(int=items + number)) for number in range(max(words // _A_NOTE, 1))]
    updates = typed(words // len(interviews))

    def keep(connection: Connection, _: News) -> None:
        for interview in interviews:
            doc = note_document_id(interview, "welcome")
            connection.execute(
                "INSERT INTO notes (doc, interview_id, stage) VALUES (?, ?, 'welcome')",
                (doc, interview),
            )
            connection.executemany(
                "INSERT INTO own_note_updates (doc, body) VALUES (?, ?)",
                ((doc, update) for update in updates),
            )

    edits = [Edit("interviews", one, {"title": "T", "status": "draft"}) for one in interviews]
    edits += [
        Edit("startups", str(UUID(int=(items << 32) + number)), {"name": f"Startup {number}"})
        for number in range(items - words)
    ]
    for start in range(0, len(edits), _AT_ONCE):
        await desk.store.write(edits[start : start + _AT_ONCE])
    await desk.store._engine.write(keep, durable=False)


async def sending(desk: RemoteDesk, items: int) -> float:
    """Seconds until nothing waits."""
    await work_offline(desk, items)
    began = time.perf_counter()
    await ExchangeRound(desk.store, desk.api, StoppedClock()).run()
    took = time.perf_counter() - began
    assert (await desk.store.pending()).unsent == 0
    return took


async def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        server = ServerProcess(Path(directory) / "server").start()
        team, desks = Team(server), Desks(Path(directory) / "desks")
        try:
            async with Proxy(server.url) as proxy:
                took: dict[str, float] = {}
                for name, delay, items in (
                    ("week", 0.0, A_WEEK),
                    ("much", 0.0, MUCH),
                    ("far", _FAR, A_WEEK),
                ):
                    code = await asyncio.to_thread(team.code)
                    desk = await desks.pair(proxy.url, code, name=name)
                    proxy.delay = delay
                    took[name] = await sending(desk, items)
                    proxy.delay = 0.0
                    print(f"  {items:,} things, {name}: {items / took[name]:,.0f} a second")
                await desks.close()
        finally:
            server.kill()
    each = {"week": took["week"] / A_WEEK * 1e3, "much": took["much"] / MUCH * 1e3}
    row("one of 35,000 that wait vs of 3,500 (ms)", each["much"], each["week"], 1.3)
    row("a week through 50 ms each way vs near (s)", took["far"], took["week"], 3.0)


if __name__ == "__main__":
    asyncio.run(main())
