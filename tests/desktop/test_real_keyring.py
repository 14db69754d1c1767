"""The real keyring of the desktop, on a session bus of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_SESSION = """
set -e
printf 'unlocked\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
exec "$@"
"""

_PROGRAM = """
import asyncio, sys
from pathlib import Path
from interview_desk.services.exchange import Tokens
from interview_desk.system.keyring_safe import KeyringSafe
from interview_desk.system.keyring_tokens import KeyringTokens
from interview_desk.system.secrets import DeskKeys
from datetime import UTC, datetime

async def main(directory):
    keys = DeskKeys(directory / "key.json")
    key = (await keys.keys()).current
    assert (await DeskKeys(directory / "key.json").keys()).current == key
    tokens = Tokens("access", "refresh", datetime(2026, 1, 1, tzinfo=UTC))
    keeper = KeyringTokens(keys.header().profile)
    await keeper.keep(tokens)
    assert await keeper.load() == tokens
    await keeper.forget()
    assert await keeper.load() is None
    await keeper.forget()
    print(len(key))

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.desktop
def test_key_and_tokens_live_in_the_real_keyring(tmp_path: Path) -> None:
    for program in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    script = tmp_path / "session.sh"
    script.write_text(_SESSION)
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    done = subprocess.run(
        [
            *("dbus-run-session", "--", "bash", str(script)),
            *(sys.executable, "-c", _PROGRAM, str(tmp_path)),
        ],
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path / "share"),
            "XDG_RUNTIME_DIR": str(runtime),
        },
        capture_output=True,
        text=True,
        timeout=45,
        check=False,
    )
    assert done.stdout.strip() == "32", done.stderr
