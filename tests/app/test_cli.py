"""The command line `interview-desk`, as a process."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from interview_desk.app.unlocking import changed_key
from interview_desk.store import LocalStore
from interview_desk.system.paths import Paths
from interview_desk.system.secrets import DeskKeys
from tests.app.changing_key_process import keys_of
from tests.helpers.certificates import self_signed
from tests.helpers.desk import ME
from tests.helpers.server import ServerProcess

pytestmark = pytest.mark.timeout(120)


def desk(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "interview_desk.app", *words],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
    )


def test_links_answers_line_by_line() -> None:
    asked = '{"id":"a","text":"zoom.us/j/1234567890"}\n{"id":"b","text":"lunch"}\n'
    done = desk("links", stdin=asked)
    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": "a", "service": "zoom", "url": "https://zoom.us/j/1234567890"},
        {"id": "b", "service": None, "url": None},
    ]


def test_doctor_says_what_works_for_people_and_for_programs(tmp_path: Path) -> None:
    no_bus = {
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "INTERVIEW_DESK_DATA": str(tmp_path / "desk"),
    }
    done = desk("doctor", "--json", "--server", "http://127.0.0.1:9", **no_bus)
    assert done.returncode == 0
    found = json.loads(done.stdout)
    works = {check["name"]: check["ok"] for check in found["checks"]}
    assert found["ok"]
    assert works == {
        "python": True,
        "qt": True,
        "cipher": True,
        "tray": False,
        "notifications": False,
        "keyring": False,
        "server": False,
    }
    spoken = desk("doctor", **no_bus)
    assert spoken.returncode == 0
    assert "SQLCipher" in spoken.stdout
    assert "a passphrase is asked for" in spoken.stdout


class OneSecret:
    """A safe that knows one database key, whatever it is asked for."""

    async def get(self, name: str) -> str:
        return KEY.hex()

    async def put(self, name: str, secret: str) -> None:
        assert secret == KEY.hex()

    async def remove(self, name: str) -> None:
        raise AssertionError(name)


KEY = bytes(range(32))
# The same for a desk in a process of its own.
KEYRING = f"""
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 5

    def get_password(self, service, username):
        return {KEY.hex()!r}

    def set_password(self, service, username, password):
        raise AssertionError(username)
"""


async def paired_desk(data: Path, server: str, pin: str) -> None:
    """Leave a desk in `data` that is paired with a server by its pinned certificate."""
    paths = Paths(data)
    keys = DeskKeys(paths.key_file, safe=OneSecret(), randomness=lambda size: KEY[:size])
    key = (await keys.keys()).current
    store = await LocalStore.open(paths.database, key)
    await store.become(ME._replace(server=server), epoch="e", pin=pin)
    await store.close()


@pytest.mark.parametrize("pinned", [True, False])
def test_doctor_believes_the_pinned_certificate_and_no_other(
    tmp_path: Path, *, pinned: bool
) -> None:
    made = self_signed(tmp_path)
    (tmp_path / "one_keyring.py").write_text(KEYRING)
    server = ServerProcess(
        tmp_path / "server", "--tls-cert", str(made.certificate), "--tls-key", str(made.key)
    )
    server.start()
    try:
        pin = made.pin if pinned else "00" * 32
        asyncio.run(paired_desk(tmp_path / "desk", server.url, pin))
        done = desk(
            *("doctor", "--json"),
            PYTHONPATH=str(tmp_path),
            PYTHON_KEYRING_BACKEND="one_keyring.Keyring",
            INTERVIEW_DESK_DATA=str(tmp_path / "desk"),
        )
    finally:
        server.stop()
    assert done.stderr == ""
    found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert found["server"]["ok"] is pinned
    assert ("clock" in found) is pinned
    assert server.url in found["server"]["words"]


async def on_its_way_to_another_key(data: Path, server: str) -> None:
    """A paired desk whose database is under the following key, and nobody has said so yet."""
    paths = Paths(data)
    keys = keys_of(paths)
    store = await LocalStore.open(paths.database, (await keys.keys()).current)
    await store.become(ME._replace(server=server), epoch="e")
    await store.close()
    await keys.begin_change()
    assert changed_key(paths.database, await keys.keys())[1]


_FOLDER_KEYRING = """
import os
from pathlib import Path
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 5

    def get_password(self, service, username):
        file = Path(os.environ["INTERVIEW_DESK_DATA"]) / "keyring" / username
        return file.read_text() if file.exists() else None

    def set_password(self, service, username, password):
        raise AssertionError(username)
"""


def test_doctor_finds_the_server_of_a_desk_on_its_way_to_another_key(tmp_path: Path) -> None:
    (tmp_path / "folder_keyring.py").write_text(_FOLDER_KEYRING)
    asyncio.run(on_its_way_to_another_key(tmp_path / "desk", "http://127.0.0.1:9"))
    done = desk(
        *("doctor", "--json"),
        PYTHONPATH=str(tmp_path),
        PYTHON_KEYRING_BACKEND="folder_keyring.Keyring",
        INTERVIEW_DESK_DATA=str(tmp_path / "desk"),
    )
    found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert "http://127.0.0.1:9" in found["server"]["words"]


def test_the_selftest_finds_every_part() -> None:
    done = desk("--selftest")
    assert (done.returncode, done.stdout) == (0, "selftest ok\n")


def test_wrong_usage_is_two_and_a_missing_display_one() -> None:
    assert desk("dance").returncode == 2
    blind = desk(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    if sys.platform == "linux":
        assert blind.returncode == 1
        assert blind.stderr == "There is no display to open a window on.\n"


_WITHOUT_QT = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
from interview_desk.app.cli import main
sys.exit(main(["--data", sys.argv[1]]))
"""


def test_where_the_desktop_parts_are_missing_it_says_how_to_add_them(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_QT, str(tmp_path / "desk")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "pip install 'interview-desk[desktop]'" in sentence
    assert not (tmp_path / "desk").exists()


def test_who_reads_only_some_links_hears_no_complaint() -> None:
    program = f"{sys.executable} -m interview_desk.app links"
    asked = 'yes \'{"id": 1, "text": "https://meet.google.com/abc-defg-hij"}\' | head -5000'
    done = subprocess.run(
        ["sh", "-c", f"{asked} | ({program}; echo ended $? >&2) | head -1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "ended 0\n"
    assert done.stdout.count("\n") == 1


def test_links_that_cannot_be_written_are_said_so() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "interview_desk.app", "links"],
            input='{"id": 1, "text": "lunch"}\n{"id": 2, "text": "dinner"}\n',
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "interview-desk links: stopped at line 2: No space left on device.\n"
