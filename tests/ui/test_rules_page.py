"""Rules on the screen: read, written with what fits, tried out, and put to use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.evaluation.conditions import AllOf, AnyOf, Leaf, Not, Operator
from interview_desk.domain.evaluation.rule_sets import (
    AddScore,
    CriterionKind,
    Recommend,
    RuleSet,
)
from interview_desk.domain.records import Record
from interview_desk.domain.roles import Role
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.rules import RulesPage
from interview_desk.ui.theme import Appearance
from interview_desk.wire.evaluation import rule_set_of
from tests.helpers.desk import ME, MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.judging_story import hand_in, judging_story
from tests.helpers.pressing import carried_out, let_go, named, pick, press, read, settled
from tests.helpers.shown_window import shown_window


@pytest.fixture
def records() -> MemoryRecords:
    return judging_story()


@pytest.fixture
async def window(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, tmp_path: Path
) -> AsyncIterator[MainWindow]:
    async with shown_window(
        desk_parts(records, tmp_path), size=QSize(1360, 2400), place="settings"
    ) as made:
        yield made


async def opened(window: MainWindow) -> RulesPage:
    press(window.page("settings"), "open-rules")
    await settled(window)
    page = window.page("rules")
    assert isinstance(page, RulesPage)
    return page


async def drafting(window: MainWindow) -> RulesPage:
    page = await opened(window)
    press(page, "begin-rules")
    await carried_out(window)
    await carried_out(window)
    return page


async def kept(window: MainWindow, page: RulesPage) -> None:
    page.editor.keep_unkept()
    await carried_out(window)
    await carried_out(window)


def drafts(records: MemoryRecords) -> list[Record]:
    rows = [row for row in records.rows.values() if row.entity == "evaluation_rules"]
    return [row for row in rows if row.fields["state"] == "draft"]


def draft(records: MemoryRecords) -> RuleSet:
    [one] = drafts(records)
    return rule_set_of(one.fields)


async def test_rules_in_use_read_as_sentences(window: MainWindow) -> None:
    words = read(await opened(window))
    assert "rated 1 to 5; weight 3; must have, at least 3; a rating says what it rests on" in words
    assert "only counts where Insights of the kind push is at least 5" in words
    assert "If Nobody came is not yes: Recommend: Follow up." in words
    assert "From 80: Strong yes \N{EN DASH} Introduce them" in words


async def test_until_a_team_has_its_own_the_desks_rules_are_shown_to_begin_from(
    window: MainWindow, records: MemoryRecords
) -> None:
    del records.rows["evaluation_rules", "rules-1"]
    page = await drafting(window)
    assert len(drafts(records)) == 1
    assert draft(records).criteria
    assert "Comes with the desk" in [line.below for line in page.list.rows.lines]


async def test_a_draft_is_kept_while_it_is_written_and_says_what_is_missing(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await drafting(window)
    assert draft(records).version == 4
    press(page, "add-point")
    await kept(window, page)
    trouble = named(page, QLabel, "point-5-trouble")
    assert trouble.text() == "Give the criterion a label."
    assert not named(page, QPushButton, "publish-rules").isEnabled()
    QTest.keyClicks(named(page, QLineEdit, "point-5-label"), "Pace")
    pick(named(page, QComboBox, "point-5-kind"), "computed")
    pick(named(page, QComboBox, "point-5-fact"), "timing.talked_minutes")
    await kept(window, page)
    assert "Give 4 different numbers" in named(page, QLabel, "point-5-trouble").text()
    for step, minutes in ((2, 15), (3, 30), (4, 45), (5, 60)):
        named(page, QDoubleSpinBox, f"point-5-from-{step}").setValue(minutes)
    await kept(window, page)
    assert not named(page, QLabel, "point-5-trouble").isVisible()
    made = draft(records).criteria[-1]
    assert (made.label, made.kind, made.fact) == (
        "Pace",
        CriterionKind.COMPUTED,
        "timing.talked_minutes",
    )
    assert made.levels == (15, 30, 45, 60)


async def test_a_rule_is_written_from_what_fits_the_fact(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await drafting(window)
    press(page, "add-rule")
    QTest.keyClicks(named(page, QLineEdit, "rule-3-title"), "Enough insights")
    pick(named(page, QComboBox, "rule-3-when-1-fact"), "insights.count")
    operators = named(page, QComboBox, "rule-3-when-1-op")
    offered = [operators.itemText(place) for place in range(operators.count())]
    assert "is at least" in offered
    assert "contains" not in offered
    pick(operators, Operator.AT_LEAST.value)
    named(page, QDoubleSpinBox, "rule-3-when-1-value-input").setValue(2)
    named(page, QPushButton, "rule-3-when-add").click()
    pick(named(page, QComboBox, "rule-3-when-2-fact"), "startup.tags")
    pick(named(page, QComboBox, "rule-3-when-2-op"), Operator.CONTAINS_ANY.value)
    named(page, QLineEdit, "rule-3-when-2-value-input").setText("saas, b2b")
    named(page, QCheckBox, "rule-3-when-2-not").click()
    pick(named(page, QComboBox, "rule-3-when-which"), "any")
    pick(named(page, QComboBox, "rule-3-effect"), "score")
    named(page, QDoubleSpinBox, "rule-3-points").setValue(5)
    await kept(window, page)
    made = draft(records).rules[-1]
    assert made.when == AnyOf(
        (
            Leaf("insights.count", Operator.AT_LEAST, 2),
            Not(Leaf("startup.tags", Operator.CONTAINS_ANY, ("saas", "b2b"))),
        )
    )
    assert made.effect == AddScore(5)
    said = named(page, QLabel, "rule-3-sentence").text()
    assert "or Tags of the startup contains none of “saas” or “b2b”" in said


async def test_what_the_editor_does_not_take_apart_stays_as_it_was(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await drafting(window)
    before = draft(records)
    press(page, "rule-1-edit")
    QTest.keyClicks(named(page, QLineEdit, "rule-1-title"), "!")
    press(page, "rule-2-edit")
    pick(named(page, QComboBox, "rule-2-action"), "pass")
    press(page, "point-1-edit")
    named(page, QCheckBox, "point-1-evidence").click()
    await kept(window, page)
    after = draft(records)
    assert after.rules[0].when == before.rules[0].when
    assert isinstance(after.rules[0].when, AllOf)
    assert isinstance(after.rules[1].effect, Recommend)
    assert after.criteria[0].anchors == before.criteria[0].anchors
    assert not after.criteria[0].evidence_required
    named(page, QDoubleSpinBox, "rule-1-when-2-1-value-input").setValue(3)
    named(page, QCheckBox, "rule-1-when-2-not").click()
    await kept(window, page)
    whole = draft(records).rules[0].when
    assert isinstance(whole, AllOf)
    assert whole.parts[1] == Not(
        AnyOf(
            (
                Leaf("ratings.money", Operator.AT_MOST, 3),
                Leaf("startup.tags", Operator.CONTAINS, "no budget"),
            )
        )
    )
    press(page, "rule-1-when-2-remove")
    await kept(window, page)
    assert draft(records).rules[0].when == Leaf("ratings.struggle", Operator.AT_LEAST, 4)


async def test_a_group_is_added_within_a_condition_and_one_within_that(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await drafting(window)
    press(page, "rule-2-edit")
    press(page, "rule-2-when-add-group")
    pick(named(page, QComboBox, "rule-2-when-2-1-fact"), "insights.count")
    named(page, QDoubleSpinBox, "rule-2-when-2-1-value-input").setValue(2)
    press(page, "rule-2-when-2-2-remove")
    press(page, "rule-2-when-2-add-group")
    assert not named(page, QPushButton, "rule-2-when-2-3-add-group").isVisible()
    for number in (1, 2):
        pick(named(page, QComboBox, f"rule-2-when-2-3-{number}-fact"), "guests.count")
        named(page, QDoubleSpinBox, f"rule-2-when-2-3-{number}-value-input").setValue(number)
    pick(named(page, QComboBox, "rule-2-when-2-which"), "any")
    await kept(window, page)
    came = Not(Leaf("interview.no_show", Operator.IS, value=True))
    inner = AllOf(
        (
            Leaf("guests.count", Operator.IS, 1),
            Leaf("guests.count", Operator.IS, 2),
        )
    )
    group = AnyOf((Leaf("insights.count", Operator.IS, 2), inner))
    assert draft(records).rules[1].when == AllOf((came, group))
    press(page, "rule-2-when-1-remove")
    await kept(window, page)
    assert draft(records).rules[1].when == group


async def test_bands_are_added_where_there_is_room_and_taken_out(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await drafting(window)
    before = draft(records).bands
    press(page, "add-band")
    let_go()
    QTest.keyClicks(named(page, QLineEdit, "band-4-label"), "Hardly")
    await kept(window, page)
    bands = draft(records).bands
    assert (*bands[:3], bands[4]) == before
    assert (bands[3].key, bands[3].label, bands[3].lowest) == ("band_1", "Hardly", 25)
    press(page, "band-1-remove")
    let_go()
    await kept(window, page)
    assert draft(records).bands == bands[1:]
    press(page, "band-4-remove")
    press(page, "add-band")
    await kept(window, page)
    assert draft(records).bands[-1].lowest == 0


async def test_what_would_change_is_told_before_it_is_put_to_use(
    window: MainWindow, records: MemoryRecords
) -> None:
    hand_in(records, ME.member_id, struggle=3, money=1)
    page = await drafting(window)
    weight = named(page, QDoubleSpinBox, "point-3-weight")
    weight.setValue(50)
    assert weight.text() == "50"
    press(page, "preview-rules")
    await carried_out(window)
    assert (
        named(page, QLabel, "preview-summary").text().startswith("1 of 6 interviews would change")
    )
    preview = named(page, QWidget, "rules-preview")
    assert "First purchase, retold" in [one.text() for one in preview.findChildren(QLabel)]
    press(page, "publish-rules")
    await carried_out(window)
    await carried_out(window)
    states = {
        row.fields["version"]: row.fields["state"]
        for row in records.rows.values()
        if row.entity == "evaluation_rules"
    }
    assert states == {3: "retired", 4: "published"}
    # The same key again takes nothing out of use.
    assert window.focusWidget() is page.list
    in_use = next(row for row in records.rows.values() if row.fields.get("version") == 4)
    assert rule_set_of(in_use.fields).criteria[2].weight == 50


async def test_a_draft_can_be_thrown_away_and_points_and_rules_taken_out(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await drafting(window)
    press(page, "point-4-remove")
    press(page, "rule-2-remove")
    await kept(window, page)
    assert (len(draft(records).criteria), len(draft(records).rules)) == (3, 1)
    press(page, "discard-rules")
    await carried_out(window)
    assert drafts(records) == []
    assert window.focusWidget() is page.list
    press(page, "retire-rules")
    await carried_out(window)
    assert records.rows["evaluation_rules", "rules-1"].fields["state"] == "retired"


async def test_what_is_being_written_is_kept_when_the_window_ends(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await drafting(window)
    name = named(page, QLineEdit, "rules-name")
    name.setText("Sharper")
    named(page, QLineEdit, "band-1-label").setText("Surely")
    assert page.editor.has_unkept
    await window.shut()
    assert draft(records).name == "Sharper"
    assert draft(records).bands[0].label == "Surely"


async def test_what_another_person_changed_of_the_draft_meanwhile_is_not_moved_back(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await drafting(window)
    name, band = (named(page, QLineEdit, one) for one in ("rules-name", "band-1-label"))
    key = next(one.id for one in drafts(records))
    held = records.rows["evaluation_rules", key].fields
    records.put("evaluation_rules", key, **{**held, "name": "Theirs"})
    await carried_out(window)
    for words in ("Surely", "Surely so"):
        band.setText(words)
        page.editor.keep_unkept()
        await carried_out(window)
        assert draft(records).bands[0].label == words
    assert draft(records).name == "Theirs"
    name.setText("Ours")
    page.editor.keep_unkept()
    await carried_out(window)
    assert records.written[-1].fields == {"name": "Ours"}
    assert records.written[-1].unseen == {"name"}
    # What is kept late of one is not taken for another.
    page.editor.kept(draft(records), key="another")
    assert page.editor.was().name == "Ours"


async def test_unreadable_rules_say_why_and_others_only_read(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, tmp_path: Path
) -> None:
    broken = records.rows["evaluation_rules", "rules-1"].fields
    records.put("evaluation_rules", "rules-1", **{**broken, "rules": [{"nonsense": 1}]})
    me = ME._replace(role=Role.INTERVIEWER)
    window = MainWindow(desk_parts(records, tmp_path, me=me))
    window.show()
    window.show_place("rules")
    await settled(window)
    page = window.page("rules")
    shown = [one for one in page.findChildren(QAbstractButton) if one.isVisible()]
    assert [one.objectName() for one in shown] == []
    assert "nonsense" in read(page)
    await window.shut()
    window.deleteLater()
