"""The messages of protocol 1 stay readable and are written as they were."""

import json
from pathlib import Path

import pytest

from interview_desk.wire import auth, live, notes, problems, sync
from interview_desk.wire.model import WireModel

SAMPLES = Path(__file__).parent / "samples"

MODELS: dict[str, type[WireModel]] = {
    "pair_request": auth.PairRequest,
    "pair_response": auth.PairResponse,
    "push_request": sync.PushRequest,
    "push_response": sync.PushResponse,
    "pull_response": sync.PullResponse,
    "history_response": sync.HistoryResponse,
    "snapshot_head": sync.SnapshotHead,
    "digest_response": sync.DigestResponse,
    "note_post": notes.NotePost,
    "note_updates": notes.NoteUpdates,
    "note_versions": notes.NoteVersions,
    "note_version_text": notes.NoteVersionText,
    "notes_pull": notes.NotesPull,
    "notes_pulled": notes.NotesPulled,
    "problem_sequence_gap": problems.Problem,
    "hello": live.Hello,
}


def test_every_sample_has_a_model_and_every_model_a_sample() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(MODELS)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_sample_is_read_and_written_without_loss(name: str) -> None:
    text = (SAMPLES / f"{name}.json").read_text()
    message = MODELS[name].model_validate_json(text)
    written = json.loads(message.model_dump_json(by_alias=True, exclude_unset=True))
    sent = json.loads(text)
    sent.pop("added_by_a_newer_server", None)
    assert written == sent


def test_a_message_cannot_be_changed_after_it_was_read() -> None:
    mutation = sync.Mutation(n=1, op="put", entity="startups", id="x")
    with pytest.raises(ValueError, match="frozen"):
        mutation.n = 2  # type: ignore[misc]  # the point of the test
