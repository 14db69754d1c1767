"""The real desk as a process: from an empty folder to a booking from a real server."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from interview_desk.app.demo.bookings import HOST, deliveries, story
from interview_desk.app.demo.server import DemoServer
from tests.helpers.driven_desk import DrivenDesk

# Python reads a module of this name at every start; this one hides the server's libraries.
HIDING = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"fastapi", "starlette", "uvicorn", "sqlalchemy", "alembic",
                                      "psycopg", "sync_server"}:
            raise ImportError(f"{name} is not installed")

sys.meta_path.insert(0, Refuse())
"""
ROOM = "https://meet.google.com/abc-defg-hij"

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A computer without screen, keyring, session bus, and without the server's libraries."""
    (tmp_path / "sitecustomize.py").write_text(HIDING)
    return {
        **os.environ,
        "PYTHONPATH": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(tmp_path),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/no-bus",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    with DemoServer(tmp_path / "server") as running:
        running.start()
        running.add_member(*HOST, "owner")
        yield running


def choose_passphrase(desk: DrivenDesk) -> None:
    desk.until("fill", name="passphrase", text="eine lange Reise")
    desk.ask("fill", name="passphrase-again", text="eine lange Reise")
    desk.ask("press", name="unlock-open")


def test_the_desks_here_run_where_the_server_is_not_installed(environment: dict[str, str]) -> None:
    asked = [sys.executable, "-c", "import sync_server"]
    said = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
    assert "sync_server is not installed" in said.stderr


def test_an_empty_folder_a_passphrase_and_a_link_lead_to_the_booking(
    tmp_path: Path, environment: dict[str, str], server: DemoServer
) -> None:
    code = server.pairing_code(HOST[1])
    link = f"interviewdesk://pair?{urlencode({'server': server.address, 'code': code})}"
    now = datetime.now(UTC)
    main = story(now)[0]
    *_, newest = deliveries(now, server.webhook_secret)
    with DrivenDesk(tmp_path / "desk", environment, link=link) as desk:
        choose_passphrase(desk)
        assert desk.until("read", name="link") == link
        assert desk.until("press", name="pair")
        desk.until("window")
        # What the first copy brings is history; only what comes later is news.
        desk.until("synced")
        assert server.deliver(newest) == "accepted"
        desk.until("sees", text=main.title)
        desk.until("sees", text="New booking")
        desk.until("press", name="join")
        assert desk.until("opened") == [main.join_url]
        desk.until("synced")
        assert desk.quit() == 0
    with DrivenDesk(tmp_path / "desk", environment) as again:
        again.until("fill", name="passphrase", text="something else")
        again.ask("press", name="unlock-open")
        again.until("sees", text="does not open your desk")
        again.ask("fill", name="passphrase", text="eine lange Reise")
        again.until("press", name="unlock-open")
        again.until("sees", text=main.title)
        assert again.quit() == 0


def test_a_desk_alone_needs_no_server_and_ends_on_a_signal(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    with DrivenDesk(tmp_path / "desk", environment) as desk:
        choose_passphrase(desk)
        desk.until("press", name="choose-alone")
        desk.until("fill", name="name", text="Mara")
        desk.ask("press", name="start-alone")
        desk.until("window")
        desk.until("ready")
        desk.until("sees", text="Saved on this device")
        desk.process.send_signal(signal.SIGTERM)
        assert desk.process.wait(60) == 0
    assert not list((tmp_path / "desk" / "crashes").iterdir())


def test_a_desk_goes_back_to_a_backup_and_starts_again(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    start = datetime.now(UTC) + timedelta(hours=1)
    with DrivenDesk(tmp_path / "desk", environment) as desk:
        choose_passphrase(desk)
        desk.until("press", name="choose-alone")
        desk.until("fill", name="name", text="Mara")
        desk.ask("press", name="start-alone")
        desk.until("ready")
        desk.until("make", title="Made before", start=start.isoformat(), where=ROOM)
        desk.until("sees", text="Made before")
        desk.until("press", name="place-settings")
        desk.until("press", name="back-up-now")
        desk.until("sees", text="Backed up at")
        (backup,) = (tmp_path / "desk" / "backups").iterdir()
        sooner = start - timedelta(minutes=10)
        desk.until("make", title="Made after", start=sooner.isoformat(), where=ROOM)
        desk.until("press", name="place-today")
        desk.until("sees", text="Made after")
        desk.until("press", name="place-settings")
        desk.until("press", name="change-passphrase")
        desk.until("fill", name="passphrase-now", text="eine lange Reise")
        desk.ask("fill", name="passphrase-new", text="noch eine Reise")
        desk.ask("fill", name="passphrase-new-again", text="noch eine Reise")
        desk.ask("press", name="passphrase-keep")
        desk.until("sees", text="the new passphrase opens your desk")
        desk.until("press", name=f"restore-{backup.name}")
        desk.until("press", name="restore-really")
        desk.until("sees", text="Your desk is as it was when the backup was made.")
        desk.until("sees", text="Made before")
        assert not desk.ask("sees", text="Made after")
        assert desk.quit() == 0
    assert len(list((tmp_path / "desk" / "backups").iterdir())) == 2
    with DrivenDesk(tmp_path / "desk", environment) as again:
        again.until("fill", name="passphrase", text="noch eine Reise")
        again.ask("press", name="unlock-open")
        again.until("sees", text="Made before")
        assert again.quit() == 0
    assert not list((tmp_path / "desk" / "crashes").iterdir())


def test_closing_the_question_for_the_passphrase_ends_the_program(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    with DrivenDesk(tmp_path / "desk", environment) as desk:
        desk.until("fill", name="passphrase", text="x")
        desk.ask("quit")
        assert desk.process.wait(60) == 0


def test_a_desk_used_alone_joins_a_team_by_a_link_and_keeps_its_interviews(
    tmp_path: Path, environment: dict[str, str], server: DemoServer
) -> None:
    code = server.pairing_code(HOST[1])
    link = f"interviewdesk://pair?{urlencode({'server': server.address, 'code': code})}"
    start = datetime.now(UTC) + timedelta(hours=1)
    with DrivenDesk(tmp_path / "desk", environment) as desk:
        choose_passphrase(desk)
        desk.until("press", name="choose-alone")
        desk.until("fill", name="name", text="Mara")
        desk.ask("press", name="start-alone")
        desk.until("ready")
        desk.until("make", title="Made by hand", start=start.isoformat(), where=ROOM)
        desk.until("sees", text="Made by hand")
        program = [sys.executable, "-m", "interview_desk.app", f"--data={tmp_path / 'desk'}"]
        handed_over = subprocess.run([*program, "--link", link], env=environment, check=False)
        assert handed_over.returncode == 0
        assert desk.until("read", name="link") == link
        desk.until("press", name="pair")
        # Nothing of it goes to the team before its author has seen what goes.
        desk.until("press", name="toast-choose")
        desk.until("sees", text="1 interview")
        assert server.interviews() == []
        desk.until("press", name="handover-send")
        desk.until("synced")
        desk.until("sees", text="Made by hand")
        assert desk.quit() == 0
    assert [one["title"] for one in server.interviews()] == ["Made by hand"]
