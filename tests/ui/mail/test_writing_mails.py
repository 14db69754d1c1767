"""A mail under the hands of somebody who changes its text."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton
from typing_extensions import override

from interview_desk.domain.errors import DeskError
from interview_desk.domain.values import Json
from interview_desk.ui.mail.preview import MailPreview
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.theme import Appearance
from tests.helpers.desk import ME, NOW, MemoryDrafts, MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.mail_pages import mail, opened
from tests.helpers.mail_story import SEQUENCE, put_mail
from tests.helpers.pressing import carried_out, named, press, settled
from tests.helpers.shown_window import shown_window


async def test_a_text_is_changed_and_news_from_others_does_not_disturb(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "mail-edit")
    text = named(page, QPlainTextEdit, "edit-text")
    text.clear()
    press(page, "edit-save")
    await carried_out(window)
    assert named(page, QLabel, "edit-trouble").text() == "A mail needs a subject and a text."
    QTest.keyClicks(text, "Dear Lena, it was a pleasure.")
    put_mail(records, "another", guest_id="gone")
    await settled(window)
    assert text.toPlainText() == "Dear Lena, it was a pleasure."
    press(page, "edit-test")
    await carried_out(window)
    assert records.written[-1].fields["member_id"] == ME.member_id
    press(page, "edit-save")
    await carried_out(window)
    assert mail(records)["text"] == "Dear Lena, it was a pleasure."
    assert "it was a pleasure" in named(page, MailPreview, "mail-preview").toPlainText()


async def test_a_text_waits_while_somebody_looks_at_another_mail(
    window: MainWindow, records: MemoryRecords
) -> None:
    put_mail(records, "mail-9", subject="Another", state="draft")
    page = await opened(window)
    page.outbox.show_mail("mail-1")
    press(page, "mail-edit")
    text = named(page, QPlainTextEdit, "edit-text")
    text.setPlainText("Dear Lena, half a sen")
    page.outbox.list.choose("mail-9")
    assert not text.isVisible()
    press(page, "mail-edit")
    assert "half a sen" not in text.toPlainText()
    # What was kept of the one has nothing to do with the other.
    page.outbox.detail.written_down("mail-7")
    assert text.isVisible()
    page.outbox.list.choose("mail-1")
    assert text.isVisible()
    assert text.toPlainText() == "Dear Lena, half a sen"
    # It leaves meanwhile: the words stay to be copied.
    put_mail(records, "mail-1", state="sent")
    await settled(window)
    assert text.toPlainText() == "Dear Lena, half a sen"
    assert "cannot be changed any more" in named(page, QLabel, "edit-trouble").text()
    press(page, "edit-leave")
    assert not text.isVisible()


async def test_leaving_a_change_keeps_the_mail_as_it_was(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "mail-edit")
    named(page, QLineEdit, "edit-subject").setText("Something else")
    press(page, "edit-leave")
    assert mail(records)["subject"] == "Thank you, Lena"
    assert named(page, QPushButton, "mail-approve").isVisible()


async def test_who_leaves_the_writing_reads_what_others_wrote_meanwhile(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "mail-edit")
    shown = page.outbox.detail.mail_id
    assert shown is not None
    put_mail(records, shown, text="Ben wrote this", html=None, state=mail(records)["state"])
    await settled(window)
    press(page, "edit-leave")
    assert "Ben wrote this" in named(page, MailPreview, "mail-preview").toPlainText()
    press(page, "mail-approve")
    await carried_out(window)
    assert mail(records)["state"] == "queued"


async def test_what_is_being_written_is_there_again_at_the_next_start(
    records: MemoryRecords, tmp_path: Path, light: Appearance
) -> None:
    del light
    async with shown_window(desk_parts(records, tmp_path)) as window:
        page = await opened(window)
        press(page, "mail-edit")
        named(page, QPlainTextEdit, "edit-text").setPlainText("Dear Lena, half a sen")
        page.show_view("sequences")
        press(page, "edit-sequence")
        named(page, QLineEdit, "sequence-name").setText("Half a na")
    for _ in range(2):  # also where nobody went on with it meanwhile
        async with shown_window(desk_parts(records, tmp_path)) as window:
            page = await opened(window)
            assert named(page, QPlainTextEdit, "edit-text").toPlainText() == "Dear Lena, half a sen"
            page.show_view("sequences")
            assert named(page, QLineEdit, "sequence-name").text() == "Half a na"
    assert mail(records)["text"] == "Dear Lena,\n\nthank you for your time."


class FullDrafts(MemoryDrafts):
    """A disk on which there is no room until somebody makes some."""

    is_full = True

    @override
    async def keep(self, drafts: Mapping[str, Json]) -> None:
        if self.is_full:
            raise DeskError("The disk is full.")
        await super().keep(drafts)


async def test_what_cannot_be_kept_says_so_and_stays_where_it_was_written(
    records: MemoryRecords, tmp_path: Path, light: Appearance
) -> None:
    del light
    records.drafts = drafts = FullDrafts()
    async with shown_window(desk_parts(records, tmp_path)) as window:
        page = await opened(window)
        press(page, "mail-edit")
        named(page, QPlainTextEdit, "edit-text").setPlainText("Half a sen")
        with pytest.raises(DeskError, match="The disk is full"):
            await window.flush()
        assert named(page, QPlainTextEdit, "edit-text").toPlainText() == "Half a sen"
        drafts.is_full = False
        await window.flush()
    was = ["Thank you, Lena", "Dear Lena,\n\nthank you for your time."]
    assert drafts.kept == {"mail-1": ["Thank you, Lena", "Half a sen", *was]}


async def test_what_another_person_wrote_meanwhile_is_not_written_over(
    records: MemoryRecords, tmp_path: Path, light: Appearance
) -> None:
    del light
    async with shown_window(desk_parts(records, tmp_path)) as window:
        page = await opened(window)
        press(page, "mail-edit")
        named(page, QPlainTextEdit, "edit-text").setPlainText("Ours")
    # Also where it is finished at another start.
    put_mail(records, "mail-1", subject="Theirs", text="Theirs")
    async with shown_window(desk_parts(records, tmp_path)) as window:
        page = await opened(window)
        assert named(page, QPlainTextEdit, "edit-text").toPlainText() == "Ours"
        press(page, "edit-save")
        await carried_out(window)
    assert records.written[-1].fields == {"text": "Ours", "html": None}
    assert records.written[-1].unseen == {"text", "html"}


async def test_of_a_draft_of_an_earlier_version_all_is_for_a_person_to_decide(
    records: MemoryRecords, tmp_path: Path, light: Appearance
) -> None:
    del light
    records.drafts.kept = {"mail-1": ["Ours", "Ours"]}
    async with shown_window(desk_parts(records, tmp_path)) as window:
        page = await opened(window)
        press(page, "edit-save")
        await carried_out(window)
    assert records.written[-1].unseen == {"subject", "text", "html"}


async def test_a_draft_that_was_left_or_whose_mail_is_gone_does_not_come_back(
    records: MemoryRecords, tmp_path: Path, light: Appearance
) -> None:
    del light
    put_mail(records, "mail-9", subject="Another", state="draft")
    async with shown_window(desk_parts(records, tmp_path)) as window:
        page = await opened(window)
        for one in ("mail-1", "mail-9"):
            page.outbox.show_mail(one)
            press(page, "mail-edit")
            named(page, QPlainTextEdit, "edit-text").setPlainText("Half a sen")
        page.tick(NOW)
        await page.tasks.settled()
        assert records.drafts.kept.keys() == {"mail-1", "mail-9"}
        press(page, "edit-leave")
        del records.rows["follow_up_messages", "mail-1"]
        page.refresh()
        await settled(window)
    assert records.drafts.kept == {}


async def test_a_sequence_is_finished_at_another_start_beside_what_others_changed(
    records: MemoryRecords, tmp_path: Path, light: Appearance
) -> None:
    del light
    async with shown_window(desk_parts(records, tmp_path)) as window:
        page = await opened(window)
        page.show_view("sequences")
        press(page, "edit-sequence")
        named(page, QLineEdit, "sequence-name").setText("Ours")
    records.put("sequences", "seq-1", **{**SEQUENCE, "name": "Theirs", "purpose": "theirs"})
    async with shown_window(desk_parts(records, tmp_path)) as window:
        page = await opened(window)
        page.show_view("sequences")
        press(page, "save-sequence")
        await carried_out(window)
    assert records.written[-1].fields == {"name": "Ours", "version": 3}
    assert records.written[-1].unseen == {"name"}
