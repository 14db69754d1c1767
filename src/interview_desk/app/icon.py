"""The program's own picture."""

from functools import cache
from pathlib import Path

from PySide6.QtGui import QIcon, QPixmap

from interview_desk.ui.theme.resources import resource_bytes

_ICON = ("app", "interview-desk.png")


@cache
def app_icon() -> QIcon:
    """For windows and the tray."""
    picture = QPixmap()
    # With its format said, Qt loads no plug-in for every other one.
    picture.loadFromData(resource_bytes(*_ICON), "PNG")
    return QIcon(picture)


def icon_file() -> Path | None:
    """The picture as a file, for notifications; None where it lies inside an archive."""
    from importlib.resources import as_file, files

    with as_file(files("interview_desk_resources").joinpath(*_ICON)) as path:
        kept = Path(path)
    return kept if kept.exists() else None
