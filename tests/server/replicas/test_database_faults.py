"""A PostgreSQL that restarts, crashes or refuses under load: nothing acknowledged is lost."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from interview_desk.domain.ids import note_document_id
from interview_desk.notes import NoteDocument
from sync_server.infra.clock import SystemClock
from sync_server.infra.database import Tx
from sync_server.infra.postgres import PostgresDatabase
from tests.helpers.postgres import PostgresCluster
from tests.helpers.server import Templates, parts_on, test_vault
from tests.helpers.team import Laptop, Team, new_id, team_on
from tests.server.replicas.conftest import Replica, Replicas

pytestmark = [pytest.mark.postgres]

CHANGES = 20


async def insist(call: Any) -> dict[str, Any]:
    """Send the same thing until it is acknowledged, as a client does."""
    while True:
        try:
            answer = await call()
        except httpx.TransportError:
            continue
        if answer.status_code == 200:
            body: dict[str, Any] = answer.json()
            return body
        assert answer.status_code == 503, answer.text
        # The server says when to come back; a test has no time for that.
        await asyncio.sleep(0.05)


async def edit_all(laptop: Laptop, acknowledged: dict[str, str], progress: asyncio.Event) -> None:
    for number in range(CHANGES):
        name = f"Example {laptop.device_id} {number}"
        change = laptop.put("startups", new_id(), name=name)

        async def send(change: dict[str, Any] = change) -> httpx.Response:
            return await laptop.post(change)

        body = await insist(send)
        (result,) = body["results"]
        assert (result["n"], result["status"]) == (change["n"], "ok")
        acknowledged[change["id"]] = name
        progress.set()


async def type_all(laptop: Laptop, interview: str) -> str:
    typed: list[bytes] = []
    document = NoteDocument(typed.append)
    doc = note_document_id(interview, "welcome")
    for number in range(CHANGES):
        document.insert(document.length, f"{number} ")
        update = typed.pop()

        async def send(update: bytes = update) -> httpx.Response:
            return await laptop.post_notes(interview, "welcome", [update])

        laptop.note_n[doc] = (await insist(send))["last_n"]
        assert laptop.note_n[doc] == number + 1
    return document.text


@pytest.fixture
async def own_cluster(tmp_path: Path) -> AsyncIterator[tuple[PostgresCluster, Replicas]]:
    """A cluster that keeps its promises, to be stopped and crashed by the test."""
    cluster = PostgresCluster(fsync="on", synchronous_commit="on", full_page_writes="on")
    try:
        name = cluster.new_database(Templates(tmp_path).postgres(cluster))
        database = PostgresDatabase(cluster.url(name), vault=test_vault(), clock=SystemClock())
        team = team_on(parts_on(database, SystemClock(), data_dir=tmp_path))
        replicas = Replicas(team, cluster.url(name), tmp_path)
        yield cluster, replicas
        await replicas.close()
        await team.client.aclose()
        await database.close()
    finally:
        cluster.stop()


@pytest.mark.parametrize("how", ["halt", "crash"])
@pytest.mark.timeout(120)
async def test_a_database_that_goes_away_under_load_loses_nothing_acknowledged(
    own_cluster: tuple[PostgresCluster, Replicas], how: str
) -> None:
    cluster, replicas = own_cluster
    servers = [replicas.start(), replicas.start()]
    people = [await replicas.team.member(name) for name in ("Ada", "Ben", "Cid")]
    interview = new_id()
    await replicas.team.server_writes("interviews", interview, title="Switching")
    acknowledged: dict[str, str] = {}
    progress = asyncio.Event()
    async with asyncio.TaskGroup() as work:
        for place, person in enumerate(people[:2]):
            work.create_task(edit_all(servers[place].of(person), acknowledged, progress))
        typing = work.create_task(type_all(servers[0].of(people[2]), interview))
        for _ in range(2):
            progress.clear()
            await progress.wait()
            await asyncio.to_thread(getattr(cluster, how))
            await asyncio.to_thread(cluster.resume)
    for server in servers:
        reader = server.of(await replicas.team.laptop(people[0].member_id))
        await reader.pull()
        found = {one: fields["name"] for one, fields in reader.sees("startups").items()}
        assert found == acknowledged
        assert len(found) == 2 * CHANGES
        assert await reader.notes(interview, "welcome") == typing.result()


def _refuse(tx: Tx, *, state: str, every: int = 1) -> None:
    """Have the database refuse every so many changes of a record with this SQLSTATE."""
    for statement in (
        "CREATE SEQUENCE tries",
        (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF nextval('tries') % {every} = 0 THEN RAISE SQLSTATE '{state}'; END IF;"
            " RETURN NEW; END $$"
        ),
        (
            "CREATE TRIGGER refusing BEFORE INSERT OR UPDATE ON records"
            " FOR EACH ROW EXECUTE FUNCTION refuse()"
        ),
    ):
        tx.connection.execute(sa.text(statement))


async def test_a_serialization_failure_is_nobodys_problem(replicas: Replicas) -> None:
    servers: list[Replica] = [replicas.start(), replicas.start()]
    team: Team = replicas.team
    people = [await team.member(name) for name in ("Ada", "Ben")]
    interview = new_id()
    await team.server_writes("interviews", interview, title="Switching")
    await team.parts.database.write(partial(_refuse, state="40001", every=3))
    acknowledged: dict[str, str] = {}
    async with asyncio.TaskGroup() as work:
        for server, person in zip(servers, people, strict=True):
            work.create_task(edit_all(server.of(person), acknowledged, asyncio.Event()))
    typed = await type_all(servers[0].of(people[0]), interview)
    reader = servers[1].of(people[1])
    await reader.pull()
    found = {one: fields["name"] for one, fields in reader.sees("startups").items()}
    assert found == acknowledged
    assert len(found) == 2 * CHANGES
    assert await reader.notes(interview, "welcome") == typed


async def test_a_database_that_hangs_makes_a_server_unready_instead_of_silent(
    replicas: Replicas,
) -> None:
    server = replicas.start()
    engine = sa.create_engine(replicas.url)
    with engine.connect() as stranger:
        # Whoever asks for the revision waits for this.
        stranger.execute(sa.text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        ready = await server.client.get("/readyz", timeout=20)
        assert ready.status_code == 503
        assert ready.json()["checks"]["database"] == "does not answer"
        assert (await server.client.get("/healthz")).status_code == 200
    engine.dispose()
    assert (await server.client.get("/readyz")).status_code == 200


async def test_whoever_runs_the_server_reads_why_the_database_takes_nothing(
    replicas: Replicas,
) -> None:
    server = replicas.start()
    ada = server.of(await replicas.team.member("Ada"))
    await replicas.team.parts.database.write(partial(_refuse, state="53100"))
    change = ada.put("startups", new_id(), name="Example")
    for _ in range(2):
        assert (await ada.post(change)).status_code == 503
    assert await asyncio.to_thread(server.process.stop) == 0
    (told,) = [line for line in server.process.said if "DiskFull" in line]
    assert "PostgreSQL refuses or fails" in told


async def test_a_server_ends_also_while_the_database_hangs(replicas: Replicas) -> None:
    server = replicas.start()
    engine = sa.create_engine(replicas.url)
    asked = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with engine.connect() as stranger:
        # Whoever renews a lease waits for this, or gives one back.
        stranger.execute(sa.text("LOCK TABLE due_work IN ACCESS EXCLUSIVE MODE"))
        while not stranger.execute(asked).scalar_one():  # noqa: ASYNC110  - nobody tells of it
            await asyncio.sleep(0.05)
        assert await asyncio.to_thread(server.process.stop) == 0
    engine.dispose()
    assert any("the database does not answer" in line for line in server.process.said)
