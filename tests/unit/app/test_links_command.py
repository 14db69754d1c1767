"""The command line that finds links for other programs."""

import io
import json
import subprocess
import sys

import pytest

from interview_desk.app.links_command import run_links


def test_each_line_gets_its_answer_in_order() -> None:
    asked = [
        {"id": "a", "text": "Join https://zoom.us/j/1234567890."},
        {"id": 2, "text": "Room 5"},
        {"id": None, "text": "<a href='https://meet.jit.si/Gespräch'>x</a>", "more": 1},
    ]
    lines = "\n".join(json.dumps(line) for line in asked) + "\n\n"
    out = io.StringIO()
    assert run_links(io.StringIO(lines), out) == 0
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"id": "a", "service": "zoom", "url": "https://zoom.us/j/1234567890"},
        {"id": 2, "service": None, "url": None},
        {"id": None, "service": "jitsi", "url": "https://meet.jit.si/Gespräch"},
    ]


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[1]",
        "5",
        '{"id": 1}',
        '{"text": "x"}',
        '{"id": 1, "text": 5}',
        '{"a":' * 100_000,
    ],
)
def test_a_bad_line_ends_it_with_one_sentence(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    first = '{"id": 1, "text": ""}\n'
    assert run_links(io.StringIO(first + line + "\n"), out) == 1
    assert len(out.getvalue().splitlines()) == 1
    said = capsys.readouterr().err
    assert said.startswith("interview-desk links: line 2 ")
    assert said.count("\n") == 1


def test_bytes_that_are_no_text_end_it_with_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    raw = io.TextIOWrapper(io.BytesIO(b'{"id": "\xff"}\n'), encoding="utf-8")
    assert run_links(raw, io.StringIO()) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_it_starts_with_the_domain_alone() -> None:
    code = (
        "import sys; import interview_desk.app.links_command; "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('pydantic', 'PySide6', 'httpx', 'pycrdt', 'sqlcipher3', 'asyncio')"
        " or m.startswith(('interview_desk.wire', 'interview_desk.ui', 'interview_desk.store'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
