"""What Cal.com has recorded is counted at once, and linked once every guest agrees."""

from typing import Any

import pytest

from sync_server.bookings import repository
from sync_server.bookings.linking import Consents
from sync_server.bookings.media.repository import keep
from sync_server.infra.database import Tx
from sync_server.sync.read import records_of_interview
from sync_server.sync.write import write_record
from tests.helpers.calcom import ADA, BOB, created, person, recording, rescheduled, transcript
from tests.server.bookings.conftest import PERSON, Desk, edit


async def rows(desk: Desk, entity: str) -> list[dict[str, Any]]:
    """The records of one kind of the only interview."""
    interview = (await desk.interview())["id"]

    def read(tx):
        found = records_of_interview(tx, repository.the_workspace(tx), interview, entity=entity)
        return [{"id": one.id, **one.fields} for one in found if not one.deleted]

    return await desk.parts.database.read(read)


async def say(desk: Desk, value: str) -> None:
    """Every guest says so about being recorded."""
    for guest in await rows(desk, "interview_guests"):
        said = {"value": value, "at": "2026-11-23T12:00:00Z", "by": None}
        await edit(desk, "interview_guests", guest["id"], consent_recording=said)


async def counts(desk: Desk) -> tuple[int, int]:
    interview = await desk.interview()
    return interview["recordings"], interview["transcripts"]


async def test_it_is_counted_without_and_linked_with_every_guests_yes(desk: Desk) -> None:
    both = [person(ADA), person(BOB)]
    await desk.take(created(attendees=both))
    consents = Consents()
    await consents.follow(desk.parts)
    await desk.take(recording(), transcript())
    assert await counts(desk) == (1, 1)
    assert await rows(desk, "recordings") == await rows(desk, "transcripts") == []
    await say(desk, "unknown")
    await consents.follow(desk.parts)
    assert await rows(desk, "recordings") == []
    await say(desk, "yes")
    await consents.follow(desk.parts)
    await consents.follow(desk.parts)
    (linked,) = await rows(desk, "recordings")
    assert (linked["source"], "downloadLink" in linked) == ("calcom", False)
    assert len(await rows(desk, "transcripts")) == 1
    assert await counts(desk) == (1, 1)
    # From then on what comes is linked at once.
    await desk.take(recording(name="tok-2"))
    assert len(await rows(desk, "recordings")) == 2


async def test_who_has_said_nothing_and_is_taken_out_is_not_waited_for(desk: Desk) -> None:
    await desk.take(created(attendees=[person(ADA), person(BOB)]))
    consents = Consents()
    await consents.follow(desk.parts)
    await desk.take(recording())
    first, second = await rows(desk, "interview_guests")
    said = {"value": "yes", "at": "2026-11-23T12:00:00Z", "by": None}
    await edit(desk, "interview_guests", first["id"], consent_recording=said)
    await consents.follow(desk.parts)
    assert await rows(desk, "recordings") == []

    def take_out(tx: Tx) -> None:
        write_record(
            tx,
            workspace_id=repository.the_workspace(tx),
            entity="interview_guests",
            id=second["id"],
            fields={},
            base=dict.fromkeys(second, 10**9),
            delete=True,
            author=PERSON,
        )

    await desk.parts.database.write(take_out)
    await consents.follow(desk.parts)
    assert len(await rows(desk, "recordings")) == 1


async def test_a_yes_said_while_no_server_listened_is_found_at_the_next_start(desk: Desk) -> None:
    await desk.take(created(), recording())
    await say(desk, "yes")
    await Consents().follow(desk.parts)
    assert len(await rows(desk, "recordings")) == 1


@pytest.mark.parametrize("agreed_first", [True, False])
async def test_words_that_are_fetched_fill_what_was_announced(
    desk: Desk, *, agreed_first: bool
) -> None:
    await desk.take(created(), transcript())
    await say(desk, "yes")
    if agreed_first:
        await Consents().follow(desk.parts)
    interview = (await desk.interview())["id"]
    await desk.parts.database.write(lambda tx: keep(tx, interview_id=interview, transcripts=[()]))
    assert len(await rows(desk, "transcripts")) == 1
    assert await counts(desk) == (0, 1)


async def test_two_interviews_that_become_one_bring_theirs_along(desk: Desk) -> None:
    await desk.take(created("m1"), recording("m1"), created("m2", minutes=3))
    await desk.take(recording("m2", "tok-2"), rescheduled("m2", "m1", minutes=4))
    assert await counts(desk) == (2, 0)
    await say(desk, "yes")
    await Consents().follow(desk.parts)
    assert len(await rows(desk, "recordings")) == 2
