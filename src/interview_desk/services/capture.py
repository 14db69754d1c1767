"""Capturing an interview: its guide, notes, answers, consent and what is caught on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from interview_desk.domain.answers import FINISHED, STARTED, Answers
from interview_desk.domain.capture_kinds import is_quoting, is_verbatim, words_to_capture
from interview_desk.domain.consent import DRAFT, HELD, ConsentKind, QuoteRule, quote_rule
from interview_desk.domain.errors import DeskError
from interview_desk.domain.guides import COVERED, Guide
from interview_desk.domain.ids import answer_id, note_document_id
from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.interviews import Consent, Guest, Interview, guest_of, interview_of
from interview_desk.domain.order_keys import order_key
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.roles import Role
from interview_desk.domain.stage_timers import StageTimer, stage_timers
from interview_desk.domain.status import Status, may_move
from interview_desk.domain.values import Fields, Json
from interview_desk.services.answering import ANSWERS, Seen, answered, taken_back
from interview_desk.services.guide_shelf import guide_for
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.ports import (
    Change,
    Clock,
    Me,
    NewId,
    NoteAddress,
    NoteJournal,
    Records,
)
from interview_desk.services.saved_state import SavedState, Saving
from interview_desk.services.stage_notes import StageNote

# With the time a fsync takes, typed text is on disk within 300 ms.
_SAVE_AFTER_SECONDS = 0.15
_RETRY_SECONDS = 2.0
_WATCHED = frozenset({"interviews", "interview_guests", "interview_answers", "interview_insights"})


@dataclass(frozen=True, slots=True)
class CapturePorts:
    """What capturing needs from outside; `pause` waits for some seconds."""

    records: Records
    journal: NoteJournal
    clock: Clock
    me: Me
    new_id: NewId
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Captured:
    """What became of the words: the insight, and whether it waits for the guest's yes."""

    insight_id: str
    kind: str
    held: bool
    reason: str


class CaptureSession:
    """One interview while it is captured; works the same with and without a network.

    Notes are typed into `note(stage).document` and saved by `keep_saving`, which runs as long as
    the window is open. `on_news` tells when others changed something: then `refresh`. What is
    added to a list gets its id by `new_item_id()`.
    """

    interview: Interview
    guide: Guide
    guests: tuple[Guest, ...]
    answers: Answers
    insights: tuple[Record, ...]

    def __init__(self, interview_id: str, ports: CapturePorts) -> None:
        self.interview_id = interview_id
        self.me = ports.me
        self._ports = ports
        self.records = ports.records
        self.new_item_id = ports.new_id
        self._notes: dict[str, StageNote] = {}
        self._opening = asyncio.Lock()
        self._typed = asyncio.Event()
        self._saved = SavedState(Saving.SAVED, ports.clock.now())
        self._saved_listeners: list[Callable[[SavedState], None]] = []
        self._news_listeners: list[Callable[[], None]] = []
        self._spent: dict[str, timedelta] = {}
        self._stage = ""
        self._entered_at = ports.clock.now()
        self._stop: Callable[[], None] | None = None

    async def open(self) -> None:
        """Read the interview and everything that belongs to it; InterviewGone without one."""
        await self.refresh()
        self.guide = await guide_for(self.interview, self.records)
        self._stage = self.guide.stages[0].key
        self._stop = self.records.on_change(self._changed)

    async def refresh(self) -> None:
        """Read again what others may have changed."""
        record = await self.records.get("interviews", self.interview_id)
        if record is None:
            raise InterviewGone
        self.interview = interview_of(record)
        guests = await self.records.of_interview("interview_guests", self.interview_id)
        self.guests = tuple(guest_of(guest) for guest in guests)
        answers = await self.records.of_interview("interview_answers", self.interview_id)
        self.answers = Answers(answers)
        insights = await self.records.of_interview("interview_insights", self.interview_id)
        self.insights = tuple(insights)

    # What this person may change here.

    @property
    def may_answer(self) -> bool:
        """Whether fields and insights are this person's to write; notes always are."""
        return self.me.role is not Role.OBSERVER

    @property
    def may_ask_consent(self) -> bool:
        """Whether this person may write down what a guest allowed, and start and finish."""
        return self.me.role not in {Role.OBSERVER, Role.EXTERNAL}

    # Notes.

    async def note(self, stage: str) -> StageNote:
        """The notes of one stage, read from disk the first time."""
        async with self._opening:
            return self._notes.get(stage) or await self._load(stage)

    @property
    def saved(self) -> SavedState:
        """Whether what was typed is safe."""
        return self._saved

    def on_saved(self, listener: Callable[[SavedState], None]) -> None:
        """Tell `listener` when typed text is on disk, or could not be written."""
        self._saved_listeners.append(listener)

    def on_news(self, listener: Callable[[], None]) -> None:
        """Tell `listener` when something in the local database changed for this interview."""
        self._news_listeners.append(listener)

    async def keep_saving(self) -> None:
        """Write down what is typed, until cancelled; a full disk is told and tried again."""
        while True:
            await self._typed.wait()
            await self._ports.pause(_SAVE_AFTER_SECONDS)
            try:
                await self.flush()
            except DeskError as error:
                self._tell_saved(Saving.FAILED, str(error))
                await self._ports.pause(_RETRY_SECONDS)

    async def flush(self) -> None:
        """Every character typed before this call is on disk when it returns."""
        self._typed.clear()
        try:
            for note in tuple(self._notes.values()):
                await note.flush()
        except DeskError:
            self._typed.set()
            raise
        if self._saved.saving is not Saving.SAVED and not self.unsaved():
            self._tell_saved(Saving.SAVED)

    def unsaved(self) -> list[StageNote]:
        """The notes that are not whole on disk."""
        return [note for note in self._notes.values() if not note.is_saved]

    async def close(self) -> None:
        """Write down everything, then let go of the interview."""
        await self.flush()
        for note in self._notes.values():
            note.close()
            await self._ports.journal.tidy(note.address)
        if self._stop is not None:
            self._stop()

    # Answers.

    async def set_answer(self, field: str, value: Json, *, seen: Seen | None = None) -> None:
        """Answer a field that has one answer; None empties it.

        What others answered since it was as `seen` stays, and it is for a person to decide.
        """
        seen = seen or Seen(self.answers.value(field))
        own = answer_id(self.interview_id, field)
        await self._give(own, {"field": field}, seen, value)

    async def set_item(
        self, field: str, item_id: str, value: Json, *, seen: Seen | None = None
    ) -> None:
        """Keep one item of a list, new ones at its end; None takes it off the list."""
        items = self.answers.of(field)
        known = next((item.value for item in items if item.id == item_id), None)
        seen = seen or Seen(known)
        record = await self.records.get(ANSWERS, item_id)
        if value is not None:
            place = order_key(items[-1].item or None) if items else order_key()
            await self._give(item_id, {"field": field, "item": place}, seen, value)
        elif record is not None:
            await self._write(taken_back(record, seen=seen.value))

    async def set_covered(self, stage: str, *, covered: bool) -> None:
        """Check a stage off, or not; a label that everybody sees, never a lock."""
        await self.set_answer(f"{stage}.{COVERED}", covered)

    def is_covered(self, stage: str) -> bool:
        """Whether the stage was checked off."""
        return self.answers.value(f"{stage}.{COVERED}") is True

    # Consent, and what needs it.

    async def add_guest(self, name: str) -> None:
        """Name a guest of an interview that was made by hand."""
        fields = {"interview_id": self.interview_id, "name": name}
        await self._write(Edit("interview_guests", self._ports.new_id(), fields))

    async def set_consent(self, guest_id: str, kind: ConsentKind, value: Consent) -> None:
        """Write down what a guest said, when, and who heard it; quotes are held or let go."""
        said = {
            "value": str(value),
            "at": format_instant(self._ports.clock.now()),
            "by": self.me.member_id,
        }
        await self._write(Edit("interview_guests", guest_id, {kind.field: said}))
        if kind is ConsentKind.QUOTES:
            await self._settle_quotes()

    def quote_rule(self) -> QuoteRule:
        """What happens to the guests' own words now."""
        return quote_rule(self.guests)

    async def capture(self, kind: str, text: str, *, stage: str) -> Captured:
        """Turn words of the notes into an insight; QuoteRefused where a guest said no."""
        words = words_to_capture(text)
        verbatim = is_verbatim(kind, words)
        rule = self.quote_rule()
        if verbatim:
            rule.require()
        state = rule.state if verbatim else DRAFT
        insight_id = self._ports.new_id()
        fields: Fields = {
            "interview_id": self.interview_id,
            "kind": kind,
            "stage": stage,
            "statement": words,
            "strength": 1,
            "evidence": [self._evidence(words, stage, verbatim=verbatim)],
            "state": state,
        }
        await self._write(Edit("interview_insights", insight_id, fields))
        return Captured(insight_id, kind, held=state == HELD, reason=rule.reason)

    # Time.

    @property
    def started_at(self) -> datetime | None:
        """When the conversation began, on whichever device that was said."""
        return self._moment(STARTED)

    @property
    def finished_at(self) -> datetime | None:
        """When it ended."""
        return self._moment(FINISHED)

    @property
    def is_running(self) -> bool:
        """Whether the clocks run."""
        return self.started_at is not None and self.finished_at is None

    async def start(self) -> None:
        """The conversation begins: clocks run, and a scheduled interview is in progress."""
        now = self._ports.clock.now()
        edits = [self._answer(FINISHED, None)] if self.finished_at else []
        if self.started_at is None:
            edits.append(self._answer(STARTED, format_instant(now)))
        self._entered_at = now
        await self._write(*edits, *self._move(Status.IN_PROGRESS, {Status.SCHEDULED, Status.HELD}))

    async def finish(self) -> None:
        """The conversation is over: everything is saved, and the interview was held."""
        self.enter(self._stage)
        await self.flush()
        ended = self._answer(FINISHED, format_instant(self._ports.clock.now()))
        moves = self._move(Status.HELD, {Status.SCHEDULED, Status.IN_PROGRESS})
        await self._write(ended, *moves)

    @property
    def stage(self) -> str:
        """The stage that the time counts for."""
        return self._stage

    def enter(self, stage: str) -> None:
        """The conversation moves to `stage`; jumping back and forth is fine."""
        self._spent[self._stage] = self._spent.get(self._stage, timedelta()) + self._in_stage()
        self._entered_at = self._ports.clock.now()
        self._stage = stage

    def timers(self) -> dict[str, StageTimer]:
        """How each stage stands against its time now."""
        here = self._spent.get(self._stage, timedelta()) + self._in_stage()
        return stage_timers(self.guide, {**self._spent, self._stage: here}, self._stage)

    def elapsed(self) -> timedelta:
        """How long the conversation has lasted."""
        if self.started_at is None:
            return timedelta()
        end = self.finished_at or self._ports.clock.now()
        return max(end - self.started_at, timedelta())

    def remaining(self) -> timedelta:
        """How much of the agreed time is left; negative when it is over."""
        planned = timedelta(minutes=self.guide.minutes)
        if self.interview.start and self.interview.end:
            planned = self.interview.end - self.interview.start
        return planned - self.elapsed()

    # Inside.

    async def _load(self, stage: str) -> StageNote:
        address, ports = NoteAddress(self.interview_id, stage), self._ports
        note = StageNote(address, ports.journal, on_typed=self._note_typed, now=ports.clock.now)
        await note.load()
        self._notes[stage] = note
        return note

    def _note_typed(self) -> None:
        self._typed.set()
        if self._saved.saving is Saving.SAVED:
            self._tell_saved(Saving.SAVING)

    def _tell_saved(self, saving: Saving, reason: str = "") -> None:
        self._saved = SavedState(saving, self._ports.clock.now(), reason)
        for listener in tuple(self._saved_listeners):
            listener(self._saved)

    def _changed(self, changes: frozenset[Change]) -> None:
        if any(change.entity in _WATCHED for change in changes):
            for listener in tuple(self._news_listeners):
                listener()

    async def _write(self, *edits: Edit) -> None:
        if edits:
            await self.records.write(edits)
            await self.refresh()

    def _answer(self, field: str, value: Json) -> Edit:
        fields: Fields = {"value": value}
        if not self.answers.of(field):
            fields = {"interview_id": self.interview_id, "field": field, "value": value}
        return Edit("interview_answers", answer_id(self.interview_id, field), fields)

    async def _give(self, own: str, place: Fields, seen: Seen, value: Json) -> None:
        record = await self.records.get(ANSWERS, own)
        place = {"interview_id": self.interview_id, **place}
        edit = answered(own, record, place=place, seen=seen.value, value=value)
        await self._write(*([edit] if edit.fields else []))

    def _move(self, wanted: Status, among: set[Status]) -> list[Edit]:
        current = self.interview.status
        if not self.may_ask_consent or current not in among or not may_move(current, wanted):
            return []
        return [Edit("interviews", self.interview_id, {"status": str(wanted)})]

    async def _settle_quotes(self) -> None:
        state = self.quote_rule().state
        waiting = {HELD, DRAFT} - {state}
        edits = [
            Edit("interview_insights", insight.id, {"state": state})
            for insight in self.insights
            if insight.fields.get("state") in waiting and is_quoting(insight.fields)
        ]
        await self._write(*edits)

    def _evidence(self, words: str, stage: str, *, verbatim: bool) -> Fields:
        running = self.started_at is not None
        return {
            "quote": words,
            "verbatim": verbatim,
            "speaker": self.guests[0].name if len(self.guests) == 1 else None,
            "source": "note",
            "note_id": note_document_id(self.interview_id, stage),
            "at": format_instant(self._ports.clock.now()),
            "t_ms": int(self.elapsed() / timedelta(milliseconds=1)) if running else None,
        }

    def _in_stage(self) -> timedelta:
        if not self.is_running:
            return timedelta()
        return max(self._ports.clock.now() - self._entered_at, timedelta())

    def _moment(self, field: str) -> datetime | None:
        value = self.answers.value(field)
        return parse_instant(value) if isinstance(value, str) else None
