"""The places of the desk, at the left edge: icons with names, or icons alone."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QSizePolicy, QVBoxLayout, QWidget

from interview_desk.ui.overriding import override
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.icons import icon
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.parts import EnterButton, IconButton, Weight, label, row
from interview_desk.ui.widgets.sync_badge import SyncBadge

WIDE, NARROW = 224, 64
# The style leaves too little room between a picture and its name.
_ICON, _GAP = 18, 6


class Place(NamedTuple):
    """One entry of the rail."""

    key: str
    name: str
    icon: str


class PlaceButton(EnterButton):
    """A place; the chosen one is filled and its icon takes the accent."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setObjectName(f"place-{place.key}")
        self.setText(place.name)
        self.setAccessibleName(place.name)
        self.setToolTip(as_tip(place.name))
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setProperty("kind", "place")
        self.setIconSize(QSize(_ICON + _GAP, _ICON))
        self.setFont(font(Size.BODY, Weight.Medium))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(36)
        self.toggled.connect(self._tint)
        self._tint()

    def set_compact(self, *, compact: bool) -> None:
        """Show only the icon; the name stays in the tooltip and for screen readers."""
        only, beside = Qt.ToolButtonStyle.ToolButtonIconOnly, Qt.ToolButtonStyle
        self.setToolButtonStyle(only if compact else beside.ToolButtonTextBesideIcon)

    def _tint(self) -> None:
        tokens = tokens_of(self.palette())
        colour = tokens.accent_text if self.isChecked() else tokens.muted
        self.setIcon(icon(self._place.icon, colour, size=_ICON, gap=_GAP))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()


class Rail(QWidget):
    """The way around.

    Signals: `place_chosen(str)` with the key of a place; `compact_changed(bool)`.
    """

    place_chosen = Signal(str)
    compact_changed = Signal(bool)

    def __init__(self, places: Sequence[Place], *, foot: Sequence[Place], me: str) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._compact = False
        self._buttons = {place.key: PlaceButton(place) for place in (*places, *foot)}
        self._group = QButtonGroup(self)
        for key, made in self._buttons.items():
            self._group.addButton(made)
            made.clicked.connect(partial(self.place_chosen.emit, key))
        self._name = label("Interview Desk", size=Size.HEADING, weight=Weight.DemiBold)
        self._fold = IconButton("rail", "Narrow or widen the side bar (Ctrl+B)", name="fold-rail")
        self._fold.clicked.connect(self._fold_pressed)
        self.badge = SyncBadge()
        self._me = _me_line(me)
        self._sidebar = QVBoxLayout()
        self._sidebar.setContentsMargins(0, 16, 0, 0)
        self._sidebar_widget: QWidget | None = None
        self._build(places, foot)

    @property
    def is_compact(self) -> bool:
        """Whether only icons show."""
        return self._compact

    def choose(self, key: str) -> None:
        """Mark a place as the one shown; none where it is not in the rail."""
        chosen = self._group.checkedButton()
        if key in self._buttons:
            self._buttons[key].setChecked(True)
        elif chosen is not None:
            self._group.setExclusive(False)
            chosen.setAutoExclusive(False)
            chosen.setChecked(False)
            chosen.setAutoExclusive(True)
            self._group.setExclusive(True)

    def set_compact(self, *, compact: bool) -> None:
        """Show icons alone, or icons with names."""
        self._compact = compact
        self.setFixedWidth(NARROW if compact else WIDE)
        self._name.setVisible(not compact)
        # Alone, the button stands over the icons below it.
        self._head.setContentsMargins(0 if compact else 8, 0, 7 if compact else 0, 8)
        self._me.setVisible(not compact)
        self.badge.set_compact(compact)
        for made in self._buttons.values():
            made.set_compact(compact=compact)
        self._show_sidebar()

    def set_sidebar(self, widget: QWidget | None) -> None:
        """Put what belongs to the shown place under the places; None takes it away."""
        if self._sidebar_widget is not None and self._sidebar_widget is not widget:
            self._sidebar_widget.hide()
        self._sidebar_widget = widget
        if widget is not None and widget.parent() is not self:
            self._sidebar.addWidget(widget)
        self._show_sidebar()

    def _show_sidebar(self) -> None:
        if self._sidebar_widget is not None:
            self._sidebar_widget.setVisible(not self._compact)

    def _build(self, places: Sequence[Place], foot: Sequence[Place]) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(2)
        self._head = row(self._name, None, self._fold)
        layout.addLayout(self._head)
        for place in places:
            layout.addWidget(self._buttons[place.key])
        layout.addLayout(self._sidebar)
        layout.addStretch(1)
        for place in foot:
            layout.addWidget(self._buttons[place.key])
        layout.addWidget(self.badge)
        layout.addWidget(self._me)
        self.set_compact(compact=False)

    def _fold_pressed(self) -> None:
        self.set_compact(compact=not self._compact)
        self.compact_changed.emit(self._compact)


def _me_line(me: str) -> QLabel:
    made = ElidedLabel(me, size=Size.DETAIL, tone="muted")
    made.setObjectName("me")
    made.setContentsMargins(10, 4, 8, 0)
    return made
