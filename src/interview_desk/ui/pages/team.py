"""The team: its members, and the way in for the next person or device."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout
from typing_extensions import override

from interview_desk.services.team import Colleague, Invitation, TeamService
from interview_desk.ui.pages.page import Page
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.invitation_card import InvitationCard
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    hide_unless,
    label,
    pill,
    row,
    rule,
)
from interview_desk.ui.widgets.people import zone_of
from interview_desk.ui.widgets.readable_page import readable_page

_NOT_MET = "Members are listed here once this desk has met its server."
_ALONE = "Only you: this desk has no team yet."


class TeamPage(Page):
    """Members and invitations."""

    def __init__(self, team: TeamService, *, zone: tzinfo) -> None:
        super().__init__("team", title="Team")
        self._team = team
        self._members = QVBoxLayout()
        self._members.setSpacing(0)
        self._email = QLineEdit()
        self._invite = button("Invite", name="invite")
        self._device = button("Add a device of mine", name="add-device")
        self._trouble = label(tone="bad", wrap=True)
        self._trouble.setObjectName("invite-trouble")
        self.invitation = InvitationCard(zone)
        self._build()

    @override
    def refresh(self) -> None:
        self.tasks.start(self._team.colleagues(), then=self._show, instead_of="members")

    def _show(self, colleagues: Sequence[Colleague]) -> None:
        emptied(self._members)
        for number, one in enumerate(colleagues):
            if number:
                self._members.addWidget(rule())
            self._members.addLayout(_member_line(one))
        if not colleagues:
            words = _NOT_MET if self._team.may_add_device else _ALONE
            self._members.addWidget(label(words, tone="muted", wrap=True))
        self.loaded.emit()

    def _invite_pressed(self) -> None:
        email = self._email.text().strip()
        if not email:
            self._say_trouble("Type the address of the person to invite.")
            self._email.setFocus()
            return
        self._trouble.hide()
        self.tasks.start(
            self._team.invite(email), then=self._invited, told=self._say_trouble, instead_of="way"
        )

    def _device_pressed(self) -> None:
        self._trouble.hide()
        work = self._team.second_device()
        self.tasks.start(work, then=self._invited, told=self._say_trouble, instead_of="way")

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
        self._trouble.hide()
        self.invitation.hide()
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
            self._trouble,
            self.invitation,
            None,
            gap=12,
        )
        content.insertSpacing(2, 12)
        readable_page(self, content)


def _member_line(one: Colleague) -> QHBoxLayout:
    name = f"{one.member.name} (you)" if one.is_me else one.member.name
    zone = zone_of(one.member.zone)
    where = (one.member.zone or "").rsplit("/", 1)[-1].replace("_", " ") if zone else ""
    details = " \N{MIDDLE DOT} ".join(part for part in (one.member.email, where) if part)
    words = column(
        label(name, weight=Weight.Medium), label(details, size=Size.DETAIL, tone="muted"), gap=0
    )
    line = row(words, None, pill(one.member.role.capitalize()))
    line.setContentsMargins(0, 8, 0, 8)
    return line
