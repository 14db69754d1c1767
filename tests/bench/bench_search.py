"""Search as a person types, over 10,000 notes, against the bare FTS5 query on the same file.

Twice: where the bare query lets the window live (on a thread, as ours has to: a common word takes
long enough to be felt), and where it blocks whoever asks. The first is what a window could have
instead; the way to a thread and back alone costs as much as a third of finding a rare word.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.notes.document import NoteDocument
from interview_desk.services.search import SearchService
from interview_desk.store import LocalStore
from interview_desk.store.connection import Connection, connect
from interview_desk.store.news import News
from tests.bench.quiet import quiet, second_of_two
from tests.bench.table import row

NOTES = 10_000
ROUNDS = 40
KEY = bytes(range(32))
STAGES = ("context", "first_thought", "deciding", "outcomes", "debrief")
# A rare word, a word begun, two words, a word begun that is in nearly every note.
TYPED = ("moonlight", "interv", "payroll friday", "th")
RAW = (
    "SELECT rowid, rank, snippet(search, 1, char(2), char(3), '\N{HORIZONTAL ELLIPSIS}', 16) "
    "FROM search WHERE search MATCH ? ORDER BY rank LIMIT 30"
)


def words(draw: random.Random) -> list[str]:
    letters = "abcdefghijklmnoprstuvw"
    made = ("".join(draw.choices(letters, k=draw.randint(3, 9))) for _ in range(4000))
    return [*made, "interview", "payroll", "friday", "the", "they"]


def note(draw: random.Random, vocabulary: list[str], number: int) -> bytes:
    said = [*draw.choices(vocabulary, k=320), "the"]
    if number % 997 == 0:
        said.append("moonlight")
    document = NoteDocument()
    document.insert(0, " ".join(said))
    return document.updates_since()


async def fill(store: LocalStore) -> None:
    draw = random.Random(7)  # noqa: S311  - the same notes in each run
    vocabulary = words(draw)
    ids = [f"0199c0de-0000-7000-8000-{number:012d}" for number in range(NOTES // len(STAGES))]
    await store.write([Edit("interviews", one, {"title": f"Interview {one[-4:]}"}) for one in ids])

    def keep(connection: Connection, first: int) -> None:
        for number in range(first, first + 500):
            interview, stage = ids[number // len(STAGES)], STAGES[number % len(STAGES)]
            doc = note_document_id(interview, stage)
            connection.execute(
                "INSERT INTO notes (doc, interview_id, stage) VALUES (?, ?, ?)",
                (doc, interview, stage),
            )
            connection.execute(
                "INSERT INTO note_updates (doc, seq, body) VALUES (?, 1, ?)",
                (doc, note(draw, vocabulary, number)),
            )

    for first in range(0, NOTES, 500):
        await store._engine.write(partial(_with_news, partial(keep, first=first)), durable=False)
    began = time.perf_counter()
    while await store.search.settle():
        pass
    print(f"  read {NOTES} notes of 2 kB for searching in {time.perf_counter() - began:.1f} s")


def _with_news(keep: Callable[[Connection], None], connection: Connection, _: News) -> None:
    keep(connection)


async def compare(store: LocalStore, raw: Connection) -> None:
    service, loop = SearchService(store.search), asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1) as thread:
        for typed in TYPED:
            expression = " ".join(f'"{word}"*' for word in typed.split())
            bare = partial(ask, raw, expression)
            ours, beside, here = [], [], []
            for _ in range(ROUNDS):
                ours.append(await second_of_two(partial(service.search, typed)))
                beside.append(await second_of_two(partial(loop.run_in_executor, thread, bare)))
                here.append(await second_of_two(partial(now, bare)))
            found = (await service.search(typed)).found
            assert len(found) == len(bare()) > 0
            took = quiet(ours)
            row(f"search: {typed} (ms), bare on a thread", took, quiet(beside), 1.5)
            row(f"search: {typed} (ms), bare and blocking", took, quiet(here), 1.5)


async def now(work: Callable[[], object]) -> None:
    work()


def ask(raw: Connection, expression: str) -> list[object]:
    return raw.execute(RAW, (expression,)).fetchall()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        store = await LocalStore.open(path, KEY)
        await fill(store)
        raw = connect(path, KEY, read_only=True)
        await compare(store, raw)
        raw.close()
        await store.close()


if __name__ == "__main__":
    asyncio.run(main())
