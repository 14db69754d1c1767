"""The outbox: every mail by how it stands, and one of them beside the list."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtWidgets import QWidget

from interview_desk.domain.sequences.messages import MessageState
from interview_desk.services.follow_ups import Mail, Outbox
from interview_desk.ui.mail.mail_detail import MailDetail
from interview_desk.ui.mail.words import STATES, when_words
from interview_desk.ui.widgets.line_list import Line, LineList
from interview_desk.ui.widgets.list_beside import ListBeside
from interview_desk.ui.widgets.parts import column

_M = MessageState
_GROUPS: Sequence[tuple[str, frozenset[MessageState]]] = (
    ("Needs you", frozenset({_M.UNCERTAIN, _M.FAILED, _M.NEEDS_APPROVAL, _M.DRAFT})),
    ("Will leave", frozenset({_M.QUEUED, _M.SENDING})),
    ("Has left", frozenset({_M.SENT, _M.DELIVERED, _M.BOUNCED, _M.COMPLAINED})),
    ("Cancelled", frozenset({_M.CANCELLED})),
)
_TONES = {"accent": "accent_text", "plain": "muted"}
_NONE = "No mail yet. It is prepared after an interview, by a rule or when you enrol a guest."


class OutboxView(QWidget):
    """Mails, and what becomes of them."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._wanted: str | None = None
        self._shown: Outbox | None = None
        self.list = LineList(name="mail-list", spoken="Mails")
        self.detail = MailDetail(zone)
        self._both = ListBeside(self.list, self.detail, nothing=_NONE)
        self.list.chosen.connect(self._chosen)
        self.setLayout(column(self._both, gap=0))

    def show_outbox(self, outbox: Outbox) -> None:
        """Show all mails; the first that needs somebody is chosen."""
        self._shown = outbox
        known = {one.id for one in outbox.mails}
        if self._wanted not in known:
            self._wanted = outbox.mails[0].id if outbox.mails else None
        self.detail.let_go_of_others(known)
        self.list.show_lines(list(_lines(outbox.mails, self._zone)), self._wanted)
        self._show_detail()

    def show_mail(self, mail_id: str) -> None:
        """Choose one."""
        self._wanted = mail_id
        self.list.choose(mail_id)
        self._show_detail()

    def _chosen(self, mail_id: str) -> None:
        self._wanted = mail_id
        self._show_detail()

    def _show_detail(self) -> None:
        mails = self._shown.mails if self._shown else ()
        mail = next((one for one in mails if one.id == self._wanted), None)
        self._both.show_beside(found=mail is not None)
        if mail is not None and self._shown is not None:
            self.detail.show_mail(mail, may_act=self._shown.may_act)


def _lines(mails: Sequence[Mail], zone: tzinfo) -> list[Line]:
    lines: list[Line] = []
    for title, states in _GROUPS:
        found = [one for one in mails if one.state in states]
        if found:
            lines.append(Line("", title, mark=str(len(found))))
            lines += [_line(one, zone) for one in found]
    return lines


def _line(mail: Mail, zone: tzinfo) -> Line:
    words, tone, _ = STATES[mail.state]
    if mail.question and mail.state is _M.NEEDS_APPROVAL:
        words = "Has a question"
    below = f"{when_words(mail, zone)} \N{MIDDLE DOT} {mail.subject or mail.step}"
    return Line(mail.id, mail.guest, below, words, _TONES.get(tone, tone))
