"""The connection made, tried and ended by the real program, against a Cal.com over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.server import ServerProcess


@pytest.fixture
def server(tmp_path: Path, fake_calcom: FakeCalcom) -> Iterator[ServerProcess]:
    settings = {"CALCOM_API_KEY": KEY, "CALCOM_BASE_URL": fake_calcom.url}
    server = ServerProcess(tmp_path / "server", settings=settings)
    yield server
    if server.running:
        server.stop()


def answer(server: ServerProcess, *command: str) -> dict[str, Any]:
    done = server.run("calcom", *command, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_connected_by_the_command_line_cal_coms_ping_arrives(
    server: ServerProcess, fake_calcom: FakeCalcom
) -> None:
    server.start()
    assert answer(server, "test")["name"] == "Hana Host"
    assert answer(server, "connect")["connected"] is True
    fake_calcom.set(held=True)
    fake_calcom.ping()
    assert fake_calcom.deliver() == 2
    assert [sent["status"] for sent in fake_calcom.numbers()["delivered"]] == [200, 200]
    listed = json.loads(server.run("inbox", "list", "--json").stdout)
    assert {event["trigger"] for event in listed} == {"PING"}
    shown = server.run("calcom", "disconnect")
    assert shown.stdout.startswith("Disconnected.")
    assert fake_calcom.webhooks() == []
    server.stop()
    assert KEY not in "".join(server.said)


def test_without_a_running_server_the_commands_work_too(
    server: ServerProcess, fake_calcom: FakeCalcom
) -> None:
    shown = server.run("calcom", "test")
    assert shown.returncode == 0
    assert "ok: The key belongs to Hana Host." in shown.stdout
    fake_calcom.set(keys=[])
    failed = server.run("calcom", "connect")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "Make a new one at Cal.com" in failed.stderr
    assert KEY not in failed.stderr
    tested = server.run("calcom", "test")
    assert tested.returncode == 1
