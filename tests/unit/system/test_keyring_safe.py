"""A keyring that waits for its user for ever, as one without a prompter does."""

import subprocess
import sys

import pytest

HANGING = """
import asyncio, sys, threading
import keyring
from keyring.backend import KeyringBackend
from interview_desk.services.at_once import at_once
from interview_desk.system.keyring_safe import KeyringBeforeLoop, KeyringSafe, NoKeyringError

class Hanging(KeyringBackend):
    priority = 5
    asked = threading.Event()

    def get_password(self, service, username):
        self.asked.set()
        threading.Event().wait()

    def set_password(self, service, username, password):
        pass

keyring.set_keyring(Hanging())
"""
IN_TIME = """
async def main():
    try:
        await KeyringSafe(patience=0.05).get("key")
    except NoKeyringError:
        print("refused")

asyncio.run(main())
"""
LEFT = """
async def main():
    asking = asyncio.create_task(KeyringSafe().get("key"))
    await asyncio.to_thread(Hanging.asked.wait)
    asking.cancel()
    await asyncio.wait([asking])
    print("refused" if asking.cancelled() else "?")

asyncio.run(main())
"""
BEFORE_THE_LOOP = """
try:
    at_once(KeyringBeforeLoop(patience=0.05).get("key"))
except NoKeyringError:
    print("refused")
"""


@pytest.mark.parametrize("way", [IN_TIME, LEFT, BEFORE_THE_LOOP])
def test_a_keyring_that_hangs_holds_up_neither_the_desk_nor_its_end(way: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGING + way],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "refused\n", "")
