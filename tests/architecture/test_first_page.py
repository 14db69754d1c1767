"""What the first page does without, on the real program: a slow start fails without a clock."""

import asyncio
from pathlib import Path

import pytest

from interview_desk.system.paths import Paths
from tests.helpers.started_desk import TITLE, fill, told

MOST_MODULES = 95
BEHIND_IT = {
    "asyncio",
    "concurrent.futures",
    "cryptography",
    "dataclasses",
    "desktop_notifier",
    "hashlib",
    "httpx",
    "importlib.resources",
    "jinja2",
    "keyring",
    "logging.handlers",
    "pycrdt",
    "pydantic",
    "qasync",
    "segno",
    "socket",
    "sqlalchemy",
    "ssl",
    "subprocess",
    "typing_extensions",
    "websockets",
    "PySide6.QtDBus",
    "PySide6.QtNetwork",
    "interview_desk.app.asked_for",
    "interview_desk.app.behind",
    "interview_desk.app.captures",
    "interview_desk.app.join_flow",
    "interview_desk.app.loop",
    "interview_desk.app.network",
    "interview_desk.app.online",
    "interview_desk.domain.alerts",
    "interview_desk.domain.ids",
    "interview_desk.domain.links",
    "interview_desk.domain.merge",
    "interview_desk.notes",
    "interview_desk.remote",
    "interview_desk.services.alerts",
    "interview_desk.services.backups",
    "interview_desk.services.capture",
    "interview_desk.services.crossed_edits",
    "interview_desk.services.debrief",
    "interview_desk.services.exchange",
    "interview_desk.services.follow_ups",
    "interview_desk.services.interviews",
    "interview_desk.services.joining",
    "interview_desk.services.pairing",
    "interview_desk.services.record_names",
    "interview_desk.services.search",
    "interview_desk.services.set_aside",
    "interview_desk.services.sync",
    "interview_desk.services.timeline",
    "interview_desk.services.sync_state",
    "interview_desk.services.team",
    "interview_desk.store.backups",
    "interview_desk.store.outbox",
    "interview_desk.store.pulled",
    "interview_desk.store.rescue",
    "interview_desk.store.restoring",
    "interview_desk.store.search",
    "interview_desk.store.search_texts",
    "interview_desk.store.threads",
    "interview_desk.store.unseen",
    "interview_desk.system.desktop",
    "interview_desk.system.keyring_safe",
    "interview_desk.system.notifications",
    "interview_desk.ui.capture",
    "interview_desk.ui.finder",
    "interview_desk.ui.late_parts",
    "interview_desk.ui.opener",
    "interview_desk.ui.pages.attention",
    "interview_desk.ui.pages.calendar",
    "interview_desk.ui.pages.first_run",
    "interview_desk.ui.pages.interviews",
    "interview_desk.ui.pages.settings",
    "interview_desk.ui.pages.team",
    "interview_desk.ui.toasts",
    "interview_desk.ui.tray",
    "interview_desk.ui.unlock",
    "interview_desk.ui.value_words",
    "interview_desk.ui.widgets.palette",
    "interview_desk.ui.widgets.side_panel",
    "interview_desk.wire",
}

WATCH = """
def watched(desk):
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def __init__(self):
            super().__init__()
            QTimer.singleShot(0, self.look)

        def look(self):
            if desk.open_desk is None:
                QTimer.singleShot(1, self.look)
                return
            self.today = desk.open_desk.window.today
            self.today.next_card.installEventFilter(self)

        def eventFilter(self, card, event):
            if event.type() == QEvent.Type.Paint and self.today.shown is not None:
                QTimer.singleShot(0, self.stands)
            return False

        def stands(self):
            following = self.today.shown.next
            title = following.interview.title if following else ""
            tell(title, *(f"made {kind}" for kind in MADE))

    kept.append(Watch())

class Made(list):
    def __init__(self):
        import enum
        create = enum.EnumType._create_
        def noted(cls, name, *args, **kwargs):
            kind = create(cls, name, *args, **kwargs)
            self.append(kind.__qualname__)
            return kind
        enum.EnumType._create_ = noted

MADE = Made()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a paired desk keeps on this computer."""
    made = tmp_path_factory.mktemp("desk")
    asyncio.run(fill(made, server="http://[::1]:9"))
    return made


@pytest.fixture(scope="module")
def loaded(folder: Path) -> set[str]:
    """The modules of that desk when it has just painted its first page."""
    title, *modules = told(folder, WATCH)
    assert title == TITLE
    return set(modules)


def test_the_first_page_stands_without_what_comes_behind_it(loaded: set[str]) -> None:
    assert loaded & BEHIND_IT == set()


def test_the_first_page_does_not_load_all_of_qstyle_into_python(loaded: set[str]) -> None:
    # Whatever hands a QStyle to Python does, such as `widget.style()`; it has 560 names.
    assert "made AlignmentFlag" in loaded
    assert "made PixelMetric" not in loaded


@pytest.mark.usefixtures("loaded")
def test_the_next_start_need_not_compile_what_qt_brings_as_text(folder: Path) -> None:
    assert Paths(folder).qt_code.stat().st_size > 0


def test_what_is_looked_for_exists() -> None:
    root = Path(__file__).resolve().parents[2] / "src"
    ours = [name for name in BEHIND_IT if name.startswith("interview_desk.")]
    places = [root.joinpath(*name.split(".")) for name in ours]
    assert [at for at in places if not (at.is_dir() or at.with_suffix(".py").is_file())] == []


def test_the_first_page_brings_no_more_of_ours_than_it_shows(loaded: set[str]) -> None:
    # Each costs a fraction of a millisecond; whoever needs more of them raises this on purpose.
    assert "interview_desk.ui.pages.today" in loaded
    assert len([name for name in loaded if name.startswith("interview_desk")]) <= MOST_MODULES
