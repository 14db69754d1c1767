"""A worker that carries what is due at a moment, and is killed at a step.

`python -m tests.helpers.mail_months.worker DATABASE RESEND AT HOLDER STEP`
"""

import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from sync_server.followups.gateways import resend_api, resend_http
from sync_server.followups.gateways.resend_api import ResendCarrier
from sync_server.followups.sending import jobs as sending
from sync_server.followups.sending import settling
from sync_server.followups.tasks import Sender
from tests.helpers.dying import run_until_step
from tests.helpers.mail import post_office
from tests.helpers.mail_months.days import PER_DAY
from tests.helpers.server import SetClock, opened_at, parts_on, test_vault


async def carry(address: str, resend: str, at: str, holder: str) -> None:
    """Carry everything that is due at this moment."""
    clock = SetClock(datetime.fromisoformat(at))
    database = opened_at(address, vault=test_vault(), clock=clock)
    with (
        TemporaryDirectory() as directory,
        closing(ResendCarrier(SecretStr("re_test"), resend, per_second=1000)) as carrier,
    ):
        parts = parts_on(database, clock, data_dir=Path(directory))
        sender = Sender(carrier, post_office(per_day=PER_DAY), holder=holder)
        while await sender.carry_due(parts):
            pass
        await database.close()


if __name__ == "__main__":
    *where, step = sys.argv[1:]
    watched = (sending, settling, resend_api, resend_http)
    run_until_step(int(step), *watched, program=carry(*where))
