"""How far raters agree: Krippendorff's alpha, for any number of raters and missing ratings.

After K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): one less the observed
disagreement over the one that chance would bring. 1 is perfect, 0 is chance; the usual cuts are
.800 and, for tentative conclusions, .667.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import permutations

GOOD, TENTATIVE = 0.8, 0.667


class Scale(StrEnum):
    """What a difference between two ratings means."""

    NOMINAL = "nominal"  # other is other
    ORDINAL = "ordinal"  # how many ratings lie between the two
    INTERVAL = "interval"  # the square of the distance


def krippendorff_alpha(
    units: Iterable[Sequence[float]], scale: Scale = Scale.ORDINAL
) -> float | None:
    """The agreement over `units`, each with the ratings it got; None where nothing varies.

    A unit that fewer than two rated says nothing and does not count.
    """
    paired = [unit for unit in units if len(unit) > 1]
    totals = Counter(rating for unit in paired for rating in unit)
    if len(totals) <= 1:
        return None
    distance = _DISTANCES[scale](totals)
    observed = sum(
        sum(distance(one, other) for one, other in permutations(unit, 2)) / (len(unit) - 1)
        for unit in paired
    )
    count = totals.total()
    expected = sum(
        times * totals[other] * distance(one, other)
        for one, times in totals.items()
        for other in totals
    ) / (count - 1)
    return 1 - observed / expected


_Distance = Callable[[float, float], float]


def _nominal(_totals: Mapping[float, int]) -> _Distance:
    return lambda one, other: float(one != other)


def _interval(_totals: Mapping[float, int]) -> _Distance:
    return lambda one, other: (one - other) ** 2


def _ordinal(totals: Mapping[float, int]) -> _Distance:
    """Ranks: the ratings between the two, and half of those that are the same as either."""
    below, place = 0, {}
    for rating in sorted(totals):
        place[rating] = below + totals[rating] / 2
        below += totals[rating]
    return lambda one, other: (place[one] - place[other]) ** 2


_DISTANCES: Mapping[Scale, Callable[[Mapping[float, int]], _Distance]] = {
    Scale.NOMINAL: _nominal,
    Scale.ORDINAL: _ordinal,
    Scale.INTERVAL: _interval,
}
