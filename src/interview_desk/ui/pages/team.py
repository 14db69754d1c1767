"""The team: its members, and the way in for the next person or device."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QVBoxLayout
from typing_extensions import override

from interview_desk.domain.roles import Role
from interview_desk.services.members import MemberService
from interview_desk.services.team import Colleague, Invitation, TeamService
from interview_desk.ui.keyboard import holds_focus
from interview_desk.ui.pages.page import Page
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.invitation_card import InvitationCard
from interview_desk.ui.widgets.member_line import MemberLine
from interview_desk.ui.widgets.newcomer_form import NewcomerForm
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    hide_unless,
    label,
    row,
    rule,
)
from interview_desk.ui.widgets.readable_page import readable_page
from interview_desk.ui.widgets.removal_dialog import RemovalDialog

_NOT_MET = "Members are listed here once this desk has met its server."
_ALONE = "Only you: this desk has no team yet."


class TeamPage(Page):
    """Members, their roles, and invitations."""

    def __init__(self, team: TeamService, *, managing: MemberService, zone: tzinfo) -> None:
        super().__init__("team", title="Team")
        self._team = team
        self._managing = managing
        self._colleagues: Sequence[Colleague] = ()
        self._lines: dict[str, MemberLine] = {}
        self._is_shown = False
        self._members = QVBoxLayout()
        self._members.setSpacing(0)
        self._email = QLineEdit()
        self._invite = button("Invite", name="invite")
        self._device = button("Add a device of mine", name="add-device")
        self._trouble = label(tone="bad", wrap=True)
        self._trouble.setObjectName("invite-trouble")
        self._newcomer = NewcomerForm()
        self.invitation = InvitationCard(zone)
        self._build()

    @override
    def refresh(self) -> None:
        self.tasks.start(self._team.colleagues(), then=self._show, instead_of="members")

    def _show(self, colleagues: Sequence[Colleague]) -> None:
        self.loaded.emit()
        if self._is_shown and colleagues == self._colleagues:
            return  # somebody may have the menu of a role open
        self._is_shown = True
        self._colleagues = colleagues
        with_keyboard = next((key for key, line in self._lines.items() if holds_focus(line)), None)
        emptied(self._members)
        self._lines = {one.member.id: self._line(one) for one in colleagues}
        for number, one in enumerate(colleagues):
            if number:
                self._members.addWidget(rule())
            self._members.addWidget(self._lines[one.member.id])
        if with_keyboard in self._lines:
            self._lines[with_keyboard].setFocus()
        if not colleagues:
            words = _NOT_MET if self._team.may_add_device else _ALONE
            self._members.addWidget(label(words, tone="muted", wrap=True))

    def _invite_pressed(self) -> None:
        email = self._email.text().strip()
        if not email:
            self._say_trouble("Type the address of the person to invite.")
            self._email.setFocus()
            return
        self._begin_inviting()
        if self._team.knows(email, self._colleagues):
            self._invite_known(email)
        else:
            self._newcomer.ask_about(email)

    def _invite_known(self, email: str) -> None:
        work = self._team.invite(email)
        self.tasks.start(work, then=self._invited, told=self._say_trouble, instead_of="way")

    def _bring_in(self, email: str, name: str, role: Role) -> None:
        self._trouble.hide()
        self._newcomer.setEnabled(False)
        self.tasks.start(
            self._managing.bring_in(email, name=name, role=role),
            then=partial(self._brought_in, email),
            told=self._not_brought_in,
            instead_of="way",
        )

    def _brought_in(self, email: str, _: None) -> None:
        self._newcomer.hide()
        self._invite_known(email)

    def _not_brought_in(self, sentence: str) -> None:
        self._newcomer.setEnabled(True)
        self._say_trouble(sentence)

    def _device_pressed(self) -> None:
        self._begin_inviting()
        work = self._team.second_device()
        self.tasks.start(work, then=self._invited, told=self._say_trouble, instead_of="way")

    def _begin_inviting(self) -> None:
        for earlier in (self._trouble, self._newcomer, self.invitation):
            earlier.hide()

    def _invited(self, invitation: Invitation) -> None:
        self.invitation.show_invitation(invitation)
        self.loaded.emit()

    def _say_trouble(self, sentence: str) -> None:
        self._trouble.setText(sentence)
        self._trouble.show()

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.told.emit("The link is copied. Send it only to the person it is for.")

    def _build(self) -> None:
        self._email.setObjectName("invite-email")
        self._email.setAccessibleName("E-mail of the person to invite")
        self._email.setPlaceholderText("name@example.com")
        self._email.returnPressed.connect(self._invite_pressed)
        self._invite.clicked.connect(self._invite_pressed)
        self._device.clicked.connect(self._device_pressed)
        self.invitation.copy_requested.connect(self._copied)
        self._newcomer.brought_in.connect(self._bring_in)
        self._begin_inviting()
        is_alone = self._team.me.server is None
        alone = label(
            "With a link or a code from a colleague. What you have here goes with you.",
            tone="muted",
            wrap=True,
        )
        pair = button("Join a team", name="pair-with-team", kind="primary")
        pair.clicked.connect(self.pair_requested)
        hide_unless(pair, wanted=is_alone)
        hide_unless(alone, wanted=is_alone)
        hide_unless(self._email, wanted=self._team.may_invite)
        hide_unless(self._invite, wanted=self._team.may_invite)
        hide_unless(self._device, wanted=self._team.may_add_device)
        content = column(
            label("Members", size=Size.HEADING, weight=Weight.DemiBold),
            self._members,
            label(
                "Work as a team" if is_alone else "Let somebody in",
                size=Size.HEADING,
                weight=Weight.DemiBold,
            ),
            alone,
            row(pair, None),
            row(self._email, self._invite, self._device),
            self._newcomer,
            self._trouble,
            self.invitation,
            None,
            gap=12,
        )
        content.insertSpacing(2, 12)
        readable_page(self, content)

    def _line(self, one: Colleague) -> MemberLine:
        line = MemberLine(one, may_manage=self._managing.may_manage)
        line.role_chosen.connect(partial(self._give_role, one.member.id))
        line.removal_asked.connect(partial(self._ask_about_leaving, one))
        return line

    def _give_role(self, member_id: str, role: Role) -> None:
        self.tasks.start(self._managing.change_role(member_id, role), then=self._changed)

    def _ask_about_leaving(self, one: Colleague) -> None:
        dialog = RemovalDialog(one.member.name, is_me=one.is_me, parent=self)
        dialog.agreed.connect(partial(self._take_out, one.member.id))
        dialog.open()

    def _take_out(self, member_id: str) -> None:
        self.tasks.start(self._managing.remove(member_id), then=self._changed)

    def _changed(self, _: None) -> None:
        self.refresh()
