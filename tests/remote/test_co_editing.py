"""Two people in one stage, each at a real editor, over the real server: words, carets, names."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from interview_desk.domain.roles import Role
from interview_desk.services.carets import caret_to_json
from interview_desk.services.ports import NoteAddress
from interview_desk.services.stage_notes import StageNote
from interview_desk.services.sync_state import SyncKind
from interview_desk.ui.capture.note_editor import NoteEditor
from tests.helpers.at_work import at_work, draft
from tests.helpers.remote import Desks, RemoteDesk, Team


class Seat:
    """One person's editor on their desk; what they type is saved and their caret told."""

    def __init__(self, desk: RemoteDesk, note: NoteAddress) -> None:
        self._desk = desk
        self._address = note
        self._typed = asyncio.Event()
        self.note = StageNote(note, desk.store, on_typed=self._typed.set)
        self._saving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.note.load()
        self.editor = NoteEditor(self.note.document, name="note", spoken="Notes")
        self.note.on_deltas(self.editor.show_deltas)
        self.editor.show()
        self._saving = asyncio.ensure_future(self._keep_saving())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._saving is not None
        self._saving.cancel()
        self.note.close()
        delete(self.editor)

    async def _keep_saving(self) -> None:
        while True:
            await self._typed.wait()
            self._typed.clear()
            await self.note.flush()

    def types(self, text: str) -> None:
        for letter in text:
            press = QKeyEvent.Type.KeyPress
            event = QKeyEvent(press, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(self.editor, event)

    @property
    def text(self) -> str:
        return self.editor.toPlainText()


async def until(happened: Callable[[], bool]) -> None:
    while not happened():  # noqa: ASYNC110  - news comes from two desks and two editors
        await asyncio.sleep(0.02)


async def test_two_people_see_each_others_words_and_carets(
    qapp: QApplication, team: Team, desks: Desks
) -> None:
    one, two = await desks.pair_two(team, Role.INTERVIEWER)
    interview, edit = draft("Written together")
    note = NoteAddress(interview, "welcome")
    async with AsyncExitStack() as stack:
        ann = await stack.enter_async_context(at_work(one))
        ben = await stack.enter_async_context(at_work(two))
        await ann.store.write([edit])
        await ben.record("interviews", interview, title="Written together")
        hers = await stack.enter_async_context(Seat(one, note))
        his = await stack.enter_async_context(Seat(two, note))
        hers.types("They said ")
        await until(lambda: his.text == "They said ")
        his.editor.move_to_end()
        his.types("no.")
        await until(lambda: hers.text == "They said no.")

        here, there = ann.service.company, ben.service.company
        here.enter(interview, note.stage, caret_to_json(hers.note.document, hers.editor.caret))
        there.enter(interview, note.stage)
        await until(lambda: len(there.others(interview)) == 1)
        his.editor.show_others(there.others(interview))
        (device,) = his.editor.others.positions()
        assert device == one.me.device_id
        assert his.editor.others.flags == ["Ann"]
        assert his.editor.others.positions()[device].position == len("They said ")

        # Both type without hearing of each other; then everything is everywhere.
        hers.types("quietly: ")
        his.types(" And left.")
        whole = "They said quietly: no. And left."
        await until(lambda: hers.text == his.text == whole)
        assert (hers.note.damaged, his.note.damaged) == (0, 0)

        here.leave(interview)
        await until(lambda: there.others(interview) == ())
        await ann.reached(SyncKind.SYNCED)
