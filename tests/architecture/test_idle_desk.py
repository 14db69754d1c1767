"""What a desk does without while nobody does anything, on the real program.

Memory grows by what is loaded for places that nobody has opened; this fails without a scale.
"""

import asyncio
from pathlib import Path

import pytest

from tests.helpers.started_desk import fill, told

MOST_MODULES = 129
ASKED_FOR = {
    "cryptography",
    "desktop_notifier",
    "click",
    "html",
    "jinja2",
    "keyring",
    "pycrdt",
    "rich",
    "segno",
    "sqlalchemy",
    "interview_desk.app.asked_for",
    "interview_desk.app.booking_flow",
    "interview_desk.app.captures",
    "interview_desk.app.join_flow",
    "interview_desk.app.late_calcom",
    "interview_desk.domain.evaluation",
    "interview_desk.domain.links",
    "interview_desk.domain.sequences",
    "interview_desk.notes",
    "interview_desk.services.availability",
    "interview_desk.services.booking",
    "interview_desk.services.capture",
    "interview_desk.services.connection",
    "interview_desk.services.crossed_edits",
    "interview_desk.services.debrief",
    "interview_desk.services.erasing",
    "interview_desk.services.event_types",
    "interview_desk.services.follow_ups",
    "interview_desk.services.interviews",
    "interview_desk.services.joining",
    "interview_desk.services.media",
    "interview_desk.services.rules",
    "interview_desk.services.sequences",
    "interview_desk.services.set_aside",
    "interview_desk.services.timeline",
    "interview_desk.store.pulled",
    "interview_desk.store.rescue",
    "interview_desk.store.restoring",
    "interview_desk.ui.calcom_parts",
    "interview_desk.ui.capture",
    "interview_desk.ui.debrief",
    "interview_desk.ui.finder",
    "interview_desk.ui.late_parts",
    "interview_desk.ui.mail",
    "interview_desk.ui.mail_parts",
    "interview_desk.ui.opener",
    "interview_desk.ui.rules",
    "interview_desk.ui.pages.attention",
    "interview_desk.ui.pages.calendar",
    "interview_desk.ui.pages.first_run",
    "interview_desk.ui.pages.interviews",
    "interview_desk.ui.pages.settings",
    "interview_desk.ui.pages.team",
    "interview_desk.ui.unlock",
    "interview_desk.ui.widgets.palette",
    "interview_desk.ui.widgets.side_panel",
}
FOR_A_TEAM = {
    "httpx",
    "pydantic",
    "websockets",
    "interview_desk.app.network",
    "interview_desk.app.online",
    "interview_desk.remote",
    "interview_desk.services.exchange",
    "interview_desk.services.pairing",
    "interview_desk.services.sync",
    "interview_desk.services.team",
    "interview_desk.store.outbox",
    "interview_desk.system.reachability",
    "interview_desk.wire",
    "typing_extensions",
}
# Half a second behind the last thing that is loaded by itself.
WATCH = """
def watched(desk):
    from PySide6.QtCore import QTimer

    def idle():
        import linecache
        read = [name for name in linecache.cache if "interview_desk" in name]
        tell(desk.open_desk.window.place, len(read))

    desk.running.connect(
        lambda: desk.open_desk.ready.connect(lambda: QTimer.singleShot(500, idle))
    )
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The place that the desk of somebody alone shows, the sources it read, and its modules."""
    folder = tmp_path_factory.mktemp("desk")
    asyncio.run(fill(folder, server=None))
    return told(folder, WATCH)


@pytest.fixture(scope="module")
def in_a_team(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The same of a desk whose server does not answer."""
    folder = tmp_path_factory.mktemp("desk")
    asyncio.run(fill(folder, server="http://[::1]:9"))
    return told(folder, WATCH)


def test_an_idle_desk_is_without_what_nobody_has_asked_for(alone: list[str]) -> None:
    assert alone[0] == "today"
    assert set(alone) & (ASKED_FOR | FOR_A_TEAM) == set()


def test_an_idle_desk_in_a_team_brings_the_network_and_no_more(in_a_team: list[str]) -> None:
    assert in_a_team[0] == "today"
    assert set(in_a_team) & ASKED_FOR == set()
    assert set(in_a_team) >= FOR_A_TEAM


def test_an_idle_desk_watches_over_the_interviews(alone: list[str]) -> None:
    running = {"alerts", "checkup", "backups", "search", "flags"}
    assert {f"interview_desk.services.{name}" for name in running} <= set(alone)


def test_no_source_is_read_while_the_desk_loads(alone: list[str]) -> None:
    # Qt's binding would, and keep every line.
    assert alone[1] == "0"


def test_an_idle_desk_brings_no_more_of_ours_than_it_uses(alone: list[str]) -> None:
    assert len([name for name in alone if name.startswith("interview_desk")]) <= MOST_MODULES


def test_what_is_looked_for_exists() -> None:
    root = Path(__file__).resolve().parents[2] / "src"
    ours = [name for name in ASKED_FOR | FOR_A_TEAM if name.startswith("interview_desk.")]
    places = [root.joinpath(*name.split(".")) for name in ours]
    assert [at for at in places if not (at.is_dir() or at.with_suffix(".py").is_file())] == []
