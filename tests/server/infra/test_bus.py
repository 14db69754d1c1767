"""News inside one process."""

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
