"""How the time of a conversation reads."""

from datetime import timedelta

_MINUTE = timedelta(minutes=1)


def clock_words(elapsed: timedelta, remaining: timedelta) -> str:
    """`12 min in, 48 min left`, or how many minutes it is over; `12:04` would be a time of day."""
    left = -(-remaining // _MINUTE)  # a begun minute counts
    end = f"{left} min left" if left > 0 else f"{-(remaining // _MINUTE)} min over"
    end = end if remaining else "time is up"
    return f"{elapsed // _MINUTE} min in \N{MIDDLE DOT} {end}"


def taken_words(elapsed: timedelta) -> str:
    """What is shown when the conversation is over."""
    minutes = elapsed // _MINUTE
    return f"Took {minutes} min" if minutes else "Took less than a minute"


def planned_words(minutes: int) -> str:
    """What is shown before the conversation begins."""
    return f"Not started \N{MIDDLE DOT} {minutes} min planned"
