"""Follow-ups: the mail that waits and left, and the guests in a sequence."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QFrame, QStackedWidget
from typing_extensions import override

from interview_desk.domain.flags import WORDS, Flag
from interview_desk.domain.sequences.plan import Variant
from interview_desk.domain.values import Json
from interview_desk.services.flags import FlagService
from interview_desk.services.follow_ups import Mail, Outbox
from interview_desk.services.ports import Change, Clock
from interview_desk.services.sequences import Shelved
from interview_desk.ui.mail.effects_view import EffectsView
from interview_desk.ui.mail.guests import GuestsView
from interview_desk.ui.mail.mail_detail import MailDraft
from interview_desk.ui.mail.outbox import OutboxView
from interview_desk.ui.mail.sequences_view import SequencesView, Written
from interview_desk.ui.mail.step_condition import step_condition
from interview_desk.ui.mail_parts import MailParts
from interview_desk.ui.pages.page import Page
from interview_desk.ui.widgets.parts import button, column, label, row, rule
from interview_desk.ui.widgets.segments import Segments

_VIEWS = {"outbox": "Outbox", "guests": "Guests", "sequences": "Sequences", "effects": "What works"}
# Of which kinds of record each view is made; the outbox is about nearly all.
_FACTS = frozenset({"guides"})
_SEQUENCES = frozenset({"sequences", "enrolments"})
_GUESTS = frozenset({"interviews", "interview_guests"})
_EFFECTS = _SEQUENCES | {"follow_up_messages", "interviews", "interview_guests"}
# The name under which a sequence that is being written is kept; a mail's is its id.
_SEQUENCE = "sequence"
_ON, _OFF = "Stop all mail", "Let mail leave again"


class FollowUpsPage(Page):
    """Everything about mail to guests."""

    def __init__(self, parts: MailParts, *, flags: FlagService, clock: Clock, zone: tzinfo) -> None:
        super().__init__("follow_ups", title="Follow-ups")
        self._follow_ups = parts.follow_ups
        self._sequences = parts.sequences
        self._trying_out = parts.trying_out
        self._zone = zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")
        self._flags = flags
        self._is_on = True
        self._drafts = parts.drafts
        # What is kept of them; None before that was read.
        self._kept_drafts: dict[str, Json] | None = None
        self._views = Segments(_VIEWS, name="follow-ups")
        self._switch = button(_ON, name="mail-switch")
        self._off = QFrame()
        self.outbox = OutboxView(zone)
        self.guests = GuestsView(zone, clock)
        may_write = parts.sequences.may_write
        self.sequences = SequencesView(zone, may_write=may_write, said=step_condition)
        self.effects = EffectsView()
        self._stack = QStackedWidget()
        self._build()
        self._connect()

    @override
    def refresh(self) -> None:
        self._read_outbox()
        self._read_facts()
        self._read_sequences()
        self._read_guests()
        self._read_effects()

    @override
    def hear(self, changes: frozenset[Change]) -> None:
        entities = {change.entity for change in changes}
        if not entities:
            # Everything may be other than it was.
            self.refresh()
        for read, kinds in (
            (self._read_outbox, entities),
            (self._read_facts, _FACTS),
            (self._read_sequences, _SEQUENCES),
            (self._read_guests, _GUESTS),
            (self._read_effects, _EFFECTS),
        ):
            if entities & kinds:
                read()

    @override
    def tick(self, now: datetime) -> None:
        self.tasks.start(self.flush(), instead_of="keeping")

    @override
    async def flush(self) -> None:
        drafts = self._being_written()
        if self._kept_drafts is not None and drafts != self._kept_drafts:
            await self._drafts.keep(drafts)
            self._kept_drafts = drafts

    def _being_written(self) -> dict[str, Json]:
        found: dict[str, Json] = {
            mail_id: [*one.new, *one.was] for mail_id, one in self.outbox.detail.drafts().items()
        }
        sequence = self.sequences.draft()
        if sequence is not None:
            own, written = sequence
            found[_SEQUENCE] = {"id": own, **written._asdict()}
        return found

    async def _last_drafts(self) -> dict[str, Json]:
        # What a sequence's mails may depend on is needed to show one.
        self.sequences.learn_facts(await self._sequences.facts())
        return await self._drafts.all()

    def _take_up(self, drafts: dict[str, Json]) -> None:
        self._kept_drafts = dict(drafts)
        sequence = drafts.pop(_SEQUENCE, None)
        if isinstance(sequence, dict) and isinstance(sequence["fields"], dict):
            sequence_id, was = sequence["id"], sequence.get("was")
            known = sequence_id if isinstance(sequence_id, str) else None
            # Of a draft of an earlier version of the desk nobody knows what it was.
            written = Written(sequence["fields"], was if isinstance(was, dict) else {})
            self.sequences.take_up(known, written)
        mails = {one: words for one, words in drafts.items() if isinstance(words, list)}
        self.outbox.detail.take_up({one: _draft_of(words) for one, words in mails.items()})

    def _read_outbox(self) -> None:
        self.tasks.start(self._follow_ups.outbox(), then=self._show, instead_of="outbox")

    def _read_facts(self) -> None:
        work = self._sequences.facts()
        self.tasks.start(work, then=self.sequences.learn_facts, instead_of="facts")

    def _read_sequences(self) -> None:
        work = self._sequences.shelf()
        self.tasks.start(work, then=self.sequences.show_shelf, instead_of="sequences")

    def _read_guests(self) -> None:
        work = self._trying_out.guests()
        self.tasks.start(work, then=self.sequences.dry_run.show_guests, instead_of="guests")

    def _read_effects(self) -> None:
        work = self._follow_ups.effects()
        self.tasks.start(work, then=self.effects.show_effects, instead_of="effects")

    @override
    def show_record(self, record_id: str) -> None:
        self.show_view("outbox")
        self.outbox.show_mail(record_id)

    def show_view(self, key: str) -> None:
        """Go to one of the views."""
        self._views.choose(key)
        self._stack.setCurrentIndex(list(_VIEWS).index(key))

    def _show(self, outbox: Outbox) -> None:
        self._is_on = outbox.is_on
        self._switch.setText(_ON if outbox.is_on else _OFF)
        self._switch.setAccessibleName(self._switch.text())
        self._switch.setVisible(outbox.may_switch)
        self._off.setVisible(not outbox.is_on)
        self.outbox.show_outbox(outbox)
        if self._kept_drafts is None:
            # After the mails: of those that are gone nothing is taken up.
            self.tasks.start(self._last_drafts(), then=self._take_up, instead_of="drafts")
        self.guests.show_outbox(outbox)
        self.loaded.emit()

    def _switch_pressed(self) -> None:
        self.tasks.start(self._flags.turn(Flag.FOLLOW_UP, on=not self._is_on))

    def _approve(self, seen: Mail) -> None:
        self.tasks.start(self._follow_ups.approve(seen))

    def _hold(self, mail_id: str) -> None:
        self.tasks.start(self._follow_ups.hold(mail_id))

    def _cancel(self, mail_id: str) -> None:
        self.tasks.start(self._follow_ups.cancel(mail_id))

    def _confirm(self, mail_id: str) -> None:
        self.tasks.start(self._follow_ups.was_sent(mail_id))

    def _replied(self, mail_id: str) -> None:
        self.tasks.start(self._follow_ups.has_replied(mail_id))

    def _edited(self, mail_id: str, draft: MailDraft) -> None:
        work = self._follow_ups.edit(mail_id, was=draft.was, new=draft.new)
        told = partial(self.outbox.detail.say_trouble, mail_id)
        self.tasks.start(work, then=partial(self._edit_kept, mail_id), told=told)

    def _edit_kept(self, mail_id: str, _: None) -> None:
        self.outbox.detail.written_down(mail_id)
        self.refresh()

    def _test(self, subject: str, text: str) -> None:
        work = self._follow_ups.test(subject, text)
        told = partial(self.outbox.detail.say_trouble, self.outbox.detail.mail_id)
        self.tasks.start(work, then=self._test_sent, told=told)

    def _test_sent(self, _: None) -> None:
        self.told.emit("A test mail is on its way to your own address.")

    def _pause(self, enrolment_id: str, until: datetime) -> None:
        self.tasks.start(self._follow_ups.pause(enrolment_id, until))

    def _resume(self, enrolment_id: str) -> None:
        self.tasks.start(self._follow_ups.go_on(enrolment_id))

    def _stop(self, enrolment_id: str, reason: str) -> None:
        self.tasks.start(self._follow_ups.stop(enrolment_id, reason or "by_hand"))

    def _keep_sequence(self, sequence_id: str | None, written: Written) -> None:
        work = self._sequences.save(sequence_id, written.fields, was=written.was)
        self.tasks.start(work, then=self._sequence_kept, told=self.sequences.editor.say_trouble)

    def _sequence_kept(self, sequence_id: str) -> None:
        self.sequences.show_kept(sequence_id)
        self.refresh()

    def _publish(self, sequence_id: str) -> None:
        self.tasks.start(self._sequences.publish(sequence_id))

    def _retire(self, sequence_id: str) -> None:
        self.tasks.start(self._sequences.retire(sequence_id))

    def _try_out(self, shelved: Shelved, guest_id: str | None, variant: str, language: str) -> None:
        if shelved.sequence is not None:
            work = self._trying_out.plan(
                shelved.sequence,
                guest_id,
                zone=self._zone,
                variant=Variant(variant),
                language=language,
            )
            show = partial(self.sequences.show_planned, shelved.id)
            self.tasks.start(work, then=show, instead_of="dry run")

    def _connect(self) -> None:
        self._views.chosen.connect(self.show_view)
        self._switch.clicked.connect(self._switch_pressed)
        detail = self.outbox.detail
        detail.approved.connect(self._approve)
        detail.held.connect(self._hold)
        detail.cancelled.connect(self._cancel)
        detail.confirmed.connect(self._confirm)
        detail.replied.connect(self._replied)
        detail.edited.connect(self._edited)
        detail.tested.connect(self._test)
        detail.interview_requested.connect(self.interview_requested)
        self.guests.paused.connect(self._pause)
        self.guests.resumed.connect(self._resume)
        self.guests.stopped.connect(self._stop)
        self.guests.interview_requested.connect(self.interview_requested)
        self.sequences.kept.connect(self._keep_sequence)
        self.sequences.published.connect(self._publish)
        self.sequences.retired.connect(self._retire)
        self.sequences.tried.connect(self._try_out)

    def _build(self) -> None:
        top = row(self._views, None, self._switch)
        top.setContentsMargins(16, 10, 16, 10)
        self._off.setObjectName("mail-off")
        self._off.setProperty("kind", "warning-bar")
        words = f"All mail is stopped. {WORDS[Flag.FOLLOW_UP].off}"
        off = row(label(words, wrap=True))
        off.setContentsMargins(16, 8, 16, 8)
        self._off.setLayout(off)
        self._off.hide()
        for one in (self.outbox, self.guests, self.sequences, self.effects):
            self._stack.addWidget(one)
        self.setLayout(column(top, rule(), self._off, self._stack, gap=0))
        self.show_view("outbox")


def _draft_of(words: Sequence[Json]) -> MailDraft:
    """What was kept of a mail: subject and text, and before them what they were begun from."""
    subject, text, *was = map(str, words)
    # Of a draft of an earlier version of the desk nobody knows what it was.
    old_subject, old_text = was or ("", "")
    return MailDraft((subject, text), (old_subject, old_text))
