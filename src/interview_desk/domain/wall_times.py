"""Times as a clock on the wall shows them, where it is moved forward or back in between.

Facts: PEP 495; a zone's rules come from its `tzinfo`.
"""

from datetime import UTC, datetime, timedelta, tzinfo


def instants_of(wall: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants (UTC) at which clocks in `zone` show the naive time `wall`.

    One as a rule; none where the clock jumps over it in spring; two where it comes twice in
    autumn, the earlier first.
    """
    plain = wall.replace(tzinfo=None, fold=0)
    found = {plain.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(
        sorted(one for one in found if one.astimezone(zone).replace(tzinfo=None, fold=0) == plain)
    )


def nearest_instant(wall: datetime, zone: tzinfo) -> datetime:
    """The instant (UTC) that somebody who says `wall` most likely means.

    A time that is jumped over is as much later as the clock jumps; of two the earlier.
    """
    plain = wall.replace(tzinfo=None, fold=0)
    return next(iter(instants_of(plain, zone)), plain.replace(tzinfo=zone).astimezone(UTC))


def day_length(day: datetime, zone: tzinfo) -> timedelta:
    """How long the day that begins at the naive midnight `day` is: 23, 24 or 25 hours, or odder."""
    begins = nearest_instant(day, zone)
    return nearest_instant(day + timedelta(days=1), zone) - begins
