"""Light or dark: follows the system, or what the person chose, also while running."""

from enum import StrEnum
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from interview_desk.ui.theme.fonts import font, load_fonts
from interview_desk.ui.theme.palette import palette_of
from interview_desk.ui.theme.resources import resource_bytes, resource_folder
from interview_desk.ui.theme.tokens import DARK, LIGHT, Tokens

_NAME = "appearance"
# For the arguments of the application: a style set by hand loads the whole of QStyle into Python.
STYLE = ("-style", "fusion")


class Mode(StrEnum):
    """What the person asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_SCHEMES = {
    Mode.SYSTEM: Qt.ColorScheme.Unknown,
    Mode.LIGHT: Qt.ColorScheme.Light,
    Mode.DARK: Qt.ColorScheme.Dark,
}


class Appearance(QObject):
    """Keeps the application, which was begun with `STYLE`, in its theme.

    Signals: `theme_changed()` after palette and style sheet are in place.
    """

    theme_changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName(_NAME)
        self._app = app
        self._mode = Mode.SYSTEM
        self._shown: Tokens | None = None
        load_fonts()
        app.setFont(font())
        # The hints object is kept: a chained call can find it already collected.
        self._hints = app.styleHints()
        self._hints.colorSchemeChanged.connect(self._scheme_changed)

    @property
    def mode(self) -> Mode:
        """What was asked for last."""
        return self._mode

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._shown or LIGHT

    def use(self, mode: Mode) -> None:
        """Show this theme from now on; `system` follows the computer's."""
        self._mode = mode
        self._hints.setColorScheme(_SCHEMES[mode])
        self._show()

    def _scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._show()

    def _wanted(self) -> Tokens:
        if self._mode is Mode.SYSTEM:
            return DARK if self._hints.colorScheme() is Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode is Mode.DARK else LIGHT

    def _show(self) -> None:
        tokens = self._wanted()
        if tokens is self._shown:
            return
        self._shown = tokens
        self._app.setPalette(palette_of(tokens))
        self._app.setStyleSheet(style_sheet(tokens))
        self.theme_changed.emit()


def style_sheet(tokens: Tokens) -> str:
    """The few rules that Fusion and the palette cannot express."""
    rules = Template(resource_bytes("style", "desk.qss").decode())
    return rules.substitute(tokens.names(), style=resource_folder("style"))


def apply_theme(app: QApplication, mode: str = Mode.SYSTEM) -> Appearance:
    """Dress `app`; may be called again at any time to change the theme while running."""
    appearance = app.findChild(Appearance, _NAME)
    if not isinstance(appearance, Appearance):
        appearance = Appearance(app)
    appearance.use(Mode(mode))
    return appearance
