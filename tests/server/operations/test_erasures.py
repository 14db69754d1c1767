"""What a team asks for to be erased is erased by the server, once, and the wish stays on record."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from typing_extensions import override

from interview_desk.domain.roles import Role
from sync_server.followups.letters import Letter
from sync_server.followups.repository import change_effect, keep_effect, keep_event
from sync_server.infra.database import Database, DatabaseUnavailable, Tx
from sync_server.infra.parts import Parts
from sync_server.operations import erasures
from sync_server.work.due import Claim
from sync_server.work.shifts import GuardedDatabase
from tests.helpers.storage import everything_said
from tests.helpers.team import Laptop, Team, new_id, team_on

T = TypeVar("T")

SECRET = "SchwarzwaldKonto"
GUEST = "gundula.gast@example.org"


@pytest.fixture
async def team(parts: Parts) -> AsyncIterator[Team]:
    team = team_on(parts)
    yield team
    await team.client.aclose()


async def said(team: Team) -> str:
    return await team.parts.database.read(everything_said)


async def interview_with(team: Team, *guests: str) -> tuple[str, list[str]]:
    interview, ids = new_id(), [new_id() for _ in guests]
    await team.server_writes("interviews", interview, title=f"About {SECRET}")
    for guest, email in zip(ids, guests, strict=True):
        fields: dict[str, Any] = {"interview_id": interview, "email": email, "name": email}
        await team.server_writes("interview_guests", guest, **fields)
    return interview, ids


async def wish(ada: Laptop, kind: str, subject: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    erasure = new_id()
    fields = {"kind": kind, "subject_id": subject, **fields}
    return erasure, await ada.change("erasures", erasure, **fields)


async def test_an_owner_has_an_interview_erased_and_every_desk_is_told(team: Team) -> None:
    ada, ben = await team.member("Ada", Role.OWNER), await team.member("Ben")
    interview, _ = await interview_with(team, GUEST)
    await ada.write_notes(interview, "welcome", SECRET)
    await ben.pull()
    erasure, answer = await wish(ada, "interview", interview)
    assert answer["status"] == "ok"
    assert await erasures.erase_all(team.parts) == 1
    assert await erasures.erase_all(team.parts) == 0
    assert SECRET not in await said(team)
    came = await ben.pull()
    told = {(row["entity"], row.get("erased", False)) for row in came if row["deleted"]}
    assert {("interviews", True), ("note_documents", True), ("interview_guests", True)} == told
    assert ben.sees("erasures")[erasure]["state"] == "done"


async def test_what_is_only_deleted_is_not_called_erased(team: Team) -> None:
    ada, startup = await team.member("Ada"), new_id()
    await ada.change("startups", startup, name="Example")
    await ada.pull()
    await ada.remove("startups", startup)
    (row,) = [row for row in await ada.pull() if row["id"] == startup]
    assert (row["deleted"], row.get("erased")) == (True, None)


async def test_a_guest_goes_and_interviews_with_others_are_named(team: Team) -> None:
    ada = await team.member("Ada", Role.ADMIN)
    alone, (guest,) = await interview_with(team, GUEST)
    shared, _ = await interview_with(team, GUEST, "hans@example.org")
    erasure, _ = await wish(ada, "guest", guest)
    await erasures.erase_all(team.parts)
    await ada.pull()
    assert set(ada.sees("interviews")) == {shared}
    assert alone not in ada.sees("interviews")
    assert ada.sees("erasures")[erasure]["kept_interviews"] == [shared]
    assert GUEST not in await said(team)


async def test_what_is_not_there_is_said_and_holds_up_nothing(team: Team) -> None:
    ada = await team.member("Ada", Role.OWNER)
    interview, _ = await interview_with(team, GUEST)
    nothing, _ = await wish(ada, "interview", new_id())
    await wish(ada, "interview", interview)
    assert await erasures.erase_all(team.parts) == 2
    await ada.pull()
    found = ada.sees("erasures")[nothing]
    assert found["state"] == "failed"
    assert "no interview" in found["error"]
    assert ada.sees("interviews") == {}
    # Who has taken note of it need not see it for ever.
    assert (await ada.remove("erasures", nothing))["status"] == "ok"


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.OBSERVER])
async def test_who_does_not_run_the_team_may_not_ask_for_it(team: Team, role: Role) -> None:
    eve = await team.member("Eve", role)
    interview, _ = await interview_with(team, GUEST)
    _, answer = await wish(eve, "interview", interview)
    assert (answer["status"], answer["code"]) == ("rejected", "forbidden")
    assert await erasures.erase_all(team.parts) == 0


async def test_a_wish_is_made_once_and_carried_on_by_the_server_alone(team: Team) -> None:
    ada = await team.member("Ada", Role.OWNER)
    interview, _ = await interview_with(team, GUEST)
    _, done = await wish(ada, "interview", interview, state="done")
    assert done["code"] == "forbidden"
    assert (await ada.change("erasures", new_id(), kind="interview"))["code"] == "invalid_value"
    erasure, _ = await wish(ada, "interview", interview)
    await ada.pull()
    assert (await ada.change("erasures", erasure, state="failed"))["code"] == "forbidden"
    assert (await ada.remove("erasures", erasure))["code"] == "forbidden"


class AwayOnce(GuardedDatabase):
    """A database that cannot be asked the first time."""

    def __init__(self, real: Database) -> None:
        super().__init__(real, Claim("worker", "erasures", 1))
        self.asked = 0

    @override
    async def read(self, work: Callable[[Tx], T]) -> T:
        self.asked += 1
        if self.asked == 1:
            raise DatabaseUnavailable
        return await super().read(work)

    @override
    async def write(self, work: Callable[[Tx], T]) -> T:
        return await self._database.write(work)


async def test_the_worker_hears_of_a_wish_and_outlives_a_database_that_is_away(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasures, "_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(erasures, "_AWAY_SECONDS", 0.0)
    ada = await team.member("Ada", Role.OWNER)
    interview, _ = await interview_with(team, GUEST)
    database = AwayOnce(team.parts.database)
    with team.parts.bus.subscribe() as news:
        worker = asyncio.ensure_future(erasures.run(replace(team.parts, database=database)))
        try:
            await wish(ada, "interview", interview)
            async for _ in news:
                await ada.pull()
                if interview not in ada.sees("interviews"):
                    break
        finally:
            worker.cancel()
            await asyncio.wait({worker})
    assert database.asked > 1
    assert SECRET not in await said(team)


async def test_two_servers_that_see_the_same_wish_carry_it_out_once(team: Team) -> None:
    ada = await team.member("Ada", Role.OWNER)
    interview, _ = await interview_with(team, GUEST)
    await wish(ada, "interview", interview)
    done = await asyncio.gather(erasures.erase_all(team.parts), erasures.erase_all(team.parts))
    assert sum(done) == 1


@pytest.mark.parametrize("named", ["survivor", "merged", "guest"])
async def test_what_was_merged_into_an_interview_goes_with_it(team: Team, named: str) -> None:
    ada = await team.member("Ada", Role.OWNER)
    survivor, (guest,) = await interview_with(team, GUEST)
    merged, _ = await interview_with(team)
    await ada.write_notes(merged, "welcome", SECRET)
    await team.server_writes("interviews", merged, merged_into=survivor)
    subject = {"survivor": survivor, "merged": merged, "guest": guest}[named]
    await wish(ada, "guest" if named == "guest" else "interview", subject)
    assert await erasures.erase_all(team.parts) == 1
    assert SECRET not in await said(team)


@pytest.mark.parametrize("named", ["interview", "guest"])
async def test_mail_goes_with_the_letters_that_were_sent_and_what_was_told_of_them(
    team: Team, named: str
) -> None:
    ada = await team.member("Ada", Role.OWNER)
    interview, (guest,) = await interview_with(team, GUEST)
    enrolment, message, other = new_id(), new_id(), new_id()
    about: dict[str, Any] = {"guest_id": guest, "interview_id": interview}
    await team.server_writes("enrolments", enrolment, state="active", **about)
    await team.server_writes(
        "follow_up_messages", message, enrolment_id=enrolment, subject=f"Dear {SECRET}"
    )

    def send(tx: Tx) -> None:
        for number, (one, to) in enumerate(((message, GUEST), (other, "hans@example.org"))):
            letter = Letter(f"key {number}", one, "a@example.org", to, SECRET[:number], "", "")
            keep_effect(tx, letter, person=to[:3], sequence_id=None, gateway="resend", token=None)
            change_effect(tx, letter.key, provider_id=f"re {number}")
            keep_event(tx, f"event {number}", kind="k", provider_id=f"re {number}", body=to)

    await team.parts.database.write(send)
    assert GUEST in await said(team)
    await wish(ada, named, interview if named == "interview" else guest)
    assert await erasures.erase_all(team.parts) == 1
    rest = await said(team)
    assert SECRET not in rest
    assert GUEST not in rest
    assert "hans@example.org" in rest
