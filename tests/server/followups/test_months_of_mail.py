"""Months of mail with workers that die: each mail once or shown as uncertain, and only in time."""

import os
from collections import Counter
from pathlib import Path

import pytest

from sync_server.infra.database import Database
from tests.helpers.mail_world import World
from tests.helpers.server import SetClock

INTERVIEWS = int(os.environ.get("INTERVIEW_DESK_MAIL_INTERVIEWS", "8"))
DAYS = int(os.environ.get("INTERVIEW_DESK_MAIL_DAYS", "9"))
KILLS = int(os.environ.get("INTERVIEW_DESK_MAIL_KILLS", "10"))
SEED = int(os.environ.get("INTERVIEW_DESK_SEED", "7"))
SENT = {"sent", "delivered", "bounced", "complained"}

pytestmark = pytest.mark.timeout(60 + 20 * INTERVIEWS)


async def test_each_mail_leaves_once_at_its_time_whoever_dies(
    database: Database, clock: SetClock, tmp_path: Path
) -> None:
    world = World(
        database,
        clock,
        seed=SEED,
        interviews=INTERVIEWS,
        days=DAYS,
        kills=KILLS,
        directory=tmp_path,
        workers=3 if database.is_shared else 1,
    )
    await world.run()
    assert world.mistakes == []
    assert [key for key, times in Counter(world.provider.taken).items() if times > 1] == []
    messages = await world.room.messages()
    by_key = {str(one.fields["effect_key"]): str(one.fields["state"]) for one in messages}
    taken = set(world.provider.taken)
    assert {key for key, state in by_key.items() if state in SENT} <= taken
    assert {by_key[key] for key in taken} <= SENT | {"uncertain"}
    assert "sending" not in by_key.values()
    assert world.dying.kills > 0
    assert taken
    print(f"{world.told()}: {len(taken)} mails, {dict(Counter(by_key.values()))}")
