"""Who else is in an interview right now, and in which stage's notes their caret stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from interview_desk.domain.values import Json
from interview_desk.services.exchange import LiveFeed, LivePresence, Present


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another device in the interview; `cursor` is read by whoever shows the notes."""

    device_id: str
    member_id: str
    name: str
    stage: str | None
    cursor: Json = None


class Company:
    """Tells others where this person is, and this desk where the others are.

    Nothing of it is kept: without a connection nobody is known to be anywhere.
    """

    def __init__(self, feed: LiveFeed) -> None:
        self._feed = feed
        self._own_device: str | None = None
        self._here: dict[str, dict[str | None, tuple[Present, ...]]] = {}
        self._listeners: dict[str, list[Callable[[], None]]] = {}

    def enter(self, interview_id: str, stage: str, cursor: Json = None) -> None:
        """Be seen in a stage; calling it for every move of the caret is fine."""
        self._feed.enter(interview_id, stage, cursor)

    def leave(self, interview_id: str) -> None:
        """Not be seen in the interview any more."""
        self._feed.leave(interview_id)

    def others(self, interview_id: str) -> tuple[Colleague, ...]:
        """Everybody else who is in the interview, by name."""
        stages = self._here.get(interview_id, {})
        found = (
            Colleague(one.device_id, one.member_id, one.name, stage, one.cursor)
            for stage, members in stages.items()
            for one in members
            if one.device_id != self._own_device
        )
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.device_id)))

    def on_news(self, interview_id: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when somebody comes, goes or moves; returns the way to stop."""
        listeners = self._listeners.setdefault(interview_id, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def begin(self, own_device: str | None) -> None:
        """A connection begins; who is there will be heard."""
        self._own_device = own_device
        self.vanish()

    def hear(self, news: LivePresence) -> None:
        """Take in who is in one stage now."""
        self._here.setdefault(news.interview_id, {})[news.stage] = news.members
        self._tell(news.interview_id)

    def vanish(self) -> None:
        """The connection is gone: nobody is known to be here."""
        gone, self._here = self._here, {}
        for interview_id in gone:
            self._tell(interview_id)

    def _tell(self, interview_id: str) -> None:
        for listener in tuple(self._listeners.get(interview_id, ())):
            listener()


def company_words(others: Iterable[Colleague], *, own_member: str) -> str:
    """Who is here, in one short sentence; empty where nobody is."""
    others = tuple(others)
    names = list(dict.fromkeys(one.name for one in others if one.member_id != own_member))
    if not names:
        return "You are here on another device" if others else ""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} {'is' if len(names) == 1 else 'are'} here"
