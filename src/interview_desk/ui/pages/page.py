"""What every place of the window has in common."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from interview_desk.services.ports import Change
from interview_desk.ui.bridge.tasks import TaskScope

if TYPE_CHECKING:
    from interview_desk.ui.widgets.slot_reader import Looking


class Page(QWidget):
    """One place of the window; it reads again when told that it is stale.

    Signals: `join_requested(str)`, `capture_requested(str)`, `interview_requested(str)` and
    `debrief_requested(str)` with an interview's id; `new_requested(object)` with a UTC datetime or
    None; `pair_requested()`; `booking_asked(object)` with a request made of Cal.com; `told(str)`
    with a sentence for the person; `loaded()` after each reading has been shown.
    """

    join_requested = Signal(str)
    capture_requested = Signal(str)
    interview_requested = Signal(str)
    debrief_requested = Signal(str)
    new_requested = Signal(object)
    pair_requested = Signal()
    booking_asked = Signal(object)
    told = Signal(str)
    loaded = Signal()

    def __init__(self, name: str, *, title: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = title
        self.tasks = TaskScope(self)
        self.tasks.told.connect(self.told)

    @property
    def sidebar(self) -> QWidget | None:
        """What belongs under the rail's places while this page is shown."""
        return None

    def show_record(self, record_id: str) -> None:
        """Show this one of the records the page is about."""

    def refresh(self) -> None:
        """Read again and show what is found."""

    def hear(self, changes: frozenset[Change]) -> None:
        """Records have changed while the page is shown; whatever it reads may be others."""
        del changes
        self.refresh()

    def set_second_zone(self, name: str | None) -> None:
        """Show the hours of this zone beside mine, where hours are shown; None for mine alone."""

    def look_for(self, looking: "Looking | None") -> None:
        """Somebody is about to book this, and looks for a free time; None once they are done."""

    def show_sync(self, words: str) -> None:
        """How the desk stands with its server, in words."""

    async def flush(self) -> None:
        """Keep what was typed and not kept yet; the window is about to end."""

    def tick(self, now: datetime) -> None:
        """A minute has passed."""
