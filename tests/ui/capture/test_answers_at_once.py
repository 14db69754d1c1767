"""Two people capture the same interview: neither moves back what the other answers."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from interview_desk.domain.ids import answer_id
from interview_desk.domain.values import Json
from tests.helpers.capture_room import INTERVIEW, Room, child, then_leave, to_stage, until


def theirs(room: Room, field: str, value: Json, own: str = "") -> None:
    fields: dict[str, Json] = {"interview_id": INTERVIEW, "field": field, "value": value}
    room.records.put("interview_answers", own or answer_id(INTERVIEW, field), **fields)


@then_leave
async def test_the_part_that_another_person_answers_stays_while_one_types_beside_it(
    room: Room,
) -> None:
    theirs(room, "context.startup", {"stage": "idea", "team": "9"})
    window = await room.open()
    await to_stage(window, "context")
    team = child(window, QLineEdit, "answer-context.startup-team-input")
    team.setFocus()
    theirs(room, "context.startup", {"stage": "seed", "team": "9"})
    QTest.keyClick(team, Qt.Key.Key_End)
    QTest.keyClicks(team, "0")
    await until(lambda: room.answer("context.startup") == {"stage": "seed", "team": "90"})
    assert room.records.written[-1].unseen == set()


@then_leave
async def test_an_answer_of_another_person_is_not_written_over_by_who_did_not_see_it(
    room: Room,
) -> None:
    window = await room.open()
    await to_stage(window, "context")
    date = child(window, QLineEdit, "answer-context.switch_date-input")
    date.setFocus()
    theirs(room, "context.switch_date", "March 2026")
    QTest.keyClicks(date, "May")
    await until(lambda: room.answer("context.switch_date") == "May")
    assert room.records.written[-1].unseen == {"value"}
    # What is there now is one's own.
    QTest.keyClicks(date, " 2026")
    await until(lambda: room.answer("context.switch_date") == "May 2026")
    assert room.records.written[-1].unseen == set()


@then_leave
async def test_so_it_is_with_an_item_of_a_list(room: Room) -> None:
    theirs(room, "first_thought.push", "Export broke", "item")
    window = await room.open()
    await to_stage(window, "first_thought")
    items = child(window, QWidget, "answer-first_thought.push").findChildren(QLineEdit)
    (item,) = [one for one in items if one.text() == "Export broke"]
    item.setFocus()
    theirs(room, "first_thought.push", "Export broke on Fridays", "item")
    QTest.keyClick(item, Qt.Key.Key_End)
    QTest.keyClicks(item, " twice")
    await until(lambda: bool(room.records.written))
    [edit] = room.records.written
    assert edit.fields == {"value": "Export broke twice"}
    assert edit.unseen == {"value"}
