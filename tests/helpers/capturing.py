"""An interview that is captured without any window: the session and all it needs."""

import asyncio
from zoneinfo import ZoneInfo

from interview_desk.domain.values import Fields, Json
from interview_desk.notes import NoteDocument
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.ports import NoteAddress
from interview_desk.services.saved_state import Saving
from tests.helpers.desk import ME, MemoryRecords, StoppedClock, counted_ids
from tests.helpers.notes_fakes import MemoryJournal

INTERVIEW = "0192d3a4-0000-7000-8000-00000000a001"


GUEST = "0192d3a4-0000-7000-8000-00000000b001"


WELCOME = NoteAddress(INTERVIEW, "welcome")


BERLIN = ZoneInfo("Europe/Berlin")


class Room:
    """An interview with one guest, and everything a session of it needs."""

    def __init__(self, **interview: Json) -> None:
        self.records = MemoryRecords()
        self.journal = MemoryJournal()
        self.clock = StoppedClock()
        self.pauses: list[float] = []
        self.paused = asyncio.Event()
        self.me = ME
        fields: Fields = {
            "title": "Ines Okafor",
            "status": "scheduled",
            "start": "2026-11-18T10:45:00Z",
            "end": "2026-11-18T11:45:00Z",
            **interview,
        }
        self.records.put("interviews", INTERVIEW, **fields)
        self.records.put("interview_guests", GUEST, interview_id=INTERVIEW, name="Ines Okafor")

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.paused.set()
        await asyncio.sleep(0)

    async def session(self) -> CaptureSession:
        ports = CapturePorts(
            records=self.records,
            journal=self.journal,
            clock=self.clock,
            me=self.me,
            new_id=counted_ids(self.clock),
            pause=self.pause,
        )
        session = CaptureSession(INTERVIEW, ports)
        await session.open()
        return session

    def insight(self, insight_id: str) -> Fields:
        return self.records.rows["interview_insights", insight_id].fields

    def status(self) -> object:
        return self.records.rows["interviews", INTERVIEW].fields["status"]


async def reached(session: CaptureSession, saving: Saving) -> None:
    there = asyncio.Event()
    session.on_saved(lambda state: there.set() if state.saving is saving else None)
    if session.saved.saving is not saving:
        await there.wait()


def typed_elsewhere(*words: str) -> list[bytes]:
    log: list[bytes] = []
    document = NoteDocument(log.append)
    for word in words:
        document.insert(document.length, word)
    return log
