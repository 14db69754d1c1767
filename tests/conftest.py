"""What every test may ask for."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.memory import memory_folder

# A property is tried as often on a busy machine as on a quiet one: no example has a deadline.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples in every run, so that a change fails by what it changed and nothing else;
# `--hypothesis-profile=unhurried` looks for new ones.
settings.register_profile("same", settings.get_profile("unhurried"), derandomize=True)
settings.load_profile("same")

# Before Qt is imported anywhere: no window appears unless a person asks to watch.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
os.environ.update(TZ="Europe/Berlin", LC_ALL="C.UTF-8")
time.tzset()

# What this machine tells its programs about its network and its databases is not for the tests,
# whose servers are all their own: a proxy would be asked for 127.0.0.1.
for _name in tuple(os.environ):
    if _name.lower().endswith("_proxy") or _name.startswith("PG"):
        del os.environ[_name]
# Nor how it runs its programs: unbuffered, one writes at other moments than it does for people.
os.environ.pop("PYTHONUNBUFFERED", None)


# What the tests write is gone with them, so it need not wait for a disk: thousands of small
# databases are made, and each commit in them is meant to reach it.
_ENOUGH_BYTES = 4 * 1024**3
_memory = memory_folder()
if _memory is not None and shutil.disk_usage(_memory).free > _ENOUGH_BYTES:
    os.environ.setdefault("TMPDIR", str(_memory))
    tempfile.tempdir = os.environ["TMPDIR"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and real payloads; tests that read it are skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared"
    path = Path(os.environ.get("INTERVIEW_DESK_SHARED", default))
    if not path.is_dir():
        pytest.skip("the shared facts are not here")
    return path
