"""From a press on Join to the open meeting, with every question it takes."""

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication

from interview_desk.services.joining import (
    Choose,
    JoinChoice,
    JoiningService,
    JoinResult,
    JustOpened,
    Opened,
    Refused,
)
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.toasts import Toast, Toasts

_TOAST = "join"


class JoinFlow:
    """Joins interviews; what has to be asked or told appears as a toast in the window."""

    def __init__(
        self,
        joining: JoiningService,
        *,
        toasts: Toasts,
        tasks: TaskScope,
        front: Callable[[], None],
    ) -> None:
        self._joining = joining
        self._toasts = toasts
        self._tasks = tasks
        self._front = front
        self._answers: dict[str, Callable[[], None]] = {}
        toasts.answered.connect(self._answered)

    def join(self, interview_id: str) -> None:
        """Open the interview's meeting."""
        self._tasks.start(
            self._joining.join(interview_id), then=lambda done: self._tell(interview_id, done)
        )

    def _join_with(self, interview_id: str, choice: JoinChoice, *, in_browser: bool) -> None:
        self._tasks.start(
            self._joining.join_with(interview_id, choice, in_browser=in_browser),
            then=lambda done: self._tell(interview_id, done, choice),
        )

    def _tell(self, interview_id: str, done: JoinResult, choice: JoinChoice | None = None) -> None:
        match done:
            case Opened():
                self._tasks.start(self._opened(interview_id, done, choice))
            case Refused():
                self._refused(interview_id, done)
            case Choose(choices):
                self._choose(interview_id, choices)
            case JustOpened():
                self._ask("Already opened", "The meeting was opened a moment ago.", {})

    async def _opened(self, interview_id: str, done: Opened, choice: JoinChoice | None) -> None:
        used = choice or (await self._joining.choices(interview_id))[0]
        answers: dict[str, Callable[[], None]] = {}
        if done.fallback:
            answers["Open in the browser"] = lambda: self._join_with(
                interview_id, used, in_browser=True
            )
        answers["Copy link"] = lambda: _copy(used.link.url)
        if used.number:
            answers["Copy ID"] = lambda: _copy(used.number or "")
        if used.passcode:
            answers["Copy passcode"] = lambda: _copy(used.passcode or "")
        self._ask(f"Opened {done.host}", "", answers)

    def _refused(self, interview_id: str, done: Refused) -> None:
        self._front()
        host = done.host
        if host is None:
            self._ask("Not opened", done.reason, {}, stays=True)
            return
        allow = {f"Allow {host} and open": lambda: self._allow(interview_id, host)}
        self._ask("Not opened yet", done.reason, allow, stays=True)

    def _choose(self, interview_id: str, choices: tuple[JoinChoice, ...]) -> None:
        self._front()
        answers = {choice.label: self._choosing(interview_id, choice) for choice in choices}
        words = "This interview has more than one link."
        self._ask("Which meeting?", words, answers, stays=True)

    def _choosing(self, interview_id: str, choice: JoinChoice) -> Callable[[], None]:
        return lambda: self._join_with(interview_id, choice, in_browser=False)

    def _allow(self, interview_id: str, host: str) -> None:
        self._tasks.start(self._joining.allow(host), then=lambda _: self.join(interview_id))

    def _ask(
        self,
        title: str,
        body: str,
        answers: dict[str, Callable[[], None]],
        *,
        stays: bool = False,
    ) -> None:
        self._answers = {f"choice-{number}": do for number, do in enumerate(answers.values())}
        buttons = tuple(zip(self._answers, answers, strict=True))
        self._toasts.show_toast(Toast(_TOAST, title, body, buttons, stays=stays))

    def _answered(self, toast_id: str, key: str) -> None:
        if toast_id == _TOAST and key in self._answers:
            self._answers.pop(key)()


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
