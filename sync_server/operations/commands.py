"""What an operator may have the server do, in this process or in the one that runs already."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sync_server.infra.parts import Parts

Json = Any
Command = Callable[[Parts, dict[str, Any]], Awaitable[Json]]

_commands: dict[str, Command] = {}


class CommandFailed(Exception):  # noqa: N818  - the sentence is for the operator
    """A command that could not be done; its text is one clear sentence."""


def command(name: str) -> Callable[[Command], Command]:
    """Make a coroutine function known as the command `name`."""

    def register(work: Command) -> Command:
        _commands[name] = work
        return work

    return register


def known_commands() -> Mapping[str, Command]:
    """Every command by its name."""
    return _commands


def sentence_of(failure: BaseException) -> str:
    """What an operator reads of a failure that was to be expected."""
    if isinstance(failure, OSError) and failure.strerror:
        about = f"{failure.filename}: " if failure.filename else ""
        return f"{about}{failure.strerror}."
    return str(failure)


async def run_command(parts: Parts, name: str, args: dict[str, Any]) -> Json:
    """The result of a command; CommandFailed when there is no such command."""
    work = _commands.get(name)
    if work is None:
        raise CommandFailed(f"There is no command {name}.")
    return await work(parts, args)
