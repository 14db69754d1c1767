"""Months of mail with workers that die: each mail once or shown as uncertain, and only in time."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from interview_desk.domain.instants import parse_instant
from sync_server.infra.database import Database
from sync_server.sync.read import StoredRecord
from tests.helpers.fake_resend import FakeResend
from tests.helpers.mail_months.world import Scale, World
from tests.helpers.server import Databases, SetClock

INTERVIEWS = int(os.environ.get("INTERVIEW_DESK_MAIL_INTERVIEWS", "8"))
DAYS = int(os.environ.get("INTERVIEW_DESK_MAIL_DAYS", "9"))
KILLS = int(os.environ.get("INTERVIEW_DESK_MAIL_KILLS", "5"))
SEED = int(os.environ.get("INTERVIEW_DESK_SEED", "7"))
LEFT = {"sent", "delivered", "bounced", "complained"}

pytestmark = pytest.mark.timeout(120 + 20 * INTERVIEWS)


@pytest.fixture
def resend() -> Iterator[FakeResend]:
    fake = FakeResend().start()
    yield fake
    fake.stop()


async def test_each_mail_leaves_once_at_its_time_whoever_dies(
    databases: Databases,
    database: Database,
    clock: SetClock,
    resend: FakeResend,
    tmp_path: Path,
) -> None:
    workers = 3 if database.is_shared else 1
    scale = Scale(SEED, INTERVIEWS, DAYS, KILLS, workers)
    world = World(
        database, databases.address(database), clock, resend, scale=scale, directory=tmp_path
    )
    await world.run()
    messages = await world.room.messages()
    states = {str(one.fields["effect_key"]): str(one.fields["state"]) for one in messages}
    print(f"{world.told()}: {len(world.oracle.taken)} mails, {dict(Counter(states.values()))}")
    taken = world.oracle.taken
    assert world.oracle.mistakes == []
    assert [key for key, times in taken.items() if times > 1] == []
    assert {key for key, state in states.items() if state in LEFT} <= set(taken)
    assert {states[key] for key in taken} <= LEFT | {"uncertain"}
    assert [one.id for one in messages if _is_forgotten(one, clock)] == []
    assert all(world.kills.values())
    assert taken


def _is_forgotten(message: StoredRecord, clock: SetClock) -> bool:
    """Whether nobody would look at this mail again, though it has neither left nor says why not."""
    fields = message.fields
    if fields["state"] == "sending":
        return True
    is_late = parse_instant(str(fields["due"])) < clock.at
    return fields["state"] == "queued" and is_late and not fields.get("waits")
