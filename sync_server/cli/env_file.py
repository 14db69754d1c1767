"""The file of `--env-file`: whether every line of it says something, and what it sets."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from sync_server.operations.commands import CommandFailed


def check_env_file(path: Path) -> None:
    """Refuse a file with a line that would be passed over: CommandFailed with its number.

    What the line holds is not repeated, for it may be a secret whose name was forgotten.
    """
    for binding in _bindings(path):
        if binding.error or (binding.key is not None and binding.value is None):
            raise CommandFailed(f"{path}, line {_line(binding)}: {_mistake(binding)}")


def names_in(path: Path) -> list[str]:
    """What the file sets."""
    return [binding.key for binding in _bindings(path) if binding.key]


def _bindings(path: Path) -> Iterator[Binding]:
    return parse_stream(StringIO(path.read_text("utf-8")))


def _line(binding: Binding) -> int:
    """Where the binding's own text begins, behind empty lines."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _mistake(binding: Binding) -> str:
    if "=" not in binding.original.string:
        return "there is no = in it. A setting is NAME=value, and a remark begins with #."
    return "this is no setting. Write NAME=value, and see that quotes are closed."
