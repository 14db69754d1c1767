"""A sequence tried out: what would leave when, by the rules by which the server sends."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from interview_desk.domain.evaluation.conditions import Condition, facts_in
from interview_desk.domain.evaluation.gathering import gathered
from interview_desk.domain.evaluation.truth import asking
from interview_desk.domain.interviews import Guest, Interview, guest_of, interview_of
from interview_desk.domain.records import Record
from interview_desk.domain.sequences.plan import Sequence, Step, Variant
from interview_desk.domain.sequences.timing import Holidays, NeverOpen, counted_from, due_at
from interview_desk.services.evaluation_inputs import inputs_about
from interview_desk.services.ports import Clock, Records
from interview_desk.services.sample_mail import SampleMail, sampled
from interview_desk.wire.calendars import holidays_near, zone_named

# Of so many of the latest interviews guests can be chosen.
_LATEST = 100


class Tried(NamedTuple):
    """A guest for whom a sequence can be tried out."""

    guest: Guest
    interview: Interview


@dataclass(frozen=True, slots=True)
class Planned:
    """One mail of a dry run: when it would leave, and what it would say.

    `due` is None where the window never opens; `trouble` then says so. `needed` says whether what
    the mail depends on holds as things stand, None while that is not known.
    """

    step: Step
    due: datetime | None
    mail: SampleMail
    zone: ZoneInfo
    needed: bool | None = True
    trouble: str = ""


class TryingOut:
    """Says what a sequence would send to a guest, real or invented; nothing is sent."""

    def __init__(self, records: Records, *, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def guests(self) -> list[Tried]:
        """The guests of the latest interviews that are over, the latest first."""
        now = self._clock.now()
        found = map(interview_of, await self._records.latest_interviews(_LATEST))
        over = {one.id: one for one in found if one.end is not None and one.end <= now}
        rows = await self._records.of_interviews("interview_guests", over)
        guests = [guest_of(row) for row in rows]
        order = list(over)
        guests.sort(key=lambda one: order.index(one.interview_id))
        return [Tried(one, over[one.interview_id]) for one in guests]

    async def plan(
        self,
        sequence: Sequence,
        guest_id: str | None,
        *,
        zone: ZoneInfo,
        variant: Variant,
        language: str,
    ) -> list[Planned]:
        """What a guest would get if all goes on, by their clock and with their holidays.

        Without one it is for an invented guest in `zone` whose interview ended now; nothing is
        known about that, so neither is what a mail depends on.
        """
        guest, interview = await self._about(guest_id)
        end, name = self._clock.now(), ""
        if guest is not None and interview is not None:
            meeting, person = interview_of(interview), guest_of(guest)
            zone, end = zone_named(person.zone, meeting.zone), meeting.end or end
            name = person.name
        # They are looked up in a package that takes a moment to load.
        holidays = await asyncio.to_thread(holidays_near, zone, end)
        planned: list[Planned] = []
        before: datetime | None = None
        for step in sequence.steps:
            mail = _mail(step, variant, language, name)
            if mail is None:
                continue
            needed = await self._holds(step.when, interview)
            one = _planned(sequence, step, mail, end=end, before=before, zone=zone, off=holidays)
            before = one.due or before
            planned.append(replace(one, needed=needed))
        return planned

    async def _about(self, guest_id: str | None) -> tuple[Record | None, Record | None]:
        guest = await self._records.get("interview_guests", guest_id) if guest_id else None
        if guest is None:
            return None, None
        interview_id = str(guest.fields.get("interview_id"))
        return guest, await self._records.get("interviews", interview_id)

    async def _holds(self, when: Condition | None, interview: Record | None) -> bool | None:
        """Whether what a mail depends on holds now; None where that is not known."""
        if when is None:
            return True
        if interview is None:
            return None
        inputs = await inputs_about(interview, self._records)
        return asking(when)(gathered(facts_in(when), inputs))


def _mail(step: Step, variant: Variant, language: str, name: str) -> SampleMail | None:
    """The mail in that language, or in the one that there is; None without a text for the case."""
    texts = step.texts.get(variant) or step.texts.get(Variant.USUAL)
    if not texts:
        return None
    written = language if language in texts else next(iter(texts))
    return sampled(texts[written], written, guest_name=name)


def _planned(
    sequence: Sequence,
    step: Step,
    mail: SampleMail,
    *,
    end: datetime,
    before: datetime | None,
    zone: ZoneInfo,
    off: Holidays,
) -> Planned:
    base = counted_from(step.delay, end=end, before=before)
    try:
        due = due_at(base, step.delay, window=sequence.window, zone=zone, holidays=off)
    except NeverOpen as never:
        return Planned(step, None, mail, zone, trouble=str(never))
    return Planned(step, due, mail, zone)
