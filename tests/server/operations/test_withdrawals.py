"""Who no longer agrees to being recorded has what was recorded erased, after a while to undo it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from interview_desk.domain.consent import KEPT_AFTER_NO
from sync_server.infra.parts import Parts
from sync_server.operations.withdrawals import Withdrawals
from tests.helpers.server import SetClock
from tests.helpers.storage import everything_said
from tests.helpers.team import Laptop, Team, new_id, team_on

SECRET = "SchwarzwaldKonto"
MINUTES = KEPT_AFTER_NO.total_seconds() / 60


@pytest.fixture
async def team(parts: Parts) -> AsyncIterator[Team]:
    team = team_on(parts)
    yield team
    await team.client.aclose()


def said(value: str) -> dict[str, Any]:
    return {"value": value, "at": "2026-11-23T12:00:00Z", "by": None}


async def recorded(team: Team, ada: Laptop) -> tuple[str, str]:
    """An interview with a transcript and a recording, and its guest who agreed."""
    interview, guest = new_id(), new_id()
    await team.server_writes("interviews", interview, title="A talk")
    fields: dict[str, Any] = {"interview_id": interview, "consent_recording": said("yes")}
    await team.server_writes("interview_guests", guest, **fields)
    cues = [{"start": 0, "end": 2, "speaker": "Lena", "text": SECRET}]
    answer = await ada.change(
        "transcripts", new_id(), interview_id=interview, source="file", cues=cues
    )
    assert answer["status"] == "ok", answer
    await team.server_writes("recordings", new_id(), interview_id=interview, source="calcom")
    await ada.pull()
    return interview, guest


async def says(laptop: Laptop, guest: str, value: str) -> None:
    answer = await laptop.change("interview_guests", guest, consent_recording=said(value))
    assert answer["status"] == "ok", answer
    await laptop.pull()


async def kept(team: Team) -> bool:
    """Whether the words that were said are anywhere in the database."""
    return SECRET in await team.parts.database.read(everything_said)


async def test_a_no_erases_what_was_recorded_and_every_desk_lets_go_of_it(
    team: Team, clock: SetClock
) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    _, guest = await recorded(team, ada)
    await ben.pull()
    watching = Withdrawals()
    assert await watching.look(team.parts) is None
    await says(ada, guest, "no")
    due = await watching.look(team.parts)
    assert due == clock.now() + KEPT_AFTER_NO
    clock.advance(minutes=MINUTES - 1)
    await watching.look(team.parts)
    assert await kept(team)
    clock.advance(minutes=1)
    assert await watching.look(team.parts) is None
    assert not await kept(team)
    rows = await ben.pull()
    gone = {row["entity"] for row in rows if row.get("deleted")}
    assert gone == {"transcripts", "recordings"}
    assert SECRET not in str(ben.rows)
    # The interview and its guest stay.
    assert ben.sees("interview_guests")[guest]["consent_recording"]["value"] == "no"


async def test_a_yes_in_time_keeps_it(team: Team, clock: SetClock) -> None:
    ada = await team.member("Ada")
    _, guest = await recorded(team, ada)
    watching = Withdrawals()
    await says(ada, guest, "no")
    await watching.look(team.parts)
    clock.advance(minutes=MINUTES - 1)
    await says(ada, guest, "yes")
    assert await watching.look(team.parts) is None
    clock.advance(minutes=5)
    await watching.look(team.parts)
    assert await kept(team)


async def test_other_changes_of_the_guest_put_nothing_off(team: Team, clock: SetClock) -> None:
    ada = await team.member("Ada")
    _, guest = await recorded(team, ada)
    watching = Withdrawals()
    await says(ada, guest, "no")
    due = await watching.look(team.parts)
    clock.advance(minutes=5)
    await ada.change("interview_guests", guest, zone="Asia/Tokyo")
    assert await watching.look(team.parts) == due


async def test_a_server_that_begins_anew_goes_on_with_it(team: Team, clock: SetClock) -> None:
    ada = await team.member("Ada")
    _, guest = await recorded(team, ada)
    await says(ada, guest, "no")
    clock.advance(minutes=MINUTES)
    await Withdrawals().look(team.parts)
    assert not await kept(team)


async def test_a_yes_that_comes_while_it_is_looked_up_keeps_it(team: Team, clock: SetClock) -> None:
    ada = await team.member("Ada")
    _, guest = await recorded(team, ada)
    watching = Withdrawals()
    await says(ada, guest, "no")
    await watching.look(team.parts)
    clock.advance(minutes=MINUTES)
    write = team.parts.database.write

    async def late(work: Any) -> Any:
        await says_first()
        return await write(work)

    async def says_first() -> None:
        team.parts.database.write = write  # type: ignore[method-assign]  # only once
        await says(ada, guest, "yes")

    team.parts.database.write = late  # type: ignore[method-assign]  # between looking and erasing
    await watching.look(team.parts)
    assert await kept(team)
