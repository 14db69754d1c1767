"""Reading the body of a webhook: the event in it, and what that means."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic_core import from_json

from interview_desk.domain.bookings import fold, forget_folded
from sync_server.calcom.sameness import semantic_digest
from sync_server.calcom.translate import Meaning, translate
from sync_server.sync.removal.memory import forgotten_by
from sync_server.sync.salvage import read_anyhow

# An event is understood while it is being kept, and read a moment later.
_KEPT = 8


class Understood(NamedTuple):
    """What a body means, and the digest by which the same news is known again."""

    meaning: Meaning
    semantic: str | None


@lru_cache(_KEPT)
def understood(body: bytes) -> Understood:
    """What `body` means; of the last few it is known already."""
    event, reason = read_event(body)
    if reason is not None:
        return Understood(Meaning(None, reason=reason, unusable=True), None)
    meaning = translate(event)
    if meaning.change is not None:
        # What a new booking comes to; whoever folds it asks for the same.
        fold([meaning.change])
    return Understood(meaning, semantic_digest(event))


@forgotten_by
def forget_understood() -> None:
    """Keep nothing of what the last bodies meant: somebody in them has been erased."""
    understood.cache_clear()
    forget_folded()


def read_event(body: bytes) -> tuple[Mapping[str, Any], str | None]:
    """The event in `body`, and why there is none where that is so."""
    try:
        event = _parsed(body)
    except ValueError:
        return {}, "The body is not JSON. Remove the custom payload template of the webhook."
    if not isinstance(event, dict):
        return {}, "The body is not a JSON object."
    if not isinstance(event.get("triggerEvent"), str):
        return {}, "There is no triggerEvent. Remove the custom payload template of the webhook."
    return event, None


def _parsed(body: bytes) -> Any:
    try:
        return from_json(body)
    except ValueError:
        # Faster, but stricter about deep nesting, long numbers and single surrogates.
        return read_anyhow(body.decode("utf-8-sig", "surrogatepass"))
