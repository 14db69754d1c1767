"""The zone this computer's clock is shown in."""

import os
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

_LOCAL_TIME = Path("/etc/localtime")


def system_zone(local_time: Path = _LOCAL_TIME) -> tzinfo:
    """The zone this computer shows its clock in, UTC where it names none."""
    try:
        return ZoneInfo(_linked_zone(local_time) or _asked_zone())
    except (ValueError, OSError, KeyError):
        return UTC


def _linked_zone(local_time: Path) -> str | None:
    """The zone that most computers keep as a link; asking Qt costs the start more than opening."""
    if "TZ" in os.environ or not local_time.is_symlink():
        return None
    _, found, name = str(local_time.readlink()).partition("zoneinfo/")
    return name if found else None


def _asked_zone() -> str:
    from PySide6.QtCore import QTimeZone

    return bytes(QTimeZone.systemTimeZoneId().data()).decode()
