"""Bringing somebody into the team who is not in it yet: their name, and what they may do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit

from interview_desk.domain.roles import Role
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, column, heading, label, row
from interview_desk.ui.widgets.quiet import quiet
from interview_desk.ui.widgets.team_roles import ROLE_MEANS


class NewcomerForm(QFrame):
    """Asks for the name and role of somebody with an address that is new to the team.

    Signals: `brought_in(str, str, object)` with address, name and `Role`.
    """

    brought_in = Signal(str, str, object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("newcomer")
        self.setAccessibleName("New in the team")
        self.setProperty("kind", "card")
        self._email = ""
        self._title = label(size=Size.HEADING, weight=Weight.DemiBold, wrap=True)
        self._name = QLineEdit()
        self._name.setObjectName("newcomer-name")
        self._name.setAccessibleName("Name")
        self._role = quiet(QComboBox())
        self._role.setObjectName("newcomer-role")
        self._role.setAccessibleName("Role")
        for role in ROLE_MEANS:
            self._role.addItem(role.capitalize(), role)
        self._means = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._really = button("Bring in and invite", name="newcomer-really", kind="primary")
        self._build()

    def ask_about(self, email: str) -> None:
        """Ask about the person with this address; the role most people have stands ready."""
        self._email = email
        self._title.setText(f"{email} is new in the team")
        self._name.clear()
        self._role.setCurrentIndex(self._role.findData(Role.INTERVIEWER))
        self.setEnabled(True)
        self.show()
        self._name.setFocus()

    def _say_what_it_means(self) -> None:
        self._means.setText(f"{ROLE_MEANS[self._role.currentData()]}.")

    def _pressed(self) -> None:
        self.brought_in.emit(self._email, self._name.text(), Role(self._role.currentData()))

    def _build(self) -> None:
        self._role.currentIndexChanged.connect(self._say_what_it_means)
        self._say_what_it_means()
        self._name.returnPressed.connect(self._pressed)
        self._really.clicked.connect(self._pressed)
        name = column(heading("Name"), self._name, gap=4)
        role = column(heading("Role"), self._role, gap=4)
        fields = row(name, role, gap=12)
        fields.setStretch(0, 1)
        content = column(self._title, fields, self._means, row(None, self._really), gap=12)
        content.setContentsMargins(20, 16, 20, 16)
        self.setLayout(content)
