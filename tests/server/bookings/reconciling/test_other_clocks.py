"""A server whose clock is ahead of the database's looks at bookings when it should."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from interview_desk.domain.bookings import BookingChange, ChangeKind
from sync_server.bookings.looks import KIND, plan_look
from sync_server.bookings.reconciling.tasks import Reconciler
from sync_server.calcom.api.opening import close_calcom
from sync_server.infra.postgres import PostgresDatabase
from sync_server.work import due
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import KEY
from tests.helpers.postgres import PostgresCluster
from tests.helpers.server import Templates, test_vault
from tests.server.bookings.conftest import AheadClock, parts_on


@pytest.mark.postgres
async def test_a_server_whose_clock_is_ahead_neither_puts_looks_off_nor_asks_without_a_pause(
    tmp_path: Path, postgres_cluster: PostgresCluster, templates: Templates, fake_calcom: FakeCalcom
) -> None:
    name = postgres_cluster.new_database(templates.postgres(postgres_cluster))
    clock = AheadClock(timedelta(days=2))
    database = PostgresDatabase(postgres_cluster.url(name), vault=test_vault(), clock=clock)
    given = {"calcom_api_key": SecretStr(KEY), "calcom_base_url": fake_calcom.url}
    parts = parts_on(database, clock, tmp_path, **given)
    change = BookingChange(kind=ChangeKind.CANCELLED, uid="abc", series=True)
    await database.write(lambda tx: plan_look(tx, change))
    now = await database.read(due.present)
    look = await database.read(lambda tx: due.soonest(tx, KIND))
    assert look is not None
    assert look - now <= timedelta(seconds=5)
    later = now + timedelta(hours=1)
    await database.write(lambda tx: due.plan(tx, KIND, "0:abc", due_at=later))
    assert await Reconciler(parts).turn() > 0
    await close_calcom(parts)
    await database.close()
    postgres_cluster.drop(name)
