"""A booking form beside the place where a person is, instead of the right panel."""

from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.rail import Rail
from interview_desk.ui.widgets.slot_reader import Looking

# Below this there is no room for the form, a week and the names in the rail.
_ROOMY = 1240


class BookingBeside(QObject):
    """Has at most one form.

    In a narrow window the rail gives way to it, so that the days of a week stay readable.

    Signals: `looked_for(object)` with what the form looks for (`Looking`), None at its end;
    `changed()` when there is a form, or none any more.
    """

    looked_for = Signal(object)
    changed = Signal()

    def __init__(self, right: QHBoxLayout, rail: Rail, window: QWidget) -> None:
        super().__init__(window)
        self._right = right
        self._rail = rail
        self._window = window
        self._narrowed = False
        self._form: BookingForm | None = None
        self.looking: Looking | None = None
        self.looked_for.connect(self._keep)

    @property
    def is_open(self) -> bool:
        """Whether somebody is about to book."""
        return self._form is not None

    def show(self, form: BookingForm) -> None:
        """Show this form, where there is none."""
        self._form = form
        form.looked_for.connect(self.looked_for)
        self._right.addWidget(form)
        if self._window.width() < _ROOMY and not self._rail.is_compact:
            self._narrowed = True
            self._rail.set_compact(compact=True)
        self.changed.emit()
        form.show()

    def go_on(self) -> bool:
        """Lay the keyboard into what is being typed; False where nobody books just now."""
        if self._form is None:
            return False
        self._form.begin()
        return True

    async def flush(self) -> None:
        """Keep what was typed for the next start; a `DeskError` where that fails."""
        if self._form is not None:
            await self._form.flush()

    def tick(self) -> None:
        """A minute has passed: what could not be kept is tried again."""
        if self._form is not None:
            self._form.keep()

    def take(self, start: datetime | None) -> bool:
        """Have the form take a time that was pointed at; False where nobody books just now."""
        if self._form is None or start is None:
            return False
        self._form.take(start)
        return True

    def take_away(self, form: BookingForm) -> None:
        """This form is done."""
        if form is self._form:
            self._form = None
        if self._narrowed:
            self._narrowed = False
            self._rail.set_compact(compact=False)
        form.hide()
        form.deleteLater()
        self.looked_for.emit(None)
        self.changed.emit()

    def _keep(self, looking: Looking | None) -> None:
        self.looking = looking
