"""Rules: every version, one of them to read or to write, and what a draft would change."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.domain.evaluation.checking_conditions import Mistake
from interview_desk.domain.evaluation.comparing import Preview
from interview_desk.domain.evaluation.facts import Catalogue, catalogue_of
from interview_desk.domain.evaluation.rule_sets import RuleSet
from interview_desk.domain.evaluation.versions import State
from interview_desk.services.agenda import AgendaService
from interview_desk.services.guide_shelf import default_guide
from interview_desk.services.rules import RulesService, Version
from interview_desk.ui.keyboard import keyboard_kept
from interview_desk.ui.pages.page import Page
from interview_desk.ui.rules.reading import changes, reading
from interview_desk.ui.rules.rules_editor import RulesEditor
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.line_list import Line, LineList
from interview_desk.ui.widgets.list_beside import ListBeside
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    emptied,
    label,
    pill,
    reason_line,
    row,
    set_tone,
    switch,
)
from interview_desk.ui.widgets.readable_page import scrolled
from interview_desk.wire.shipped import shipped_rules

_STATES = {
    State.PUBLISHED: ("In use", "good"),
    State.DRAFT: ("Draft", "warning"),
    State.RETIRED: ("Out of use", "plain"),
}
_OURS = "with-the-desk"
_ABOUT_OURS = "These come with the desk and judge until your team puts its own to use."
_ABOUT_DRAFT = "Nobody is judged by a draft. Everything you write is kept at once."
_IN_USE = "These rules are in use. Earlier results keep the version they came from."
_ORDER = (State.PUBLISHED, State.DRAFT, State.RETIRED)


class _Shown(NamedTuple):
    """One version with everything that is said of it."""

    key: str
    name: str
    number: int
    state: State
    rules: RuleSet | None
    facts: Catalogue
    mistakes: tuple[Mistake, ...] = ()


class _Read(NamedTuple):
    """All versions, and the one that is looked at."""

    lines: Sequence[Line]
    one: _Shown


class RulesPage(Page):
    """How interviews are judged; those who run the team write it here."""

    def __init__(self, rules: RulesService, agenda: AgendaService) -> None:
        super().__init__("rules", title="Rules")
        self._service = rules
        self._agenda = agenda
        self._shown: _Shown | None = None
        self._wanted = ""
        self.list = LineList(name="rules-list", spoken="Versions of the rules")
        self.editor = RulesEditor()
        self._state = pill()
        self._name = label(size=Size.TITLE, weight=Weight.DemiBold, wrap=True)
        self._about = label(tone="muted", wrap=True)
        self._begin = button("Write a new version", name="begin-rules")
        self._preview = button("What would change?", name="preview-rules")
        self._publish = button("Put to use", name="publish-rules", kind="primary")
        self._why = reason_line(self._publish)
        self._discard = button("Throw the draft away", name="discard-rules", kind="quiet")
        self._retire = button("Take out of use", name="retire-rules", kind="quiet")
        self._changes = QFrame()
        self._changed = column()
        self._reading = QWidget()
        self._body = QVBoxLayout()
        self._build()
        self._connect()

    @override
    def refresh(self) -> None:
        self.tasks.start(self._read(), then=self._show, instead_of="rules")

    @override
    async def flush(self) -> None:
        if self.editor.has_unkept:
            rules, was = self.editor.rules(), self.editor.was()
            await self._keep(self._wanted, rules, was=was)

    async def _read(self) -> _Read:
        versions = sorted(await self._service.versions(), key=lambda one: _ORDER.index(one.state))
        lines = [_line(one) for one in versions]
        if all(one.state is not State.PUBLISHED for one in versions):
            rules = shipped_rules()
            lines.insert(0, Line(_OURS, rules.name, "Comes with the desk", "In use", "good"))
        if self._wanted not in {one.id for one in lines}:
            self._wanted = lines[0].id
        return _Read(lines, await self._one(self._wanted))

    async def _one(self, key: str) -> _Shown:
        if key == _OURS:
            rules = shipped_rules()
            facts = catalogue_of(default_guide(), rules.criteria, rules.bands)
            return _Shown(key, rules.name, rules.version, State.PUBLISHED, rules, facts)
        version, facts, mistakes = await self._open(key)
        return _Shown(
            key, version.name, version.number, version.state, version.rules, facts, mistakes
        )

    async def _open(self, key: str) -> tuple[Version, Catalogue, tuple[Mistake, ...]]:
        found = await self._service.open(key)
        return found.version, found.facts, found.mistakes

    def _show(self, read: _Read) -> None:
        self.list.show_lines(read.lines, self._wanted)
        if read.one.key == self._wanted:
            self._show_one(read.one)
        self.loaded.emit()

    def _show_one(self, one: _Shown) -> None:
        self._shown = one
        words, tone = _STATES[one.state]
        self._state.setText(words)
        set_tone(self._state, name="pill", tone=tone)
        self._name.setText(one.name)
        writing = one.state is State.DRAFT and one.rules is not None and self._service.may_edit
        self._name.setHidden(writing)
        about = _ABOUT_OURS if one.key == _OURS else _ABOUT_DRAFT if writing else ""
        self._about.setText(" ".join(filter(None, [f"Version {one.number}.", about])))
        with keyboard_kept(self, otherwise=self.list):
            self._show_buttons(one, writing=writing)
        self.editor.setVisible(writing)
        self._reading.setVisible(not writing)
        if writing and one.rules is not None:
            self.editor.show_rules(one.rules, one.facts, key=one.key)
            self.editor.say_mistakes(one.mistakes)
        else:
            self._show_reading(one)

    def _show_buttons(self, one: _Shown, *, writing: bool) -> None:
        may_edit, draft = self._service.may_edit, one.state is State.DRAFT
        in_use = one.state is State.PUBLISHED and one.key != _OURS
        self._begin.setVisible(may_edit and not draft)
        self._retire.setVisible(may_edit and in_use)
        self._discard.setVisible(may_edit and draft)
        self._publish.setVisible(writing)
        why = "Mend what is marked first." if one.mistakes and writing else ""
        switch(self._publish, why, line=self._why)
        self._preview.setVisible(writing)

    def _show_reading(self, one: _Shown) -> None:
        emptied(self._body)
        for mistake in one.mistakes if one.rules is None else ():
            self._body.addWidget(label(mistake.words, tone="bad", wrap=True))
        if one.rules is not None:
            self._body.addLayout(reading(one.rules, one.facts))

    def _chosen(self, key: str) -> None:
        self.editor.keep_unkept()
        self._wanted = key
        self._changes.hide()
        self.refresh()

    def _edited(self, rules: RuleSet) -> None:
        if self._shown is not None:
            self.tasks.start(self._keep(self._shown.key, rules, was=self.editor.was()))

    async def _keep(self, key: str, rules: RuleSet, *, was: RuleSet) -> None:
        await self._service.keep(key, rules, was=was)
        self.editor.kept(rules, key=key)

    def _begin_pressed(self) -> None:
        if self._shown is not None:
            source = None if self._shown.key == _OURS else self._shown.key
            self.tasks.start(self._service.begin(source), then=self._begun)

    def _begun(self, version_id: str) -> None:
        self._wanted = version_id
        self.refresh()

    def _preview_pressed(self) -> None:
        work = self._compared(self._wanted, self.editor.rules())
        self.tasks.start(work, then=self._show_changes, instead_of="preview")

    async def _compared(self, key: str, rules: RuleSet) -> tuple[Preview, dict[str, str]]:
        preview = await self._service.preview(key, rules)
        rows = await self._agenda.rows()
        return preview, {one.interview.id: one.interview.title for one in rows}

    def _show_changes(self, found: tuple[Preview, dict[str, str]]) -> None:
        emptied(self._changed)
        self._changed.addLayout(changes(*found))
        self._changes.show()

    def _publish_pressed(self) -> None:
        self.tasks.start(self._put_to_use(self._wanted), then=self._published)

    async def _put_to_use(self, key: str) -> None:
        await self.flush()
        await self._service.publish(key)

    def _published(self, _: None) -> None:
        self._changes.hide()
        self.told.emit(_IN_USE)
        self.refresh()

    def _ask(self, work: str) -> None:
        self.editor.forget()
        asked = self._service.discard if work == "discard" else self._service.retire
        self.tasks.start(asked(self._wanted))

    def _connect(self) -> None:
        self.list.chosen.connect(self._chosen)
        self.editor.edited.connect(self._edited)
        self._begin.clicked.connect(self._begin_pressed)
        self._preview.clicked.connect(self._preview_pressed)
        self._publish.clicked.connect(self._publish_pressed)
        self._discard.clicked.connect(partial(self._ask, "discard"))
        self._retire.clicked.connect(partial(self._ask, "retire"))

    def _build(self) -> None:
        self._changes.setObjectName("rules-preview")
        self._changes.setProperty("kind", "card")
        self._changed.setContentsMargins(16, 12, 16, 14)
        self._changes.setLayout(self._changed)
        self._changes.hide()
        self._reading.setLayout(self._body)
        self._body.setContentsMargins(0, 0, 0, 0)
        acts = (self._begin, self._publish, self._preview, self._retire, self._discard)
        actions = column(row(*acts, None), self._why)
        content = column(
            row(self._state, None),
            self._name,
            self._about,
            actions,
            self._changes,
            self.editor,
            self._reading,
            None,
            gap=10,
        )
        both = ListBeside(self.list, scrolled(content), nothing="")
        both.show_beside(found=True)
        self.setLayout(column(both, gap=0))


def _line(one: Version) -> Line:
    words, tone = _STATES[one.state]
    below = f"Version {one.number}"
    return Line(one.id, one.name, below, words, "muted" if tone == "plain" else tone)
