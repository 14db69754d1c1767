"""What the desk reaches for beyond its own window, each replaceable as a whole."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from interview_desk.services.ports import Clock
from interview_desk.system.clock import SystemClock
from interview_desk.system.desktop import LinkHandlers

if TYPE_CHECKING:
    from PySide6.QtCore import QUrl

    from interview_desk.services.notices import Notifier

Launch = Callable[["QUrl"], bool]


@dataclass(frozen=True, slots=True)
class Outside:
    """The computer around the desk; the demo and tests put their own in place.

    `launch` opens an address in place of the system, `has_program` says whether a scheme has a
    program, `key` gives the database's key in place of keyring and passphrase, `notifier` stands
    in for the system's notifications.
    """

    launch: Launch | None = None
    has_program: Callable[[str], bool] = field(default_factory=lambda: LinkHandlers().has)
    key: Callable[[], Awaitable[bytes]] | None = None
    notifier: "Notifier | None" = None
    clock: Clock = field(default_factory=SystemClock)
    randomness: Callable[[int], bytes] = os.urandom
