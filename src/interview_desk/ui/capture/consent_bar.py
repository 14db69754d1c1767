"""What the guest allowed: always in sight, and asked before anything is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from interview_desk.domain.consent import ConsentKind, consent_of
from interview_desk.domain.interviews import Consent, Guest
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.parts import Weight, button, label, pill, set_tone
from interview_desk.ui.widgets.quiet import quiet

_NAME_WIDTH = 168
_TITLES = {
    ConsentKind.NOTES: "Notes",
    ConsentKind.RECORDING: "Recording",
    ConsentKind.QUOTES: "Quotes",
    ConsentKind.CONTACT_AGAIN: "Contact again",
}


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """What a guest said to one question."""

    guest_id: str
    kind: ConsentKind
    value: Consent


class ConsentBar(QWidget):
    """Four questions to one guest, each answered Yes, No or not yet.

    Signals: `consent_given(object)` with a ConsentGiven; `guest_named(str)` when an interview made
    by hand gets its first guest.
    """

    consent_given = Signal(object)
    guest_named = Signal(str)

    def __init__(self, *, writable: bool) -> None:
        super().__init__()
        self._writable = writable
        self._guests: tuple[Guest, ...] = ()
        self._answers: dict[ConsentKind, tuple[QPushButton, QPushButton]] = {}
        self.setObjectName("capture-consent")
        self.setAccessibleName("Consent")
        self._state = pill()
        self._state.setObjectName("consent-state")
        self._who = quiet(QComboBox())
        self._who.setMaximumWidth(_NAME_WIDTH)
        self._name = ElidedLabel(weight=Weight.Medium)
        self._name.setMaximumWidth(_NAME_WIDTH)
        self._new_name = QLineEdit()
        self._add = button("Add guest", name="consent-add-guest")
        self._asked = QWidget()
        self._build()

    def show_guests(self, guests: Sequence[Guest]) -> None:
        """Show who is interviewed and what they allowed."""
        chosen = self._guest
        self._guests = tuple(guests)
        self._who.clear()
        self._who.addItems([guest.name for guest in guests])
        ids = [guest.id for guest in guests]
        if chosen is not None and chosen.id in ids:
            self._who.setCurrentIndex(ids.index(chosen.id))
        several, none = len(guests) > 1, not guests
        self._who.setVisible(several)
        self._name.setVisible(len(guests) == 1)
        self._asked.setVisible(not none)
        self._new_name.setVisible(none and self._writable)
        self._add.setVisible(none and self._writable)
        self._show_answers()

    @property
    def _guest(self) -> Guest | None:
        place = max(self._who.currentIndex(), 0)
        return self._guests[place] if place < len(self._guests) else None

    def _show_answers(self) -> None:
        guest = self._guest
        self._name.setText(guest.name if guest else "")
        for kind, (yes, no) in self._answers.items():
            said = consent_of(guest, kind) if guest else Consent.UNKNOWN
            yes.setChecked(said is Consent.YES)
            no.setChecked(said is Consent.NO)
        words, tone = _summary(guest)
        self._state.setText(words)
        self._state.setAccessibleName(f"Consent: {words}")
        set_tone(self._state, name="pill", tone=tone)

    def _build(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 6, 20, 6)
        line.setSpacing(12)
        self._who.setObjectName("consent-guest")
        self._who.setAccessibleName("Guest")
        self._new_name.setObjectName("consent-guest-name")
        self._new_name.setAccessibleName("Name of the guest")
        self._new_name.setPlaceholderText("Who is the guest?")
        self._new_name.setMaximumWidth(240)
        for widget in (self._name, self._who, self._new_name, self._add, self._state):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self._asked)
        questions = QHBoxLayout(self._asked)
        questions.setContentsMargins(0, 0, 0, 0)
        questions.setSpacing(4)
        for kind in ConsentKind:
            questions.addWidget(self._title(kind))
            self._answers[kind] = (self._answer(kind, Consent.YES), self._answer(kind, Consent.NO))
            for one in self._answers[kind]:
                questions.addWidget(one)
        self._who.activated.connect(self._guest_chosen)
        self._add.clicked.connect(self._name_given)
        self._new_name.returnPressed.connect(self._name_given)

    def _title(self, kind: ConsentKind) -> QLabel:
        title = label(_TITLES[kind], size=Size.DETAIL, tone="muted")
        title.setContentsMargins(12, 0, 4, 0)
        return title

    def _answer(self, kind: ConsentKind, value: Consent) -> QPushButton:
        words = "Yes" if value is Consent.YES else "No"
        made = button(words, name=f"consent-{kind}-{value}", kind="pick")
        made.setAccessibleName(f"{_TITLES[kind]}: {words}")
        made.setCheckable(True)
        made.setFont(font(Size.DETAIL))
        made.setEnabled(self._writable)
        made.clicked.connect(self._answered)
        return made

    def _answered(self) -> None:
        pressed, guest = self.sender(), self._guest
        for kind, (yes, no) in self._answers.items():
            if guest is not None and pressed in {yes, no}:
                value = Consent.YES if pressed is yes else Consent.NO
                # Pressing what is pressed already takes the answer back.
                undone = consent_of(guest, kind) is value
                said = ConsentGiven(guest.id, kind, Consent.UNKNOWN if undone else value)
                self.consent_given.emit(said)
        self._show_answers()

    def _guest_chosen(self, _index: int) -> None:
        self._show_answers()

    def _name_given(self) -> None:
        name = self._new_name.text().strip()
        if name:
            self._new_name.clear()
            self.guest_named.emit(name)


def _summary(guest: Guest | None) -> tuple[str, str]:
    """What matters most, in words and in tone."""
    if guest is None:
        return "No guest yet: quotes are held back", "warning"
    if guest.consent_notes is Consent.NO:
        return "They want no notes taken", "bad"
    if guest.consent_recording is Consent.NO:
        return "Not recording", "bad"
    open_questions = [
        _TITLES[kind].lower() for kind in ConsentKind if consent_of(guest, kind) is Consent.UNKNOWN
    ]
    if len(open_questions) == len(_TITLES):
        return "Consent not asked yet", "warning"
    if open_questions:
        return f"Ask first: {', '.join(open_questions)}", "warning"
    return "Consent asked", "good"
