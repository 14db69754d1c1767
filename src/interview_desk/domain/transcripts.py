"""Transcripts of a conversation, read from the files that recorders write.

WebVTT (W3C, with voice tags as Cal Video and Zoom write them), SubRip, and JSON: a list of
utterances under any of the usual names, or what Deepgram answers, which is what Cal Video's JSON
is. Nothing is guessed: what has no time of its own is no cue.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from interview_desk.domain.errors import DeskError

_TIMES = re.compile(
    r"((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})"
)
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>|<v>([^<]+)</v>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
# "Ada Guest: Hello"; a sentence with a colon in it has more words before it.
_SAID_BY = re.compile(r"([^\W\d_][\w.'\- ]{0,39}?):\s+(?=\S)")
_MOST_WORDS_OF_A_NAME = 4
_LISTS = ("cues", "segments", "utterances", "transcript", "transcription", "captions", "results")
_TEXTS = ("text", "transcript", "content", "sentence")
_STARTS = ("start", "start_time", "startTime", "begin", "from")
_ENDS = ("end", "end_time", "endTime", "to")
_SPEAKERS = ("speaker", "speakerName", "speaker_name", "participant", "userName", "user_name")


class TranscriptUnreadable(DeskError):  # noqa: N818  - reads as what is the case
    """The file holds no transcript in a form we know."""

    code = "transcript_unreadable"


class Cue(NamedTuple):
    """Something that was said: from and to in seconds from the beginning of the recording."""

    start: float
    end: float | None
    speaker: str | None
    text: str

    def fields(self) -> dict[str, Any]:
        """As a transcript's record keeps it."""
        return dict(self._asdict())


def cues_in(value: Any) -> tuple[Cue, ...]:
    """The cues that a transcript's record keeps, as far as they can be read."""
    return tuple(_utterances(value, depth=0)) if isinstance(value, list) else ()


def read_transcript(written: str) -> tuple[Cue, ...]:
    """What was said, in order; TranscriptUnreadable where the text is no transcript."""
    text = written.lstrip("\ufeff").strip()
    cues = list(_of_json(text) if text[:1] in {"{", "["} else _of_captions(text))
    if not cues:
        raise TranscriptUnreadable(
            "There is no transcript in this file. WebVTT, SRT and Cal.com's JSON can be read."
        )
    return tuple(sorted(cues, key=lambda cue: cue.start))


def _of_captions(text: str) -> Iterator[Cue]:
    """WebVTT and SubRip: blocks with a line of times, whatever stands before it."""
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        for number, line in enumerate(lines):
            times = _TIMES.search(line)
            if times:
                said = " ".join(lines[number + 1 :])
                yield from _cue(_seconds(times[1]), _seconds(times[2]), said)
                break


def _cue(start: float, end: float | None, said: str) -> Iterator[Cue]:
    voice = _VOICE.search(said)
    speaker = (voice[1] or voice[2]) if voice else None
    if voice and voice[2]:
        said = said.replace(voice[0], "", 1)
    text = _plain(_TAG.sub("", said))
    if speaker is None:
        speaker, text = _named(text)
    if text:
        yield Cue(start, end, _plain(html.unescape(speaker)).rstrip(":") if speaker else None, text)


def _named(text: str) -> tuple[str | None, str]:
    found = _SAID_BY.match(text)
    if found is None or len(found[1].split()) > _MOST_WORDS_OF_A_NAME:
        return None, text
    return found[1], text[found.end() :]


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _seconds(time: str) -> float:
    parts = time.replace(",", ".").split(":")
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + float(part)
    return seconds


def _of_json(text: str) -> Iterator[Cue]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TranscriptUnreadable("This file is cut off or damaged: it is not JSON.") from error
    yield from _utterances(content, depth=0)


def _utterances(content: Any, *, depth: int) -> Iterator[Cue]:
    """The first list of utterances; a better one (with speakers) comes under an earlier name."""
    if isinstance(content, list):
        for entry in content:
            yield from _utterance(entry)
        return
    if not isinstance(content, Mapping) or depth > len(_LISTS):
        return
    for name in _LISTS:
        cues = list(_utterances(content.get(name), depth=depth + 1))
        if cues:
            yield from cues
            return
    yield from _paragraphs(content)


def _utterance(entry: Any) -> Iterator[Cue]:
    if not isinstance(entry, Mapping):
        return
    start, said = _number(entry, _STARTS), _first(entry, _TEXTS)
    if start is None or not isinstance(said, str) or not said.strip():
        return
    speaker = _speaker(_first(entry, _SPEAKERS))
    yield Cue(start, _number(entry, _ENDS), speaker, _plain(said))


def _paragraphs(content: Mapping[str, Any]) -> Iterator[Cue]:
    """Deepgram's shape: channels, alternatives, paragraphs, sentences."""
    for channel in _items(content.get("channels")):
        for alternative in _items(channel.get("alternatives"))[:1]:
            grouped = alternative.get("paragraphs")
            paragraphs = grouped.get("paragraphs") if isinstance(grouped, Mapping) else None
            for paragraph in _items(paragraphs):
                speaker = {"speaker": paragraph.get("speaker")}
                for sentence in _items(paragraph.get("sentences")):
                    yield from _utterance({**speaker, **sentence})


def _items(value: Any) -> list[Mapping[str, Any]]:
    found = value if isinstance(value, list) else []
    return [entry for entry in found if isinstance(entry, Mapping)]


def _first(entry: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)


def _number(entry: Mapping[str, Any], names: tuple[str, ...]) -> float | None:
    value = _first(entry, names)
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        # Some write the time as a subtitle does.
        return _seconds(value) if re.fullmatch(r"(?:\d+:){0,2}\d+(?:[.,]\d+)?", value) else None
    is_time = isinstance(value, int | float) and 0 <= value < 1e7  # noqa: PLR2004  - months
    return float(value) if is_time else None


def _speaker(value: Any) -> str | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, Mapping):
        return _speaker(_first(value, ("name", "displayName", "id")))
    if isinstance(value, int):
        # Recorders count the voices they tell apart from zero.
        return f"Speaker {value + 1}"
    return _plain(str(value)) or None
