"""Prism on loopback: says whether a request is what a service's own description allows."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any, Self

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = _ROOT / ".venv" / "prism" / "node_modules" / ".bin" / "prism"
# The description takes any version; the real API answers a wrong one with 404.
_VERSIONS = {
    "/v2/bookings": "2024-08-13",
    "/v2/slots": "2024-09-04",
    "/v2/event-types": "2024-06-14",
    "/v2/schedules": "2024-06-11",
}


class Prism:
    """One running Prism on a description; `url` stands for the address of the service."""

    def __init__(self, description: Path) -> None:
        if not _PROGRAM.exists() or shutil.which("node") is None:
            pytest.skip("Prism is not installed (packaging/setup-prism)")
        self._description = description
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            [_PROGRAM, "mock", "-h", "127.0.0.1", "-p", "0", self._description],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # It starts a child for its log; both end together.
            start_new_session=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if found := re.search(r"is listening on (http://\S+)", line):
                self.url = found[1]
                break
        else:
            raise AssertionError("Prism did not start: " + "".join(said))
        # Somebody must read on, or it stops at a full pipe.
        self._reader = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._reader.start()
        return self

    def stop(self) -> None:
        """End it."""
        if self._process is None or self._process.stdout is None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(timeout=20)
        self._reader.join(timeout=20)
        self._process.stdout.close()


def strict_calcom(description: Path, directory: Path) -> Path:
    """Cal.com's description with the versions that the real API asks for."""
    strict = directory / "calcom.json"
    strict.write_text(json.dumps(_with_versions(description)), encoding="utf-8")
    return strict


def paging_resend(description: Path, directory: Path) -> Path:
    """Resend's description, whose examples of lists say that there is more."""
    ends = r"(has_more:\n +type: boolean\n +description: .*\n +example:) false"
    text, changed = re.subn(ends, r"\1 true", description.read_text("utf-8"))
    assert changed
    paging = directory / "resend.yaml"
    paging.write_text(text, encoding="utf-8")
    return paging


def _number_in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "number"}}


def _with_versions(description: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(description.read_text("utf-8"))
    for path, operations in found["paths"].items():
        version = next((v for start, v in _VERSIONS.items() if path.startswith(start)), None)
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if version and parameter["name"] == "cal-api-version":
                    parameter["schema"] = {"type": "string", "enum": [version]}
    own = found["paths"]["/v2/organizations/{orgId}/ooo"]["get"]
    # Documented, and like the organisation's, but younger than this description.
    asked = [one for one in own["parameters"] if one["name"] not in {"orgId", "email"}]
    found["paths"]["/v2/me/ooo"] = {"get": {**own, "operationId": "mine", "parameters": asked}}
    member = [_number_in_path("teamId"), _number_in_path("userId"), *asked]
    found["paths"]["/v2/teams/{teamId}/users/{userId}/ooo"] = {
        "get": {**own, "operationId": "members", "parameters": member}
    }
    for schema in found["components"]["schemas"].values():
        # The kinds of places overlap, and one of them is meant.
        place = schema.get("properties", {}).get("location", {})
        if "oneOf" in place:
            place["anyOf"] = place.pop("oneOf")
    return found
