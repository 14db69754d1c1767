"""The files that the desk brings along."""

import importlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader


@cache
def _package() -> tuple["ResourceLoader", Path]:
    # The package's own loader, not importlib.resources: that costs the start milliseconds.
    package = importlib.import_module("interview_desk_resources")
    return cast("ResourceLoader", package.__loader__), Path(package.__path__[0])


def resource_bytes(folder: str, name: str) -> bytes:
    """The content of one bundled file."""
    loader, root = _package()
    return loader.get_data(str(root / folder / name))


def resource_folder(folder: str) -> str:
    """The path of one bundled folder, for Qt, which reads some files by itself."""
    return (_package()[1] / folder).as_posix()
