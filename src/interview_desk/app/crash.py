"""When the program breaks: kept on this computer, told at the next start, nothing lost.

What is kept says where the program was, never what a person wrote: neither the messages of
exceptions nor the values of variables, because both may hold notes, names or keys.
"""

import faulthandler
import json
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from interview_desk.domain.errors import DeskError

_log = logging.getLogger("interview_desk.crash")

_FAULT = "fault.txt"
_LAST = "last-crash.json"
_ID_LENGTH = 10
_KEPT = 100

NOTICE = (
    "Interview Desk ended unexpectedly last time. What you wrote was saved as you typed; "
    "nothing is lost. (Report {id})"
)
HAPPENED = (
    "Something in Interview Desk did not work. What you wrote is saved. (Report {id}, in {folder})"
)


class CrashRecorder:
    """Keeps a report of every bug in `folder`, and knows whether the last run ended in one."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._listener: Callable[[str], None] | None = None
        self._fault: TextIO | None = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def last_time(self) -> str | None:
        """The notice about the previous run where it ended badly; asking again gives None."""
        report = self._take_report() or self._take_fault()
        return NOTICE.format(id=report) if report else None

    def install(self) -> None:
        """Have every failure that nobody expected reported here, also one of the interpreter."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook
        self._fault = (self._folder / _FAULT).open("w", encoding="utf-8")
        faulthandler.enable(self._fault)

    def uninstall(self) -> None:
        """Give the hooks back; the run ended well."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        faulthandler.disable()
        if self._fault:
            self._fault.close()
            (self._folder / _FAULT).unlink(missing_ok=True)

    def tell(self, listener: Callable[[str], None]) -> None:
        """Hand the sentence about each further failure to `listener`, for showing it."""
        self._listener = listener

    def record(self, error: BaseException) -> str:
        """Keep a report of `error` and tell about it; returns the report's id."""
        import hashlib

        frames = _frames(error)
        report = hashlib.sha256("\n".join(frames).encode()).hexdigest()[:_ID_LENGTH]
        kept = {"id": report, "at": self._now().isoformat(), "frames": frames}
        (self._folder / _LAST).write_text(json.dumps(kept, indent=1), encoding="utf-8")
        (self._folder / f"crash-{report}.json").write_text(
            json.dumps(kept, indent=1), encoding="utf-8"
        )
        _log.error("report %s: %s", report, frames[-1])
        if self._listener:
            self._listener(HAPPENED.format(id=report, folder=self._folder))
        return report

    def went_on(self) -> None:
        """The person has been told and the program runs: the next start need not tell again."""
        (self._folder / _LAST).unlink(missing_ok=True)

    def _hook(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            report = self.record(error.with_traceback(trace))
            if sys.stderr:  # there is none in a windowed program
                print(HAPPENED.format(id=report, folder=self._folder), file=sys.stderr)

    def _thread_hook(self, failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:
            self.record(failure.exc_value)

    def _take_report(self) -> str | None:
        path = self._folder / _LAST
        try:
            report = json.loads(path.read_text(encoding="utf-8"))["id"]
        except (OSError, ValueError, KeyError, TypeError):
            report = None
        path.unlink(missing_ok=True)
        return report if isinstance(report, str) else None

    def _take_fault(self) -> str | None:
        path = self._folder / _FAULT
        if not path.exists() or not path.stat().st_size:
            return None
        kept = path.replace(self._folder / "last-fault.txt")
        return kept.name


def _frames(error: BaseException) -> list[str]:
    """Where `error` came from, its causes first; places and kinds only."""
    # Of work done side by side, the first failure has ended the rest.
    cause = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__
    lines = _frames(cause) if cause else []
    for frame in traceback.extract_tb(error.__traceback__)[-_KEPT:]:
        lines.append(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}")
    code = f" {error.code}" if isinstance(error, DeskError) else ""
    return [*lines, f"{type(error).__module__}.{type(error).__qualname__}{code}"]
