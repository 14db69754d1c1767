"""A real browser without a window: what it makes of a page."""

import shutil
import subprocess
from pathlib import Path

import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    # In many containers that folder is too small for a browser.
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Chromium:
    """Opens one page at a time, each as if for the first time, and closes it again."""

    def __init__(self, directory: Path) -> None:
        program = shutil.which("chromium")
        if program is None:
            pytest.skip("Chromium is not installed")
        self._program = program
        self._directory = directory
        self._pages = 0

    def show(self, url: str, *, language: str = "en") -> tuple[str, Path]:
        """The page as the browser has read it, and a picture of it in a phone's width."""
        self._pages += 1
        place = self._directory / f"page-{self._pages}"
        place.mkdir()
        picture = place / "page.png"
        shown = subprocess.run(
            [
                self._program,
                *_FLAGS,
                f"--user-data-dir={place / 'profile'}",
                f"--accept-lang={language}",
                "--window-size=500,700",
                f"--screenshot={picture}",
                "--dump-dom",
                url,
            ],
            capture_output=True,
            text=True,
            timeout=50,
            check=True,
        )
        return shown.stdout, picture
