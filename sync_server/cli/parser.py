"""The words of the command line."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role

_EXPORTS = ("interviews", "inbox", "evaluations", "messages", "audit")
_STATES = ("waiting", "done", "duplicate", "unusable", "failed")
# What names the events that are read again; one of them has to be there.
_CHOOSING = ("id", "failed", "state", "trigger", "booking_uid", "since", "until")
# What the parser itself adds, and no command wants.
_OURS = {"command", "env_file", "json", "format"}


def parser() -> argparse.ArgumentParser:
    """The parser of everything `interview-desk-server` understands."""
    top = argparse.ArgumentParser(
        prog="interview-desk-server", description="The server that a team of Interview Desk shares."
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--env-file", type=_text_file, help="read settings from this file")
    shared.add_argument("--json", action="store_true", help="answer in JSON")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_running(commands, shared)
    _add_people(commands, shared)
    _add_calcom(commands, shared)
    _add_mail(commands, shared)
    _add_data(commands, shared)
    return top


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What is asked; wrong usage ends the program with 2 and says what is wrong."""
    understood = parser()
    asked = understood.parse_args(arguments)
    if asked.command == "inbox.replay" and not any(getattr(asked, name) for name in _CHOOSING):
        understood.error("inbox replay needs an ID, --failed or a filter")
    if asked.command == "serve" and bool(asked.tls_cert) != bool(asked.tls_key):
        understood.error("--tls-cert and --tls-key belong together")
    return asked


def arguments_of(asked: argparse.Namespace) -> dict[str, Any]:
    """What was asked of a command, for whichever process carries it out."""
    return {name: value for name, value in vars(asked).items() if name not in _OURS}


def _add_running(commands: Any, shared: argparse.ArgumentParser) -> None:
    serve = commands.add_parser("serve", parents=[shared], help="serve the team")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8787, help="0 picks a free one")
    serve.add_argument("--tls-cert", type=_readable, help="certificate chain (PEM)")
    serve.add_argument("--tls-key", type=_readable, help="its key (PEM)")
    serve.set_defaults(command="serve")
    migrate = commands.add_parser("migrate", parents=[shared], help="bring the tables up to date")
    migrate.add_argument("--to", default="head", metavar="REV")
    migrate.set_defaults(command="migrate")
    keys = commands.add_parser("keys", help="encryption keys").add_subparsers(required=True)
    rotate = keys.add_parser("rotate", parents=[shared], help="seal everything with a new key")
    rotate.set_defaults(command="keys.rotate")
    backup = commands.add_parser("backup", parents=[shared], help="write all data to a file")
    backup.add_argument("file", metavar="FILE", type=_absolute)
    backup.set_defaults(command="backup")
    restore = commands.add_parser("restore", parents=[shared], help="put a backup in place")
    restore.add_argument("file", metavar="FILE", type=_absolute)
    restore.set_defaults(command="restore")
    _add_purge(commands, shared)


def _add_purge(commands: Any, shared: argparse.ArgumentParser) -> None:
    purge = commands.add_parser("purge", parents=[shared], help="carry out retention, or erase")
    purge.add_argument("--dry-run", action="store_true", help="only say what would go")
    what = purge.add_mutually_exclusive_group()
    what.add_argument("--guest", metavar="EMAIL-OR-ID", help="erase this guest for good")
    what.add_argument("--interview", metavar="ID", help="erase this interview for good")
    purge.set_defaults(command="purge")


def _add_people(commands: Any, shared: argparse.ArgumentParser) -> None:
    member = commands.add_parser("member", help="people of the team").add_subparsers(required=True)
    add = member.add_parser("add", parents=[shared], help="take somebody into the team")
    add.add_argument("--email", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.set_defaults(command="member.add")
    listing = member.add_parser("list", parents=[shared], help="who is in the team")
    listing.set_defaults(command="member.list")
    pair = commands.add_parser("pair", parents=[shared], help="make a one-time pairing code")
    pair.add_argument("--email", required=True)
    pair.set_defaults(command="pair")


def _add_calcom(commands: Any, shared: argparse.ArgumentParser) -> None:
    calcom = commands.add_parser("calcom", help="the connection with Cal.com")
    does = calcom.add_subparsers(required=True)
    for name, help_text in (
        ("test", "whose the key is, what it may see, and what is missing"),
        ("connect", "have Cal.com send its events here; again to repair, or for new secrets"),
        ("disconnect", "have it stop; all data stays"),
    ):
        one = does.add_parser(name, parents=[shared], help=help_text)
        one.set_defaults(command=f"calcom.{name}")


def _add_mail(commands: Any, shared: argparse.ArgumentParser) -> None:
    mail = commands.add_parser("mail", help="follow-up mail").add_subparsers(required=True)
    for name, said in (
        ("on", "let follow-up mail leave again"),
        ("off", "let no mail leave; what is queued is held"),
        ("defaults", "add the sequence that comes with the program, as a draft"),
    ):
        mail.add_parser(name, parents=[shared], help=said).set_defaults(command=f"mail.{name}")
    ahead = mail.add_parser("dry-run", parents=[shared], help="what a guest would get, and when")
    ahead.add_argument("sequence", metavar="SEQUENCE", help="its id or name")
    ahead.add_argument("guest", metavar="GUEST-ID")
    ahead.set_defaults(command="mail.dry-run")


def _add_data(commands: Any, shared: argparse.ArgumentParser) -> None:
    inbox = commands.add_parser("inbox", help="what Cal.com sent").add_subparsers(required=True)
    listing = inbox.add_parser("list", parents=[shared], help="the events and where they stand")
    _add_filter(listing)
    listing.set_defaults(command="inbox.list")
    one = inbox.add_parser("show", parents=[shared], help="one event")
    one.add_argument("id", metavar="ID")
    one.set_defaults(command="inbox.show")
    replay = inbox.add_parser("replay", parents=[shared], help="read events again")
    replay.add_argument("id", nargs="?", metavar="ID")
    replay.add_argument("--failed", action="store_true", help="all that failed")
    _add_filter(replay)
    replay.add_argument("--dry-run", action="store_true", help="only say how many that would be")
    replay.set_defaults(command="inbox.replay")
    reconcile = commands.add_parser(
        "reconcile", parents=[shared], help="ask Cal.com what has changed"
    )
    changed = "all that has changed from then on"
    reconcile.add_argument("--since", type=_moment, metavar="TIME", help=changed)
    reconcile.set_defaults(command="reconcile")
    transcript = commands.add_parser("transcript", help="what was said in an interview")
    bring = transcript.add_subparsers(required=True).add_parser(
        "import", parents=[shared], help="take a WebVTT, SRT or JSON file into an interview"
    )
    bring.add_argument("--interview", required=True, metavar="ID")
    bring.add_argument("file", metavar="FILE", type=_absolute)
    bring.set_defaults(command="transcript.import")
    kinds = commands.add_parser("export", help="write data out").add_subparsers(required=True)
    for kind in _EXPORTS:
        export = kinds.add_parser(kind, parents=[shared])
        export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
        export.set_defaults(command=f"export.{kind}")


def _add_filter(command: argparse.ArgumentParser) -> None:
    command.add_argument("--state", choices=_STATES)
    command.add_argument("--trigger", help="such as BOOKING_CREATED")
    command.add_argument("--booking", dest="booking_uid", metavar="UID")
    moment = "a day or a time with its offset"
    command.add_argument("--since", type=_moment, metavar="TIME", help=moment)
    command.add_argument("--until", type=_moment, metavar="TIME", help="not from here on")


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        # A day begins where everybody's does here: in UTC.
        return format_instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        told = f"{text} is not a time, such as 2026-11-01 or 2026-11-01T09:00:00Z"
        raise argparse.ArgumentTypeError(told) from error


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:  # noqa: PLR2004  - the last one
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


def _absolute(text: str) -> str:
    # The server that carries the command out may run in another directory.
    return str(Path(text).absolute())


def _readable(text: str) -> Path:
    path = Path(text)
    try:
        path.open("rb").close()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text} cannot be read: {error.strerror}") from error
    return path.absolute()


def _text_file(text: str) -> Path:
    path = _readable(text)
    try:
        path.read_text("utf-8")
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no text file") from error
    return path
