"""Hearing other servers: a connection that breaks, and one that goes silent without a word."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from interview_desk.domain.ids import note_document_id
from sync_server.app import app_on
from sync_server.infra.bus import Missed, Subscription
from sync_server.infra.clock import SystemClock
from sync_server.infra.listening import Listener
from sync_server.infra.parts import Parts
from sync_server.infra.postgres import PostgresDatabase
from sync_server.sync.counter import Poke
from sync_server.sync.live import replicas as listening
from tests.helpers.listening_proxy import ListeningProxy
from tests.helpers.live import serving
from tests.helpers.postgres import PostgresCluster
from tests.helpers.server import WORKSPACE_ID, Templates, create_all, parts_on, test_vault
from tests.helpers.team import new_id
from tests.server.replicas.conftest import Replicas
from tests.server.replicas.test_two_servers import poked_to

pytestmark = [pytest.mark.postgres]


@asynccontextmanager
async def listening_on(parts: Parts) -> AsyncIterator[Subscription]:
    """A server that hears the others; what it tells its own parts."""
    with parts.bus.subscribe() as news:
        worker = asyncio.create_task(listening.run(parts))
        try:
            yield news
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker


async def heard(news: Subscription, seq: int) -> None:
    async for said in news:
        if isinstance(said, Poke) and said.seq >= seq:
            return


async def test_a_silent_connection_is_left_and_nobody_misses_anything(
    replicas: Replicas,
    tmp_path: Path,
    postgres_cluster: PostgresCluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Long enough for what is told to be heard before the next look, also on a busy machine: who is
    # taken for silent too soon is only listened to anew, but this test would prove nothing.
    monkeypatch.setattr(listening, "POLL_SECONDS", 0.25)
    monkeypatch.setattr(listening, "_PAUSE_SECONDS", 0.01)
    name = str(sa.make_url(replicas.url).database)
    team = replicas.team
    ada, ben, interview = await team.member("Ada"), await team.member("Ben"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    doc = note_document_id(interview, "welcome")
    async with ListeningProxy(postgres_cluster.directory) as proxy:
        database = PostgresDatabase(proxy.url(name), vault=test_vault(), clock=SystemClock())
        parts = parts_on(database, SystemClock(), data_dir=tmp_path)
        async with (
            listening_on(parts) as news,
            serving(app_on(parts)) as server,
            server.line(ben, doc) as line,
        ):
            await ada.write_notes(interview, "welcome", "heard")
            assert (await line.next("note"))["seq"] == 1
            await proxy.silence()
            news.waiting()
            before = proxy.listened
            changed = await ada.change("startups", new_id(), name="Example GmbH")
            await ada.write_notes(interview, "welcome", " and pulled")
            await proxy.swallowed.wait()
            await poked_to(line, changed["ver"])
            while not isinstance(await anext(news), Missed):
                pass
            assert proxy.listened > before
            await ada.write_notes(interview, "welcome", " and heard again")
            while (await line.next("note"))["seq"] != 3:
                pass
        await database.close()


async def test_a_real_server_that_hears_nothing_any_more_misses_nothing(
    replicas: Replicas, postgres_cluster: PostgresCluster
) -> None:
    name = str(sa.make_url(replicas.url).database)
    team = replicas.team
    ada, ben, interview = await team.member("Ada"), await team.member("Ben"), new_id()
    await team.server_writes("interviews", interview, title="Switching")
    doc = note_document_id(interview, "welcome")
    async with ListeningProxy(postgres_cluster.directory) as proxy:
        url = proxy.url(name).render_as_string(hide_password=False)
        deaf = await asyncio.to_thread(replicas.start, url=url)
        other = await asyncio.to_thread(replicas.start)
        async with deaf.live.line(ben, doc) as line:
            await other.of(ada).write_notes(interview, "welcome", "heard")
            assert (await line.next("note"))["seq"] == 1
            await proxy.silence()
            before = proxy.listened
            changed = await ada.change("startups", new_id(), name="Example GmbH")
            await ada.write_notes(interview, "welcome", " and pulled")
            await poked_to(line, changed["ver"])
            reader = deaf.of(ben)
            assert await reader.notes(interview, "welcome") == "heard and pulled"
            while proxy.listened == before:  # noqa: ASYNC110  - the server tells nobody
                await asyncio.sleep(0.05)
            seq = 2
            while seq < 3:
                await ada.write_notes(interview, "welcome", " and heard again")
                seq = (await line.next("note"))["seq"]
        # It ends by way of the proxy, which is at work on this event loop.
        await asyncio.to_thread(deaf.process.stop)


async def test_a_database_that_stops_and_comes_back_is_listened_to_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(listening, "_PAUSE_SECONDS", 0.01)
    cluster = PostgresCluster()
    try:
        url = cluster.url(cluster.new_database())
        databases = [
            PostgresDatabase(url, vault=test_vault(), clock=SystemClock()) for _ in range(2)
        ]
        await databases[0].write(create_all)
        one = parts_on(databases[0], SystemClock(), data_dir=tmp_path)
        async with listening_on(one) as news:
            assert isinstance(await anext(news), Missed)
            cluster.halt()
            await asyncio.get_running_loop().run_in_executor(None, cluster.resume)
            while not isinstance(await anext(news), Missed):
                pass
            await heard(news, 0)
            poke = Poke(WORKSPACE_ID, 5)
            await databases[1].write(lambda tx: tx.tell(poke))
            await heard(news, 5)
        for database in databases:
            await database.close()
    finally:
        cluster.stop()


async def test_nobody_is_listened_to_on_an_embedded_database(
    templates: Templates, tmp_path: Path
) -> None:
    from sync_server.infra.sqlite import SqliteDatabase

    database = SqliteDatabase(templates.sqlite(), vault=test_vault(), clock=SystemClock())
    async with listening_on(parts_on(database, SystemClock(), data_dir=tmp_path)) as news:
        assert news.waiting() == []
    await database.close()


async def test_a_database_that_stays_away_is_told_of_once(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(listening, "_PAUSE_SECONDS", 0.01)
    tried = asyncio.Semaphore(0)

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        tried.release()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as nobody:
        port = nobody.sockets[0].getsockname()[1]
        away = Listener(sa.make_url(f"postgresql+psycopg://desk@127.0.0.1:{port}/none"))
        worker = asyncio.create_task(listening.Replicas(replicas.team.parts, away).run())
        for _ in range(5):
            await tried.acquire()
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker
    assert caplog.messages == ["other servers are not heard (OperationalError); listening anew"]
