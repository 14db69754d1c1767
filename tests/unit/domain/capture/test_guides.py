import json
from importlib.resources import files

import pytest

from interview_desk.domain.guides import (
    Feeds,
    FieldType,
    GuideInvalid,
    Prompt,
    field_name,
    guide_of,
    variant_for,
    variants_of,
)
from interview_desk.domain.values import Json

STAGES = [
    "prepare",
    "welcome",
    "context",
    "first_thought",
    "passive_looking",
    "active_looking",
    "deciding",
    "first_use",
    "outcomes",
    "wrap_up",
    "debrief",
]


def default() -> dict[str, Json]:
    source = files("interview_desk_resources").joinpath("guides", "switch-interview.json")
    data: dict[str, Json] = json.loads(source.read_text("utf-8"))
    return data


@pytest.mark.parametrize("variant", ["60", "45", "30"])
def test_the_default_guide_has_all_stages_and_adds_up_in_every_length(variant: str):
    guide = guide_of(default(), variant)
    assert [stage.key for stage in guide.stages] == STAGES
    assert guide.minutes == int(variant)
    assert all(stage.goal and stage.prompts and stage.fields for stage in guide.stages)
    assert guide.stage("prepare").minutes is guide.stage("debrief").minutes is None


def test_the_default_guide_fills_the_pictures():
    guide = guide_of(default())
    forces = [Feeds.PUSH, Feeds.PULL, Feeds.ANXIETY, Feeds.HABIT]
    named = [field_name(*place) for feeds in forces for place in guide.feeding(feeds)]
    assert named == [
        "first_thought.push",
        "active_looking.pull",
        "deciding.anxieties",
        "passive_looking.habit",
    ]
    assert len(guide.feeding(Feeds.TIMELINE)) == 5
    assert len(guide.feeding(Feeds.ANCHOR)) == 1


def test_the_default_guide_asks_for_every_field_of_the_method():
    guide = guide_of(default())
    keys = {stage.key: {field.key for field in stage.fields} for stage in guide.stages}
    assert keys["context"] >= {"startup", "decision_role", "solution_new", "switch_date"}
    assert keys["deciding"] >= {"decision_date", "decider", "price", "anxieties", "commitment"}
    assert keys["outcomes"] >= {"job_story", "outcomes", "push_strength", "habit_strength"}
    satisfaction = next(f for f in guide.stage("first_use").fields if f.key == "satisfaction")
    assert satisfaction.type is FieldType.SCALE
    assert (satisfaction.lowest, satisfaction.highest, len(satisfaction.anchors)) == (1, 5, 5)


def test_a_guide_knows_its_lengths_and_the_one_that_fits():
    assert variants_of(default()) == ("60", "45", "30")
    assert variant_for(60, ("60", "45", "30")) == "60"
    assert variant_for(59, ("30", "60", "45")) == "45"
    assert variant_for(15, ("60", "45", "30")) == "30"
    assert variant_for(15, ("own",)) == "own"
    assert variants_of({"stages": [{"key": "a", "minutes": {"short": 5}}]}) == ("short",)


def test_a_record_of_one_length_is_read_with_plain_minutes_and_prompts():
    guide = guide_of(
        {
            "name": "Ours",
            "version": 3,
            "variant": "20",
            "stages": [
                {"key": "talk", "minutes": 20, "prompts": ["Why?"], "fields": [{"key": "x"}]}
            ],
        }
    )
    assert (guide.name, guide.version, guide.variant, guide.minutes) == ("Ours", 3, "20", 20)
    assert guide.stage("talk").title == "talk"
    assert guide.stage("talk").prompts == (Prompt("Why?"),)
    assert guide.stage("talk").fields[0].type is FieldType.TEXT
    with pytest.raises(KeyError):
        guide.stage("other")


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ([], "no stages"),
        ("talk", "not a list"),
        (["talk"], "not an object"),
        ([{"key": ""}], "no usable key"),
        ([{"key": "a b"}], "no usable key"),
        ([{"key": "a"}, {"key": "a"}], "two of the stage a"),
        ([{"key": "a", "minutes": -1}], "a: minutes is not a whole number"),
        ([{"key": "a", "minutes": True}], "a: minutes is not a whole number"),
        ([{"key": "a", "prompts": [7]}], "prompt is not an object"),
        ([{"key": "a", "fields": [{"key": "x"}, {"key": "x"}]}], "two of the field of a x"),
        ([{"key": "a", "fields": [{"key": "x", "type": "essay"}]}], "type cannot be 'essay'"),
        ([{"key": "a", "fields": [{"key": "x", "feeds": "fear"}]}], "feeds cannot be 'fear'"),
        ([{"key": "a", "fields": [{"key": "x", "type": "group"}]}], "a group has parts"),
        ([{"key": "a", "fields": [{"key": "x", "parts": [{"key": "y"}]}]}], "only a group has"),
        ([{"key": "a", "fields": [{"key": "covered"}]}], "cannot be called covered"),
    ],
)
def test_a_guide_that_cannot_be_used_says_where(stages: Json, words: str):
    with pytest.raises(GuideInvalid, match=words):
        guide_of({"name": "Broken", "variant": "60", "stages": stages})


def test_a_title_that_is_not_text_falls_back_to_the_key():
    odd: dict[str, Json] = {"name": 7, "stages": [{"key": "a", "title": ["b"]}]}
    guide = guide_of(odd)
    assert (guide.name, guide.stages[0].title) == ("Guide", "a")
