"""A transcript read from the disk, and the files that cannot be."""

from pathlib import Path

import pytest

from interview_desk.domain.errors import DeskError
from interview_desk.domain.transcripts import Cue
from interview_desk.system.transcript_files import transcript_in

SRT = "1\n00:00:01,000 --> 00:00:02,000\nZoë: Es ging kaputt.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_a_file_is_read_as_recorders_write_it(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "talk.srt"
    file.write_bytes(SRT.encode(encoding))
    assert await transcript_in(file) == (Cue(1.0, 2.0, "Zoë", "Es ging kaputt."),)


async def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    large, letter = tmp_path / "large.vtt", tmp_path / "letter.txt"
    large.write_bytes(b" " * (8 * 1024 * 1024 + 1))
    letter.write_text("Dear Ada", encoding="utf-8")
    for file, sentence in (
        (large, r"large\.vtt is far larger than any transcript"),
        (letter, "There is no transcript in this file"),
        (tmp_path / "none.vtt", r"none\.vtt cannot be opened"),
        (tmp_path, "cannot be opened"),
    ):
        with pytest.raises(DeskError, match=sentence):
            await transcript_in(file)
