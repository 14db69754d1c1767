"""Where the demo begins: with a window for a person, or alone with a report for a machine."""

import importlib.util
import os
import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from interview_desk.app.demo import bookings
from interview_desk.app.demo.desk_process import DeskProcess
from interview_desk.app.demo.report import Report, StepFailed
from interview_desk.app.demo.server import DemoServer
from interview_desk.app.demo.story import play
from interview_desk.domain.errors import DeskError

_SERVER_PARTS = ("sync_server", "fastapi", "sqlalchemy", "uvicorn")


def run_demo(data: Path | None, out: Path | None, *, headless: bool) -> int:
    """Show the main job; 0 when every step did what it should, 1 with one sentence otherwise."""
    if not all(importlib.util.find_spec(part) for part in _SERVER_PARTS):
        print(
            "The demo needs the server too. Add it with: pip install 'interview-desk[server]'",
            file=sys.stderr,
        )
        return 1
    # All of it talks on loopback, where a proxy that this computer names would look at itself.
    os.environ.update(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
    out = (out or Path("demo-out")).resolve()
    with tempfile.TemporaryDirectory(prefix="interview-desk-demo-") as scratch:
        folder = data.resolve() if data else Path(scratch)
        try:
            if headless or not _has_display():
                return _alone(folder, out)
            return _with_a_person(folder, out)
        except (DeskError, StepFailed) as failure:
            print(f"The demo stopped: {failure}", file=sys.stderr)
            print(f"What was seen so far: {out / 'report.json'}", file=sys.stderr)
        except OSError as failure:
            print(f"The demo cannot write there: {failure}", file=sys.stderr)
        return 1


def _alone(folder: Path, out: Path) -> int:
    report = play(folder, out)
    print(f"{len(report.steps)} steps, report and pictures in {out}")
    return 0 if report.ok else 1


def _with_a_person(folder: Path, out: Path) -> int:
    now = datetime.now(UTC)
    report = Report(out)
    with (
        DemoServer(folder / "server") as server,
        DeskProcess(folder / "mara", out, secrets.token_bytes(32), on_screen=True) as desk,
    ):
        with report.step("the server starts and the bookings arrive") as evidence:
            server.start()
            server.add_member(*bookings.HOST, "owner")
            server.add_member(*bookings.COLLEAGUE, "interviewer")
            evidence["answers"] = {
                delivery.name: server.deliver(delivery)
                for delivery in bookings.deliveries(now, server.webhook_secret)
            }
        with report.step("the desk opens and is paired") as evidence:
            evidence.update(desk.start())
            code = server.pairing_code(bookings.HOST[1])
            evidence.update(desk.ask("pair", server=server.address, code=code))
        print(
            "Interview Desk is open on sample bookings; Join only notes what it would open. "
            "Close the window to end the demo.",
            flush=True,
        )
        desk.wait()
    return 0


def _has_display() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
