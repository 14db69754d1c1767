"""The fake Cal.com as a running program, and what a test may do to it."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import httpx

_ROOT = Path(__file__).resolve().parents[3]


class FakeCalcom:
    """One running program; `url` is what INTERVIEW_DESK_CALCOM_BASE_URL takes."""

    def __init__(self, *, seed: int = 1) -> None:
        self._seed = seed
        self.url = ""
        self._process: subprocess.Popen[str] | None = None
        self._client = httpx.Client(timeout=30)

    def start(self) -> Self:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.fake_calcom", "--seed", str(self._seed)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("listening on "), line
        self.url = line.removeprefix("listening on ").strip()
        return self

    def stop(self) -> None:
        """End it."""
        self._client.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=20)
            if self._process.stdout is not None:
                self._process.stdout.close()

    def reset(self) -> Self:
        """Forget everything that happened."""
        self._client.post(f"{self.url}/control/reset").raise_for_status()
        return self

    def set(self, **how: Any) -> None:
        """Change how it is: `limit`, `says`, `error_share`, `now`, `triggers`, ..."""
        self._client.post(f"{self.url}/control/set", json=how).raise_for_status()

    def fault(self, kind: str, **fault: Any) -> None:
        """Have something go wrong: `fault("cut", path="/v2/bookings", method="POST")`."""
        body = {"kind": kind, **fault}
        self._client.post(f"{self.url}/control/fault", json=body).raise_for_status()

    def act(self, do: str, **body: Any) -> list[dict[str, Any]]:
        """What somebody does in Cal.com's own pages."""
        answer = self._client.post(f"{self.url}/control/act", json={"do": do, **body})
        answer.raise_for_status()
        return list(answer.json())

    def deliver(self, **how: Any) -> int:
        """Send the webhooks that wait; how many that were."""
        answer = self._client.post(f"{self.url}/control/deliver", json=how, timeout=120)
        return int(answer.json()["sent"])

    def ping(self) -> None:
        """Press `Ping test` on each webhook."""
        self._client.post(f"{self.url}/control/ping").raise_for_status()

    def bookings(self) -> list[dict[str, Any]]:
        """The truth."""
        return list(self._client.get(f"{self.url}/control/bookings").json())

    def pick(self, number: int, **which: Any) -> dict[str, Any] | None:
        """One booking that is on, the same for the same number; None where none fits."""
        body = {"number": number, **which}
        found = self._client.post(f"{self.url}/control/pick", json=body).json()
        return dict(found) if found else None

    def progress(self) -> dict[str, int]:
        """How many bookings there are, and how many events wait."""
        return dict(self._client.get(f"{self.url}/control/progress").json())

    def booked_with(self) -> list[dict[str, str]]:
        """The metadata of each call that booked something."""
        return list(self._client.get(f"{self.url}/control/booked-with").json())

    def webhooks(self) -> list[dict[str, Any]]:
        """All subscriptions."""
        return list(self._client.get(f"{self.url}/control/webhooks").json())

    def numbers(self) -> dict[str, Any]:
        """How fast calls came, what went wrong, what was sent."""
        return dict(self._client.get(f"{self.url}/control/numbers").json())
