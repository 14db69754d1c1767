"""The real server, in a hurry: what it waits for at Cal.com takes seconds, not half a minute."""

import sys
from datetime import timedelta

from sync_server.bookings.requests import carrying
from sync_server.cli import main

# Set before anything runs; every rule stays as it is.
vars(carrying).update(
    STILL_AT_WORK=timedelta(seconds=3),
    _LOOK_AGAIN=timedelta(seconds=0.5),
    _LATER=timedelta(seconds=1),
)

if __name__ == "__main__":
    sys.exit(main())
