"""The bundled typeface and its five sizes."""

from enum import IntEnum
from functools import cache

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

from interview_desk.ui.theme.resources import resource_bytes

FAMILY = "Inter"
_FIRST = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
# Only notes have bold words; no page does.
_LATER = ("Inter-Bold.otf",)


class Size(IntEnum):
    """The type scale, in device-independent pixels."""

    SMALL = 11
    DETAIL = 12
    BODY = 13
    HEADING = 15
    TITLE = 18


@cache
def load_fonts() -> bool:
    """Make the typeface known to Qt once; False where it could not, then the system's is used."""
    return _load(_FIRST)


@cache
def load_bold() -> bool:
    """The weight that no page needs; whoever shows notes asks for it."""
    return _load(_LATER)


def _load(names: tuple[str, ...]) -> bool:
    loaded = [
        QFontDatabase.addApplicationFontFromData(QByteArray(resource_bytes("fonts", name)))
        for name in names
    ]
    return all(number >= 0 for number in loaded)


@cache
def font(size: Size = Size.BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The one font of this size and weight."""
    made = QFont(FAMILY)
    made.setPixelSize(size)
    made.setWeight(weight)
    # Hinting spreads glyphs unevenly at these sizes.
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
