"""The process of the desk: Qt, its loop, one instance, and a clean end."""

import gc
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, QTimer
from PySide6.QtWidgets import QApplication

from interview_desk.app.crash import CrashRecorder
from interview_desk.app.desk import Desk
from interview_desk.app.icon import app_icon
from interview_desk.app.outside import Outside
from interview_desk.domain.errors import DeskError
from interview_desk.system.paths import Paths
from interview_desk.system.single_instance import SingleInstance, is_plausible
from interview_desk.system.zone import system_zone
from interview_desk.ui.overriding import override
from interview_desk.ui.theme import STYLE

_COLLECT_MS = 2000
_LOG_BYTES = 512 * 1024


def run(
    paths: Paths,
    *,
    link: str | None,
    background: bool,
    outside: Outside | None,
    with_desk: Callable[[Desk], object] | None,
) -> int:
    """See `run_desk`."""
    app = _application()
    with SingleInstance(paths.data) as instance:
        if not instance.claim():
            return _hand_over(instance, link)
        outside = outside or Outside()
        crash = CrashRecorder(paths.crashes, now=outside.clock.now)
        _log_to(paths.log)
        notice = crash.last_time()
        crash.install()
        collector = _Collector()
        desk = Desk(
            app,
            paths,
            outside,
            zone=system_zone(),
            report=crash.record,
            when_shown=partial(_behind_the_first_window, app, instance),
        )
        if notice:
            desk.tell(notice)
        crash.tell(desk.tell)
        instance.called.connect(desk.call)
        if with_desk is not None:
            with_desk(desk)
        code = _run(app, desk, link=_plausible(link), hidden=background)
        collector.stop()
        crash.uninstall()
        if code == 0:
            crash.went_on()
    return code


def _run(app: QApplication, desk: Desk, *, link: str | None, hidden: bool) -> int:
    try:
        desk.begin(hidden=hidden)
        # The loop and its network are loaded once the person sees their day.
        from interview_desk.app.loop import run

        run(app, desk, link=link, hidden=hidden)
    except DeskError as reason:
        print(reason, file=sys.stderr)
        _show_reason(app, str(reason))
        return 1
    return 0


def _application() -> QApplication:
    # Paths and the window's class come from these, so they are set before the first window.
    QApplication.setApplicationName("interview-desk")
    QApplication.setApplicationDisplayName("Interview Desk")
    QApplication.setDesktopFileName("interview-desk")
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(["interview-desk", *STYLE])
    # Every way out sets one event; Qt ending its loop by itself would cut off what still runs.
    app.setQuitOnLastWindowClosed(False)
    if QLocale().language() == QLocale.Language.C:
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    return app


def _behind_the_first_window(app: QApplication, instance: SingleInstance) -> None:
    instance.listen()
    # Until here the desktop shows the one of our entry in its menus.
    app.setWindowIcon(app_icon())


def _hand_over(instance: SingleInstance, link: str | None) -> int:
    if instance.hand_over(_plausible(link)):
        return 0
    print("Interview Desk is already running, but does not answer.", file=sys.stderr)
    return 1


def _plausible(link: str | None) -> str | None:
    return link if link and is_plausible(link) else None


def _show_reason(app: QApplication, sentence: str) -> None:
    if app.platformName() == "offscreen":
        return
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Warning, "Interview Desk", sentence)
    box.finished.connect(app.quit)
    box.show()
    app.exec()


def _log_to(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = logging.getLogger("interview_desk")
    log.addHandler(_LogFile(path))
    log.setLevel(logging.INFO)


class _LogFile(logging.Handler):
    """The log of a few files in turn, opened with the first line: most starts have none to write.

    Opening loads sockets, of all things.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if self._file is None:
            self._file = self._opened()
        self._file.handle(record)

    @override
    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()

    def _opened(self) -> logging.Handler:
        from logging.handlers import RotatingFileHandler

        handler = RotatingFileHandler(
            self._path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8"
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        return handler


class _Collector(QObject):
    """Collects garbage on the window's thread only; `run_desk` has turned collecting off.

    Left to itself it would run on whichever thread allocates, and delete Qt objects there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=_COLLECT_MS)
        self._timer.timeout.connect(self._begin)
        self._timer.start()

    def stop(self) -> None:
        """Leave what is left to the end of the process."""
        self._timer.stop()

    def _begin(self) -> None:
        # The start left some behind; what is there now stays, and need not be looked at again.
        gc.collect()
        gc.freeze()
        self._timer.timeout.disconnect(self._begin)
        self._timer.timeout.connect(self._collect)

    @staticmethod
    def _collect() -> None:
        counts, limits = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > limits[generation]:
                gc.collect(generation)
                return
