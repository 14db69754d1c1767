"""What every test may ask for."""

import os
from pathlib import Path

import pytest

# Before Qt is imported anywhere: no window appears unless a person asks to watch.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
os.environ["TZ"] = "Europe/Berlin"
os.environ.setdefault("LC_ALL", "C.UTF-8")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and real payloads; tests that read it are skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared"
    path = Path(os.environ.get("INTERVIEW_DESK_SHARED", default))
    if not path.is_dir():
        pytest.skip("the shared facts are not here")
    return path
