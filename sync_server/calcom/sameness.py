"""Whether two events bring the same news, although their bytes differ."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sync_server.calcom.translate import body_of, booking_uid

# Stamped anew for each subscriber, or computed at sending; the news is the same.
_UNSTEADY = frozenset({"createdAt", "utcOffset"})


def semantic_digest(event: Mapping[str, Any]) -> str:
    """The digest of what `event` says, the same for all subscriptions and re-fetched retries."""
    news = json.dumps(_steady(body_of(event)), sort_keys=True, separators=(",", ":"))
    told = f"{event.get('triggerEvent')}|{booking_uid(event)}|{news}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def _steady(value: Any) -> Any:
    # As JSON is read, and so much quicker to tell than any mapping.
    if isinstance(value, dict):
        return {name: _steady(inner) for name, inner in value.items() if name not in _UNSTEADY}
    if isinstance(value, list):
        return [_steady(inner) for inner in value]
    return value
