"""A desk in a process of its own: types like ten people at once, and exchanges all the while.

`python typist.py DATABASE INTERVIEW STAGE PREFIX`. Each line it says is a word that is on disk:
what it said is what it must never lose. Ended by SIGKILL; told `settle`, it stops typing, waits
until the server has everything, and says `settled`.
"""

import asyncio
import os
import sys
import uuid
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import SystemRandom
from typing import Final

from interview_desk.domain.records import Edit
from interview_desk.remote import HttpSyncApi, LiveSocket, Session
from interview_desk.services.ports import NoteAddress
from interview_desk.services.stage_notes import StageNote
from interview_desk.services.sync import SyncService
from interview_desk.store import LocalStore

KEY: Final = bytes(32)
# Every so many words also a record is changed.
_RECORD_EVERY = 4
_BREATH = 0.05


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _type_for_ever(store: LocalStore, address: NoteAddress, prefix: str) -> None:
    note = StageNote(address, store, on_typed=lambda: None)
    await note.load()
    for number in count(1):
        word = f"<{prefix}-{number}>"
        note.document.insert(note.document.length, word)
        await note.flush()
        _say(word)
        if number % _RECORD_EVERY == 0:
            name = f"startup {prefix}-{number}"
            await store.write([Edit("startups", str(uuid.uuid4()), {"name": name})])
            _say(name)
        await asyncio.sleep(_BREATH)


async def _nothing_waits(store: LocalStore, sync: SyncService) -> None:
    news = asyncio.Event()
    store.on_change(lambda _: news.set())
    sync.on_state(lambda _: news.set())
    while (await store.pending()).unsent:
        await news.wait()
        news.clear()


async def main(path: Path, address: NoteAddress, prefix: str) -> None:
    store = await LocalStore.open(path, KEY)
    me = await store.me()
    assert store.rescued is None
    assert me is not None
    session = Session(me.server or "", store.tokens)
    jitter = SystemRandom().random
    sync = SyncService(store, HttpSyncApi(session), LiveSocket(session), _Clock(), jitter=jitter)
    exchanging = asyncio.create_task(sync.run())
    typing = asyncio.create_task(_type_for_ever(store, address, prefix))
    told = await asyncio.to_thread(sys.stdin.readline)
    if not told:
        # Whoever started us is gone: nobody would ever end us.
        os._exit(1)
    typing.cancel()
    await asyncio.wait([typing])
    sync.poke()
    await _nothing_waits(store, sync)
    exchanging.cancel()
    await asyncio.wait([exchanging])
    await session.close()
    await store.close()
    _say("settled")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), NoteAddress(sys.argv[2], sys.argv[3]), sys.argv[4]))
