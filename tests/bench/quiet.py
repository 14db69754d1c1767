"""Times that say what the work costs, on a machine where others work as well."""

import time
from collections.abc import Awaitable, Callable, Sequence


async def second_of_two(ask: Callable[[], Awaitable[object]]) -> float:
    """Seconds of the second of two askings: nobody pays for what the one before has displaced."""
    await ask()
    began = time.perf_counter()
    await ask()
    return time.perf_counter() - began


def quiet(times: Sequence[float]) -> float:
    """Milliseconds as they are when the machine has nothing else to do: the quickest eighth."""
    return sorted(times)[len(times) // 8] * 1e3
