"""The command line `interview-desk`; each command imports only what it needs."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

_FAILED = 1
_LINK = "interviewdesk:"
_NO_QT = "The desk needs its desktop parts. Add them with: pip install 'interview-desk[desktop]'"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 failed with a sentence on standard error, 2 wrong usage."""
    asked = _parser().parse_args(_with_link_as_option(sys.argv[1:] if argv is None else argv))
    if asked.command == "links":
        from interview_desk.app.links_command import run_links

        return run_links(sys.stdin, sys.stdout)
    if asked.selftest or asked.command == "doctor":
        return _examine(asked)
    if asked.command == "demo":
        from interview_desk.app.demo import run_demo

        return run_demo(asked.data, asked.out, headless=asked.headless)
    return _open(asked)


def _open(asked: argparse.Namespace) -> int:
    # Qt alone would end the process in the middle of its own sentence.
    if sys.platform == "linux" and not _has_screen():
        print("There is no display to open a window on.", file=sys.stderr)
        return _FAILED
    try:
        from interview_desk.app.main import run_desk

        return run_desk(data=asked.data, link=asked.link, background=asked.background)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in {"PySide6", "qasync"}:
            raise
    print(_NO_QT, file=sys.stderr)
    return _FAILED


def _examine(asked: argparse.Namespace) -> int:
    from interview_desk.app.doctor import run_doctor, run_selftest

    if asked.selftest:
        return run_selftest()
    return run_doctor(as_json=asked.json, server=asked.server, data=asked.data)


def _has_screen() -> bool:
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _with_link_as_option(words: Sequence[str]) -> list[str]:
    """The system hands a pressed link over as the only word; it is never read as a command."""
    if len(words) == 1 and words[0].startswith(_LINK):
        return [f"--link={words[0]}"]
    return list(words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="interview-desk", description="Interviews, from the booking to the last word."
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep everything in this folder")
    parser.add_argument("--link", help="an invitation link, interviewdesk://pair?...")
    parser.add_argument("--background", action="store_true", help="start in the tray")
    parser.add_argument("--selftest", action="store_true", help="check the packaged program")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_demo(commands.add_parser("demo", help="play the main job on sample bookings"))
    commands.add_parser(
        "links",
        help="find meeting links: JSON lines in, JSON lines out",
        description='Reads lines {"id": ..., "text": ...} and answers each with '
        '{"id", "service", "url"}.',
    )
    doctor = commands.add_parser("doctor", help="say what works on this computer")
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.add_argument("--server", help="the team server to ask, default: the paired one")
    return parser


def _add_demo(demo: argparse.ArgumentParser) -> None:
    # SUPPRESS, because `interview-desk --data DIR demo` means the same folder.
    demo.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR")
    demo.add_argument("--out", type=Path, metavar="DIR", help="for pictures and report.json")
    demo.add_argument("--headless", action="store_true", help="without a display")


if __name__ == "__main__":
    sys.exit(main())
