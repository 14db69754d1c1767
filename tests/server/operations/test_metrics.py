"""The page that Prometheus reads: right numbers, and nothing about anybody."""

from datetime import timedelta
from functools import partial

import httpx
import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from interview_desk.wire import routes
from sync_server.app import app_on
from sync_server.bookings.tasks import read_all
from sync_server.followups.outcomes import Lost, Refused
from sync_server.infra.parts import Parts
from sync_server.infra.tally import CONNECTIONS, Tally
from sync_server.models.records import records
from sync_server.sync.authors import Author
from sync_server.sync.write import write_record
from tests.helpers import calcom
from tests.helpers.mail import MailRoom, post_office
from tests.helpers.server import WORKSPACE_ID, SetClock
from tests.server.bookings.conftest import parts_on as parts_with_secret


@pytest.fixture
def parts(database, clock, tmp_path) -> Parts:
    return parts_with_secret(database, clock, tmp_path)


@pytest.fixture
async def client(parts: Parts):
    transport = httpx.ASGITransport(app=app_on(parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def numbers(client: httpx.AsyncClient) -> dict[str, float]:
    """Every sample of ours by its name and labels."""
    answer = await client.get(routes.METRICS)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        " ".join([sample.name.removeprefix("interview_desk_"), *sample.labels.values()]): (
            sample.value
        )
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def post(client: httpx.AsyncClient, body: bytes, signature: str | None = None) -> None:
    headers = calcom.signed_headers(body)
    if signature is not None:
        headers[calcom.HEADER] = signature
    await client.post("/webhooks/calcom", content=body, headers=headers)


async def test_webhooks_are_counted_by_what_became_of_them(client, parts, clock: SetClock) -> None:
    body = calcom.body_of(calcom.created())
    await post(client, body)
    await post(client, body)
    await post(client, b"false")
    await post(client, body, signature="0" * 64)
    clock.advance(seconds=90)
    before = await numbers(client)
    assert before["webhooks_total accepted"] == 1
    assert before["webhooks_total duplicate"] == 1
    assert before["webhooks_total not_an_event"] == 1
    assert before["webhooks_total signature_invalid"] == 1
    assert (before["inbox_events waiting"], before["inbox_events unusable"]) == (1, 1)
    assert before["inbox_oldest_waiting_seconds"] == timedelta(seconds=90).total_seconds()
    await read_all(parts)
    after = await numbers(client)
    assert after["inbox_events done"] == 1
    assert after["inbox_oldest_waiting_seconds"] == 0
    assert "inbox_events waiting" not in after


async def test_webhooks_are_requests_too(client) -> None:
    body = calcom.body_of(calcom.created())
    await post(client, body)
    headers = calcom.signed_headers(body)
    await client.post("/webhooks/calcom/", content=body, headers=headers)
    await client.post("/webhooks/calcom/anna", content=body, headers=headers)
    await client.get("/webhooks/calcom")
    await client.request("ANNA", "/webhooks/calcom")
    counted = await numbers(client)
    assert counted[f"requests_total POST {routes.CALCOM_WEBHOOK} 2xx"] == 2
    assert counted[f"requests_total POST {routes.CALCOM_WEBHOOK_ENDPOINT} 2xx"] == 1
    assert counted[f"requests_total GET {routes.CALCOM_WEBHOOK} 4xx"] == 1
    assert counted[f"requests_total other {routes.CALCOM_WEBHOOK} 4xx"] == 1
    assert not any("anna" in name.lower() for name in counted)


async def test_requests_are_counted_by_our_own_words_only(client) -> None:
    device = "0190f5fe-7c00-7a00-8000-0000000000a1"
    await client.get(routes.HEALTH)
    await client.get(routes.HEALTH)
    await client.delete(f"/v1/devices/{device}", headers={routes.PROTOCOL_HEADER: "1"})
    await client.get(routes.PULL, headers={routes.PROTOCOL_HEADER: "1"})
    await client.request("ANNA", f"/no/such/{device}")
    counted = await numbers(client)
    assert counted[f"requests_total GET {routes.HEALTH} 2xx"] == 2
    assert counted[f"requests_total DELETE {routes.DEVICE} 4xx"] == 1
    assert counted[f"requests_total GET {routes.PULL} 4xx"] == 1
    assert counted["requests_total other other 4xx"] == 1
    page = (await client.get(routes.METRICS)).text
    assert device not in page
    assert "ANNA" not in page


async def test_connections_are_counted_while_they_are_open(client, parts) -> None:
    assert (await numbers(client))["live_connections"] == 0
    with parts.tally.holding(CONNECTIONS):
        assert (await numbers(client))["live_connections"] == 1
    assert (await numbers(client))["live_connections"] == 0


async def test_mails_are_counted_by_where_they_stand_and_what_came_of_each_try(
    client, parts, clock: SetClock
) -> None:
    room = MailRoom(parts, post_office())
    sequence, interview = await room.sequence(), await room.interview()
    for name in ("mara", "ole", "ida"):
        guest = await room.guest(interview, email=f"{name}@startup.example")
        await room.enrol(sequence, guest, interview)
    await room.work()
    assert (await numbers(client))["mails queued"] == 3
    clock.advance(hours=2)
    room.carrier.answers = [Refused("There is no such address."), Lost("Nobody knows.")]
    await room.work()
    after = await numbers(client)
    assert [after[f"mails {state}"] for state in ("failed", "uncertain", "sent")] == [1, 1, 1]
    assert [after[f"mail_tries_total {word}"] for word in ("failed", "uncertain", "sent")] == [
        1,
        1,
        1,
    ]
    page = (await client.get(routes.METRICS)).text
    assert not any(word in page for word in ("mara", "startup.example", "Thank you", sequence))


async def test_mails_that_are_deleted_or_erased_are_counted_no_more(client, parts) -> None:
    room = MailRoom(parts, post_office())
    ids = [await room.put("follow_up_messages", state=state) for state in ("sent", "sent", "draft")]
    assert (await numbers(client))["mails sent"] == 2
    await parts.database.write(
        partial(
            write_record,
            workspace_id=WORKSPACE_ID,
            entity="follow_up_messages",
            id=ids[0],
            fields={},
            delete=True,
            author=Author("server"),
        )
    )
    assert (await numbers(client))["mails sent"] == 1
    gone = sa.delete(records).where(records.c.id == ids[1])
    await parts.database.write(lambda tx: tx.connection.execute(gone))
    after = await numbers(client)
    assert "mails sent" not in after
    assert after["mails draft"] == 1


async def test_a_damaged_mail_is_a_number_too(client, parts) -> None:
    mail = await MailRoom(parts, post_office()).put("follow_up_messages", state="sent")
    damaged = sa.update(records).where(records.c.id == mail).values(fields="damaged")
    await parts.database.write(lambda tx: tx.connection.execute(damaged))
    assert (await numbers(client))["mails unreadable"] == 1


async def test_without_the_database_the_page_still_tells_the_rest(client, parts) -> None:
    await client.get(routes.HEALTH)
    await parts.database.close()
    counted = await numbers(client)
    assert counted["database_up"] == 0
    assert counted[f"requests_total GET {routes.HEALTH} 2xx"] == 1
    assert not any(name.startswith(("inbox", "mails")) for name in counted)


def test_what_was_never_counted_is_nothing() -> None:
    assert Tally().of("requests") == {}
