"""The way into the desk; light, because what it turns off is to be off while the rest is loaded."""

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from interview_desk.app.kept_code import KeptCode
from interview_desk.app.plain_imports import import_plainly
from interview_desk.system.paths import Paths, desk_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from interview_desk.app.desk import Desk
    from interview_desk.app.outside import Outside


def run_desk(
    *,
    data: Path | None = None,
    link: str | None = None,
    background: bool = False,
    outside: "Outside | None" = None,
    with_desk: "Callable[[Desk], object] | None" = None,
) -> int:
    """Open the desk and return when it has ended; 1 with a sentence where it could not open.

    `with_desk` is given the desk before it runs, for driving it.
    """
    # Loading makes many objects and no garbage: looking for some takes a quarter of the start.
    gc.disable()
    try:
        paths = Paths(data.absolute()) if data else desk_paths()
        with KeptCode(paths.qt_code):
            import PySide6.QtWidgets  # noqa: F401  # loaded here for the sake of its code
        import_plainly()
        from interview_desk.app.process import run

        return run(paths, link=link, background=background, outside=outside, with_desk=with_desk)
    finally:
        gc.enable()
