"""What the demo saw: steps with evidence, written as report.json while it goes."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class StepFailed(Exception):  # noqa: N818  - reads as what happened
    """A step did not show what it should; the message says what was seen instead."""


@dataclass(slots=True)
class Step:
    """One step of the main job and what proves it."""

    name: str
    ok: bool = False
    seconds: float = 0.0
    evidence: dict[str, Any] = field(default_factory=dict)


class Report:
    """The demo's record; every figure in it is something that was measured."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "report.json"
        self.steps: list[Step] = []
        self.figures: dict[str, Any] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a step; it is kept as failed when its body raises StepFailed, which then ends it."""
        step = Step(name)
        self.steps.append(step)
        began = time.monotonic()
        try:
            yield step.evidence
            step.ok = True
        except Exception as failure:
            step.evidence["error"] = str(failure)
            raise
        finally:
            step.seconds = round(time.monotonic() - began, 3)
            self._write()
            print(f"{'ok  ' if step.ok else 'FAIL'} {name} ({step.seconds:.1f} s)", flush=True)

    @property
    def ok(self) -> bool:
        """Whether every step so far showed what it should."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    def finish(self) -> None:
        """Write the last state."""
        self._write()

    def _write(self) -> None:
        content = {
            "ok": self.ok,
            "steps": [
                {
                    "name": step.name,
                    "ok": step.ok,
                    "seconds": step.seconds,
                    "evidence": step.evidence,
                }
                for step in self.steps
            ],
            **self.figures,
        }
        self._path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
