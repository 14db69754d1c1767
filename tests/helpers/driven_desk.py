"""The real desk in a process of its own, with a test at its controls."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

_ROOT = Path(__file__).resolve().parents[2]
_HANDS = "tests.e2e.hands"
_PATIENCE = 60.0


def becomes(holds: Callable[[], Any]) -> Any:
    """The first answer of another program that is not empty; it announces nothing."""
    until = time.monotonic() + _PATIENCE
    while not (found := holds()):
        assert time.monotonic() < until, "in vain"
        time.sleep(0.05)
    return found


@contextlib.contextmanager
def by_hand(directory: Path, *, server: str, code: str) -> Iterator["DrivenDesk"]:
    """A desk of its own below `directory`, with a passphrase, paired and in step with `server`."""
    environment = {
        **os.environ,
        "TZ": "Europe/Berlin",
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(directory),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={directory}/no-bus",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    link = f"interviewdesk://pair?{urlencode({'server': server, 'code': code})}"
    with DrivenDesk(directory / "desk", environment, link=link) as made:
        made.until("fill", name="passphrase", text="eine lange Reise")
        made.ask("fill", name="passphrase-again", text="eine lange Reise")
        made.ask("press", name="unlock-open")
        made.until("read", name="link")
        made.until("click", name="pair")
        made.until("synced")
        yield made
        assert made.quit() == 0, made.said


class DrivenDesk:
    """A desk on `data`; `environment` decides on which screen, bus and keyring it lives."""

    def __init__(self, data: Path, environment: dict[str, str], *, link: str | None = None) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._log = data.parent / f"{data.name}.log"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", _HANDS, str(data), *([link] if link else [])],
                cwd=_ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def ask(self, action: str, **details: str) -> Any:
        """The desk's answer to one thing."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"do": action, **details}) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError) as ended:
            raise AssertionError(f"the desk has ended: {self._log.read_text()}") from ended

    def until(self, action: str, **details: str) -> Any:
        """The first answer that is not empty or false."""
        end = time.monotonic() + _PATIENCE
        while not (answer := self.ask(action, **details)):
            seen = self.ask("texts")
            assert time.monotonic() < end, f"{action} {details} in vain; in sight: {seen}"
            # A person looks again, too; many different events may end the wait.
            time.sleep(0.02)
        return answer

    @property
    def said(self) -> str:
        """What the program has written besides its answers, such as why it ended."""
        return self._log.read_text(errors="replace")

    def quit(self) -> int:
        """End the program as a person does; its exit code."""
        self.ask("quit")
        return self.process.wait(_PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
