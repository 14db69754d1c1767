"""Waiting for an event or a time, whichever is first."""

import asyncio

from interview_desk.services.napping import nap


async def test_a_nap_ends_with_its_event_or_its_time() -> None:
    event = asyncio.Event()
    await nap(event, 0)
    event.set()
    await nap(event, None)
