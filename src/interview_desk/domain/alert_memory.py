"""Alerts as text, so that what was told survives a restart."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from interview_desk.domain.alerts import (
    Alert,
    AlertKind,
    AlertState,
    OpenAlert,
    Reminded,
    Watched,
)
from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.status import Status

_FORM = 1


def state_to_text(state: AlertState) -> str:
    """`state` for the store."""
    return json.dumps(
        {
            "form": _FORM,
            "announcing": state.announcing,
            "paused_until": _text(state.paused_until),
            "known": [_known(item) for item in state.known.values()],
            "open": [_open(item) for item in state.open.values()],
            "reminded": {
                key: [format_instant(value.start), value.minutes]
                for key, value in state.reminded.items()
            },
        },
        separators=(",", ":"),
    )


def state_from_text(text: str | None) -> AlertState:
    """The state as it was; a fresh one where there is none or it cannot be read.

    A fresh one only means that what is here now counts as known: nothing is announced falsely.
    """
    try:
        saved = json.loads(text or "{}")
        return _state(saved) if saved.get("form") == _FORM else AlertState()
    except (ValueError, KeyError, TypeError, AttributeError):
        return AlertState()


def _state(saved: Mapping[str, Any]) -> AlertState:
    known = [_read_known(item) for item in saved["known"]]
    unanswered = [_read_open(item) for item in saved["open"]]
    return AlertState(
        announcing=bool(saved["announcing"]),
        known={item.id: item for item in known},
        open={item.alert.id: item for item in unanswered},
        reminded={
            key: Reminded(parse_instant(start), int(minutes))
            for key, (start, minutes) in saved["reminded"].items()
        },
        paused_until=_moment(saved["paused_until"]),
    )


def _known(item: Watched) -> list[Any]:
    return [
        item.id,
        item.status.value,
        _text(item.start),
        _text(item.end),
        item.place,
        item.mine,
    ]


def _read_known(item: list[Any]) -> Watched:
    record_id, status, start, end, place, mine = item
    return Watched(record_id, Status(status), _moment(start), _moment(end), place, bool(mine))


def _open(item: OpenAlert) -> dict[str, Any]:
    alert = item.alert
    return {
        "id": alert.id,
        "kind": alert.kind.value,
        "interview": alert.interview_id,
        "times": [_text(each) for each in (alert.start, alert.end, alert.was_start, alert.was_end)],
        "count": alert.count,
        "is_new": alert.is_new,
        "shown": item.shown,
        "not_before": _text(item.not_before),
    }


def _read_open(item: Mapping[str, Any]) -> OpenAlert:
    start, end, was_start, was_end = (_moment(each) for each in item["times"])
    alert = Alert(
        item["id"],
        AlertKind(item["kind"]),
        item["interview"],
        start=start,
        end=end,
        was_start=was_start,
        was_end=was_end,
        count=int(item["count"]),
        is_new=bool(item.get("is_new", False)),
    )
    return OpenAlert(alert, shown=bool(item["shown"]), not_before=_moment(item["not_before"]))


def _text(moment: datetime | None) -> str | None:
    return format_instant(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None
