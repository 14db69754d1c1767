"""Waiting for something, but not for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

# `nap`, or what a test puts in its place so that no real time passes.
Nap = Callable[[asyncio.Event, float | None], Awaitable[None]]


async def nap(event: asyncio.Event, seconds: float | None) -> None:
    """Wait for the event, at most so long; None waits until it comes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
