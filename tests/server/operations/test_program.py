"""The real program: started, asked, disturbed and stopped."""

import json
import re
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from tests.helpers.certificates import self_signed
from tests.helpers.server import ServerProcess

OWNER = ("--email", "olga@example.org", "--name", "Olga", "--role", "owner")


@pytest.fixture
def stopped(tmp_path: Path) -> ServerProcess:
    """A data directory in which nothing has happened yet."""
    return ServerProcess(tmp_path / "server")


def test_serve_needs_no_configuration(server_process: ServerProcess) -> None:
    assert httpx.get(server_process.url + "/healthz").json() == {"status": "ok"}
    for address in ("/healthz", "/readyz"):
        answer = httpx.head(server_process.url + address)
        assert (answer.status_code, answer.content) == (200, b"")
    ready = httpx.get(server_process.url + "/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    made = {path.name for path in server_process.data_dir.iterdir()}
    assert {"interview-desk.db", "keys.json", "control.sock"} <= made
    for path in server_process.data_dir.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert server_process.stop() == 0
    assert "member add" in "".join(server_process.said)


def test_a_member_pairs_a_device_by_the_command_line(server_process: ServerProcess) -> None:
    added = server_process.run("member", "add", *OWNER)
    assert (added.returncode, added.stderr) == (0, "")
    asked = server_process.run("pair", "--email", "Olga@example.org", "--json")
    assert asked.returncode == 0
    code = json.loads(asked.stdout)
    assert code["server_url"] == server_process.url
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", code["expires_at"])
    body = {"code": code["code"], "device_name": "Laptop", "install_nonce": "n"}
    paired = httpx.post(server_process.url + "/v1/devices/pair", json=body)
    assert paired.status_code == 201
    assert paired.json()["member"]["role"] == "owner"
    again = httpx.post(server_process.url + "/v1/devices/pair", json=body)
    assert again.status_code == 401
    said = server_process.run("pair", "--email", "olga@example.org")
    assert "interviewdesk://pair?server=" in said.stdout


def test_what_was_done_survives_a_restart(server_process: ServerProcess) -> None:
    server_process.run("member", "add", *OWNER)
    assert server_process.stop() == 0
    # Without a server the command works on the file itself.
    listed = json.loads(server_process.run("member", "list", "--json").stdout)
    assert [(member["name"], member["role"]) for member in listed] == [("Olga", "owner")]
    address = server_process.url
    server_process.start()
    assert server_process.url == address
    assert "olga@example.org" in server_process.run("member", "list").stdout


def test_a_backup_is_made_beside_a_server_and_restored_without_one(
    server_process: ServerProcess, tmp_path: Path
) -> None:
    server_process.run("member", "add", *OWNER)
    file = str(tmp_path / "backup.gz")
    made = server_process.run("backup", file)
    assert (made.returncode, made.stderr) == (0, "")
    refused = server_process.run("restore", file)
    assert refused.returncode == 1
    assert "Stop the server first" in refused.stderr
    server_process.run("member", "add", "--email", "x@b.org", "--name", "X", "--role", "observer")
    server_process.stop()
    assert server_process.run("restore", file).returncode == 0
    listed = json.loads(server_process.run("member", "list", "--json").stdout)
    assert [member["name"] for member in listed] == ["Olga"]


def test_keys_are_rotated_beside_a_server(server_process: ServerProcess) -> None:
    server_process.run("member", "add", *OWNER)
    rotated = server_process.run("keys", "rotate", "--json")
    assert json.loads(rotated.stdout)["sealed"] > 0
    assert "Olga" in server_process.run("member", "list").stdout
    server_process.stop()
    assert "Olga" in server_process.run("member", "list").stdout


def test_a_killed_server_starts_again(server_process: ServerProcess) -> None:
    server_process.run("member", "add", *OWNER)
    assert server_process.kill() == -signal.SIGKILL
    server_process.start()
    assert "Olga" in server_process.run("member", "list").stdout


@pytest.mark.parametrize("same_port", [False, True])
def test_a_second_server_refuses_and_names_the_first(
    server_process: ServerProcess, *, same_port: bool
) -> None:
    port = server_process.url.rpartition(":")[2] if same_port else "0"
    second = server_process.run("serve", "--port", port)
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr.splitlines()[-1].endswith(f"is in use by process {server_process.pid}.")
    assert "Traceback" not in second.stderr
    assert httpx.get(server_process.url + "/healthz").status_code == 200


def test_a_port_that_is_taken_is_said_so(server_process: ServerProcess, tmp_path: Path) -> None:
    other = ServerProcess(tmp_path / "other")
    port = server_process.url.rsplit(":", 1)[1]
    refused = other.run("serve", "--port", port)
    assert refused.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in refused.stderr


def test_over_tls_the_link_pins_a_certificate_of_our_own(tmp_path: Path) -> None:
    made = self_signed(tmp_path)
    server = ServerProcess(
        tmp_path / "server", "--tls-cert", str(made.certificate), "--tls-key", str(made.key)
    )
    server.start()
    try:
        assert server.url.startswith("https://127.0.0.1:")
        server.run("member", "add", *OWNER)
        code = json.loads(server.run("pair", "--email", "olga@example.org", "--json").stdout)
        assert code["link"].endswith(f"&pin={made.pin}")
        trusting = ssl.create_default_context(cafile=made.certificate)
        assert httpx.get(server.url + "/healthz", verify=trusting).status_code == 200
    finally:
        server.stop()


def test_no_secret_is_said_aloud(tmp_path: Path) -> None:
    secrets = {"CALCOM_API_KEY": "hunter2-key", "CALCOM_WEBHOOK_SECRETS": "hunter2-hook"}
    server = ServerProcess(tmp_path / "server", settings={**secrets, "LOG_LEVEL": "DEBUG"})
    server.start()
    server.run("member", "add", *OWNER)
    code = json.loads(server.run("pair", "--email", "olga@example.org", "--json").stdout)["code"]
    body = {"code": code, "device_name": "Laptop", "install_nonce": "n"}
    paired = httpx.post(server.url + "/v1/devices/pair", json=body).json()
    bearer = {"Authorization": f"Bearer {paired['access_token']}"}
    assert httpx.get(server.url + "/v1/devices", headers=bearer).status_code == 200
    with connect(server.url.replace("http", "ws") + "/v1/live") as line:
        line.send(json.dumps({"token": paired["access_token"]}))
        assert json.loads(line.recv())["type"] == "poke"
    assert server.stop() == 0
    said = "".join(server.said)
    # Nor the beginnings of tokens, which is how far some logs go.
    tokens = (paired["access_token"][:20], paired["refresh_token"][:20])
    for secret in ("hunter2", code, *tokens, "olga@"):
        assert secret not in said


def test_a_folder_for_mail_is_made_and_left_empty(tmp_path: Path) -> None:
    folder = tmp_path / "mail" / "out"
    server = ServerProcess(tmp_path / "server", settings={"MAIL_FOLDER": str(folder)})
    server.start()
    assert list(folder.iterdir()) == []
    assert server.stop() == 0


_REFUSING = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "qasync", "keyring"}:
            raise ImportError(f"{name} is not installed")

sys.meta_path.insert(0, Refuse())
from sync_server.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_the_server_starts_where_the_desktop_s_libraries_are_missing(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "server", program=("-c", _REFUSING))
    server.start()
    assert httpx.get(server.url + "/readyz").status_code == 200
    assert server.stop() == 0


def test_the_console_script_imports_nothing_of_the_desktop(stopped: ServerProcess) -> None:
    program = (
        "import sys; import sync_server.cli, sync_server.cli.serve\n"
        "desktop = {'PySide6', 'shiboken6', 'qasync', 'keyring', 'desktop_notifier'}\n"
        "ours = {'app', 'ui', 'store', 'remote', 'system', 'services'}\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "parts = {n.split('.')[1] for n in sys.modules if n.startswith('interview_desk.')}\n"
        "print(sorted(tops & desktop), sorted(parts & ours))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=stopped.environment,
        check=True,
    )
    assert done.stdout.strip() == "[] []"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_a_deep_data_directory_still_has_a_socket(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / ("deep" * 30))
    server.start()
    assert server.run("member", "add", *OWNER).returncode == 0
    assert server.stop() == 0


def test_a_desk_without_the_server_parts_is_told_what_to_install() -> None:
    hide = "import sys; sys.modules['fastapi'] = None; sys.modules['sqlalchemy'] = None; "
    program = hide + "from sync_server.cli import main; sys.exit(main(['serve']))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "pip install 'interview-desk[server]'" in done.stderr
    assert "Traceback" not in done.stderr
