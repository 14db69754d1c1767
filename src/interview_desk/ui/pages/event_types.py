"""The event types of Cal.com, and what a booking of each brings with it."""

from PySide6.QtWidgets import QVBoxLayout
from typing_extensions import override

from interview_desk.domain.values import Json
from interview_desk.services.event_types import Choices, EventType, EventTypeService
from interview_desk.ui.pages.page import Page
from interview_desk.ui.widgets.event_type_card import EventTypeCard
from interview_desk.ui.widgets.parts import column, emptied, label
from interview_desk.ui.widgets.readable_page import readable_page

_INTRO = (
    "Cal.com keeps the event types: change their length, hosts and places there. Here you say what "
    "a new booking of one brings with it."
)
_NONE = "There are none yet. They appear once the team's server can ask Cal.com."
_Read = tuple[list[EventType], Choices]


class EventTypesPage(Page):
    """One card for each event type."""

    def __init__(self, event_types: EventTypeService) -> None:
        super().__init__("event_types", title="Event types")
        self._event_types = event_types
        self._shown: _Read | None = None
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self._none = label(_NONE, tone="muted", wrap=True)
        content = column(label(_INTRO, tone="muted", wrap=True), self._none, self._cards, None)
        content.setSpacing(12)
        self._none.hide()
        readable_page(self, content)

    @override
    def refresh(self) -> None:
        self.tasks.start(self._read(), then=self._show, instead_of="event types")

    async def _read(self) -> _Read:
        return await self._event_types.all(), await self._event_types.choices()

    def _show(self, read: _Read) -> None:
        self.loaded.emit()
        if read == self._shown:
            return  # somebody may be choosing
        self._shown = read
        found, choices = read
        emptied(self._cards)
        self._none.setVisible(not found)
        for one in found:
            card = EventTypeCard(one, choices, may_map=self._event_types.may_map)
            card.mapped.connect(self._keep)
            self._cards.addWidget(card)

    def _keep(self, event_type_id: str, fields: dict[str, Json]) -> None:
        self.tasks.start(self._event_types.map(event_type_id, **fields))
