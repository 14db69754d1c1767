"""How the time of a conversation reads."""

from datetime import timedelta

_MINUTE = timedelta(minutes=1)
_SECONDS_A_MINUTE = 60


def clock_words(elapsed: timedelta, remaining: timedelta) -> str:
    """`12:04, 48 min left`, or how many minutes it is over."""
    seconds = int(elapsed.total_seconds())
    minutes, rest = divmod(seconds, _SECONDS_A_MINUTE)
    left = -(-remaining // _MINUTE)  # a begun minute counts
    end = f"{left} min left" if left > 0 else f"{-(remaining // _MINUTE)} min over"
    return f"{minutes}:{rest:02d} \N{MIDDLE DOT} {end if remaining else 'time is up'}"


def planned_words(minutes: int) -> str:
    """What is shown before the conversation begins."""
    return f"Not started \N{MIDDLE DOT} {minutes} min planned"
