"""What the desk reaches for beyond its own window, each replaceable as a whole."""

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from interview_desk.services.ports import Clock
from interview_desk.system.clock import SystemClock

if TYPE_CHECKING:
    from PySide6.QtCore import QUrl

    from interview_desk.services.notices import Notifier
    from interview_desk.system.desktop import LinkHandlers

Launch = Callable[["QUrl"], bool]


@cache
def _handlers() -> "LinkHandlers":
    # Asked with the first meeting; asking starts a program.
    from interview_desk.system.desktop import LinkHandlers

    return LinkHandlers()


def _has_program(scheme: str) -> bool:
    return _handlers().has(scheme)


class Outside(NamedTuple):
    """The computer around the desk; the demo and tests put their own in place.

    `launch` opens an address in place of the system, `has_program` says whether a scheme has a
    program, `key` gives the database's key in place of keyring and passphrase, `notifier` stands
    in for the system's notifications.
    """

    launch: Launch | None = None
    has_program: Callable[[str], bool] = _has_program
    key: Callable[[], bytes] | None = None
    notifier: "Notifier | None" = None
    clock: Clock = SystemClock()
    randomness: Callable[[int], bytes] = os.urandom

    def new_id(self) -> str:
        """An id that nobody has had, for a record made now."""
        # Not at the top: making ids loads modules that nobody needs to see the first page.
        from interview_desk.domain.ids import RANDOM_BYTES, new_id

        return new_id(self.clock.now(), self.randomness(RANDOM_BYTES))
