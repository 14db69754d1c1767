"""Guests in a sequence: where each stands, and pausing, going on or stopping."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QFrame, QLineEdit, QWidget

from interview_desk.domain.sequences.messages import EnrolmentState
from interview_desk.services.follow_ups import Enrolment, Mail, Outbox
from interview_desk.services.ports import Clock
from interview_desk.ui.keyboard import keyboard_kept
from interview_desk.ui.mail.words import ENROLMENTS, STATES, reason_words, when_words
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.line_list import Line, LineList
from interview_desk.ui.widgets.list_beside import ListBeside
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    heading,
    label,
    pill,
    row,
    set_tone,
)
from interview_desk.ui.widgets.quiet import quiet

_NONE = "No guest is in a follow-up. Begin one from an interview, beside the guest's name."
_USUAL_PAUSE = timedelta(days=7)


class GuestsView(QWidget):
    """Everybody in a sequence, and one of them beside the list.

    Signals: `paused(str, object)` with an enrolment's id and until when, a UTC datetime;
    `resumed(str)`; `stopped(str, str)` id and reason; `interview_requested(str)`.
    """

    paused = Signal(str, object)
    resumed = Signal(str)
    stopped = Signal(str, str)
    interview_requested = Signal(str)

    def __init__(self, zone: tzinfo, clock: Clock) -> None:
        super().__init__()
        self._zone = zone
        self._clock = clock
        self._wanted: str | None = None
        self._shown: Outbox | None = None
        self.list = LineList(name="guest-list", spoken="Guests in a follow-up")
        self._name = label(size=Size.TITLE, weight=Weight.DemiBold, wrap=True)
        self._state = pill()
        self._state.setObjectName("enrolment-state")
        self._where = label(tone="muted", wrap=True)
        self._why = label(size=Size.DETAIL, wrap=True)
        self._why.setObjectName("enrolment-why")
        self._interview = button("Open the interview", name="enrolment-interview", kind="link")
        self._until = quiet(QDateEdit())
        self._pause = button("Pause until then", name="enrolment-pause")
        self._resume = button("Go on", name="enrolment-resume", kind="primary")
        self._reason = QLineEdit()
        self._stop = button("Stop", name="enrolment-stop")
        self._pausing, self._stopping = QWidget(), QWidget()
        self._past = column(gap=4)
        self._both = ListBeside(self.list, self._build(), nothing=_NONE)
        self.setLayout(column(self._both, gap=0))
        self._connect()

    def show_outbox(self, outbox: Outbox) -> None:
        """Show every guest, those who may still get mail first."""
        self._shown = outbox
        if self._wanted not in {one.id for one in outbox.enrolments}:
            self._wanted = outbox.enrolments[0].id if outbox.enrolments else None
        self.list.show_lines(_lines(outbox.enrolments, self._zone), self._wanted)
        self._show_detail()

    def _chosen(self, enrolment_id: str) -> None:
        self._wanted = enrolment_id
        self._show_detail()

    def _show_detail(self) -> None:
        found = self._shown.enrolments if self._shown else ()
        one = next((each for each in found if each.id == self._wanted), None)
        self._both.show_beside(found=one is not None)
        if one is None or self._shown is None:
            return
        words, tone = ENROLMENTS[one.state]
        self._state.setText(words)
        set_tone(self._state, name="pill", tone=tone)
        self._name.setText(one.guest)
        self._where.setText(" \N{MIDDLE DOT} ".join(filter(None, [one.sequence, one.interview])))
        why = [one.because, reason_words(one, self._zone)]
        self._why.setText("\n".join(filter(None, why)))
        with keyboard_kept(self, otherwise=self.list):
            self._show_actions(one, may_act=self._shown.may_act)
        self._show_past(one, self._shown.mails)

    def _show_actions(self, one: Enrolment, *, may_act: bool) -> None:
        running = one.state is EnrolmentState.ACTIVE
        waits = one.state in {EnrolmentState.PAUSED, EnrolmentState.SKIPPED}
        self._pausing.setVisible(running and may_act)
        self._stopping.setVisible(one.is_live and may_act)
        self._resume.setText(
            "Begin it after all" if one.state is EnrolmentState.SKIPPED else "Go on"
        )
        self._resume.setAccessibleName(self._resume.text())
        self._resume.setVisible(waits and may_act)
        self._interview.setVisible(bool(one.interview_id))

    def _show_past(self, one: Enrolment, mails: Sequence[Mail]) -> None:
        emptied(self._past)
        own = [mail for mail in mails if mail.enrolment is not None and mail.enrolment.id == one.id]
        for mail in sorted(own, key=lambda mail: mail.number or 0):
            words, tone, _ = STATES[mail.state]
            title = label(mail.step or mail.subject, weight=Weight.Medium, wrap=True)
            when = label(when_words(mail, self._zone), size=Size.DETAIL, tone="muted")
            line = row(column(title, when, gap=0), pill(words, tone=tone))
            line.setStretch(0, 1)
            self._past.addLayout(line)
        if not own:
            words = "The first mail is prepared soon."
            self._past.addWidget(label(words, size=Size.DETAIL, tone="muted"))

    def _pause_pressed(self) -> None:
        if self._wanted is not None:
            chosen = self._until.date()
            day = date(chosen.year(), chosen.month(), chosen.day())
            until = datetime.combine(day, time.min, self._zone).astimezone(UTC)
            self.paused.emit(self._wanted, until)

    def _resume_pressed(self) -> None:
        if self._wanted is not None:
            self.resumed.emit(self._wanted)

    def _stop_pressed(self) -> None:
        if self._wanted is not None:
            self.stopped.emit(self._wanted, self._reason.text())
            self._reason.clear()

    def _interview_pressed(self) -> None:
        found = self._shown.enrolments if self._shown else ()
        one = next((each for each in found if each.id == self._wanted), None)
        if one is not None:
            self.interview_requested.emit(one.interview_id)

    def _connect(self) -> None:
        self.list.chosen.connect(self._chosen)
        self._pause.clicked.connect(self._pause_pressed)
        self._resume.clicked.connect(self._resume_pressed)
        self._stop.clicked.connect(self._stop_pressed)
        self._reason.returnPressed.connect(self._stop_pressed)
        self._interview.clicked.connect(self._interview_pressed)

    def _build(self) -> QFrame:
        self._until.setObjectName("pause-until")
        self._until.setAccessibleName("Pause until")
        self._until.setCalendarPopup(True)
        self._until.setDisplayFormat("ddd d MMM yyyy")
        today = self._clock.now().astimezone(self._zone).date()
        usual = today + _USUAL_PAUSE
        self._until.setMinimumDate(QDate(today.year, today.month, today.day).addDays(1))
        self._until.setDate(QDate(usual.year, usual.month, usual.day))
        self._reason.setObjectName("stop-reason")
        self._reason.setAccessibleName("Why it is stopped")
        self._reason.setPlaceholderText("Why? It is kept with the guest")
        self._pausing.setLayout(row(self._until, self._pause, None))
        self._stopping.setLayout(row(self._reason, self._stop))
        detail = QFrame()
        detail.setObjectName("enrolment-detail")
        content = column(
            row(self._state, None, self._interview),
            self._name,
            self._where,
            self._why,
            row(self._resume, None),
            self._pausing,
            self._stopping,
            heading("Its mails"),
            self._past,
            None,
        )
        content.setContentsMargins(24, 16, 24, 20)
        detail.setLayout(content)
        return detail


def _lines(enrolments: Sequence[Enrolment], zone: tzinfo) -> list[Line]:
    lines: list[Line] = []
    for title, live in (("May still get mail", True), ("Ended", False)):
        found = [one for one in enrolments if one.is_live is live]
        if found:
            lines.append(Line("", title, mark=str(len(found))))
            lines += [_line(one, zone) for one in found]
    return lines


def _line(one: Enrolment, zone: tzinfo) -> Line:
    words, tone = ENROLMENTS[one.state]
    below = " \N{MIDDLE DOT} ".join(filter(None, [one.sequence, reason_words(one, zone)]))
    return Line(one.id, one.guest, below, words, "muted" if tone == "plain" else tone)
