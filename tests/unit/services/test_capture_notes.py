"""What is typed while capturing: kept, merged with what others type, and said to be kept."""

import asyncio
from datetime import UTC

import pytest

from interview_desk.notes import Delta, text_of
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.saved_state import SavedState, Saving
from tests.helpers.capturing import (
    BERLIN,
    INTERVIEW,
    WELCOME,
    Room,
    reached,
    typed_elsewhere,
)
from tests.helpers.desk import NOW, counted_ids
from tests.helpers.notes_fakes import DiskFullError

# Notes


async def test_typed_text_is_on_disk_after_a_flush_and_read_back_later():
    room = Room()
    session = await room.session()
    note = await session.note("welcome")
    for letter in "Guten Tag 😀":
        note.document.insert(note.document.length, letter)
    assert room.journal.on_disk(WELCOME) == []
    assert session.saved.saving is Saving.SAVING

    await session.flush()

    assert text_of(room.journal.on_disk(WELCOME)) == "Guten Tag 😀"
    assert len(room.journal.on_disk(WELCOME)) == 1
    again = await (await room.session()).note("welcome")
    assert again.document.text == "Guten Tag 😀"
    assert again.document.undo() == []


async def test_a_large_paste_is_written_in_several_rows():
    room = Room()
    session = await room.session()
    note = await session.note("welcome")
    note.document.insert(0, "x" * 400_000)
    await session.flush()
    rows = room.journal.on_disk(WELCOME)
    assert len(rows) > 1
    assert max(map(len, rows)) < 256 * 1024
    assert text_of(rows) == "x" * 400_000


async def test_the_same_stage_is_read_from_disk_once():
    session = await Room().session()
    first, second = await asyncio.gather(session.note("welcome"), session.note("welcome"))
    assert first is second


async def test_what_others_type_is_merged_and_told():
    room = Room()
    session = await room.session()
    note = await session.note("welcome")
    note.document.insert(0, "mine")
    told: list[list[Delta]] = []
    stop = note.on_deltas(told.append)
    updates = typed_elsewhere("theirs")

    room.journal.arrive(WELCOME, *updates)
    room.journal.arrive(WELCOME, *updates)

    assert "mine" in note.document.text
    assert "theirs" in note.document.text
    assert [delta.inserted for deltas in told for delta in deltas] == ["theirs"]
    stop()
    room.journal.arrive(WELCOME, *typed_elsewhere("more"))
    assert len(told) == 1


async def test_updates_that_arrive_while_the_note_is_read_come_after_it():
    room = Room()
    first, second = typed_elsewhere("early ", "late")
    room.journal.confirmed[WELCOME] = [first]
    room.journal.loading = lambda: room.journal.arrive(WELCOME, second)
    session = await room.session()
    note = await session.note("welcome")
    assert note.document.text == "early late"


async def test_what_others_type_waits_while_a_word_is_composed():
    room = Room()
    note = await (await room.session()).note("welcome")
    told: list[list[Delta]] = []
    note.on_deltas(told.append)
    note.hold_back()
    note.hold_back()
    first, second = typed_elsewhere("one", " two")
    room.journal.arrive(WELCOME, first)
    room.journal.arrive(WELCOME, second)
    assert note.document.text == ""
    note.let_in()
    note.let_in()
    assert note.document.text == "one two"
    assert len(told) == 1


async def test_a_damaged_row_hides_nothing_but_itself():
    room = Room()
    first, second = typed_elsewhere("kept ", "too")
    room.journal.confirmed[WELCOME] = [first, b"\xff", second]
    note = await (await room.session()).note("welcome")
    assert note.document.text == "kept too"
    assert note.damaged == 1


async def test_typing_is_written_down_without_being_asked():
    room = Room()
    session = await room.session()
    states: list[SavedState] = []
    session.on_saved(states.append)
    note = await session.note("welcome")
    saving = asyncio.ensure_future(session.keep_saving())
    note.document.insert(0, "a word")
    await room.journal.appended.wait()
    await reached(session, Saving.SAVED)
    saving.cancel()

    assert text_of(room.journal.on_disk(WELCOME)) == "a word"
    assert [state.saving for state in states] == [Saving.SAVING, Saving.SAVED]
    assert room.pauses[0] < 0.3


async def test_a_full_disk_is_told_and_nothing_typed_is_lost():
    room = Room()
    session = await room.session()
    note = await session.note("welcome")
    room.journal.full = True
    saving = asyncio.ensure_future(session.keep_saving())
    note.document.insert(0, "a word")
    await reached(session, Saving.FAILED)
    assert session.saved.words(BERLIN) == "Not saved yet: The disk is full."
    with pytest.raises(DiskFullError):
        await session.flush()
    note.document.insert(6, " more")

    room.journal.full = False
    await reached(session, Saving.SAVED)
    saving.cancel()
    assert text_of(room.journal.on_disk(WELCOME)) == "a word more"


async def test_what_is_typed_while_writing_is_not_called_saved():
    room = Room()
    session = await room.session()
    note = await session.note("welcome")
    note.document.insert(0, "one")
    room.journal.gate.clear()
    flushing = asyncio.ensure_future(session.flush())
    await asyncio.sleep(0)
    other = await session.note("context")
    other.document.insert(0, "two")
    room.journal.gate.set()
    await flushing
    assert session.saved.saving is Saving.SAVING
    await session.flush()
    assert session.saved.words(BERLIN) == "Saved on this device 11:48"


async def test_a_note_that_is_typed_on_for_hours_is_tidied_on_the_way_and_when_closed():
    room = Room()
    session = await room.session()
    note = await session.note("welcome")
    for number in range(1_001):
        note.document.insert(number, "x")
        await session.flush()
    assert room.journal.tidied == [WELCOME, WELCOME]
    await session.close()
    assert room.journal.tidied == [WELCOME, WELCOME, WELCOME]


async def test_saving_is_said_in_words():
    assert SavedState(Saving.SAVING, NOW).words(UTC) == "Saving…"
    offline = SavedState(Saving.SAVED, NOW).words(UTC, offline=True)
    assert offline.startswith("Saved on this device ")
    assert offline.endswith(" · offline, will sync")


async def test_closing_writes_down_everything_and_stops_listening():
    room = Room()
    session = await room.session()
    note = await session.note("welcome")
    note.document.insert(0, "last words")
    await session.close()
    assert text_of(room.journal.on_disk(WELCOME)) == "last words"
    assert room.journal.listeners(WELCOME) == 0
    news: list[None] = []
    session.on_news(lambda: news.append(None))
    room.records.put("interviews", INTERVIEW, title="Renamed")
    assert news == []


async def test_a_session_that_was_never_opened_can_be_closed():
    room = Room()
    ports = CapturePorts(
        records=room.records,
        journal=room.journal,
        clock=room.clock,
        me=room.me,
        new_id=counted_ids(room.clock),
    )
    await CaptureSession(INTERVIEW, ports).close()
