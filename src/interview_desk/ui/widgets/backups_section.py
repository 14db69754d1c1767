"""The backups on this computer: when and how large, one more now, and the way back to one."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from interview_desk.services.backups import Backup, BackupService
from interview_desk.ui.bridge.dates import clock_time, desk_locale, short_day
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    hide_unless,
    label,
    pause,
    resume,
    row,
    set_tone,
)
from interview_desk.ui.widgets.readable_page import bring_into_sight

_FIRST_SHOWN = 5
_IN_MEGABYTES = QLocale.DataSizeFormat.DataSizeSIFormat
_WHAT_THEY_ARE = (
    "Once a day your desk is copied on this computer, encrypted like the desk itself. The last "
    "seven days and four weeks are kept."
)
_WHAT_HAPPENS = (
    "Your desk will be as it was then, and starts again. Today's state is kept as a backup first, "
    "so you can come back to it. What your team has meanwhile comes back with the next sync."
)
_NONE_YET = "There is no backup yet."


class BackupsSection(QWidget):
    """Lists the backups; restoring one is asked once, in place.

    Signals: `restore_requested(object)` with the chosen backup; `listed()` after each reading.
    """

    restore_requested = Signal(object)
    listed = Signal()

    def __init__(self, backups: BackupService, *, zone: tzinfo, tasks: TaskScope) -> None:
        super().__init__()
        self.setObjectName("backups")
        self._backups = backups
        self._zone = zone
        self._tasks = tasks
        self._chosen: Backup | None = None
        self._all = False
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self._word = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._word.setObjectName("backups-word")
        self._word.hide()
        self._now = button("Back up now", name="back-up-now")
        self._more = button("Show all", name="show-all-backups", kind="link")
        self._question = label(weight=Weight.DemiBold, wrap=True)
        self._question.setObjectName("restore-question")
        self._asking = self._make_question()
        self._build()

    def refresh(self) -> None:
        """Read which backups there are."""
        self._tasks.start(self._backups.backups(), then=self._show, instead_of="backups")

    def _show(self, backups: Sequence[Backup]) -> None:
        emptied(self._list)
        shown = backups if self._all else backups[:_FIRST_SHOWN]
        for backup in shown:
            self._list.addLayout(self._line(backup))
        if not backups:
            self._list.addWidget(label(_NONE_YET, tone="muted"))
        self._more.setVisible(len(shown) < len(backups))
        self.listed.emit()

    def _line(self, backup: Backup) -> QVBoxLayout:
        size = desk_locale().formattedDataSize(backup.size, 1, _IN_MEGABYTES)
        aside = "  \N{MIDDLE DOT}  kept before a restore" if backup.before_restore else ""
        restore = button("Restore\N{HORIZONTAL ELLIPSIS}", name=f"restore-{backup.name}")
        restore.setAccessibleName(f"Restore the desk of {self._when(backup)}")
        restore.clicked.connect(partial(self._ask, backup))
        when = label(self._when(backup))
        when.setMinimumWidth(170)
        detail = label(f"{size}{aside}", size=Size.DETAIL, tone="muted")
        return column(row(when, detail, None, restore, gap=12))

    def _when(self, backup: Backup) -> str:
        day = short_day(backup.made_at.astimezone(self._zone).date())
        return f"{day}, {clock_time(backup.made_at, self._zone)}"

    def _ask(self, backup: Backup) -> None:
        self._chosen = backup
        self._question.setText(f"Go back to your desk of {self._when(backup)}?")
        self._asking.show()
        bring_into_sight(self._asking)
        # The harmless answer is the one that Enter gives.
        self._not_now.setFocus()

    def _leave(self) -> None:
        self._asking.hide()
        self._now.setFocus()

    def _go_back(self) -> None:
        self._asking.hide()
        self.restore_requested.emit(self._chosen)

    def _back_up(self) -> None:
        pause(self._now)
        self._tasks.start(self._backups.back_up(), then=self._made, told=self._failed)

    def _made(self, backup: Backup) -> None:
        self._say(f"Backed up at {clock_time(backup.made_at, self._zone)}.", tone="muted")
        self.refresh()

    def _failed(self, sentence: str) -> None:
        self._say(sentence, tone="bad")

    def _say(self, sentence: str, *, tone: str) -> None:
        resume(self._now)
        set_tone(self._word, name="tone", tone=tone)
        self._word.setText(sentence)
        self._word.show()

    def _show_all(self) -> None:
        self._all = True
        self.refresh()

    def _make_question(self) -> QFrame:
        self._not_now = button("Not now", name="restore-not-now")
        really = button("Restore and start again", name="restore-really")
        self._not_now.clicked.connect(self._leave)
        really.clicked.connect(self._go_back)
        asking = QFrame()
        asking.setObjectName("restore-asking")
        asking.setProperty("kind", "card")
        inner = column(
            self._question,
            label(_WHAT_HAPPENS, tone="muted", wrap=True),
            row(self._not_now, really, None),
        )
        inner.setContentsMargins(16, 12, 16, 12)
        asking.setLayout(inner)
        asking.hide()
        return asking

    def _build(self) -> None:
        self._now.clicked.connect(self._back_up)
        self._more.clicked.connect(self._show_all)
        hide_unless(self._more, wanted=False)
        self.setLayout(
            column(
                label(_WHAT_THEY_ARE, size=Size.DETAIL, tone="muted", wrap=True),
                self._list,
                row(self._more, None),
                self._asking,
                self._word,
                row(self._now, None),
            )
        )
