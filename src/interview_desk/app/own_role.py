"""Another role in the team, given while the desk is open."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject

from interview_desk.domain.roles import Role
from interview_desk.services.ports import Change, Me
from interview_desk.store import LocalStore
from interview_desk.ui.bridge.tasks import TaskScope

_CALLED = {
    Role.OWNER: "an owner",
    Role.ADMIN: "an admin",
    Role.INTERVIEWER: "an interviewer",
    Role.OBSERVER: "an observer",
    Role.EXTERNAL: "an external member",
}
_WORDS = (
    "You are now {role} in your team. What is offered here follows when your desk opens anew; "
    "everything is saved."
)


class Tell(Protocol):
    """Shows a message that stays until it is answered."""

    def __call__(
        self, message_id: str, title: str, words: str, *, answers: tuple[tuple[str, str], ...]
    ) -> None:
        """Show it."""
        ...


class OwnRole(QObject):
    """Says that the role has changed; the person chooses when the desk follows."""

    def __init__(
        self, store: LocalStore, me: Me, *, tasks: TaskScope, tell: Tell, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._me = me
        self._tasks = tasks
        self._tell = tell

    def watch(self) -> Callable[[], None]:
        """Follow what the team says of this person; returns the way to stop."""
        return self._store.on_change(self._changed)

    def _changed(self, changes: frozenset[Change]) -> None:
        if Change("poblysh_team_members", self._me.member_id) in changes:
            self._tasks.start(self._store.me(), then=self._compare, instead_of="own-role")

    def _compare(self, now: Me | None) -> None:
        if now is not None and now.role is not self._me.role:
            words = _WORDS.format(role=_CALLED[now.role])
            anew = (("anew", "Open anew"),)
            self._tell("role", "You have another role", words, answers=anew)
