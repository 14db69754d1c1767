"""One interview beside the list: people, parts, how it stands, and the way in."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from interview_desk.domain.agenda import Appointment, CrewMember, countdown, is_renamed
from interview_desk.domain.booking_requests import RequestKind
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.status import MOVES, Status
from interview_desk.services.booking import BookingStanding
from interview_desk.services.crossed_edits import Crossed
from interview_desk.services.team import Colleague
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.value_words import ValueWords
from interview_desk.ui.widgets.booking_card import BookingButton, BookingCard, acts_of
from interview_desk.ui.widgets.crossed_cards import CrossedCards
from interview_desk.ui.widgets.event_look import (
    ROLE_WORDS,
    no_join_words,
    service_name,
    status_tone,
    status_words,
    when_words,
)
from interview_desk.ui.widgets.guest_lines import GuestLines
from interview_desk.ui.widgets.media_lines import MediaLines
from interview_desk.ui.widgets.parts import (
    IconButton,
    button,
    column,
    emptied,
    heading,
    hide_unless,
    label,
    pill,
    reason_line,
    row,
    rule,
    set_tone,
    switch,
)
from interview_desk.ui.widgets.people import crew_line
from interview_desk.ui.widgets.quiet import quiet
from interview_desk.ui.widgets.timeline_list import TimelineList
from interview_desk.ui.widgets.title_line import TitleLine

# From when on there is something to rate, and to hear and read again.
TOOK_PLACE = frozenset({Status.IN_PROGRESS, Status.HELD, Status.EVALUATED, Status.ARCHIVED})
_CALCOMS = frozenset(
    {Status.SCHEDULED, Status.RESCHEDULE_REQUESTED, Status.CANCELLED, Status.DECLINED}
)
_BOX_WIDTH = 240
_ASKABLE = (AssignmentRole.LEAD, AssignmentRole.NOTE_TAKER, AssignmentRole.OBSERVER)


class InterviewDetail(QScrollArea):
    """An interview a person can act on.

    Signals: `join_requested(str)`, `capture_requested(str)` and `debrief_requested(str)` with the
    interview's id; `moved(str, str)` id and status; `renamed(str, str, bool)` id, title and whether
    somebody else gave it another meanwhile; `asked(str, str, str)` interview, member and role;
    `accepted(str)`, `declined(str)` and `removed(str)` with an assignment's id; `link_copied(str)`
    with the link; `kept(str)`, `taken(str)` and `written(str, object)` about an edit that crossed
    another; `older_requested()`; `erase_requested(str)` with the interview's id;
    `edit_requested(object)` with what is shown.
    """

    join_requested = Signal(str)
    capture_requested = Signal(str)
    debrief_requested = Signal(str)
    moved = Signal(str, str)
    renamed = Signal(str, str, bool)
    asked = Signal(str, str, str)
    accepted = Signal(str)
    declined = Signal(str)
    removed = Signal(str)
    link_copied = Signal(str)
    kept = Signal(str)
    taken = Signal(str)
    written = Signal(str, object)
    older_requested = Signal()
    erase_requested = Signal(str)
    edit_requested = Signal(object)

    def __init__(self, zone: tzinfo, *, may_erase: bool = False, may_run: bool = True) -> None:
        super().__init__()
        self._zone = zone
        self._may_erase = may_erase
        # Whose role runs no interviews is not offered what would only be refused.
        self._may_run = may_run
        self._shown: Appointment | None = None
        self.setObjectName("interview-detail")
        self.setAccessibleName("Interview")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._title = TitleLine()
        self._original = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._when, self._place = label(tone="muted", wrap=True), label(tone="muted", wrap=True)
        self._status = pill()
        self._join = button("Join", name="detail-join", kind="primary")
        self._no_join = reason_line(self._join)
        self._capture = button("Open capture", name="detail-capture")
        self._debrief = button("Debrief", name="detail-debrief")
        self._copy = IconButton("copy", "Copy the link", name="copy-link")
        self._move = button("Change status", name="change-status")
        self._moves = _menu_of(self._move)
        self.guests, self._edit = GuestLines(zone), button("Edit", name="edit-interview")
        self._crew = QVBoxLayout()
        self._crew.setSpacing(8)
        self._member = _box("ask-whom", "Member to ask")
        self._role = _box("ask-role", "Part to take")
        self._ask = button("Ask", name="ask-member")
        self.booking, self.booking_card = BookingButton(), BookingCard(zone)
        self.timeline, self.media = TimelineList(zone), MediaLines(zone)
        self._crossings = CrossedCards(is_named=_is_of_something_else)
        self._build()

    @property
    def interview_id(self) -> str | None:
        """The interview shown."""
        return self._shown.id if self._shown else None

    @property
    def is_asked_for(self) -> bool:
        """Whether what is shown is only being asked of Cal.com; it goes when that is undone."""
        asked = self._shown.asked if self._shown else None
        return asked is not None and asked.kind is RequestKind.CREATE

    def show_interview(
        self, appointment: Appointment, colleagues: Sequence[Colleague], now: datetime
    ) -> None:
        """Show this one as it is now; a title being typed is left alone."""
        self._shown = appointment
        interview = appointment.interview
        self._title.show_title(interview.title, of=appointment.id)
        self._original.setText(f"At Cal.com: {interview.calcom_title}")
        self._original.setVisible(is_renamed(appointment))
        self._status.setText(status_words(interview.status))
        set_tone(self._status, name="pill", tone=status_tone(interview.status))
        switch(self._join, no_join_words(interview, now), line=self._no_join, tip="Ctrl+J")
        self._copy.setVisible(interview.join_url is not None)
        self._debrief.setVisible(interview.status in TOOK_PLACE)
        place = service_name(interview.join_service) or interview.location or "No place yet"
        self._place.setText(" \N{MIDDLE DOT} ".join(filter(None, [place, appointment.startup])))
        self._show_moves(interview.status)
        self.guests.show_guests(appointment)
        # What is only being asked of Cal.com is changed there.
        hide_unless(self._edit, wanted=self._may_run and not self.is_asked_for)
        self._show_crew(appointment)
        self._show_colleagues(colleagues)
        self._show_asking(colleagues)
        self.tick(now)

    def show_booking(self, standing: BookingStanding, now: datetime) -> None:
        """Show what is asked of Cal.com about it, and offer what can be."""
        if self._shown is None:
            return
        acts = acts_of(self._shown, now) if standing.is_offered else []
        self.booking.show_acts(acts, together=len(standing.together))
        self.booking.wait(busy=standing.wish is not None and standing.wish.is_under_way)
        title = self._shown.interview.title
        self.booking_card.show_wish(standing.wish, standing.last_move, title=title)
        # What Cal.com decides is asked of it: moving only our side would tell nobody.
        held = self._shown.interview.is_booked and standing.is_offered
        self._show_moves(self._shown.interview.status, but=_CALCOMS if held else frozenset())

    def show_crossed(
        self, crossed: Sequence[Crossed], words: ValueWords, *, may_decide: bool
    ) -> None:
        """Show what two people changed at once, above everything else about the interview."""
        self._crossings.show_crossed(crossed, words, may_decide=may_decide)

    def tick(self, now: datetime) -> None:
        """Count down."""
        if self._shown is None:
            return
        interview = self._shown.interview
        words = when_words(self._shown, self._zone)
        if interview.start is not None and interview.status is Status.SCHEDULED:
            away = countdown(interview.start, interview.end, now, self._zone)
            words += f" \N{MIDDLE DOT} {away}"
        self._when.setText(words)

    def _show_moves(self, current: Status, but: frozenset[Status] = frozenset()) -> None:
        self._moves.clear()
        for wanted in sorted(MOVES[current] - but, key=list(Status).index):
            action = QAction(status_words(wanted), self._moves)
            action.triggered.connect(partial(self._move_chosen, wanted))
            self._moves.addAction(action)
        if self._may_erase:
            self._moves.addSeparator()
            erase = self._moves.addAction("Erase for good\N{HORIZONTAL ELLIPSIS}")
            erase.setObjectName("erase-for-good")
            erase.triggered.connect(self._erase_chosen)
        hide_unless(self._move, wanted=self._may_run and not self._moves.isEmpty())

    def _erase_chosen(self) -> None:
        if self._shown is not None:
            self.erase_requested.emit(self._shown.id)

    def _show_crew(self, appointment: Appointment) -> None:
        emptied(self._crew)
        for member in appointment.crew:
            self._crew.addLayout(self._crew_row(member))
        if not appointment.crew:
            words = label("Nobody leads it yet.", size=Size.DETAIL, tone="muted", wrap=True)
            self._crew.addWidget(words)

    def _crew_row(self, member: CrewMember) -> QVBoxLayout:
        line = crew_line(member)
        remove = IconButton("close", f"Take {member.name} out", name=f"remove-{member.member_id}")
        remove.clicked.connect(partial(self.removed.emit, member.assignment_id))
        hide_unless(remove, wanted=self._may_run)
        line.addWidget(remove)
        rows = column(line, gap=4)
        if member.is_me and member.state is AssignmentState.PROPOSED:
            accept = button("Accept", name="accept")
            decline = button("Decline", name="decline", kind="quiet")
            accept.clicked.connect(partial(self.accepted.emit, member.assignment_id))
            decline.clicked.connect(partial(self.declined.emit, member.assignment_id))
            rows.addLayout(row(accept, decline, None))
        return rows

    def _show_colleagues(self, colleagues: Sequence[Colleague]) -> None:
        chosen = self._member.currentData()
        self._member.clear()
        inside = {one.member_id for one in self._shown.crew} if self._shown else set()
        # Who is in it already can be asked for another part, but is rarely meant.
        for one in sorted(colleagues, key=lambda one: one.member.id in inside):
            name = f"{one.member.name} (you)" if one.is_me else one.member.name
            self._member.addItem(name, one.member.id)
        kept = -1 if chosen in inside else self._member.findData(chosen)
        self._member.setCurrentIndex(max(kept, 0))
        self._ask.setEnabled(bool(colleagues))

    def _show_asking(self, colleagues: Sequence[Colleague]) -> None:
        """Whoever has no colleagues is not offered to ask, only to take the interview back."""
        only_me = all(one.is_me for one in colleagues)
        for box in (self._member, self._role):
            box.setVisible(self._may_run and not only_me)
        if only_me:
            self._role.setCurrentIndex(0)
        self._ask.setText("Lead it myself" if only_me else "Ask")
        self._ask.setAccessibleName(self._ask.text())
        mine = self._shown.my_part if self._shown else None
        wanted = not only_me or (bool(colleagues) and mine is None)
        self._ask.setVisible(self._may_run and wanted)

    def _build(self) -> None:
        for role in _ASKABLE:
            self._role.addItem(ROLE_WORDS[role], str(role))
        buttons = row(self._join, self._capture, self._debrief, self._copy, None)
        joining = column(buttons, self._no_join)
        joining.setContentsMargins(0, 8, 0, 12)
        self._crossings.kept.connect(self.kept)
        self._crossings.taken.connect(self.taken)
        self._crossings.written.connect(self.written)
        asking = row(self._member, self._role, self._ask, None)
        asking.setContentsMargins(0, 0, 0, 12)
        content = column(
            row(self._status, None, self.booking, self._edit, self._move),
            self._title,
            self._original,
            self._when,
            self._place,
            joining,
            self.booking_card,
            self._crossings,
            rule(),
            heading("Guest"),
            self.guests,
            rule(),
            heading("Team"),
            self._crew,
            asking,
            self.media,
            rule(),
            heading("Timeline"),
            self.timeline,
            None,
        )
        content.setContentsMargins(24, 20, 24, 24)
        self._join.setMinimumWidth(112)
        inner = QWidget()
        inner.setProperty("ground", "surface")
        inner.setLayout(content)
        self.setWidget(inner)
        self._join.clicked.connect(self._join_pressed)
        self._capture.clicked.connect(self._capture_pressed)
        self._debrief.clicked.connect(self._debrief_pressed)
        self._copy.clicked.connect(self._copy_pressed)
        self._ask.clicked.connect(self._ask_pressed)
        self._edit.clicked.connect(self._edit_pressed)
        self._title.setReadOnly(not self._may_run)
        self._title.typed_anew.connect(self._typed_anew)
        self.timeline.older_requested.connect(self.older_requested)

    def _edit_pressed(self) -> None:
        if self._shown is not None:
            self.edit_requested.emit(self._shown)

    def _move_chosen(self, wanted: Status) -> None:
        if self._shown is not None:
            self.moved.emit(self._shown.id, str(wanted))

    def _join_pressed(self) -> None:
        if self._shown is not None:
            self.join_requested.emit(self._shown.id)

    def _capture_pressed(self) -> None:
        if self._shown is not None:
            self.capture_requested.emit(self._shown.id)

    def _debrief_pressed(self) -> None:
        if self._shown is not None:
            self.debrief_requested.emit(self._shown.id)

    def _copy_pressed(self) -> None:
        if self._shown is not None and self._shown.interview.join_url:
            self.link_copied.emit(self._shown.interview.join_url)

    def _ask_pressed(self) -> None:
        if self._shown is not None:
            member, role = self._member.currentData(), self._role.currentData()
            self.asked.emit(self._shown.id, member, role)

    def _typed_anew(self, title: str, overtaken: bool) -> None:  # noqa: FBT001  - a signal's value
        if self._shown is not None:
            self.renamed.emit(self._shown.id, title, overtaken)


def _menu_of(opener: QPushButton) -> QMenu:
    made = QMenu(opener)
    opener.setProperty("menu", "yes")
    opener.setMenu(made)
    return made


def _box(name: str, spoken: str) -> QComboBox:
    made = quiet(QComboBox())
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    made.setMinimumHeight(32)
    # No name pushes what can be done out of sight.
    made.setMaximumWidth(_BOX_WIDTH)
    return made


def _is_of_something_else(one: Crossed) -> bool:
    """Whether a crossed edit concerns the people or words of the interview, and not itself."""
    return one.about.entity != "interviews"
