"""One member of the team: who they are, what they may do, and changing that."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from interview_desk.domain.instants import zone_called
from interview_desk.domain.roles import Role
from interview_desk.services.team import Colleague
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.parts import Weight, button, column, pill, row
from interview_desk.ui.widgets.team_roles import ROLE_MEANS

# Wide enough for the longest role, so that the column of roles is straight.
_ROLE_WIDTH = 128


class MemberLine(QWidget):
    """A colleague; their role is a menu for those who may change it.

    Signals: `role_chosen(object)` with the new `Role`; `removal_asked()`.
    """

    role_chosen = Signal(object)
    removal_asked = Signal()

    def __init__(self, colleague: Colleague, *, may_manage: bool) -> None:
        super().__init__()
        self._colleague = colleague
        member = colleague.member
        name = f"{member.name} (you)" if colleague.is_me else member.name
        words = column(ElidedLabel(name, weight=Weight.Medium), gap=0)
        details = _details(colleague)
        if details:
            words.addWidget(ElidedLabel(details, size=Size.DETAIL, tone="muted"))
        said = self._role_menu() if may_manage else pill(member.role.capitalize())
        if may_manage:
            self.setFocusProxy(said)
        line = row(words, None, said)
        line.setContentsMargins(0, 8, 0, 8)
        self.setLayout(line)

    def _role_menu(self) -> QPushButton:
        member = self._colleague.member
        opener = button(member.role.capitalize(), name=f"role-{member.id}")
        opener.setAccessibleName(f"Role of {member.name}: {member.role}")
        opener.setProperty("menu", "yes")
        opener.setMinimumWidth(_ROLE_WIDTH)
        menu = QMenu(opener)
        group = QActionGroup(menu)
        for role, means in ROLE_MEANS.items():
            action = QAction(f"{role.capitalize()}: {means[0].lower()}{means[1:]}", menu)
            action.setObjectName(f"role-{role}")
            action.setCheckable(True)
            action.setChecked(role is member.role)
            action.triggered.connect(partial(self._choose, role))
            group.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        leaving = "Leave the team" if self._colleague.is_me else "Take out of the team"
        leave = menu.addAction(f"{leaving}\N{HORIZONTAL ELLIPSIS}")
        leave.setObjectName("take-out")
        leave.triggered.connect(self.removal_asked)
        opener.setMenu(menu)
        return opener

    def _choose(self, role: Role) -> None:
        if role is not self._colleague.member.role:
            self.role_chosen.emit(role)


def _details(colleague: Colleague) -> str:
    member = colleague.member
    zone = zone_called(member.zone)
    where = (member.zone or "").rsplit("/", 1)[-1].replace("_", " ") if zone else ""
    return " \N{MIDDLE DOT} ".join(part for part in (member.email, where) if part)
