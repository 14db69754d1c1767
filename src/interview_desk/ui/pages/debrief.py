"""Debrief: rate on your own, then see the others', the result with its reasons, and what if."""

from datetime import tzinfo
from functools import partial

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.domain.flags import WORDS, Flag
from interview_desk.domain.values import Json
from interview_desk.services.debrief import Debrief, DebriefService
from interview_desk.ui.debrief.kept_list import KeptList
from interview_desk.ui.debrief.panel_table import PanelTable
from interview_desk.ui.debrief.rating_sheet import RatingSheet
from interview_desk.ui.debrief.result_card import ResultCard
from interview_desk.ui.debrief.trace import RuleTrace
from interview_desk.ui.debrief.what_if import WhatIfCard
from interview_desk.ui.keyboard import has_keyboard
from interview_desk.ui.pages.page import Page
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, column, label, row
from interview_desk.ui.widgets.readable_page import readable_page

_WIDEST = 1080
_BESIDE = 300
_SEEN = "You have handed in your ratings."
_TEAM_GOES_ON = "The team goes on from there."
_REOPENING = "To change your ratings, open them again."
_HAD_SEEN = "It is recorded that you had seen the others'."
_READ_ONLY = "Ratings of this interview are given by the team."
_STILL_OPEN = "Your ratings are open."
_OPEN = "Everybody who was asked has handed in, or the round was closed."


class DebriefPage(Page):
    """One interview is judged here."""

    def __init__(self, service: DebriefService, zone: tzinfo) -> None:
        super().__init__("debrief", title="Debrief")
        self._service = service
        self._wanted: str | None = None
        self._shown: Debrief | None = None
        self._back = button("Back to the interview", name="debrief-back", kind="link")
        self._title = label(size=Size.TITLE, weight=Weight.DemiBold, wrap=True)
        self._title.setObjectName("debrief-title")
        self._state = label(tone="muted", wrap=True)
        self._state.setObjectName("debrief-state")
        self._off = label(tone="warning", wrap=True)
        self._off.setObjectName("evaluation-off")
        self.sheet = RatingSheet()
        self.panel = PanelTable()
        self.trace = RuleTrace()
        self.result = ResultCard()
        self.what_if = WhatIfCard()
        self.kept = KeptList(zone)
        self._after = QWidget()
        self._beside = QWidget()
        self._reason = QLineEdit()
        self._reopen = button("Open my ratings again", name="reopen-sheet")
        self._close_round = button("Show the ratings to everybody now", name="close-round")
        self._reopening = QWidget()
        self._reopening_words = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._build()
        self._connect()

    @override
    def show_record(self, record_id: str) -> None:
        self._keep()
        self._wanted = record_id
        self.refresh()

    @override
    def refresh(self) -> None:
        if self._wanted is not None:
            work = self._service.read(self._wanted)
            self.tasks.start(work, then=self._show, told=self._say_none, instead_of="debrief")

    @override
    async def flush(self) -> None:
        if self._wanted is not None and self.sheet.has_unkept:
            await self._service.keep(self._wanted, self.sheet.ratings())

    def _say_none(self, sentence: str) -> None:
        self._off.setText(sentence)
        self._off.show()
        self.loaded.emit()

    def _show(self, debrief: Debrief) -> None:
        if debrief.interview.id != self._wanted:
            return
        self._shown = debrief
        self._title.setText(debrief.interview.title)
        self._state.setText(_state_words(debrief))
        self._off.setText(f"Evaluation is off. {WORDS[Flag.EVALUATION].off}")
        self._off.setVisible(not debrief.is_on)
        rating = debrief.may_rate and not debrief.is_submitted
        if has_keyboard(self.sheet) and not rating:
            # With the sheet goes its button: the keyboard would go on to the window's corner.
            self._back.setFocus()
        self.sheet.setVisible(rating)
        if rating:
            standing = self._service.judged(debrief.rules, debrief.inputs)
            self.sheet.show_sheet(debrief, {one.criterion.id: one for one in standing.criteria})
        self._show_result(debrief)
        self._reopening.setVisible(debrief.may_rate and debrief.is_submitted)
        seen = "" if debrief.sees_no_others else _HAD_SEEN
        self._reopening_words.setText(f"{_REOPENING} {seen}".rstrip())
        waits = bool(debrief.awaited) and not debrief.is_closed
        self._close_round.setVisible(debrief.may_close and waits and debrief.is_open_to_me)
        self.loaded.emit()

    def _show_result(self, debrief: Debrief) -> None:
        result = debrief.result
        for one in (self._after, self._beside):
            one.setVisible(result is not None)
        if result is None:
            return
        self.panel.show_panel(result.criteria, debrief.sheets)
        self.trace.show_rules(result.outcomes, debrief.facts)
        self.result.show_result(result, debrief.facts)
        work = partial(self._service.judged, debrief.rules, debrief.inputs)
        self.what_if.show_result(result, work)
        self.kept.show_results(debrief.kept)

    def _keep(self) -> None:
        if self.sheet.has_unkept:
            self.sheet.keep_now()

    def _edited(self, ratings: dict[str, Json]) -> None:
        if self._wanted is not None:
            self.tasks.start(self._service.keep(self._wanted, ratings))

    def _submitted(self, ratings: dict[str, Json]) -> None:
        if self._shown is None:
            return
        work = self._service.submit(self._shown.interview.id, self._shown.rules, ratings)
        self.tasks.start(work, then=self._handed_in, told=self.sheet.say_trouble)

    def _handed_in(self, _: None) -> None:
        self.told.emit("Your ratings are handed in.")
        self.refresh()

    def _reopen_pressed(self) -> None:
        if self._shown is not None:
            work = self._service.reopen(self._shown.interview.id, self._reason.text())
            self.tasks.start(work, then=self._reopened)

    def _reopened(self, _: None) -> None:
        self._reason.clear()
        self.refresh()

    def _close_pressed(self) -> None:
        if self._shown is not None:
            self.tasks.start(self._service.close_round(self._shown.interview.id))

    def _go_back(self) -> None:
        if self._wanted is not None:
            self.interview_requested.emit(self._wanted)

    def _connect(self) -> None:
        self._back.clicked.connect(self._go_back)
        self.sheet.edited.connect(self._edited)
        self.sheet.submitted.connect(self._submitted)
        self._reopen.clicked.connect(self._reopen_pressed)
        self._reason.returnPressed.connect(self._reopen_pressed)
        self._close_round.clicked.connect(self._close_pressed)

    def _build(self) -> None:
        self._reason.setObjectName("reopen-reason")
        self._reason.setAccessibleName("Why you open your ratings again")
        self._reason.setPlaceholderText("Why? Everybody can read it later")
        self._reopening.setLayout(self._reopening_lines())
        self._after.setLayout(
            column(
                _title("The panel"), self.panel, _title("Every rule, and why"), self.trace, gap=8
            )
        )
        self._beside.setFixedWidth(_BESIDE)
        self._beside.setLayout(column(self.result, self.what_if, self.kept, None, gap=12))
        main = column(
            row(self._back, None),
            self._title,
            self._state,
            self._off,
            self.sheet,
            self._after,
            row(self._close_round, None),
            self._reopening,
            None,
            gap=8,
        )
        for hidden in (self.sheet, self._after, self._beside, self._reopening, self._off):
            hidden.hide()
        self._close_round.hide()
        content = row(main, self._beside, gap=24)
        content.setStretch(0, 1)
        readable_page(self, content, widest=_WIDEST)

    def _reopening_lines(self) -> QVBoxLayout:
        line = row(self._reason, self._reopen)
        lines = column(self._reopening_words, line, gap=4)
        lines.setContentsMargins(0, 16, 0, 0)
        return lines


def _title(words: str) -> QWidget:
    made = label(words, size=Size.HEADING, weight=Weight.DemiBold)
    made.setContentsMargins(0, 8, 0, 0)
    return made


def _state_words(debrief: Debrief) -> str:
    """Where the round stands, for this person."""
    waits = ", ".join(debrief.awaited)
    if debrief.is_submitted and debrief.sees_no_others:
        return f"{_SEEN} {_TEAM_GOES_ON}"
    if debrief.is_submitted:
        rest = "This round is closed." if debrief.is_closed else ""
        rest = rest or (f"Still to come: {waits}." if waits else "Everybody has.")
        return f"{_SEEN} {rest}"
    if not debrief.may_rate:
        return _READ_ONLY
    if debrief.is_open_to_me:
        return _OPEN
    return f"{_STILL_OPEN} Asked to rate: {waits}." if waits else _STILL_OPEN
