"""Our numbers in the words of Prometheus."""

from collections.abc import Iterator, Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from sync_server.infra.tally import (
    CALCOM_CALLS,
    CONNECTIONS,
    FOUND_MISSING,
    MAIL_TRIES,
    REQUESTS,
    WEBHOOKS,
    Labels,
)
from sync_server.operations.numbers import Inbox, Stored

Counted = Mapping[str, Mapping[Labels, int]]


class _Numbers:
    """A collector of what was counted until now."""

    def __init__(self, counted: Counted, stored: Stored | None) -> None:
        self._counted = counted
        self._stored = stored

    def collect(self) -> Iterator[Metric]:
        """Every number there is."""
        yield self._counter(REQUESTS, "Requests answered.", ["method", "path", "status"])
        yield self._counter(WEBHOOKS, "Cal.com's webhooks by what became of them.", ["outcome"])
        yield self._counter(CALCOM_CALLS, "Calls to Cal.com by what became of them.", ["outcome"])
        yield self._counter(MAIL_TRIES, "Tries to send a mail by what came of them.", ["outcome"])
        missing = (
            "Bookings that were news when Cal.com was asked, because no event had told of them."
        )
        yield self._counter(FOUND_MISSING, missing, [])
        connections = sum(self._counted[CONNECTIONS].values())
        yield _gauge("live_connections", "Live connections that are open.", connections)
        is_up = 0 if self._stored is None else 1
        yield _gauge("database_up", "Whether the database can be read.", is_up)
        if self._stored is not None:
            yield from _of_inbox(self._stored.inbox)
            yield _states("mails", "Mails to guests by their state.", self._stored.mails)

    def _counter(self, name: str, help_text: str, labels: list[str]) -> Metric:
        family = CounterMetricFamily(f"interview_desk_{name}", help_text, labels=labels)
        for values, number in sorted(self._counted[name].items()):
            family.add_metric(values, number)
        return family


def _of_inbox(inbox: Inbox) -> Iterator[Metric]:
    yield _states("inbox_events", "Events of the inbox by their state.", inbox.states)
    waited = "How long the oldest event has waited to be read."
    yield _gauge("inbox_oldest_waiting_seconds", waited, inbox.oldest_seconds)


def _states(name: str, help_text: str, numbers: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(f"interview_desk_{name}", help_text, labels=["state"])
    for state, number in sorted(numbers.items()):
        family.add_metric([state], number)
    return family


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"interview_desk_{name}", help_text, value=value)


def page(counted: Counted, stored: Stored | None) -> tuple[bytes, str]:
    """The page and its media type."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Numbers(counted, stored))
    return generate_latest(registry), CONTENT_TYPE_LATEST
