"""What the messages accept and refuse beyond the samples."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from interview_desk.wire import live, notes, problems, routes, sync
from interview_desk.wire.model import Instant

instants: TypeAdapter[datetime] = TypeAdapter(Instant)


def test_an_instant_is_written_in_utc_with_z() -> None:
    moment = instants.validate_python("2026-11-22T10:00:00+02:00")
    assert moment == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert instants.dump_json(moment) == b'"2026-11-22T08:00:00Z"'


def test_an_instant_may_be_given_as_a_moment() -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    assert instants.validate_python(moment) is moment


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-11-22T10:00:00",
        "2026-11-22",
        "yesterday",
        "2026-13-22T10:00:00Z",
        17,
        datetime(2026, 11, 22),
    ],
)
def test_a_time_that_names_no_instant_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        instants.validate_python(wrong)


@pytest.mark.parametrize("n", ["0", "-1", '"1"', "1.5", "true", "null"])
def test_a_mutation_counts_from_one_in_whole_numbers(n: str) -> None:
    text = f'{{"n": {n}, "op": "put", "entity": "startups", "id": "x"}}'
    with pytest.raises(ValidationError):
        sync.Mutation.model_validate_json(text)


@pytest.mark.parametrize("base", ['{"name": -1}', '{"name": "3"}', "[]"])
def test_a_base_names_versions(base: str) -> None:
    text = f'{{"n": 1, "op": "put", "entity": "startups", "id": "x", "base": {base}}}'
    with pytest.raises(ValidationError):
        sync.Mutation.model_validate_json(text)


def test_a_result_of_a_newer_server_is_for_a_person_to_look_at() -> None:
    told = {"n": 1, "status": "postponed", "code": "quota", "detail": "Later.", "until": "noon"}
    result = sync.PushResult.model_validate(told)
    assert (result.status, result.code, result.detail) == ("rejected", "quota", "Later.")
    with pytest.raises(ValidationError):
        sync.PushResult.model_validate({"n": 1, "status": None})


def test_a_history_step_can_be_made_by_its_python_name() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    step = sync.FieldChange(field="title", before="a", to="b", at=at, ver=3)
    assert step.model_dump(by_alias=True)["from"] == "a"


def test_an_update_survives_the_journey() -> None:
    update = bytes(range(256))
    assert notes.decode_update(notes.encode_update(update)) == update


@pytest.mark.parametrize("wrong", ["=", "a", "AA A=", "Ä", "AAAA\n"])
def test_text_that_is_not_base64_is_no_update(wrong: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        notes.decode_update(wrong)


def test_a_problem_keeps_its_extra_members_readable() -> None:
    problem = problems.Problem.model_validate({"code": "sequence_gap", "last_n": 4})
    assert problem.member("last_n") == 4
    assert problem.member("into") is None


def test_a_live_message_is_told_by_its_type() -> None:
    poke = live.from_server.validate_json('{"type": "poke", "seq": 3}')
    assert poke == live.Poke(seq=3)
    here = live.from_client.validate_json('{"type": "presence", "interview": "i"}')
    assert here == live.Present(interview="i")
    with pytest.raises(ValidationError):
        live.from_client.validate_json('{"type": "shout"}')


def test_paths_with_an_id_are_filled_in() -> None:
    assert routes.device("d") == "/v1/devices/d"
    assert routes.note_updates("x") == "/v1/notes/x/updates"
    assert routes.note_text("x") == "/v1/notes/x/text"
