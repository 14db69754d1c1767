"""Rows for Qt: they keep its contract, and ten thousand are nothing special."""

from datetime import timedelta

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester

from interview_desk.domain.interviews import Interview
from interview_desk.domain.status import Status
from interview_desk.services.agenda import InterviewRow
from interview_desk.ui.models.agenda_model import AgendaModel
from interview_desk.ui.models.interview_model import InterviewModel
from tests.helpers.desk import NOW, appointment
from tests.helpers.desk_story import BERLIN

MANY = 10_000


def rows(count: int) -> list[InterviewRow]:
    return [
        InterviewRow(
            Interview(
                f"i{number}",
                f"Interview {number}",
                Status.HELD if number % 2 else Status.SCHEDULED,
                start=NOW - timedelta(hours=number) if number else None,
            ),
            "Brightloom" if number % 10 == 0 else None,
        )
        for number in range(count)
    ]


def test_the_agenda_keeps_qts_contract(qtmodeltester: ModelTester) -> None:
    model = AgendaModel(BERLIN)
    shown = [appointment(f"{n}", start=NOW + timedelta(hours=12 * n)) for n in range(5)]
    model.show([*shown, appointment("timeless", start=None)], NOW)
    qtmodeltester.check(model, force_py=True)
    days = [n for n in range(model.rowCount()) if not model.index(n).flags() & _SELECTABLE]
    assert len(days) == 3
    assert model.rowCount() == 8
    assert model.index(0).data() == "Wednesday 18 November"
    assert model.row_of("4") == 7
    assert model.row_of("timeless") == -1
    assert model.data(QModelIndex()) is None
    assert model.entry(model.index(1)) is shown[0]
    assert model.index(1).data(Qt.ItemDataRole.DecorationRole) is None
    model.tick(NOW + timedelta(days=1))
    assert model.now == NOW + timedelta(days=1)


_SELECTABLE = Qt.ItemFlag.ItemIsSelectable


def test_the_list_keeps_qts_contract(qtmodeltester: ModelTester) -> None:
    model = InterviewModel(BERLIN)
    model.show(rows(20))
    qtmodeltester.check(model, force_py=True)
    model.filter(text="bright", statuses=frozenset())
    found = [model.row(model.index(number)) for number in range(2)]
    assert [row.interview.id for row in found if row] == ["i0", "i10"]
    assert model.row_of("i10") == 1
    assert model.row_of("i1") == -1
    assert "No time yet" in model.index(0).data()
    assert model.data(QModelIndex()) is None
    assert model.index(0).data(Qt.ItemDataRole.DecorationRole) is None


def test_ten_thousand_rows_are_filtered_by_words_and_status() -> None:
    model = InterviewModel(BERLIN)
    model.show(rows(MANY))
    assert model.rowCount() == model.total == MANY
    model.filter(text="interview 999", statuses=frozenset({Status.HELD}))
    assert model.rowCount() == 14
    model.show(rows(10))  # the filter stays when rows arrive
    assert model.rowCount() == 0
