"""A desk in a process of its own, told what to press over its standard input.

The demo kills it the way a computer does, so it has to be a real process; the questions and answers
are JSON lines.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

from interview_desk.app.demo.report import StepFailed

_ANSWER_SECONDS = 60
_QUIT_SECONDS = 15

# Without a display Qt thinks of one of 800 x 800, on which no window of ours has room.
_SCREEN = {
    "name": "demo",
    "x": 0,
    "y": 0,
    "width": 1440,
    "height": 900,
    "dpr": 1,
    "logicalDpi": 96,
    "logicalBaseDpi": 96,
}


class DeskProcess:
    """The real desktop program on `data`, driven through its own widgets; pictures go to `out`."""

    def __init__(self, data: Path, out: Path, key: bytes, *, on_screen: bool = False) -> None:
        self._data = data
        self._out = out
        self._key = key
        self._on_screen = on_screen
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def start(self) -> dict[str, Any]:
        """Start the program and return what it shows when its first page stands complete."""
        self._data.mkdir(parents=True, exist_ok=True)
        self._answers = queue.Queue()
        with (self._data / "desk.log").open("a") as log:
            self._process = subprocess.Popen(  # noqa: S603  - our own program, fixed arguments
                [
                    sys.executable,
                    "-m",
                    "interview_desk.app.demo.puppet",
                    str(self._data),
                    str(self._out),
                    *(["person"] if self._on_screen else []),
                ],
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        # The key lives in this process only, as it would live in a keyring.
        return self.ask("open", key=self._key.hex())

    def ask(self, action: str, **details: Any) -> dict[str, Any]:
        """Have the desk do one thing; StepFailed with its words when it could not."""
        process = self._process
        if process is None or process.stdin is None:
            raise StepFailed("the desk is not running")
        process.stdin.write(json.dumps({"do": action, **details}) + "\n")
        process.stdin.flush()
        try:
            answer = self._answers.get(timeout=_ANSWER_SECONDS)
        except queue.Empty:
            raise StepFailed(f"the desk did not answer to {action!r}") from None
        if answer is None:
            raise StepFailed(f"the desk ended while asked to {action!r}: {self._last_words()}")
        if "error" in answer:
            raise StepFailed(f"{action}: {answer['error']}")
        return answer

    def kill(self) -> int:
        """End the process with SIGKILL, as a crash or an empty battery would; its process id."""
        process, self._process = self._process, None
        if process is None:
            raise StepFailed("the desk is not running")
        process.send_signal(signal.SIGKILL)
        process.wait()
        _close(process)
        return process.pid

    def quit(self) -> None:
        """Close the program as a person does."""
        process = self._process
        if process is None:
            return
        try:
            self.ask("quit")
            process.wait(_QUIT_SECONDS)
        except (StepFailed, BrokenPipeError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
        self._process = None
        _close(process)

    def wait(self) -> None:
        """Return when the person has closed the program."""
        process, self._process = self._process, None
        if process is not None:
            process.wait()
            _close(process)

    def _environment(self) -> dict[str, str]:
        if self._on_screen:
            return dict(os.environ)
        screen = self._data / "screen.json"
        screen.write_text(json.dumps({"screens": [_SCREEN]}))
        # Qt takes what stands behind a colon for something else, also behind that of a drive.
        place = os.path.relpath(screen)
        return {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={place}"}

    def _read(self, process: subprocess.Popen[str]) -> None:
        answers = self._answers
        if process.stdout is not None:
            for line in process.stdout:
                answers.put(json.loads(line))
        answers.put(None)

    def _last_words(self) -> str:
        lines = (self._data / "desk.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.quit()


def _close(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()
