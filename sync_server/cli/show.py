"""Saying what a command has done: for people, or for scripts."""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from sync_server.operations.commands import Json

# The longest reason is shorter; what anybody may send is not.
_WIDEST = 100


def show(asked: argparse.Namespace, result: Json) -> None:
    """Write the result of a command to standard output."""
    command: str = asked.command
    if command.startswith("export."):
        _EXPORTS[asked.format](result)
    elif asked.json:
        _line(json.dumps(result, ensure_ascii=False))
    else:
        _SENTENCES.get(command, _show_any)(result)


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")


def _show_lines(rows: list[Any]) -> None:
    for row in rows:
        _line(json.dumps(row, ensure_ascii=False))


def _show_csv(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: Json) -> str:
    """A value for a table; text that a spreadsheet would take for a formula is disarmed."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "'" + value if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _show_any(result: Json) -> None:
    if isinstance(result, list):
        _show_table(result)
    elif isinstance(result, dict):
        for name, value in result.items():
            _line(f"{name}: {_plain(value)}")
    else:
        _line(_plain(result))


def _show_table(rows: list[dict[str, Any]]) -> None:
    if not rows:
        _line("There is nothing.")
        return
    table = [list(rows[0]), *([_clipped(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        _line("  ".join(padded).rstrip())


def _clipped(value: Json) -> str:
    """A value that stays in its column and does nothing to the terminal."""
    text = _plain(value)
    short = text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in short)


def _plain(value: Json) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _show_member(member: dict[str, Any]) -> None:
    _line(f"{member['name']} <{member['email']}> is in the team as {member['role']}.")


def _show_code(code: dict[str, Any]) -> None:
    _line(f"Pairing code: {code['code']} (once, until {code['expires_at']})")
    _line(f"Server: {code['server_url']}")
    _line(f"Or open on the new device: {code['link']}")


def _show_checks(result: dict[str, Any]) -> None:
    for check in result["checks"]:
        _line(f"{'ok' if check['ok'] else 'NOT YET'}: {check['says']}")


def _show_said(result: dict[str, Any]) -> None:
    _line(result["says"])


_EXPORTS: Mapping[str, Callable[[list[Any]], None]] = {"jsonl": _show_lines, "csv": _show_csv}
_SENTENCES: Mapping[str, Callable[[Any], None]] = {
    "calcom.connect": _show_said,
    "calcom.disconnect": _show_said,
    "mail.on": _show_said,
    "mail.off": _show_said,
    "mail.defaults": _show_said,
    "calcom.test": _show_checks,
    "member.add": _show_member,
    "pair": _show_code,
}
