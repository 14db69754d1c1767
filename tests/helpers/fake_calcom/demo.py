"""The demo's bookings as this Cal.com has them: the same story, told by the API."""

from datetime import datetime

from interview_desk.app.demo import bookings as demo
from interview_desk.app.demo.bookings import Step, StepKind
from tests.helpers.fake_calcom.world import Attendee, Booking, EventType, User, World


def play(world: World, now: datetime) -> None:
    """Have everything happen that happens in the demo at `now`; nobody is told of it."""
    name, email = demo.HOST
    world.users[demo.HOST_NUMBER] = User(demo.HOST_NUMBER, name, email, "mara", demo.HOST_ZONE)
    world.event_types[demo.EVENT_TYPE] = EventType(
        demo.EVENT_TYPE, "jobs-interview", "Jobs interview", 60, [demo.HOST_NUMBER]
    )
    for step in demo.steps(now):
        _take(world, step)


def _take(world: World, step: Step) -> None:
    known = world.bookings
    match step.kind:
        case StepKind.CREATED:
            known[step.booking.uid] = _booking(step)
        case StepKind.RESCHEDULED:
            assert step.before is not None
            old = known[step.before.uid]
            old.status, old.rescheduled_to, old.updated_at = "cancelled", step.booking.uid, step.at
            made = known[step.booking.uid] = _booking(step)
            made.rescheduled_from, made.sequence = old.uid, old.sequence + 1
        case StepKind.CANCELLED:
            known[step.booking.uid].status = "cancelled"
            known[step.booking.uid].updated_at = step.at
        case StepKind.NO_SHOW:
            # As the real one, this does not move `updatedAt`.
            known[step.booking.uid].attendees[0].absent = True


def _booking(step: Step) -> Booking:
    made = step.booking
    return Booking(
        id=made.number,
        uid=made.uid,
        event_type_id=demo.EVENT_TYPE,
        host_id=demo.HOST_NUMBER,
        title=made.title,
        start=made.start,
        end=made.end,
        status="accepted",
        location=made.join_url or made.location,
        created_at=step.at,
        updated_at=step.at,
        attendees=[Attendee(made.guest, made.email, made.zone)],
        ical_uid=f"{made.uid}@Cal.com",
    )
