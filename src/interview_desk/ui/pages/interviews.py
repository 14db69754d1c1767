"""All interviews: the list, and one of them in detail beside it."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.roles import AssignmentRole
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.services.agenda import AgendaService, InterviewRow
from interview_desk.services.availability import AvailabilityService
from interview_desk.services.booking import BookingService, BookingStanding
from interview_desk.services.crossed_edits import Crossed
from interview_desk.services.interviews import InterviewService
from interview_desk.services.listed import ListedInterviews
from interview_desk.services.media import MediaService, Medium, media_of
from interview_desk.services.ports import Change, Clock
from interview_desk.services.team import Colleague, TeamService
from interview_desk.services.timeline import Timeline
from interview_desk.ui.keyboard import keyboard_kept
from interview_desk.ui.late_parts import LateParts
from interview_desk.ui.pages.booking_acts import BookingActs
from interview_desk.ui.pages.erasing_acts import ErasingActs
from interview_desk.ui.pages.media_acts import MediaActs
from interview_desk.ui.pages.page import Page
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.value_words import ValueWords
from interview_desk.ui.widgets.event_look import status_words
from interview_desk.ui.widgets.follow_up_choice import FollowUpChoice
from interview_desk.ui.widgets.interview_detail import InterviewDetail
from interview_desk.ui.widgets.interview_list import InterviewList
from interview_desk.ui.widgets.parts import button, column, label, row

if TYPE_CHECKING:
    from interview_desk.ui.mail_parts import MailParts

_FILTERS: dict[str, frozenset[Status]] = {
    "All": frozenset(),
    "Ahead": frozenset(
        {Status.REQUESTED, Status.SCHEDULED, Status.RESCHEDULE_REQUESTED, Status.IN_PROGRESS}
    ),
    "Held": frozenset({Status.HELD, Status.EVALUATED}),
    "Fell through": frozenset({Status.CANCELLED, Status.DECLINED, Status.NO_SHOW}),
    status_words(Status.DRAFT): frozenset({Status.DRAFT}),
    status_words(Status.ARCHIVED): frozenset({Status.ARCHIVED}),
}


class _Detail(NamedTuple):
    """Everything about one interview, read at one moment."""

    appointment: Appointment | None
    colleagues: Sequence[Colleague]
    crossed: Sequence[Crossed]
    past: Timeline | None
    booking: BookingStanding
    media: Sequence[Medium]


class InterviewsPage(Page):
    """The list with details."""

    def __init__(
        self,
        agenda: AgendaService,
        *,
        interviews: InterviewService,
        booking: BookingService,
        times: AvailabilityService,
        team: TeamService,
        media: MediaService,
        late: LateParts,
        mailing: "Callable[[], MailParts]",
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        super().__init__("interviews", title="Interviews")
        self._crossed = late.crossed
        self._timeline = late.timeline
        self._records = late.records
        self._zone = zone
        self._me = late.me
        self._agenda = agenda
        self._listed = ListedInterviews(agenda)
        self._interviews = interviews
        self._booking = booking
        self._acts = BookingActs(
            booking, times, tasks=self.tasks, clock=clock, zone=zone, parent=self
        )
        self._team = team
        self._clock = clock
        self._wanted: str | None = None
        self._whole = False
        self.list = InterviewList(zone)
        may_run = late.me.role.runs_interviews
        self.detail = InterviewDetail(zone, may_erase=late.erasing.may_erase, may_run=may_run)
        self.detail.guests.offers_follow_up = may_run
        self._erasing = ErasingActs(late.erasing, tasks=self.tasks, parent=self)
        self._media_acts = MediaActs(media, self.detail.media, tasks=self.tasks, parent=self)
        self._follow_up = FollowUpChoice(mailing, tasks=self.tasks, parent=self)
        self._search = QLineEdit()
        self._which = QComboBox()
        self._count = label(size=Size.DETAIL, tone="muted")
        self._beside = QStackedWidget()
        self._build()
        self._connect()

    @override
    def show_record(self, record_id: str) -> None:
        # Also one that the list does not show.
        self._wanted = record_id
        self._clear_filter()
        if not self.list.reveal(record_id):
            self._read_rows()
        self._read_detail(record_id)

    def search(self, text: str) -> None:
        """Show what matches the text."""
        self._which.setCurrentIndex(0)
        self._search.setText(text)

    @override
    def refresh(self) -> None:
        self._listed.forget()
        self._read_rows()
        self._read_what_is_open()

    @override
    def hear(self, changes: frozenset[Change]) -> None:
        if self._listed.changed(changes):
            self._read_rows()
        self._read_what_is_open()

    def _read_what_is_open(self) -> None:
        self.tasks.start(self._crossed.by_interview(), then=self._mark, instead_of="marks")
        if self._wanted is not None:
            self._read_detail(self._wanted)

    @override
    def tick(self, now: datetime) -> None:
        self.detail.tick(now)

    def _read_rows(self) -> None:
        """Read the top of the list; all of it only for who looks for something or goes further."""
        whole = self._whole or self.list.rows.is_filtered
        work = self._listed.read(whole=whole, wanted=self._wanted)
        self.tasks.start(work, then=self._show_rows, instead_of="rows")

    def _read_rest(self) -> None:
        if not self._whole:
            self._whole = True
            self._read_rows()

    def _show_rows(self, read: tuple[Sequence[InterviewRow], bool]) -> None:
        rows, has_more = read
        self.list.show_rows(rows, has_more=has_more, standing_on=self._wanted)
        self._say_count()
        if has_more:
            # Counting takes longer than reading the top: nobody waits for it.
            work = self._agenda.how_many()
            self.tasks.start(work, then=self._counted, instead_of="count")
        self._show_beside()
        self.loaded.emit()

    def _chosen(self, interview_id: str) -> None:
        if interview_id == self._wanted:
            return
        self._wanted = interview_id
        self._read_detail(interview_id)

    def _read_detail(self, interview_id: str) -> None:
        work = self._one(interview_id)
        self.tasks.start(work, then=self._show_detail, instead_of="detail")

    async def _one(self, interview_id: str) -> _Detail:
        found = await self._agenda.appointment(interview_id)
        crossed = await self._crossed.open_ones(interview_id) if found else []
        past = await self._timeline.known_here(interview_id) if found else None
        booking = await self._booking.standing(interview_id) if found else BookingStanding()
        media = await media_of(self._records, interview_id)
        return _Detail(found, await self._team.colleagues(), crossed, past, booking, media)

    def _show_detail(self, read: _Detail) -> None:
        appointment, colleagues = read.appointment, read.colleagues
        if appointment is None:
            gone, self._wanted = self._wanted, None
            # Whoever takes back what they asked for, or erases it, hears that it is so.
            if not self.detail.is_asked_for and gone not in self._erasing.gone:
                self.told.emit("This interview is no longer here.")
        else:
            with keyboard_kept(self.detail):
                self.detail.show_interview(appointment, colleagues, self._clock.now())
                self._media_acts.about(
                    appointment,
                    read.media,
                    now=self._clock.now(),
                    is_connected=read.booking.is_offered,
                )
                self.detail.show_booking(read.booking, self._clock.now())
            self._acts.about(appointment, colleagues, read.booking)
            self._show_past(appointment.id, read)
        self._show_beside()
        self.loaded.emit()

    def _show_past(self, interview_id: str, read: _Detail) -> None:
        if read.past is not None:
            words = ValueWords(self._zone, read.past.names, me=self._me.member_id)
            may = self._crossed.may_decide
            self.detail.show_crossed(read.crossed, words, may_decide=may)
            self._ask_authors(interview_id, read.crossed, words)
            self.detail.timeline.show_timeline(read.past)
            # The server's memory comes after what is here; nobody waits for it.
            work = self._timeline.whole(interview_id)
            self.tasks.start(work, then=self.detail.timeline.show_timeline, instead_of="past")

    def _ask_authors(
        self, interview_id: str, crossed: Sequence[Crossed], words: ValueWords
    ) -> None:
        # Also where nothing crossed: an answer about what was shown before comes too late.
        work = self._crossed.with_authors(crossed)
        show = partial(self._show_authors, interview_id, words)
        self.tasks.start(work, then=show, instead_of="authors")

    def _show_authors(
        self, interview_id: str, words: ValueWords, crossed: Sequence[Crossed]
    ) -> None:
        if interview_id == self.detail.interview_id:
            may = self._crossed.may_decide
            self.detail.show_crossed(crossed, words, may_decide=may)

    def _older(self) -> None:
        if self._wanted is not None:
            work = self._timeline.older(self._wanted)
            self.tasks.start(work, then=self.detail.timeline.show_timeline, instead_of="past")

    def _mark(self, crossed: Counter[str | None]) -> None:
        self.list.rows.mark(frozenset(key for key in crossed if key is not None))

    def _show_beside(self) -> None:
        if self._wanted is not None and self.detail.interview_id == self._wanted:
            self._beside.setCurrentIndex(0)
        else:
            self._beside.setCurrentIndex(1 if self.list.rows.total else 2)

    def _filter(self) -> None:
        statuses = _FILTERS[self._which.currentText()]
        self.list.rows.filter(text=self._search.text(), statuses=statuses)
        if self.list.rows.is_filtered:
            self._read_rest()
        self._say_count()
        if self._wanted is not None:
            self.list.choose(self._wanted)

    def _clear_filter(self) -> None:
        if self._wanted is not None and self.list.rows.row_of(self._wanted) < 0:
            self._search.clear()
            self._which.setCurrentIndex(0)

    def _counted(self, total: int) -> None:
        self.list.rows.total = total
        self._say_count()

    def _say_count(self) -> None:
        shown, total = self.list.rows.rowCount(), self.list.rows.total
        every = "1 interview" if total == 1 else f"{total} interviews"
        some = self.list.rows.is_filtered and shown != total
        self._count.setText(f"{shown} of {total}" if some else every)

    def _build(self) -> None:
        self._search.setObjectName("filter-text")
        self._search.setAccessibleName("Filter by words")
        self._search.setPlaceholderText("Filter\N{HORIZONTAL ELLIPSIS}")
        self._search.setClearButtonEnabled(True)
        self._which.setObjectName("filter-status")
        self._which.setAccessibleName("Filter by status")
        self._which.setMinimumHeight(32)
        self._which.addItems(list(_FILTERS))
        left = QWidget()
        bar = row(self._search, self._which)
        bar.setContentsMargins(12, 12, 12, 0)
        counted = row(self._count)
        counted.setContentsMargins(16, 0, 16, 0)
        left.setLayout(column(bar, counted, self.list, gap=8))
        left.setMinimumWidth(300)
        self._beside.addWidget(self.detail)
        self._beside.addWidget(self._hint("Choose an interview to see its people and notes."))
        self._beside.addWidget(self._nothing())
        self._beside.setCurrentIndex(2)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self._beside)
        # Where there is little room the list gives its part of it.
        for part, stretch in enumerate((2, 3)):
            split.setStretchFactor(part, stretch)
        split.setSizes([400, 560])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def _hint(self, words: str) -> QWidget:
        made = QWidget()
        made.setLayout(column(None, row(None, label(words, tone="muted"), None), None))
        return made

    def _nothing(self) -> QWidget:
        made = QWidget()
        words = label("Interviews are listed here as soon as there is one.", tone="muted")
        new = button("New interview", name="new-from-list")
        new.clicked.connect(self._new)
        made.setLayout(column(None, row(None, words, None), row(None, new, None), None, gap=12))
        return made

    def _connect(self) -> None:
        self.list.chosen.connect(self._chosen)
        self.list.rows.rest_wanted.connect(self._read_rest)
        self._search.textChanged.connect(self._filter)
        self._which.currentIndexChanged.connect(self._filter)
        detail = self.detail
        detail.join_requested.connect(self.join_requested)
        detail.capture_requested.connect(self.capture_requested)
        detail.debrief_requested.connect(self.debrief_requested)
        detail.guests.follow_up_requested.connect(self._follow_up.open)
        self._follow_up.told.connect(self.told)
        detail.moved.connect(self._move)
        detail.renamed.connect(self._rename)
        detail.asked.connect(self._ask)
        detail.accepted.connect(self._accept)
        detail.declined.connect(self._decline)
        detail.removed.connect(self._remove)
        detail.link_copied.connect(self._copy)
        detail.kept.connect(self._keep)
        detail.taken.connect(self._take)
        detail.written.connect(self._write)
        detail.older_requested.connect(self._older)
        detail.booking.chosen.connect(self._acts.act)
        self._acts.listen(detail.booking_card)
        self._acts.asked.connect(self.booking_asked)
        detail.erase_requested.connect(self._erasing.ask)
        self._erasing.told.connect(self.told)
        detail.edit_requested.connect(self._edit)

    def _new(self) -> None:
        self.new_requested.emit(None)

    def _move(self, interview_id: str, status: str) -> None:
        self.tasks.start(self._interviews.move(interview_id, Status(status)))

    def _rename(self, interview_id: str, title: str, overtaken: bool) -> None:  # noqa: FBT001  - a signal's value
        self.tasks.start(self._interviews.rename(interview_id, title, overtaken=overtaken))

    def _ask(self, interview_id: str, member_id: str, role: str) -> None:
        work = self._interviews.assign(interview_id, member_id=member_id, role=AssignmentRole(role))
        self.tasks.start(work)

    def _accept(self, assignment_id: str) -> None:
        self.tasks.start(self._interviews.accept(assignment_id))

    def _decline(self, assignment_id: str) -> None:
        self.tasks.start(self._interviews.decline(assignment_id))

    def _remove(self, assignment_id: str) -> None:
        self.tasks.start(self._interviews.unassign(assignment_id))

    def _keep(self, crossed_id: str) -> None:
        self.tasks.start(self._crossed.keep(crossed_id))

    def _take(self, crossed_id: str) -> None:
        self.tasks.start(self._crossed.take(crossed_id))

    def _write(self, crossed_id: str, value: Json) -> None:
        self.tasks.start(self._crossed.write(crossed_id, value))

    def _edit(self, appointment: Appointment) -> None:
        # Nobody edits anything before the page is open.
        from interview_desk.ui.widgets.edit_interview import EditInterviewDialog

        dialog = EditInterviewDialog(
            self._interviews, appointment, now=self._clock.now(), zone=self._zone, parent=self
        )
        dialog.tasks.broke.connect(self.tasks.broke)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _copy(self, link: str) -> None:
        QGuiApplication.clipboard().setText(link)
        self.told.emit("The link is copied.")
