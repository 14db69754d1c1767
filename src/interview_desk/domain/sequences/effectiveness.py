"""What follow-up mail leads to: counted for each step and case, never by who opened what.

Opens are left out on purpose: mail programs open mail by themselves.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from interview_desk.domain.records import Record
from interview_desk.domain.sequences.messages import ACCEPTED, MessageState, StopReason
from interview_desk.domain.sequences.plan import Variant
from interview_desk.domain.values import Fields

_LEFT = frozenset(state.value for state in ACCEPTED)
_ENDED: Mapping[str, str] = {
    StopReason.REPLIED: "replied",
    StopReason.BOOKED: "booked",
    StopReason.UNSUBSCRIBED: "unsubscribed",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of one step in one case; `sent` is the n of everything else."""

    sequence_id: str
    step: str
    variant: str
    sent: int = 0
    delivered: int = 0
    replied: int = 0
    booked: int = 0
    unsubscribed: int = 0
    bounced: int = 0
    complained: int = 0


_Place = tuple[str, str, str]


def effects_of(mails: Iterable[Record], enrolments: Sequence[Record]) -> list[Effect]:
    """One line for each sequence, step and case that mail has left for.

    A reply, a booking and a wish for no more mail count for the last mail before it.
    """
    sequences = {one.id: str(one.fields.get("sequence_id")) for one in enrolments}
    counts: dict[_Place, Counter[str]] = {}
    last: dict[str, tuple[str, _Place]] = {}
    for mail in mails:
        enrolment = str(mail.fields.get("enrolment_id"))
        if mail.fields.get("state") not in _LEFT or enrolment not in sequences:
            continue
        place = _place(sequences[enrolment], mail.fields)
        counts.setdefault(place, Counter()).update(_of_mail(mail.fields))
        moment = (str(mail.fields.get("sent_at") or ""), place)
        last[enrolment] = max(last.get(enrolment, moment), moment)
    for one in enrolments:
        name = _ENDED.get(str(one.fields.get("reason")))
        if name is not None and one.id in last:
            counts[last[one.id][1]][name] += 1
    return [_effect(place, count) for place, count in sorted(counts.items())]


def _effect(place: _Place, count: Counter[str]) -> Effect:
    return Effect(
        *place,
        sent=count["sent"],
        delivered=count["delivered"],
        replied=count["replied"],
        booked=count["booked"],
        unsubscribed=count["unsubscribed"],
        bounced=count["bounced"],
        complained=count["complained"],
    )


def _place(sequence_id: str, mail: Fields) -> _Place:
    return sequence_id, str(mail.get("step") or ""), str(mail.get("variant") or Variant.USUAL)


def _of_mail(mail: Fields) -> Iterator[str]:
    """What one mail counts for by itself. One that was marked as unwanted had arrived."""
    state = mail.get("state")
    yield "sent"
    if state in {MessageState.DELIVERED, MessageState.COMPLAINED}:
        yield "delivered"
    if state == MessageState.BOUNCED:
        yield "bounced"
    if state == MessageState.COMPLAINED:
        yield "complained"
