"""The head of the window: where one is, search, and New."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from interview_desk.ui.overriding import override
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import IconButton, Weight, button, hide_unless, label


class TopBar(QWidget):
    """Title, search, New, and the switch of the right panel.

    Signals: `searched(str)` with what was begun to be typed, empty for a click: the palette goes
    on from there; `new_pressed()`; `panel_pressed()`.
    """

    searched = Signal(str)
    new_pressed = Signal()
    panel_pressed = Signal()

    def __init__(self, *, may_make: bool = True) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = label(size=Size.HEADING, weight=Weight.DemiBold)
        self._title.setObjectName("place-title")
        self.search = QLineEdit()
        self.search.setObjectName("search")
        self.search.setAccessibleName("Search interviews, people and notes")
        self.search.setPlaceholderText("Search (Ctrl+K)")
        self.search.setMaximumWidth(320)
        new = button("New interview", name="new")
        new.setToolTip("Ctrl+N")
        hide_unless(new, wanted=may_make)
        self.panel_switch = IconButton("panel", "Show or hide Up next", name="fold-panel")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addStretch(1)
        layout.addWidget(self.search, 2)
        layout.addWidget(new)
        layout.addWidget(self.panel_switch)
        # As high where the switch is hidden, or all below would move with the place.
        layout.addStrut(self.panel_switch.sizeHint().height())
        self.search.textEdited.connect(self._begun)
        self.search.returnPressed.connect(self._asked)
        self.search.installEventFilter(self)
        new.clicked.connect(self.new_pressed)
        self.panel_switch.clicked.connect(self.panel_pressed)

    @property
    def title(self) -> str:
        """The place named."""
        return self._title.text()

    def show_title(self, title: str) -> None:
        """Say where one is."""
        self._title.setText(title)

    def _begun(self, text: str) -> None:
        self.search.clear()
        self.searched.emit(text)

    def _asked(self) -> None:
        self.searched.emit("")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.MouseButtonRelease:
            self._asked()
        return super().eventFilter(watched, event)
