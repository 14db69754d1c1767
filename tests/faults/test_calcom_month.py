"""A month with Cal.com on a bad day: events lost, doubled and late, errors, and a server that dies.

In the end our interviews are Cal.com's, nothing was booked twice, and no limit was exceeded.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.caller import Caller
from tests.faults.month import Month, ours, truth
from tests.helpers import calcom
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import HOSTED_TRIGGERS, KEY, ORGANIZATION
from tests.helpers.server import ServerProcess

BOOKINGS = int(os.environ.get("INTERVIEW_DESK_CALCOM_BOOKINGS", "10"))
SEED = int(os.environ.get("INTERVIEW_DESK_CALCOM_SEED", "1"))
CRASHES = 3 if BOOKINGS > 100 else 1
LIMIT = 1200
# A host has some 350 half-hours in a month.
HIRES = BOOKINGS // 300
_LOOK_SECONDS = 0.2
# A month is pressed into minutes: much is near, and much has changed since the last look.
RECONCILE_SECONDS = max(2, BOOKINGS // 100)
PATIENCE = 60 + BOOKINGS / 5
# An hour's events are shuffled together.
_LATE = 12

pytestmark = pytest.mark.timeout(90 + 2 * BOOKINGS)


@pytest.fixture
def fake() -> Iterator[FakeCalcom]:
    fake = FakeCalcom(seed=SEED).start()
    fake.set(limit=LIMIT, organization=ORGANIZATION, hires=HIRES)
    yield fake
    fake.stop()


@pytest.fixture
def server(fake: FakeCalcom, tmp_path: Path) -> Iterator[ServerProcess]:
    settings = {
        "CALCOM_API_KEY": KEY,
        "CALCOM_BASE_URL": fake.url,
        "CALCOM_RECONCILE_SECONDS": str(RECONCILE_SECONDS),
        "CALCOM_WEBHOOK_SECRETS": calcom.SECRET,
    }
    program = (str(Path(__file__).with_name("quick_server.py")),)
    process = ServerProcess(tmp_path / "server", settings=settings, program=program)
    process.start()
    yield process
    if process.running:
        process.stop()


def _subscribe(fake: FakeCalcom, server: ServerProcess) -> None:
    body = {
        "active": True,
        "subscriberUrl": f"{server.url}/webhooks/calcom",
        "triggers": list(HOSTED_TRIGGERS),
        "secret": calcom.SECRET,
        "time": 15,
        "timeUnit": "MINUTE",
    }
    httpx.post(
        f"{fake.url}/v2/organizations/{ORGANIZATION}/webhooks",
        json=body,
        headers={"Authorization": f"Bearer {KEY}"},
    ).raise_for_status()


def _requests(desk: Caller) -> list[dict[str, Any]]:
    desk.pull()
    found = desk.rows.get("booking_requests", {})
    return [{"id": record_id, **fields} for record_id, fields in found.items()]


def _settled(desk: Caller) -> list[dict[str, Any]]:
    """All requests, once none of them is on its way."""
    until = time.monotonic() + PATIENCE
    while True:
        requests = _requests(desk)
        open_ones = [one for one in requests if one.get("state") in {"waiting", "sending"}]
        if not open_ones:
            return requests
        assert time.monotonic() < until, open_ones
        time.sleep(_LOOK_SECONDS)


def test_after_a_month_of_trouble_our_interviews_are_calcoms(
    fake: FakeCalcom, server: ServerProcess
) -> None:
    _subscribe(fake, server)
    desk = Caller(server)
    month = Month(fake, desk, SEED, hires=HIRES)
    fake.set(held=True, lost_share=0.2, doubled_share=0.2, error_share=0.05)
    crashes = {BOOKINGS * (number + 1) // (CRASHES + 1) for number in range(CRASHES)}
    began = time.monotonic()
    while (progress := fake.progress())["bookings"] < BOOKINGS:
        booked = progress["bookings"]
        month.act()
        if progress["waiting"] >= _LATE:
            fake.deliver(shuffled=True)
        if month.acts.total() % 100 == 0:
            print(month.acts.total(), booked, round(time.monotonic() - began), flush=True)
        if any(booked >= number for number in crashes):
            crashes = {number for number in crashes if number > booked}
            server.kill()
            server.start()
    _settled(desk)
    fake.set(error_share=0.0)
    fake.deliver(shuffled=True)
    for _ in range(2):
        done = server.run("reconcile", "--json", patience=PATIENCE)
        assert done.returncode == 0, done.stderr
        print("reconciled", done.stdout.strip(), round(time.monotonic() - began), flush=True)
    exported = server.run("export", "interviews", patience=PATIENCE).stdout.splitlines()
    bookings = fake.bookings()
    assert ours([json.loads(line) for line in exported]) == truth(bookings)
    made = Counter(one.get("interview_desk_request") for one in fake.booked_with())
    requests = _settled(desk)
    for request in (one for one in requests if one["kind"] == "create"):
        assert made[request["id"]] == (1 if request["state"] == "done" else 0), request
    assert fake.numbers()["refused"] == 0
    desk.close()
    _report(fake, month, requests, seconds=time.monotonic() - began)


def _report(
    fake: FakeCalcom, month: Month, requests: list[dict[str, Any]], *, seconds: float
) -> None:
    """What the run was, for whoever watches it (`pytest -s`)."""
    numbers = fake.numbers()
    delivered = numbers.pop("delivered")
    found = {
        "seed": SEED,
        "seconds": round(seconds),
        "bookings": len(fake.bookings()),
        "actions": month.acts,
        "requests": Counter(f"{one['kind']} {one['state']}" for one in requests),
        "crashes": CRASHES,
        "webhooks": {
            "lost": numbers.pop("lost"),
            "delivered": len(delivered),
            "doubled": numbers.pop("doubled"),
        },
        "limit": LIMIT,
        **numbers,
    }
    print(json.dumps(found, indent=1))
