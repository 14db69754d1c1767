"""The files that the desk brings along."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@cache
def _root() -> Traversable:
    return files("interview_desk_resources")


def resource_bytes(folder: str, name: str) -> bytes:
    """The content of one bundled file."""
    return _root().joinpath(folder, name).read_bytes()


def resource_folder(folder: str) -> str:
    """The path of one bundled folder, for Qt, which reads some files by itself."""
    return str(_root().joinpath(folder)).replace("\\", "/")
