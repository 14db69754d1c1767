"""Times as a clock on the wall shows them, where it is moved forward or back in between.

Facts: PEP 495; a zone's rules come from its `tzinfo`.
"""

from datetime import UTC, datetime, tzinfo


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
