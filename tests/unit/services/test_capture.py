import asyncio
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.consent import ConsentKind, QuoteRefused
from interview_desk.domain.ids import answer_id, note_document_id
from interview_desk.domain.interviews import Consent
from interview_desk.domain.roles import Role
from interview_desk.domain.stage_timers import Pace
from interview_desk.domain.status import Status
from interview_desk.domain.values import Fields, Json
from interview_desk.notes import Delta, NoteDocument, text_of
from interview_desk.services.capture import CapturePorts, CaptureSession
from interview_desk.services.guide_shelf import default_guide
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.ports import NoteAddress
from interview_desk.services.saved_state import SavedState, Saving
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock, counted_bytes
from tests.helpers.notes_fakes import DiskFullError, MemoryJournal

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
            randomness=counted_bytes(),
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


# Guide


@pytest.mark.parametrize(("end", "minutes"), [("11:45", 60), ("11:30", 45), ("11:15", 30)])
async def test_the_default_guide_comes_in_the_length_of_the_interview(end: str, minutes: int):
    session = await Room(end=f"2026-11-18T{end}:00Z").session()
    assert session.guide.minutes == minutes
    assert session.stage == "prepare"


async def test_an_interview_without_a_time_gets_the_whole_guide():
    session = await Room(start=None, end=None).session()
    assert session.guide == default_guide()
    assert session.remaining() == timedelta(minutes=60)


async def test_an_interview_keeps_the_guide_it_names():
    room = Room(guide_id="guide-1")
    stages: Json = [{"key": "talk", "minutes": 20}]
    room.records.put("guides", "guide-1", name="Ours", variant="20", stages=stages)
    session = await room.session()
    assert session.guide.name == "Ours"
    assert session.stage == "talk"


async def test_a_guide_that_is_not_here_yet_is_replaced_by_the_default():
    session = await Room(guide_id="guide-1").session()
    assert session.guide.name == "Switch interview"


async def test_an_interview_that_is_gone_cannot_be_captured():
    room = Room()
    room.records.rows.clear()
    with pytest.raises(InterviewGone):
        await room.session()


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
        randomness=counted_bytes(),
    )
    await CaptureSession(INTERVIEW, ports).close()


# Answers


async def test_an_answer_is_one_record_that_two_devices_agree_on():
    room = Room()
    session = await room.session()
    await session.set_answer("context.solution_new", "Ledgerly")
    row = room.records.rows["interview_answers", answer_id(INTERVIEW, "context.solution_new")]
    assert row.fields == {
        "interview_id": INTERVIEW,
        "field": "context.solution_new",
        "value": "Ledgerly",
    }
    await session.set_answer("context.solution_new", "Ledgerly 2")
    assert room.records.written[-1].fields == {"value": "Ledgerly 2"}
    written = len(room.records.written)
    await session.set_answer("context.solution_new", "Ledgerly 2")
    assert len(room.records.written) == written


async def test_items_of_a_list_are_rows_of_their_own_in_order():
    room = Room()
    session = await room.session()
    field, first, second = "first_thought.push", session.new_item_id(), session.new_item_id()
    await session.set_item(field, first, "Export broke")
    await session.set_item(field, second, "Two days lost")
    await session.set_item(field, first, "Export broke on Fridays")
    written = len(room.records.written)
    await session.set_item(field, first, "Export broke on Fridays")
    assert len(room.records.written) == written
    assert [(row.id, row.value) for row in session.answers.of(field)] == [
        (first, "Export broke on Fridays"),
        (second, "Two days lost"),
    ]
    await session.set_item(field, first, None)
    await session.set_item(field, session.new_item_id(), None)
    assert [row.id for row in session.answers.of(field)] == [second]
    assert len(room.records.written) == written + 1


async def test_an_item_without_an_order_key_does_not_stop_the_next():
    room = Room()
    room.records.put(
        "interview_answers", "x", interview_id=INTERVIEW, field="a.b", item=None, value="old"
    )
    session = await room.session()
    await session.set_item("a.b", session.new_item_id(), "new")
    assert [row.value for row in session.answers.of("a.b")] == ["old", "new"]


async def test_stages_are_checked_off_for_everybody():
    room = Room()
    session = await room.session()
    assert not session.is_covered("welcome")
    await session.set_covered("welcome", covered=True)
    assert (await room.session()).is_covered("welcome")


async def test_what_others_change_is_announced_and_read_again():
    room = Room()
    session = await room.session()
    news: list[None] = []
    session.on_news(lambda: news.append(None))
    room.records.put("startups", "s", name="not ours")
    assert news == []
    room.records.put("interviews", INTERVIEW, title="Renamed", status="scheduled")
    assert news == [None]
    await session.refresh()
    assert session.interview.title == "Renamed"


@pytest.mark.parametrize(
    ("role", "may_answer", "may_ask"),
    [
        (Role.INTERVIEWER, True, True),
        (Role.EXTERNAL, True, False),
        (Role.OBSERVER, False, False),
    ],
)
async def test_the_role_says_what_is_offered(*, role: Role, may_answer: bool, may_ask: bool):
    room = Room()
    room.me = ME._replace(role=role)
    session = await room.session()
    assert (session.may_answer, session.may_ask_consent) == (may_answer, may_ask)


# Consent and capture


async def test_consent_says_who_heard_it_and_when():
    room = Room()
    session = await room.session()
    await session.set_consent(GUEST, ConsentKind.RECORDING, Consent.YES)
    assert session.guests[0].consent_recording is Consent.YES
    assert room.records.rows["interview_guests", GUEST].fields["consent_recording"] == {
        "value": "yes",
        "at": "2026-11-18T10:48:00Z",
        "by": "member-me",
    }


async def test_a_guest_of_an_interview_made_by_hand_can_be_named():
    room = Room()
    session = await room.session()
    await session.add_guest("Kai Moreau")
    assert [guest.name for guest in session.guests] == ["Ines Okafor", "Kai Moreau"]


async def test_a_quote_is_held_until_the_guest_says_yes_and_again_after_a_no():
    room = Room()
    session = await room.session()
    quote = await session.capture("quote", " It was\n a mess ", stage="first_thought")
    push = await session.capture("push", "Export broke every Friday", stage="first_thought")
    assert (quote.held, push.held) == (True, False)
    assert "has not said" in quote.reason
    assert room.insight(quote.insight_id)["state"] == "held"

    await session.set_consent(GUEST, ConsentKind.QUOTES, Consent.YES)
    assert room.insight(quote.insight_id)["state"] == "draft"
    await session.set_consent(GUEST, ConsentKind.QUOTES, Consent.NO)
    assert room.insight(quote.insight_id)["state"] == "held"
    assert room.insight(push.insight_id)["state"] == "draft"


async def test_a_reviewed_quote_is_not_touched_by_a_late_yes():
    room = Room()
    evidence: Json = [{"quote": "x", "verbatim": True}]
    room.records.put(
        "interview_insights", "i", interview_id=INTERVIEW, state="accepted", evidence=evidence
    )
    session = await room.session()
    await session.set_consent(GUEST, ConsentKind.QUOTES, Consent.YES)
    assert room.insight("i")["state"] == "accepted"


async def test_a_no_refuses_quotes_but_not_observations():
    room = Room()
    session = await room.session()
    await session.set_consent(GUEST, ConsentKind.QUOTES, Consent.NO)
    with pytest.raises(QuoteRefused, match="Ines Okafor does not want to be quoted"):
        await session.capture("push", 'He said "never again"', stage="first_thought")
    seen = await session.capture("push", "Export broke every Friday", stage="first_thought")
    assert not seen.held


async def test_captured_words_carry_their_stage_time_and_place():
    room = Room()
    session = await room.session()
    await session.start()
    room.clock.advance(minutes=12)
    captured = await session.capture("quote", "It was a mess", stage="first_thought")
    assert room.insight(captured.insight_id) == {
        "interview_id": INTERVIEW,
        "kind": "quote",
        "stage": "first_thought",
        "statement": "It was a mess",
        "strength": 1,
        "evidence": [
            {
                "quote": "It was a mess",
                "verbatim": True,
                "speaker": "Ines Okafor",
                "source": "note",
                "note_id": note_document_id(INTERVIEW, "first_thought"),
                "at": "2026-11-18T11:00:00Z",
                "t_ms": 720_000,
            }
        ],
        "state": "held",
    }
    assert [row.id for row in session.insights] == [captured.insight_id]


async def test_with_several_guests_nobody_is_named_as_the_speaker():
    room = Room()
    session = await room.session()
    await session.add_guest("Kai Moreau")
    captured = await session.capture("surprise", "They pay by invoice", stage="deciding")
    evidence = room.insight(captured.insight_id)["evidence"]
    assert isinstance(evidence, list)
    (only,) = evidence
    assert isinstance(only, dict)
    assert (only["speaker"], only["t_ms"], only["verbatim"]) == (None, None, False)


# Time and status


async def test_starting_and_finishing_move_the_interview_and_the_clock():
    room = Room()
    session = await room.session()
    assert session.elapsed() == timedelta()
    await session.start()
    assert room.status() == "in_progress"
    running = session.is_running
    assert running
    room.clock.advance(minutes=50)
    assert session.elapsed() == timedelta(minutes=50)
    assert session.remaining() == timedelta(minutes=10)
    note = await session.note("wrap_up")
    note.document.insert(0, "bye")

    await session.finish()

    assert room.status() == "held"
    assert not session.is_running
    assert text_of(room.journal.on_disk(NoteAddress(INTERVIEW, "wrap_up"))) == "bye"
    room.clock.advance(minutes=30)
    assert session.elapsed() == timedelta(minutes=50)


async def test_a_second_device_sees_the_same_clock():
    room = Room()
    await (await room.session()).start()
    room.clock.advance(minutes=5)
    second = await room.session()
    assert second.elapsed() == timedelta(minutes=5)
    written = len(room.records.written)
    await second.start()
    assert len(room.records.written) == written


async def test_an_interview_that_was_finished_too_early_goes_on():
    room = Room()
    session = await room.session()
    await session.start()
    await session.finish()
    await session.start()
    assert room.status() == "in_progress"
    assert session.is_running


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.EVALUATED, Status.DRAFT])
async def test_an_interview_that_stands_elsewhere_is_captured_without_moving_it(status: Status):
    room = Room(status=str(status))
    session = await room.session()
    await session.start()
    await session.finish()
    assert room.status() == str(status)


async def test_an_external_member_starts_the_clock_but_moves_nothing():
    room = Room()
    room.me = ME._replace(role=Role.EXTERNAL)
    session = await room.session()
    await session.start()
    assert session.is_running
    assert room.status() == "scheduled"


async def test_time_counts_for_the_stage_one_is_in():
    room = Room()
    session = await room.session()
    session.enter("welcome")
    room.clock.advance(minutes=9)
    assert session.timers()["welcome"].spent == timedelta()
    await session.start()
    room.clock.advance(minutes=4)
    assert session.timers()["welcome"].pace is Pace.OVER
    session.enter("context")
    room.clock.advance(minutes=2)
    timers = session.timers()
    assert timers["welcome"].spent == timedelta(minutes=4)
    assert timers["context"].spent == timedelta(minutes=2)
    session.enter("welcome")
    room.clock.advance(minutes=1)
    assert session.timers()["welcome"].pace is Pace.WELL_OVER
    assert session.stage == "welcome"


async def test_a_clock_that_is_set_back_counts_nothing_twice():
    room = Room()
    session = await room.session()
    await session.start()
    room.clock.advance(minutes=-30)
    assert session.elapsed() == timedelta()
    assert session.timers()["prepare"].spent == timedelta()
