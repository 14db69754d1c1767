"""What needs a person: what could not be sent or erased, and what two people changed at once."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.domain.values import Json
from interview_desk.services.crossed_edits import Crossed, CrossedEdits
from interview_desk.services.erasing import ErasingService, FailedErasure
from interview_desk.services.record_names import RecordNames
from interview_desk.services.set_aside import SetAside, SetAsideService
from interview_desk.ui.late_parts import LateParts
from interview_desk.ui.pages.page import Page
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.value_words import ValueWords
from interview_desk.ui.widgets.crossed_cards import CrossedCards
from interview_desk.ui.widgets.failed_erasure_card import FailedErasureCard
from interview_desk.ui.widgets.parts import Weight, column, emptied, label
from interview_desk.ui.widgets.readable_page import readable_page
from interview_desk.ui.widgets.set_aside_card import SetAsideCard

_NOTHING = "Nothing needs you here: everything was sent, and no edits crossed."
_AT_ONCE = 50

_Read = tuple[list[SetAside], list[FailedErasure], list[Crossed], RecordNames]


class AttentionPage(Page):
    """Everything that waits for a decision, in one list."""

    def __init__(self, late: LateParts, *, zone: tzinfo) -> None:
        super().__init__("attention", title="Needs attention")
        self._shelf: SetAsideService = late.set_aside
        self._crossed: CrossedEdits = late.crossed
        self._erasing: ErasingService = late.erasing
        self._records = late.records
        self._me = late.me
        self._zone = zone
        self._shown: tuple[list[SetAside], list[FailedErasure], list[Crossed]] | None = None
        self._aside = QVBoxLayout()
        self._not_erased = QVBoxLayout()
        self._crossings = CrossedCards(is_named=_each)
        self._more_crossed = label(size=Size.DETAIL, tone="muted")
        for box in (self._aside, self._not_erased):
            box.setSpacing(12)
        self._aside_head = _title("Could not be sent")
        self._not_erased_head = _title("Could not be erased")
        self._crossed_head = _title("Changed by two people")
        self._nothing = label(_NOTHING, tone="muted", wrap=True)
        self._build()

    @override
    def refresh(self) -> None:
        self.tasks.start(self._read(), then=self._show, instead_of="attention")

    async def _read(self) -> _Read:
        names = await RecordNames.read(self._records)
        aside, failed = await self._shelf.items(), await self._erasing.failed()
        return aside, failed, await self._crossed.open_ones(), names

    def _show(self, read: _Read) -> None:
        aside, failed, crossed, names = read
        self.loaded.emit()
        if (aside, failed, crossed) == self._shown:
            return  # somebody may be answering a question or writing a version of their own
        self._shown = (aside, failed, crossed)
        words = ValueWords(self._zone, names.names, me=self._me.member_id)
        for box in (self._aside, self._not_erased):
            emptied(box)
        self._show_aside(aside, words)
        self._show_not_erased(failed)
        self._show_crossed(crossed, words)
        self._nothing.setVisible(not (aside or failed or crossed))

    def _show_aside(self, items: Sequence[SetAside], words: ValueWords) -> None:
        self._aside_head.setVisible(bool(items))
        for item in items[:_AT_ONCE]:
            card = SetAsideCard(item, words)
            card.retried.connect(self._retry)
            card.discarded.connect(self._discard)
            card.copied.connect(self._copy)
            self._aside.addWidget(card)
        _say_more(self._aside, len(items))

    def _show_not_erased(self, items: Sequence[FailedErasure]) -> None:
        self._not_erased_head.setVisible(bool(items))
        for one in items[:_AT_ONCE]:
            card = FailedErasureCard(one)
            card.asked_again.connect(self._erase_again)
            card.left.connect(self._leave)
            self._not_erased.addWidget(card)
        _say_more(self._not_erased, len(items))

    def _show_crossed(self, items: Sequence[Crossed], words: ValueWords) -> None:
        self._crossed_head.setVisible(bool(items))
        may = self._crossed.may_decide
        self._crossings.show_crossed(items[:_AT_ONCE], words, may_decide=may)
        self._more_crossed.setText(_more_words(len(items)))
        self._more_crossed.setVisible(len(items) > _AT_ONCE)

    def _retry(self, item_id: int) -> None:
        self.tasks.start(self._shelf.retry(item_id), then=self._retried)

    def _retried(self, _: None) -> None:
        self.told.emit("It is in the queue again. Should it be refused once more, it is back here.")
        self.refresh()

    def _discard(self, item_id: int) -> None:
        self.tasks.start(self._shelf.discard(item_id), then=self._done)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.told.emit("The text is copied.")

    def _erase_again(self, one: FailedErasure) -> None:
        self.tasks.start(self._erasing.ask_again(one), then=self._asked_again)

    def _asked_again(self, _: None) -> None:
        self.told.emit("It is asked for again. Should it fail once more, it is back here.")
        self.refresh()

    def _leave(self, one: FailedErasure) -> None:
        self.tasks.start(self._erasing.leave(one), then=self._done)

    def _keep(self, crossed_id: str) -> None:
        self.tasks.start(self._crossed.keep(crossed_id), then=self._done)

    def _take(self, crossed_id: str) -> None:
        self.tasks.start(self._crossed.take(crossed_id), then=self._done)

    def _write(self, crossed_id: str, value: Json) -> None:
        self.tasks.start(self._crossed.write(crossed_id, value), then=self._done)

    def _done(self, _: None) -> None:
        self.refresh()

    def _build(self) -> None:
        content = column(
            self._nothing,
            self._aside_head,
            self._aside,
            self._not_erased_head,
            self._not_erased,
            self._crossed_head,
            self._crossings,
            self._more_crossed,
            None,
            gap=12,
        )
        for below in (self._not_erased_head, self._crossed_head):
            below.setContentsMargins(0, 12, 0, 0)
        self._crossings.kept.connect(self._keep)
        self._crossings.taken.connect(self._take)
        self._crossings.written.connect(self._write)
        heads = (self._aside_head, self._not_erased_head, self._crossed_head)
        for hidden in (self._nothing, *heads, self._more_crossed):
            hidden.hide()
        readable_page(self, content)


def _title(words: str) -> QWidget:
    return label(words, size=Size.HEADING, weight=Weight.DemiBold)


def _say_more(box: QVBoxLayout, count: int) -> None:
    if count > _AT_ONCE:
        box.addWidget(label(_more_words(count), size=Size.DETAIL, tone="muted"))


def _more_words(count: int) -> str:
    return f"and {count - _AT_ONCE} more, shown as these are settled"


def _each(_: Crossed) -> bool:
    """Every card says what it is about: they are of all kinds here."""
    return True
