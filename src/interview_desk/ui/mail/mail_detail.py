"""One mail: as the guest will see it, why it is sent and when, and what can be done with it."""

from collections.abc import Collection, Mapping
from datetime import tzinfo
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from interview_desk.domain.sequences.messages import MessageState
from interview_desk.services.follow_ups import Mail
from interview_desk.services.mail_words import Words
from interview_desk.services.sample_mail import as_seen
from interview_desk.ui.keyboard import has_keyboard
from interview_desk.ui.mail.preview import MailPreview
from interview_desk.ui.mail.words import STATES, when_words
from interview_desk.ui.quoting import quoted
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    label,
    pill,
    row,
    set_tone,
)

_M = MessageState
_APPROVE = {_M.FAILED: "Try again", _M.UNCERTAIN: "Send it again"}
_LOOK, _WRITE = 0, 1

_TOO_LATE = (
    "This mail cannot be changed any more: it has moved on meanwhile. Copy what you want to keep "
    "of your text, then leave it."
)


class MailDraft(NamedTuple):
    """A mail that is being written, and what it said when that was begun."""

    new: Words
    was: Words


class MailDetail(QFrame):
    """A mail a person can decide about.

    Signals: `approved(object)` with the `Mail` as it was read; `held(str)`, `cancelled(str)`,
    `confirmed(str)` and `replied(str)` with the mail's id; `edited(str, object)` with it and the
    `MailDraft`; `tested(str, str)` subject and text; `interview_requested(str)`.
    """

    approved = Signal(object)
    held = Signal(str)
    cancelled = Signal(str)
    confirmed = Signal(str)
    replied = Signal(str)
    edited = Signal(str, object)
    tested = Signal(str, str)
    interview_requested = Signal(str)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._mail: Mail | None = None
        self._as_text = False
        # Texts that somebody was writing when they went on to another mail.
        self._drafts: dict[str, MailDraft] = {}
        # What the one that is being written said when that was begun.
        self._was: Words = ("", "")
        self._state = pill()
        self._when = label(size=Size.DETAIL, tone="muted")
        self._subject = label(size=Size.TITLE, weight=Weight.DemiBold, wrap=True)
        self._to = label(tone="muted", wrap=True)
        self._why = label(size=Size.DETAIL, wrap=True)
        self._means = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._interview = button("Open the interview", name="mail-interview", kind="link")
        self._question = QFrame()
        self._asked = label(weight=Weight.Medium, wrap=True)
        self._no = button("No, send this", name="reply-no", kind="primary")
        self._yes = button("Yes, stop the follow-up", name="reply-yes")
        self._approve = button("Approve", name="mail-approve", kind="primary")
        self._sent = button("It did arrive", name="mail-confirm")
        self._edit = button("Edit", name="mail-edit")
        self._hold = button("Hold", name="mail-hold")
        self._cancel = button("Do not send", name="mail-cancel", kind="quiet")
        self._switch = button("Show as plain text", name="mail-as-text", kind="link")
        self._preview = MailPreview()
        self._writing = _Writing()
        self._body = QStackedWidget()
        self._name()
        self._build()
        self._connect()

    @property
    def mail_id(self) -> str | None:
        """The mail shown."""
        return self._mail.id if self._mail else None

    @property
    def is_writing(self) -> bool:
        """Whether a person is changing its text."""
        return self._body.currentIndex() == _WRITE

    def drafts(self) -> dict[str, MailDraft]:
        """What is being written of each mail, by its id."""
        found = dict(self._drafts)
        if self._mail is not None and self.is_writing:
            draft = self._draft()
            if draft.new != draft.was:
                found[self._mail.id] = draft
        return found

    def take_up(self, drafts: Mapping[str, MailDraft]) -> None:
        """Go on with what was written before."""
        self._drafts = {**drafts, **self._drafts}
        if self._mail is not None and not self.is_writing and self._mail.id in self._drafts:
            self._write(self._drafts.pop(self._mail.id))

    def let_go_of_others(self, known: Collection[str]) -> None:
        """Only these mails are there any more."""
        self._drafts = {one: words for one, words in self._drafts.items() if one in known}
        if self._mail is not None and self._mail.id not in known:
            self._mail = None
            self._body.setCurrentIndex(_LOOK)

    def show_mail(self, mail: Mail, *, may_act: bool) -> None:
        """Show this one; what is being written about any is left alone, or taken up again."""
        if self._mail is not None and self.is_writing:
            if self._mail.id == mail.id:
                # Who leaves the writing looks at what it says now.
                self._mail = mail
                self._writing.say_trouble("" if mail.is_editable else _TOO_LATE)
                return
            self._drafts[self._mail.id] = self._draft()
        self._mail = mail
        words, tone, means = STATES[mail.state]
        self._state.setText(words)
        set_tone(self._state, name="pill", tone=tone)
        self._when.setText(when_words(mail, self._zone))
        self._subject.setText(mail.subject or "No subject yet")
        self._to.setText(_to_words(mail))
        self._why.setText(_why_words(mail))
        self._means.setText(" ".join(filter(None, [means, mail.error])))
        self._interview.setVisible(mail.interview_id is not None)
        self._body.setCurrentIndex(_LOOK)
        self._show_body()
        self._show_buttons(mail, may_act=may_act)
        draft = self._drafts.pop(mail.id, None)
        if draft is not None:
            self._write(draft)

    def _show_buttons(self, mail: Mail, *, may_act: bool) -> None:
        asks = bool(mail.question) and mail.state is _M.NEEDS_APPROVAL and may_act
        self._asked.setText(mail.question)
        self._approve.setText(_APPROVE.get(mail.state, "Approve"))
        self._approve.setAccessibleName(self._approve.text())
        risky = mail.state in _APPROVE
        set_tone(self._approve, name="kind", tone="" if risky else "primary")
        wanted: dict[QWidget, bool] = {
            self._question: asks,
            self._approve: mail.may_become(_M.QUEUED) and not asks,
            self._sent: mail.may_become(_M.SENT),
            self._edit: mail.is_editable,
            self._hold: mail.state is _M.QUEUED and not mail.is_test,
            self._cancel: mail.may_become(_M.CANCELLED),
        }
        for one, is_wanted in wanted.items():
            if has_keyboard(one) and not (is_wanted and may_act):
                # The keyboard would go on to the next one, which may stop what was approved.
                self._switch.setFocus()
            one.setVisible(is_wanted and may_act)

    def _show_body(self) -> None:
        if self._mail is None:
            return
        text, html = as_seen(self._mail)
        if self._as_text:
            self._preview.show_text(text)
        else:
            self._preview.show_html(html)
        self._switch.setText("Show with its look" if self._as_text else "Show as plain text")

    def _begin_writing(self) -> None:
        if self._mail is not None:
            words = (self._mail.subject, self._mail.text)
            self._write(MailDraft(words, words))

    def _draft(self) -> MailDraft:
        return MailDraft(self._writing.written(), self._was)

    def _write(self, draft: MailDraft) -> None:
        self._was = draft.was
        self._writing.show_text(*draft.new)
        self._body.setCurrentIndex(_WRITE)
        for one in self._actions():
            one.hide()

    def _end_writing(self) -> None:
        mail, self._mail = self._mail, None
        self._body.setCurrentIndex(_LOOK)
        if mail is not None:
            self.show_mail(mail, may_act=True)

    def _written(self) -> None:
        if self._mail is not None:
            self.edited.emit(self._mail.id, self._draft())

    def written_down(self, mail_id: str) -> None:
        """The change of a mail is kept: show it again, where it is still the one shown."""
        if mail_id == self.mail_id:
            self._body.setCurrentIndex(_LOOK)
        self._drafts.pop(mail_id, None)

    def say_trouble(self, mail_id: str | None, sentence: str) -> None:
        """Say at the place why a change was not kept, where it is still being written."""
        if mail_id == self.mail_id:
            self._writing.say_trouble(sentence)

    def _tested(self) -> None:
        self.tested.emit(*self._writing.written())

    def _switched(self) -> None:
        self._as_text = not self._as_text
        self._show_body()

    def _open_interview(self) -> None:
        if self._mail is not None and self._mail.interview_id is not None:
            self.interview_requested.emit(self._mail.interview_id)

    def _actions(self) -> tuple[QPushButton, ...]:
        return (self._approve, self._sent, self._edit, self._hold, self._cancel)

    def _connect(self) -> None:
        for press, news in (
            (self._sent, self.confirmed),
            (self._hold, self.held),
            (self._cancel, self.cancelled),
            (self._yes, self.replied),
        ):
            press.clicked.connect(partial(self._tell, news))
        for press in (self._approve, self._no):
            press.clicked.connect(self._approved)
        self._edit.clicked.connect(self._begin_writing)
        self._switch.clicked.connect(self._switched)
        self._interview.clicked.connect(self._open_interview)
        self._writing.kept.connect(self._written)
        self._writing.left.connect(self._end_writing)
        self._writing.tested.connect(self._tested)

    def _approved(self) -> None:
        if self._mail is not None:
            self.approved.emit(self._mail)

    def _tell(self, news: SignalInstance) -> None:
        if self._mail is not None:
            news.emit(self._mail.id)

    def _build(self) -> None:
        self._question.setObjectName("mail-question-box")
        self._question.setProperty("kind", "asking")
        asking = column(self._asked, row(self._no, self._yes, None))
        asking.setContentsMargins(12, 10, 12, 12)
        self._question.setLayout(asking)
        look = QWidget()
        look.setLayout(self._look())
        self._body.addWidget(look)
        self._body.addWidget(self._writing)
        content = column(
            row(self._state, self._when, None, self._interview),
            self._subject,
            self._to,
            self._why,
            self._means,
            self._question,
            row(*self._actions(), None),
            self._body,
            gap=6,
        )
        content.setStretch(7, 1)
        content.setContentsMargins(24, 16, 24, 20)
        self.setLayout(content)

    def _name(self) -> None:
        self.setObjectName("mail-detail")
        for name, one in {
            "mail-state": self._state,
            "mail-subject": self._subject,
            "mail-why": self._why,
            "mail-means": self._means,
            "mail-question": self._asked,
        }.items():
            one.setObjectName(name)

    def _look(self) -> QVBoxLayout:
        return column(row(None, self._switch), self._preview, gap=4)


class _Writing(QWidget):
    """Changing a mail's subject and text. Signals: `kept()`, `left()`, `tested()`."""

    kept = Signal()
    left = Signal()
    tested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._subject = QLineEdit()
        self._subject.setObjectName("edit-subject")
        self._subject.setAccessibleName("Subject")
        self._text = QPlainTextEdit()
        self._text.setObjectName("edit-text")
        self._text.setAccessibleName("Text of the mail")
        self._text.setProperty("kind", "quoted")
        self._text.setTabChangesFocus(True)
        self._trouble = label(size=Size.DETAIL, tone="bad", wrap=True)
        self._trouble.setObjectName("edit-trouble")
        self._trouble.hide()
        save = button("Keep this text", name="edit-save", kind="primary")
        test = button("Send a test to me", name="edit-test")
        leave = button("Leave it as it was", name="edit-leave", kind="quiet")
        save.clicked.connect(self.kept)
        test.clicked.connect(self.tested)
        leave.clicked.connect(self.left)
        lines = column(
            self._subject, self._text, self._trouble, row(save, test, leave, None), gap=8
        )
        lines.setContentsMargins(0, 8, 0, 0)
        self.setLayout(lines)

    def show_text(self, subject: str, text: str) -> None:
        """Begin with these."""
        self._subject.setText(subject)
        self._text.setPlainText(text)
        self._trouble.hide()
        self._text.setFocus()

    def written(self) -> tuple[str, str]:
        """Subject and text as they stand."""
        return self._subject.text(), self._text.toPlainText()

    def say_trouble(self, sentence: str) -> None:
        """Say what is wrong with them."""
        self._trouble.setText(sentence)
        self._trouble.setVisible(bool(sentence))


def _to_words(mail: Mail) -> str:
    if mail.is_test:
        return f"A test for {mail.guest}"
    parts = [f"To {mail.guest}", mail.address or ""]
    if mail.enrolment is not None:
        parts.append(mail.enrolment.interview)
    return " \N{MIDDLE DOT} ".join(filter(None, parts))


def _why_words(mail: Mail) -> str:
    """Why this mail, and why now."""
    parts = []
    if mail.enrolment is not None:
        number = f", mail {mail.number}" if mail.number else ""
        parts.append(f"From {quoted(mail.enrolment.sequence)}{number}: {mail.step}.")
        if mail.enrolment.because:
            parts.append(mail.enrolment.because)
    # A mail's own reason is most often why its guest was enrolled.
    if mail.because and mail.because not in parts:
        parts.append(mail.because)
    return " ".join(parts)
