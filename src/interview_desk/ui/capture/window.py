"""The capture window: one per interview, open while people talk."""

import asyncio
from collections import deque
from datetime import tzinfo
from functools import partial
from string import Template

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.domain.answers import forces_of, timeline_of
from interview_desk.domain.capture_kinds import CAPTURE_KINDS
from interview_desk.domain.errors import DeskError
from interview_desk.domain.nudges import Nudge, most_pressing, question_nudge, stage_nudge
from interview_desk.services.capture import Captured, CaptureSession
from interview_desk.services.company import Company
from interview_desk.services.earlier_versions import EarlierVersions
from interview_desk.services.saved_state import SavedState
from interview_desk.services.stage_notes import StageNote
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.capture.answer_lists import GivenAnswer
from interview_desk.ui.capture.answers_panel import AnswersPanel
from interview_desk.ui.capture.consent_bar import ConsentBar
from interview_desk.ui.capture.consent_flow import ConsentFlow
from interview_desk.ui.capture.earlier import LookingBack
from interview_desk.ui.capture.footer import CaptureFooter
from interview_desk.ui.capture.forces import ForcesPicture, TimelinePicture
from interview_desk.ui.capture.header import CaptureHeader
from interview_desk.ui.capture.notes_pane import NotesPane
from interview_desk.ui.capture.presence import CapturePresence
from interview_desk.ui.capture.side import CaptureSide
from interview_desk.ui.capture.stage_list import StageList
from interview_desk.ui.keyboard import has_keyboard
from interview_desk.ui.on_screen import bring_on_screen
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.theme.resources import resource_bytes
from interview_desk.ui.widgets.parts import rule

_TICK_MS = 1000
_LEFT = 232


class CaptureWindow(QWidget):
    """Everything one needs while listening; closing it needs no save.

    `session` is open already. Signals: `join_requested(str)`, `debrief_requested(str)` and
    `closed(str)` with the interview's id; `told(str)` of what went wrong, `broke(object)` of a bug.
    """

    join_requested = Signal(str)
    debrief_requested = Signal(str)
    closed = Signal(str)
    told = Signal(str)
    broke = Signal(object)

    def __init__(
        self, session: CaptureSession, *, zone: tzinfo, earlier: EarlierVersions | None = None
    ) -> None:
        super().__init__()
        self._session = session
        self._zone = zone
        self._wanted = session.stage
        self._given: deque[GivenAnswer] = deque()
        self._answering = asyncio.Lock()
        self._question: Nudge | None = None
        self._nudging = True
        self._is_offline = False
        self._left = False
        self._leaving = asyncio.Lock()
        self._tasks = TaskScope(self)
        # Closing ends the others, so it cannot be one of them.
        self._last_task = TaskScope(self)
        self._header = CaptureHeader(session)
        self._consent = ConsentBar(writable=session.may_ask_consent)
        self._stages = StageList(session.guide, checkable=session.may_answer)
        self._notes = NotesPane(capturing=session.may_answer, looking_back=earlier is not None)
        self._presence = CapturePresence(session, self._notes)
        if earlier is not None:
            back = LookingBack(session, self._notes, earlier=earlier, tasks=self._tasks, zone=zone)
            back.told.connect(self._footer_tell)
        self._answers = AnswersPanel(new_id=session.new_item_id, writable=session.may_answer)
        self._forces, self._timeline = ForcesPicture(), TimelinePicture()
        self._footer = CaptureFooter()
        self._clock = QTimer(self, interval=_TICK_MS)
        self._build()
        self._connect()
        self._dress()

    def begin(self) -> None:
        """Show the first stage and write down from now on what is typed."""
        self._tasks.start(self._session.keep_saving())
        self._clock.start()
        self._show_everything()
        self._show_saved(self._session.saved)
        self.show_stage(self._session.stage)

    def show_stage(self, stage: str) -> None:
        """Go to a stage of the guide; what was typed in the last one is saved first."""
        if stage not in {one.key for one in self._session.guide.stages}:
            return
        self._wanted = stage
        self._tasks.start(self._enter(stage))

    def show_offline(self, *, offline: bool) -> None:
        """Say whether what is saved here still has to wait for the network."""
        self._is_offline = offline
        self._show_saved(self._session.saved)

    def meet(self, company: Company | None) -> None:
        """Be seen by the others in the interview, and see them."""
        self._presence.meet(company)

    async def leave(self) -> None:
        """Write down everything and stop; the window may then be closed.

        Where something cannot be written that is raised, and the window goes on as before.
        """
        async with self._leaving:
            if self._left:
                return
            self.setEnabled(False)  # a key pressed from here on could come too late
            try:
                self._answers.flush()
                await self._write_answers()
                await self._session.close()
            except DeskError:
                self.setEnabled(True)
                raise
            self._presence.leave()
            await self._tasks.close()
            self._clock.stop()
            self._left = True

    # What people do.

    async def _enter(self, stage: str) -> None:
        self._answers.flush()
        self._session.enter(stage)
        note = await self._session.note(stage)
        if self._wanted == stage:  # nobody has gone on to another one meanwhile
            self._show_note(stage, note)
        await self._write_answers()
        await self._session.flush()

    def _show_note(self, stage: str, note: StageNote) -> None:
        self._question = None
        self._notes.show_note(self._session.guide.stage(stage), note)
        self._presence.enter(stage)
        self._answers.show_stage(self._session.guide.stage(stage), self._session.answers)
        if note.damaged:
            words = "A part of these notes on this device is damaged; the rest is here."
            self._footer.tell(words, tone="bad")
        self._tick()

    def _answered(self, given: GivenAnswer) -> None:
        self._given.append(given)
        self._tasks.start(self._write_answers(), then=self._refreshed)

    async def _write_answers(self) -> None:
        async with self._answering:
            while self._given:
                await self._write_answer(self._given[0])
                self._given.popleft()

    async def _write_answer(self, given: GivenAnswer) -> None:
        if given.item_id is None:
            await self._session.set_answer(given.field, given.value, seen=given.seen)
        else:
            await self._session.set_item(given.field, given.item_id, given.value, seen=given.seen)

    def _kind_pressed(self, number: int) -> None:
        editor = self._notes.editor
        if editor is not None:
            capturing = self._session.capture(
                CAPTURE_KINDS[number].key, editor.words_in_hand(), stage=self._session.stage
            )
            self._tasks.start(capturing, then=self._captured, told=self._refused)
            self._notes.take_keyboard()

    def _captured(self, captured: Captured) -> None:
        title = next(kind.title for kind in CAPTURE_KINDS if kind.key == captured.kind)
        words = f"{title}, held. {captured.reason}" if captured.held else f"{title} captured."
        self._footer.tell(words, tone="warning" if captured.held else "good")
        self._show_everything()

    def _footer_tell(self, words: str) -> None:
        self._footer.tell(words)

    def _refused(self, words: str) -> None:
        self._footer.tell(words, tone="bad")

    def _covered_changed(self, stage: str, covered: bool) -> None:  # noqa: FBT001  - a signal's value
        covering = self._session.set_covered(stage, covered=covered)
        self._tasks.start(covering, then=self._refreshed)

    def _cover_and_go_on(self) -> None:
        if self._session.may_answer:
            self._covered_changed(self._session.stage, covered=True)
        self._stages.step(1)

    def _next_stage(self) -> None:
        self._stages.step(1)

    def _previous_stage(self) -> None:
        self._stages.step(-1)

    def _start_pressed(self) -> None:
        self._notes.take_keyboard()
        self._tasks.start(self._session.start(), then=self._refreshed)

    def _finish_pressed(self) -> None:
        self._notes.take_keyboard()
        self._tasks.start(self._session.finish(), then=self._refreshed)

    def _save_now(self) -> None:
        self._answers.flush()
        self._tasks.start(self._session.flush())

    def _line_changed(self, line: str) -> None:
        self._question = question_nudge(line)
        self._show_nudge()

    def _nudges_switched(self, on: bool) -> None:  # noqa: FBT001  - a signal's value
        self._nudging = on
        self._show_nudge()

    def _next_pane(self) -> None:
        panes = (self._stages, self._notes, self._answers)
        here = [place for place, pane in enumerate(panes) if has_keyboard(pane)]
        wanted = panes[(here[0] + 1) % len(panes) if here else 1]
        if wanted is self._notes:
            self._notes.take_keyboard()
        elif wanted is self._answers:
            self._answers.focus_first()
        else:
            wanted.setFocus()

    # What is shown.

    def _changed(self) -> None:
        self._tasks.start(
            self._session.refresh(), then=self._refreshed, told=self._refused, instead_of="refresh"
        )

    def _refreshed(self, _nothing: object = None) -> None:
        self._answers.show_answers(self._session.answers)
        self._show_everything()

    def _show_everything(self) -> None:
        session = self._session
        self.setWindowTitle(f"{session.interview.title} \N{EN DASH} Capture")
        self._header.show_interview()
        self._consent.show_guests(session.guests)
        insights = [insight.fields for insight in session.insights]
        self._forces.show_forces(forces_of(session.guide, session.answers, insights))
        self._timeline.show_moments(timeline_of(session.guide, session.answers))
        self._tick()

    def _show_saved(self, state: SavedState) -> None:
        self._footer.show_saved(state.words(self._zone, offline=self._is_offline), state.saving)

    def _tick(self) -> None:
        session = self._session
        covered = {stage.key for stage in session.guide.stages if session.is_covered(stage.key)}
        self._stages.show_state(self._wanted, session.timers(), frozenset(covered))
        self._header.tick()
        self._show_nudge()

    def _show_nudge(self) -> None:
        nudge = most_pressing([self._question, self._stage_nudge()]) if self._nudging else None
        self._notes.show_nudge(nudge.text if nudge else "")

    def _stage_nudge(self) -> Nudge | None:
        session = self._session
        if not session.is_running:
            return None
        keys = [stage.key for stage in session.guide.stages]
        quoted = {
            i.fields.get("stage") for i in session.insights if i.fields.get("kind") == "quote"
        }
        return stage_nudge(
            session.timers()[session.stage],
            title=session.guide.stage(session.stage).title,
            number=keys.index(session.stage),
            has_quote=session.stage in quoted,
            has_date=any(moment.when for moment in timeline_of(session.guide, session.answers)),
        )

    # How it is put together.

    def _build(self) -> None:
        self.setObjectName("capture-window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(1100, 700)
        self.resize(1280, 800)
        bring_on_screen(self)
        self._stages.setFixedWidth(_LEFT)
        self._notes.setProperty("ground", "surface")
        self._notes.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        side = CaptureSide(self._answers, self._forces, self._timeline)
        parts = (self._stages, rule(upright=True), self._notes, rule(upright=True), side)
        for part in parts:
            middle.addWidget(part, 1 if part is self._notes else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(rule())
        column.addWidget(self._consent)
        column.addWidget(rule())
        column.addLayout(middle, 1)
        column.addWidget(rule())
        column.addWidget(self._footer)

    def _connect(self) -> None:
        self._header.start_pressed.connect(self._start_pressed)
        self._header.finish_pressed.connect(self._finish_pressed)
        join = partial(self.join_requested.emit, self._session.interview_id)
        debrief = partial(self.debrief_requested.emit, self._session.interview_id)
        self._header.join_pressed.connect(join)
        self._header.debrief_pressed.connect(debrief)
        saying = ConsentFlow(self._consent, self._session, tasks=self._tasks, window=self)
        saying.settled.connect(self._refreshed)
        saying.told.connect(self._footer_tell)
        self._stages.stage_chosen.connect(self.show_stage)
        self._stages.covered_changed.connect(self._covered_changed)
        self._notes.kind_pressed.connect(self._kind_pressed)
        self._notes.line_changed.connect(self._line_changed)
        self._notes.left.connect(self._save_now)
        self._presence.company_changed.connect(self._header.show_company)
        self._answers.answered.connect(self._answered)
        self._footer.nudges_switched.connect(self._nudges_switched)
        self._clock.timeout.connect(self._tick)
        self._session.on_saved(self._show_saved)
        self._session.on_news(self._changed)
        for tasks in (self._tasks, self._last_task):
            tasks.told.connect(self._refused)
            tasks.told.connect(self.told)
            tasks.broke.connect(self.broke)
        for keys, slot in {
            "Ctrl+J": join,
            "Ctrl+S": self._save_now,
            "Ctrl+PgDown": self._next_stage,
            "Ctrl+PgUp": self._previous_stage,
            "Ctrl+Return": self._cover_and_go_on,
            "F6": self._next_pane,
        }.items():
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _dress(self) -> None:
        rules = Template(resource_bytes("style", "capture.qss").decode())
        dress = rules.substitute(tokens_of(self.palette()).names())
        if dress != self.styleSheet():
            self.setStyleSheet(dress)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._left:
            event.accept()
            self.closed.emit(self._session.interview_id)
            return
        event.ignore()
        if not self._last_task.is_busy:
            self._last_task.start(self.leave(), then=self._close_at_last)

    def _close_at_last(self, _nothing: None) -> None:
        self.close()
