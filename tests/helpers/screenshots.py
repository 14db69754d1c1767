"""The pictures of the README, made anew: `python -m tests.helpers.screenshots FOLDER`.

Invented people, a clock that stands still on a Wednesday, and the real windows without a display.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QLocale, QSize
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from interview_desk.domain.answers import timeline_of
from interview_desk.domain.consent import ConsentKind
from interview_desk.domain.instants import format_instant
from interview_desk.domain.interviews import Consent
from interview_desk.domain.sequences.appearance import html_of
from interview_desk.domain.status import Status
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.sync_state import SyncKind, SyncState
from interview_desk.ui.capture.note_editor import NoteEditor
from interview_desk.ui.capture.window import CaptureWindow
from interview_desk.ui.finder import Finder
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.theme import STYLE, apply_theme
from tests.helpers.decision_story import decision_desk
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock, counted_ids
from tests.helpers.desk_story import BERLIN, FriendlyServer, at, desk_parts, story
from tests.helpers.judging_story import INTERVIEW, hand_in
from tests.helpers.mail_story import mail_story, put_mail
from tests.helpers.notes_fakes import MemoryJournal
from tests.helpers.pressing import carried_out, named, settled

SIZE = QSize(1360, 860)
_INTERVIEW = "0192d3a4-0000-7000-8000-00000000a001"
_TITLES = {
    "Cancelled: pricing story": "What the price rise changed",
    "Asks for Thursday": "Parcelwise, first call",
    "Wants another time": "Moving off e-mail",
    "Weekend builder": "A shop built on weekends",
}
# The stage, the minutes spent in it, and its notes.
_TOLD = (
    ("welcome", 3, "All four answered. Leaves at 15:00 sharp."),
    ("context", 6, "Eleven people, two shifts. Paid for Brightloom on 2 March."),
    ("first_thought", 5, ""),
)
_NOTES = (
    "# The Friday in January\n"
    "- Rota wrong twice in one week, **two people** stood in front of a locked door\n"
    "- Kept a paper copy in the car, nobody else knew\n"
    '> "I sat in the car park and did not want to go in."\n\n'
    "Where was the sheet kept? Who else could edit it?"
)
_THANKS = (
    "Hello Lena,\n\n"
    "thank you for the conversation on 18 November. Your story helps us to understand how such a "
    "decision really comes about.\n\n"
    "If anything else comes to your mind, just reply to this mail.\n\n"
    "Best regards\nAda Berg"
)
_DATES = ("16 January 2026", "early February 2026", "20 February 2026")
_CAPTURED = (
    ("push", "Rota wrong twice in one week"),
    ("push", "Two people at a locked door"),
    ("pull", "Everybody sees the same plan"),
    ("habit", "The paper copy in the car"),
    ("anxiety", "Will the older ones learn it?"),
)


async def shoot(folder: Path) -> None:
    """Write every picture into the folder."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for mode in ("light", "dark"):
        apply_theme(app, mode)
        await _main_window(folder, mode)
        await _decisions(folder, mode)
        await _judging_and_mail(folder, mode)
    await _capture(folder)


async def _main_window(folder: Path, mode: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        parts = desk_parts(_records(), Path(scratch), invitations=FriendlyServer())
        window = MainWindow(parts)
        window.show_place("today")
        window.show()
        window.resize(SIZE)
        await settled(window)
        window.show_sync(SyncState(SyncKind.SYNCED, since=NOW))
        if mode == "light":
            _save(window, folder / "today-light.png")
        page = window.page("calendar")
        assert isinstance(page, CalendarPage)
        page.set_second_zone("Asia/Tokyo")
        window.show_place("calendar")
        await settled(window)
        _save(window, folder / f"calendar-{mode}.png")
        await window.shut()


async def _decisions(folder: Path, mode: str) -> None:
    """What two people changed, what could not be sent, the past, and search."""
    with tempfile.TemporaryDirectory() as scratch:
        parts, interview_id = decision_desk(Path(scratch))
        window = MainWindow(parts)
        window.show()
        window.resize(SIZE)
        window.show_place("today")
        await settled(window)
        window.show_sync(SyncState(SyncKind.ATTENTION, since=NOW, attention=2))
        window.show_interview(interview_id)
        for _ in range(2):  # the past is read after the rest is shown
            await settled(window)
        if mode == "dark":
            _save(window, folder / "interview-dark.png")
            await window.shut()
            return
        window.show_place("attention")
        await settled(window)
        _save(window, folder / "attention-light.png")
        window.open_palette("mina")
        finder = window.findChild(Finder)
        assert isinstance(finder, Finder)
        await finder.tasks.settled()
        _save(window, folder / "search-light.png")
        await window.shut()


async def _judging_and_mail(folder: Path, mode: str) -> None:
    """A debrief with its result, the outbox, a sequence tried out, and a draft of the rules."""
    records = mail_story()
    put_mail(
        records,
        "mail-1",
        subject="Thank you for your time",
        text=_THANKS,
        html=html_of(_THANKS),
    )
    for member, struggle, money in ((ME.member_id, 5, 1), ("member-ben", 2, 3)):
        hand_in(records, member, struggle=struggle, money=money)
    with tempfile.TemporaryDirectory() as scratch:
        window = MainWindow(desk_parts(records, Path(scratch)))
        window.show()
        window.resize(SIZE)
        window.show_place("today")
        await settled(window)
        window.show_sync(SyncState(SyncKind.SYNCED, since=NOW))
        window.show_debrief(INTERVIEW)
        await settled(window)
        named(window, QAbstractButton, "why-no-budget").click()
        _save(window, folder / f"debrief-{mode}.png")
        for view in ("outbox", "guests", "sequences", "effects"):
            window.show_place("follow_ups")
            await settled(window)
            named(window, QAbstractButton, f"follow-ups-{view}").click()
            _save(window, folder / f"follow-ups-{view}-{mode}.png")
        window.show_place("rules")
        await settled(window)
        named(window, QAbstractButton, "begin-rules").click()
        for _ in range(2):  # the draft is made, then read
            await carried_out(window)
        named(window, QAbstractButton, "rule-1-edit").click()
        _save(window, folder / f"rules-{mode}.png")
        await window.shut()


def _records() -> MemoryRecords:
    records = story()
    for row in list(records.rows.values()):
        title = row.fields.get("title")
        if row.entity == "interviews" and title in _TITLES:
            records.put("interviews", row.id, **{**row.fields, "title": _TITLES[str(title)]})
    return records


async def _capture(folder: Path) -> None:
    records, clock = MemoryRecords(), StoppedClock(at(18, 14))
    records.put(
        "interviews",
        _INTERVIEW,
        title="Why they switched to Brightloom",
        status=Status.SCHEDULED,
        start=format_instant(at(18, 14)),
        end=format_instant(at(18, 15)),
        join_url="https://zoom.us/j/90000000004",
    )
    records.guest(_INTERVIEW, "Mina Sato", tz="Asia/Tokyo")
    [guest] = await records.of_interview("interview_guests", _INTERVIEW)
    ports = CapturePorts(
        records=records,
        journal=MemoryJournal(),
        clock=clock,
        me=ME,
        new_id=counted_ids(clock),
    )
    session = CaptureSession(_INTERVIEW, ports)
    await session.open()
    await session.start()
    for kind in ConsentKind:
        await session.set_consent(guest.id, kind, Consent.YES)
    await _tell(session, clock)
    window = CaptureWindow(session, zone=BERLIN)
    window.begin()
    window.show_stage("first_thought")
    window.show()
    window.resize(SIZE)
    while (editor := window.findChild(NoteEditor, "note-first_thought")) is None:  # noqa: ASYNC110  - no signal
        await asyncio.sleep(0.01)
    editor.insertPlainText(_NOTES)
    await session.flush()
    _save(window, folder / "capture-dark.png")
    await window.leave()
    window.close()


async def _tell(session: CaptureSession, clock: StoppedClock) -> None:
    for stage, minutes, words in _TOLD:
        session.enter(stage)
        note = await session.note(stage)
        note.document.insert(0, words)
        clock.advance(minutes=minutes)
        if words:
            await session.set_covered(stage, covered=True)
    for kind, words in _CAPTURED:
        await session.capture(kind, words, stage="first_thought")
    for moment, when in zip(timeline_of(session.guide, session.answers), _DATES, strict=False):
        await session.set_answer(moment.field, when)


def _save(window: QWidget, path: Path) -> None:
    # What is laid out late; letting the loop run here would enter tasks inside this one.
    QApplication.sendPostedEvents()
    if not window.grab().save(str(path)):
        raise OSError(f"{path} could not be written")


def main(folder: Path) -> None:
    """Make the pictures and end."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(["screenshots", *STYLE])
    QLocale.setDefault(QLocale("en_GB"))
    # Imported here: qasync takes whichever Qt binding is loaded before it.
    from qasync import QEventLoop

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(shoot(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
