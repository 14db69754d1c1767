"""Messages in the window's corner."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desk.services.notices import Answer, Notice
from interview_desk.ui.toasts import Toast, ToastNotices, Toasts
from interview_desk.ui.widgets.notice_bar import NoticeBar
from interview_desk.ui.widgets.parts import row


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    return made


@pytest.fixture
def toasts(window: QWidget) -> Toasts:
    return Toasts(window)


def press(toasts: Toasts, name: str) -> None:
    found = toasts.findChild(QPushButton, name) or toasts.findChild(QToolButton, name)
    assert found is not None
    found.click()


def test_a_message_stands_in_the_corner_and_follows_the_window(
    window: QWidget, toasts: Toasts
) -> None:
    toasts.show_toast(Toast("a", "Saved"))
    toasts.show_toast(Toast("b", "Moved", "Mon 14:00", (("undo", "Undo"),), stays=True))
    assert toasts.isVisible()
    window.resize(1300, 900)
    corner = toasts.geometry().bottomRight()
    assert (corner.x(), corner.y()) == (1300 - 16 - 1, 900 - 16 - 1)
    assert list(toasts.shown) == ["b", "a"]


def test_three_are_seen_newest_first_and_the_others_are_counted(toasts: Toasts) -> None:
    more = toasts.findChild(QLabel, "toasts-more")
    assert more is not None
    for key in "abcde":
        toasts.show_toast(Toast(key, f"Message {key}", stays=True))
    QApplication.sendPostedEvents()
    assert list(toasts.seen) == ["e", "d", "c"]
    assert more.isVisible()
    assert more.text() == "and 2 more"
    places = [toasts._cards[key].y() for key in toasts.seen]
    assert places == sorted(places)
    assert more.geometry().bottom() < toasts.height()
    toasts.take_away("e")
    assert list(toasts.seen) == ["d", "c", "b"]
    toasts.take_away("d")
    toasts.take_away("c")
    assert list(toasts.seen) == ["b", "a"]
    assert more.isHidden()


def test_a_message_that_waits_does_not_go_before_it_is_seen(toasts: Toasts) -> None:
    for key in "abcd":
        toasts.show_toast(Toast(key, "Message"))
    timers = {key: toasts._cards[key]._timer for key in "abcd"}
    toasts.take_away("d")
    assert timers["a"].isActive()
    toasts.show_toast(Toast("e", "Message"))
    toasts.show_toast(Toast("f", "Message"))
    toasts._cards["b"].expired.emit()
    assert "b" not in toasts.shown


def test_a_primary_button_is_never_covered(window: QWidget, toasts: Toasts) -> None:
    join = QPushButton("Join", window)
    join.setProperty("kind", "primary")
    join.setGeometry(900, 420, 100, 32)
    join.show()
    for key in "abc":
        toasts.show_toast(Toast(key, "Message", "Words", (("open", "Open"),), stays=True))
    assert list(toasts.seen) == ["c"]
    assert toasts.geometry().top() > join.geometry().bottom()
    join.setGeometry(10, 10, 100, 32)
    window.resize(1101, 901)
    assert list(toasts.seen) == ["c", "b", "a"]


def test_what_the_window_says_at_its_foot_is_never_covered(qtbot: QtBot) -> None:
    window, notice = QWidget(), NoticeBar()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addStretch()
    layout.addWidget(notice)
    window.resize(1100, 700)
    window.show()
    toasts = Toasts(window)
    toasts.show_toast(Toast("a", "Moved", stays=True))
    notice.say("The link is copied.")
    QApplication.processEvents()
    assert notice.isVisible()
    assert toasts.geometry().bottom() < notice.geometry().top()
    notice.hide()
    QApplication.processEvents()
    assert toasts.geometry().bottom() == 700 - 16 - 1


def test_a_button_answers_and_takes_the_message_away(toasts: Toasts, qtbot: QtBot) -> None:
    toasts.show_toast(Toast("b", "Moved", answers=(("undo", "Undo"), ("later", "Later"))))
    with qtbot.waitSignal(toasts.answered) as heard:
        press(toasts, "toast-undo")
    assert heard.args == ["b", "undo"]
    assert toasts.shown == ()
    assert not toasts.isVisible()


def test_a_message_with_the_same_id_replaces_the_one_before(toasts: Toasts) -> None:
    toasts.show_toast(Toast("a", "1 change waits"))
    old = toasts._cards["a"]
    toasts.show_toast(Toast("a", "2 changes wait"))
    toasts._expire("a", old)
    assert len(toasts.shown) == 1
    toasts._expire("a", toasts._cards["a"])
    toasts.take_away("a")
    assert not toasts.shown


async def test_an_alert_in_the_window_stays_until_it_is_answered(toasts: Toasts) -> None:
    hints: list[str] = []
    heard: list[tuple[str, Answer]] = []
    notices = ToastNotices(toasts, lambda title, _: hints.append(title))
    notice = Notice("n", "Starts in 10 min", "Ada", (Answer.JOIN, Answer.SNOOZE))
    assert await notices.show(notice, lambda *answer: heard.append(answer))
    assert hints == ["Starts in 10 min"]
    press(toasts, "toast-snooze")
    assert heard == [("n", Answer.SNOOZE)]
    await notices.show(notice, lambda *answer: heard.append(answer))
    press(toasts, "toast-dismiss")
    assert heard[1:] == [("n", Answer.DISMISS)]
    await notices.show(notice, lambda *answer: heard.append(answer))
    await notices.withdraw("n")
    assert toasts.shown == ()
    toasts.answered.emit("n", "join")
    assert len(heard) == 2


def test_long_words_are_shown_whole(toasts: Toasts) -> None:
    toasts.show_toast(
        Toast("a", "New booking: " + "a long title " * 8, "one\ntwo\nthree", stays=True)
    )
    QApplication.sendPostedEvents()
    for text in toasts.findChildren(QLabel):
        assert text.height() >= text.heightForWidth(text.width())


def test_what_is_filled_in_beside_is_not_covered_and_one_message_is_seen(
    window: QWidget, toasts: Toasts
) -> None:
    place, form = QStackedWidget(), QWidget()
    form.setFixedWidth(392)
    form.setProperty("stands_beside", True)  # noqa: FBT003  - Qt's own signature
    window.setLayout(row(place, form, gap=0))
    place.show()
    form.show()
    beside = Toasts(window)
    for number in range(4):
        beside.show_toast(Toast(f"{number}", "New booking", stays=True))
    window.resize(1360, 860)
    assert [*beside.seen] == ["3"]
    assert beside.geometry().right() < window.width() - form.width()
    form.hide()
    window.resize(1361, 860)
    assert [*beside.seen] == ["3", "2", "1"]
    assert beside.geometry().right() == window.width() - 17


def test_messages_take_no_more_than_half_of_the_height(window: QWidget, toasts: Toasts) -> None:
    answers = (("show", "Open"), ("snooze", "Snooze"))
    for number in range(3):
        toasts.show_toast(Toast(f"{number}", "New", "When\nFor whom", answers, stays=True))
    assert [*toasts.seen] == ["2", "1"]
    assert toasts.height() <= window.height() / 2
    window.resize(1360, 900)
    assert [*toasts.seen] == ["2", "1", "0"]


def test_a_click_on_a_message_leaves_the_keyboard_where_it_is(
    qtbot: QtBot, window: QWidget, toasts: Toasts
) -> None:
    line = QLineEdit(window)
    line.show()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    toasts.show_toast(Toast("a", "Moved", answers=(("undo", "Undo"),), stays=True))
    undo = toasts.findChild(QPushButton, "toast-undo")
    assert undo is not None
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert [*toasts.seen] == []
    assert line.hasFocus()


def test_join_alone_is_a_primary_button(toasts: Toasts) -> None:
    undo = (("undo", "Undo"), ("send", "Send now"))
    toasts.show_toast(Toast("a", "Moved", answers=undo, stays=True))
    toasts.show_toast(
        Toast("b", "Starts", answers=(("join", "Join"), ("snooze", "Snooze")), stays=True)
    )
    kinds = {
        one.text(): one.property("kind")
        for one in toasts.findChildren(QPushButton)
        if one.isVisible()
    }
    assert [words for words, kind in kinds.items() if kind == "primary"] == ["Join"]
