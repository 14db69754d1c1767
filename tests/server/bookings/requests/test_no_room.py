"""Requests that Cal.com had no room for: nothing was asked, so nothing is counted or doubted."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from interview_desk.domain.ids import assignment_id
from interview_desk.domain.instants import format_instant
from sync_server.bookings.requests.carrying import resume, send
from sync_server.calcom.api.errors import CalcomBusy
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from tests.helpers.server import WORKSPACE_ID, add_member
from tests.server.bookings.conftest import CalcomDesk


class Busy:
    """More is asked of Cal.com than it takes."""

    def only_while(self, _: object) -> "Busy":
        return self

    def __getattr__(self, name: str) -> Any:
        async def turned_away(*_: object, **__: object) -> None:
            raise CalcomBusy(20)

        return turned_away


BUSY: Any = Busy()


async def _asked_to_cancel(desk: CalcomDesk) -> tuple[str, str]:
    """The booking, and the request."""
    booking = await desk.booked()
    await desk.reconcile()
    interview = await desk.interview()
    return booking["uid"], await desk.ask("cancel", str(interview["id"]), reason="Ill")


async def test_what_never_left_is_no_try(calcom_desk: CalcomDesk) -> None:
    uid, request = await _asked_to_cancel(calcom_desk)
    for _ in range(3):
        assert await send(calcom_desk.parts, BUSY, request) == timedelta(seconds=20)
        told = await calcom_desk.record("booking_requests", request)
        assert (told["state"], told["tries"]) == ("waiting", 0)
    # Moved by the guest meanwhile, unheard: the first call that leaves follows it.
    start = format_instant(await calcom_desk.free(at=4))
    (newest,) = calcom_desk.calcom.act("reschedule", uid=uid, start=start)
    assert await send(calcom_desk.parts, calcom_desk.api, request) is None
    done = await calcom_desk.record("booking_requests", request)
    assert (done["state"], done["booking_uid"]) == ("done", newest["uid"])


async def test_a_lost_answer_is_not_doubted_because_there_is_no_room_to_look(
    calcom_desk: CalcomDesk,
) -> None:
    _, request = await _asked_to_cancel(calcom_desk)
    calcom_desk.calcom.fault("error", path="/v2/bookings", method="POST")
    await send(calcom_desk.parts, calcom_desk.api, request)
    calcom_desk.clock.advance(seconds=31)
    assert await resume(calcom_desk.parts, BUSY, request) == timedelta(seconds=20)
    assert (await calcom_desk.record("booking_requests", request))["state"] == "sending"
    await resume(calcom_desk.parts, calcom_desk.api, request)
    assert (await calcom_desk.record("booking_requests", request))["state"] == "done"


@pytest.mark.parametrize("uids", [None, ["another"]])
async def test_what_could_not_be_done_in_a_day_fails_whatever_the_interview_has_become(
    calcom_desk: CalcomDesk, uids: list[str] | None
) -> None:
    desk = calcom_desk
    _, request = await _asked_to_cancel(desk)
    interview = str((await desk.interview())["id"])
    desk.calcom.fault("error", path="/v2/bookings", method="POST")
    await send(desk.parts, desk.api, request)
    if uids is not None:
        # The booking that was asked for is none of the interview's any more.
        await desk.parts.database.write(partial(_change, interview_id=interview, booking_uids=uids))
    desk.clock.advance(hours=25)
    await resume(desk.parts, desk.api, request)
    assert (await desk.record("booking_requests", request))["state"] == "failed"


def _change(tx: Tx, *, interview_id: str, booking_uids: list[str]) -> None:
    fields = {"booking_uids": [*booking_uids]}
    with RecordBatch(tx, WORKSPACE_ID) as records:
        records.write("interviews", interview_id, fields=fields, author=Author("server"))


@pytest.mark.parametrize("is_ours", [True, False])
async def test_a_part_whose_id_another_interview_has_gets_one_of_its_own(
    calcom_desk: CalcomDesk, *, is_ours: bool
) -> None:
    desk = calcom_desk
    first, other = [
        await desk.write("interviews", title=title, status="draft") for title in ("A", "B")
    ]
    member = await desk.parts.database.write(
        lambda tx: add_member(tx, name="Otto", email="otto@team.example.org")
    )
    part = assignment_id(first, member)
    await desk.write(
        "interview_assignments",
        id=part,
        interview_id=first if is_ours else other,
        member_id=member,
        role="lead",
        state="proposed",
    )

    def named(tx: Any) -> str:
        return RecordBatch(tx, WORKSPACE_ID).id_within(first, "interview_assignments", part)

    assert (await desk.parts.database.write(named) == part) is is_ours
