"""Transcripts as recorders write them, and what is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.transcripts import Cue, TranscriptUnreadable, read_transcript

VTT = """\ufeffWEBVTT - Recording

NOTE written by a program

STYLE
::cue { color: red }

1
00:00:01.000 --> 00:00:03.500 align:start
<v Ada Guest>We used a <i>spreadsheet</i> &amp; mail.</v>

01:02.250 --> 01:04.000
<v>Hana Host:</v> And then?

00:00:05.000 --> 00:00:06.000

01:00:00.000 --> 01:00:01.000
Nobody in particular
over two lines
"""

SRT = (
    "1\r\n00:00:01,200 --> 00:00:02,000\r\nAda Guest: It broke.\r\n\r\n"
    "2\r\n00:01:00,000 --> 00:01:02,000\r\n"
    "What I really want to say is this: nothing worked.\r\n"
)


def test_webvtt_is_read_with_voices_times_and_without_markup() -> None:
    assert read_transcript(VTT) == (
        Cue(1.0, 3.5, "Ada Guest", "We used a spreadsheet & mail."),
        Cue(62.25, 64.0, "Hana Host", "And then?"),
        Cue(3600.0, 3601.0, None, "Nobody in particular over two lines"),
    )


def test_subrip_is_read_and_a_name_before_a_colon_is_the_speaker() -> None:
    assert read_transcript(SRT) == (
        Cue(1.2, 2.0, "Ada Guest", "It broke."),
        Cue(60.0, 62.0, None, "What I really want to say is this: nothing worked."),
    )


@pytest.mark.parametrize("name", ["cues", "segments", "utterances", "transcript"])
def test_json_utterances_are_read_under_any_usual_name(name: str) -> None:
    said = [
        {"startTime": "00:01:01.5", "endTime": 63, "speakerName": "Hana", "text": "And?"},
        {"start": 1, "end": 2.5, "speaker": 0, "text": " It  broke. "},
        {"start": 4, "speaker": {"name": "Ada"}, "transcript": "Yes"},
    ]
    assert read_transcript(json.dumps({name: said})) == (
        Cue(1.0, 2.5, "Speaker 1", "It broke."),
        Cue(4.0, None, "Ada", "Yes"),
        Cue(61.5, 63.0, "Hana", "And?"),
    )
    assert len(read_transcript(json.dumps(said))) == 3


def test_the_sentences_of_cal_videos_json_are_read() -> None:
    sentences = [{"text": "It broke.", "start": 1.1, "end": 2.0}]
    paragraphs = {"paragraphs": [{"speaker": 1, "sentences": sentences}]}
    content = {
        "metadata": {"duration": 3},
        "results": {"channels": [{"alternatives": [{"paragraphs": paragraphs}, {}]}, "odd"]},
    }
    assert read_transcript(json.dumps(content)) == (Cue(1.1, 2.0, "Speaker 2", "It broke."),)


def test_what_has_no_time_or_says_nothing_is_no_cue() -> None:
    said = [
        {"start": True, "text": "a"},
        {"start": "soon", "text": "b"},
        {"start": -1, "text": "c"},
        {"start": 1, "text": "  "},
        {"start": 1, "text": 5},
        "odd",
        {"start": 2, "text": "kept", "speaker": True},
    ]
    assert read_transcript(json.dumps(said)) == (Cue(2.0, None, None, "kept"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WEBVTT",
        "Dear Ada, thank you: see you soon.",
        "{}",
        "[]",
        '{"results": {"channels": [{"alternatives": [{"paragraphs": 5}]}]}}',
        '{"cues": {"cues": {"cues": 1}}}',
    ],
)
def test_what_is_no_transcript_is_told(text: str) -> None:
    with pytest.raises(TranscriptUnreadable, match="There is no transcript"):
        read_transcript(text)


@pytest.mark.parametrize("text", ['{"cues": [', "[" * 100_000])
def test_a_damaged_file_is_told(text: str) -> None:
    with pytest.raises(TranscriptUnreadable, match="cut off or damaged"):
        read_transcript(text)


def test_lists_within_lists_without_end_are_given_up() -> None:
    content: dict[str, object] = {"channels": 1}
    for _ in range(40):
        content = {"results": content}
    with pytest.raises(TranscriptUnreadable):
        read_transcript(json.dumps(content))


@given(
    st.lists(
        st.tuples(st.integers(0, 359_999), st.text("abc é&<", min_size=1, max_size=20)), max_size=8
    )
)
def test_what_is_written_as_subrip_is_read_again(said: list[tuple[int, str]]) -> None:
    kept = [(start, " ".join(text.split())) for start, text in said if "<" not in text]
    kept = [(start, text) for start, text in kept if text and "&" not in text]
    blocks = [
        f"{start // 3600:02}:{start // 60 % 60:02}:{start % 60:02},000 --> 99:59:59,000\n{text}"
        for start, text in kept
    ]
    if not kept:
        return
    found = [(cue.start, cue.text) for cue in read_transcript("\n\n".join(blocks))]
    assert sorted(found) == sorted((float(start), text) for start, text in kept)


def test_a_cue_is_kept_as_plain_fields() -> None:
    assert Cue(1.0, None, "Ada", "Yes").fields() == {
        "start": 1.0,
        "end": None,
        "speaker": "Ada",
        "text": "Yes",
    }
