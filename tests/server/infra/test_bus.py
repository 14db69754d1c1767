"""News inside one process."""

import asyncio
from time import monotonic

import pytest

from sync_server.infra.bus import Bus, Subscription


async def test_every_listener_hears_what_is_said_from_now_on() -> None:
    bus = Bus()
    bus.publish("too early")
    with bus.subscribe() as one, bus.subscribe() as other:
        bus.publish("first")
        bus.publish("second")
        assert [await anext(one), await anext(one), await anext(other)] == [
            "first",
            "second",
            "first",
        ]


async def test_who_has_left_hears_nothing() -> None:
    bus = Bus()
    with bus.subscribe() as gone, bus.subscribe() as here:
        gone.close()
        bus.publish("news")
        bus_said = await anext(here)
    assert bus_said == "news"
    assert gone.missed == 0


async def test_a_forgotten_listener_costs_nothing() -> None:
    bus = Bus()
    bus.subscribe()
    bus.publish("news")
    assert len(bus._subscriptions) == 0


async def test_a_slow_listener_loses_the_oldest_news() -> None:
    slow = Subscription(backlog=2)
    for number in range(5):
        slow.offer(number)
    assert slow.missed == 3
    heard = []
    async for news in slow:
        heard.append(news)
        if len(heard) == 2:
            break
    assert heard == [3, 4]


async def test_who_says_what_they_want_hears_nothing_else_and_is_not_woken_by_it() -> None:
    bus = Bus()
    with bus.subscribe(lambda message: isinstance(message, int)) as numbers:
        bus.publish("a word")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await anext(numbers)
        bus.publish(7)
        assert numbers.waiting() == [7]


async def test_quiet_begins_anew_with_whatever_is_said() -> None:
    bus, began = Bus(), monotonic()
    with bus.subscribe(lambda message: message == "change") as news:
        said = [0.1, 0.2, 0.3]
        loop = asyncio.get_running_loop()
        for pause in said:
            loop.call_later(pause, bus.publish, "change")
        loop.call_later(0.4, bus.publish, "something else")
        await news.quiet(0.2)
        assert monotonic() - began >= 0.49
        assert news.waiting() == ["change"] * len(said)


async def test_it_is_not_waited_for_quiet_for_ever() -> None:
    bus = Bus()
    with bus.subscribe() as news:
        talking = asyncio.create_task(_talk(bus))
        await news.quiet(60, at_most=0.05)
        assert news.waiting()
        talking.cancel()


async def _talk(bus: Bus) -> None:
    while True:
        bus.publish("word")
        await asyncio.sleep(0.001)
