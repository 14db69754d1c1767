"""Two real server processes on one PostgreSQL, with clients on each."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
import sqlalchemy as sa

from interview_desk.domain.ids import note_document_id
from interview_desk.notes import NoteDocument, text_of
from interview_desk.wire import live as wire
from interview_desk.wire.notes import decode_update
from sync_server.auth.service import revoke
from sync_server.infra.database import Tx
from tests.helpers.live import Line
from tests.helpers.team import Laptop, new_id
from tests.server.replicas.conftest import Replicas

pytestmark = [pytest.mark.postgres]


async def poked_to(line: Line, seq: int) -> None:
    while (await line.next("poke"))["seq"] < seq:
        pass


async def company(line: Line, stage: str) -> dict[str, Any]:
    """The next word of who is in this stage."""
    while (said := await line.next("presence"))["stage"] != stage:
        pass
    return said


def names(said: dict[str, Any]) -> list[str]:
    return [member["name"] for member in said["members"]]


async def test_a_change_on_one_server_pokes_the_clients_of_the_other(replicas: Replicas) -> None:
    one, other = replicas.start(), replicas.start()
    ada, ben = await replicas.team.member("Ada"), await replicas.team.member("Ben")
    async with one.live.line(ada) as hers, other.live.line(ben) as his:
        startup = new_id()
        first = await one.of(ada).change("startups", startup, name="Example GmbH")
        await poked_to(his, first["ver"])
        reader = other.of(ben)
        await reader.pull()
        assert reader.sees("startups")[startup]["name"] == "Example GmbH"
        second = await reader.change("startups", startup, name="Example AG")
        await poked_to(hers, second["ver"])


async def test_what_two_type_on_two_servers_reaches_both_in_one_order(replicas: Replicas) -> None:
    one, other = replicas.start(), replicas.start()
    ada, ben = await replicas.team.member("Ada"), await replicas.team.member("Ben")
    interview, count = new_id(), 40
    await replicas.team.server_writes("interviews", interview, title="Switching")
    doc = note_document_id(interview, "welcome")

    async def type_all(laptop: Laptop) -> None:
        typed: list[bytes] = []
        document = NoteDocument(typed.append)
        for number in range(count):
            document.insert(document.length, f"{number} ")
            answer = await laptop.post_notes(interview, "welcome", [typed.pop()])
            assert answer.status_code == 200, answer.text
            laptop.note_n[doc] = answer.json()["last_n"]

    async with one.live.line(ada, doc) as hers, other.live.line(ben, doc) as his:
        await asyncio.gather(type_all(one.of(ada)), type_all(other.of(ben)))
        heard = []
        for line in (hers, his):
            notes = [await line.next("note") for _ in range(2 * count)]
            assert [note["seq"] for note in notes] == [*range(1, 2 * count + 1)]
            heard.append(text_of(decode_update(note["update"]) for note in notes))
    assert heard[0] == heard[1] == await one.of(ada).notes(interview, "welcome")


async def test_those_on_different_servers_see_each_other(replicas: Replicas) -> None:
    one, other = replicas.start(), replicas.start()
    ada, ben = await replicas.team.member("Ada"), await replicas.team.member("Ben")
    interview = new_id()
    await replicas.team.server_writes("interviews", interview, title="Switching")
    async with AsyncExitStack() as stack:
        hers = await stack.enter_async_context(one.live.line(ada))
        await hers.send(type="presence", interview=interview, stage="welcome", cursor={"at": 1})
        assert names(await company(hers, "welcome")) == ["Ada"]
        async with other.live.line(ben) as his:
            await his.send(type="presence", interview=interview, stage="welcome", cursor={"at": 2})
            both = ["Ada", "Ben"]
            while names(await company(his, "welcome")) != both:
                pass
            said = await company(hers, "welcome")
            assert names(said) == both
            assert said["cursors"] == {ada.device_id: {"at": 1}, ben.device_id: {"at": 2}}
            await hers.send(type="presence", interview=interview, stage="welcome", cursor={"at": 9})
            while (await company(his, "welcome"))["cursors"][ada.device_id] != {"at": 9}:
                pass
        while names(await company(hers, "welcome")) != ["Ada"]:
            pass


async def test_a_device_signed_out_on_one_server_is_cut_off_on_the_other(
    replicas: Replicas,
) -> None:
    one = replicas.start()
    ada = await replicas.team.member("Ada")
    async with one.live.line(ada) as line:
        await replicas.team.parts.database.write(lambda tx: revoke(tx, ada.device_id))
        assert await line.ended() == wire.CLOSE_REVOKED


async def test_a_listening_connection_that_is_ended_is_made_anew(replicas: Replicas) -> None:
    one, other = replicas.start(), replicas.start()
    ada, ben = await replicas.team.member("Ada"), await replicas.team.member("Ben")

    def cut(tx: Tx) -> int:
        return tx.connection.execute(
            sa.text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
        ).scalar_one()

    async with other.live.line(ben) as his:
        for number in range(3):
            # Who heard of the last change by looking may not listen again yet.
            while not await replicas.team.parts.database.write(cut):  # noqa: ASYNC110  - it tells nobody
                await asyncio.sleep(0.05)
            changed = await one.of(ada).change("startups", new_id(), name=f"Example {number}")
            await poked_to(his, changed["ver"])


async def test_a_server_that_is_killed_leaves_the_other_working(replicas: Replicas) -> None:
    one, other = replicas.start(), replicas.start()
    ada, ben = await replicas.team.member("Ada"), await replicas.team.member("Ben")
    async with other.live.line(ben) as his:
        await one.of(ada).change("startups", new_id(), name="Example GmbH")
        one.process.kill()
        changed = await other.of(ada).change("startups", new_id(), name="Example AG")
        await poked_to(his, changed["ver"])
        reader = other.of(ben)
        await reader.pull()
        assert len(reader.sees("startups")) == 2
