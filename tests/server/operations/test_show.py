"""What the command line says, to people and to scripts."""

import json
from argparse import Namespace

import pytest

from sync_server.cli.show import show

ROWS = [
    {"id": "1", "title": "=HYPERLINK(1)", "hosts": [{"name": "Ä"}], "end": None},
    {"id": "22", "title": "Talk, long", "hosts": [], "end": "x"},
]


def _said(capsys: pytest.CaptureFixture[str], command: str, result: object, **asked: object) -> str:
    show(Namespace(**{"command": command, "json": False, "format": "jsonl", **asked}), result)
    return capsys.readouterr().out


def test_an_export_is_one_object_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _said(capsys, "export.interviews", ROWS).splitlines()
    assert [json.loads(line) for line in lines] == ROWS


def test_a_table_disarms_what_a_spreadsheet_would_run(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _said(capsys, "export.interviews", ROWS, format="csv").splitlines()
    assert lines == [
        "id,title,hosts,end",
        """1,'=HYPERLINK(1),"[{""name"": ""Ä""}]",""",
        '22,"Talk, long",[],x',
    ]


def test_an_empty_export_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "export.inbox", [], format="csv") == ""


def test_lists_are_columns_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _said(capsys, "inbox.list", [{"id": "1", "reason": None}, {"id": "22", "reason": "x"}])
    assert lines == "id  reason\n1   -\n22  x\n"
    assert _said(capsys, "inbox.list", []) == "There is nothing.\n"


def test_what_strangers_wrote_cannot_spoil_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"uid": "u" * 100_000, "trigger": "A\x1b[2J\nB"}, {"uid": "v", "trigger": "C"}]
    heading, long, short = _said(capsys, "inbox.list", rows).splitlines()
    assert len(heading) <= len(long) < 200
    assert long.startswith("uuuu")
    assert long.endswith("…  A\ufffd[2J\ufffdB")
    assert short.split() == ["v", "C"]


def test_anything_else_is_named_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "migrate", {"revision": "0001"}) == "revision: 0001\n"
    assert _said(capsys, "migrate", "done") == "done\n"


def test_a_script_gets_json(capsys: pytest.CaptureFixture[str]) -> None:
    said = _said(capsys, "member.list", ROWS, json=True)
    assert json.loads(said) == ROWS
