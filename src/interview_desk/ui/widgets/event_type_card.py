"""One event type of Cal.com with the form of what a booking of it brings with it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame

from interview_desk.domain.roles import AssignmentRole
from interview_desk.services.event_types import Choice, Choices, EventType
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.event_look import ROLE_WORDS
from interview_desk.ui.widgets.forms import Form
from interview_desk.ui.widgets.parts import Weight, column, label
from interview_desk.ui.widgets.quiet import quiet

_ROLES = (AssignmentRole.LEAD, AssignmentRole.NOTE_TAKER, AssignmentRole.OBSERVER)
_NOBODY = "Nobody in particular"


class EventTypeCard(QFrame):
    """What Cal.com says of it, and what the team adds.

    Signals: `mapped(str, object)` with the event type's id and the fields that changed.
    """

    mapped = Signal(str, object)

    def __init__(self, shown: EventType, choices: Choices, *, may_map: bool) -> None:
        super().__init__()
        self._shown = shown
        self.setObjectName(f"event-type-{shown.number}")
        self.setProperty("kind", "card")
        form = Form()
        form.add("Guide", self._box("guide_id", choices.guides, shown.guide_id, "The team's"))
        for role in _ROLES:
            form.add(ROLE_WORDS[role], self._role_box(role, choices.members))
        rules = self._box("rule_set_id", choices.rule_sets, shown.rule_set_id, "The team's")
        form.add("Rating", rules)
        sequence = self._box("sequence_id", choices.sequences, shown.sequence_id, "None")
        form.add("Follow-up", sequence)
        for box in self.findChildren(QComboBox):
            box.setEnabled(may_map)
        layout = column(
            label(shown.title, size=Size.HEADING, weight=Weight.DemiBold, wrap=True),
            label(facts_of(shown), size=Size.DETAIL, tone="muted", wrap=True),
            form,
            gap=8,
        )
        layout.setContentsMargins(20, 16, 20, 16)
        self.setLayout(layout)

    def _box(
        self, field: str, choices: Sequence[Choice], chosen: str | None, none: str
    ) -> QComboBox:
        made = self._choice_box(field, choices, chosen, none)
        made.activated.connect(partial(self._chosen, field, made))
        return made

    def _role_box(self, role: AssignmentRole, members: Sequence[Choice]) -> QComboBox:
        asked = self._shown.roles.get(role, ())
        made = self._choice_box(f"role-{role}", members, next(iter(asked), None), _NOBODY)
        made.activated.connect(partial(self._role_chosen, role, made))
        return made

    def _choice_box(
        self, name: str, choices: Sequence[Choice], chosen: str | None, none: str
    ) -> QComboBox:
        made = quiet(QComboBox(self))
        made.setObjectName(name)
        made.setAccessibleName(f"{name.replace('_', ' ')} of {self._shown.title}")
        made.setMinimumHeight(32)
        made.addItem(none, None)
        for choice in choices:
            made.addItem(choice.name, choice.id)
        made.setCurrentIndex(max(made.findData(chosen), 0))
        return made

    def _chosen(self, field: str, box: QComboBox, _index: int) -> None:
        self.mapped.emit(self._shown.id, {field: box.currentData()})

    def _role_chosen(self, role: AssignmentRole, box: QComboBox, _index: int) -> None:
        roles = {name: list(ids) for name, ids in self._shown.roles.items() if name != role}
        if box.currentData() is not None:
            roles[str(role)] = [box.currentData()]
        self.mapped.emit(self._shown.id, {"roles": roles})


def facts_of(shown: EventType) -> str:
    """`45 min · Ada Berg · Google meet`: what Cal.com says."""
    lengths = " or ".join(str(minutes) for minutes in shown.choices)
    parts = [f"{lengths} min", ", ".join(shown.hosts), ", ".join(shown.places)]
    if shown.needs_confirmation:
        parts.append("a host has to confirm")
    return " \N{MIDDLE DOT} ".join(filter(None, parts))
