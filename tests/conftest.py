"""What every test may ask for."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# A property is tried as often on a busy machine as on a quiet one: no example has a deadline.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Before Qt is imported anywhere: no window appears unless a person asks to watch.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
os.environ["TZ"] = "Europe/Berlin"
os.environ.setdefault("LC_ALL", "C.UTF-8")


# What the tests write is gone with them, so it need not wait for a disk: thousands of small
# databases are made, and each commit in them is meant to reach it.
_MEMORY = Path("/dev/shm")  # noqa: S108  - pytest makes folders of its own in it
_ENOUGH_BYTES = 4 * 1024**3
if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES:
    os.environ.setdefault("TMPDIR", str(_MEMORY))
    tempfile.tempdir = os.environ["TMPDIR"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and real payloads; tests that read it are skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared"
    path = Path(os.environ.get("INTERVIEW_DESK_SHARED", default))
    if not path.is_dir():
        pytest.skip("the shared facts are not here")
    return path
