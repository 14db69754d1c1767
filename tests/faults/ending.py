"""How a history of desks ends: what must be true is looked at, and everything is closed."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

Step = Callable[[], Coroutine[Any, Any, None]]


def end_history(runner: asyncio.Runner, folder: Path, *, check: Step, close: Step) -> None:
    """`check` what must be true, and close everything whether it is or not."""
    try:
        runner.run(check())
    finally:
        runner.run(close())
        runner.close()
        shutil.rmtree(folder)
