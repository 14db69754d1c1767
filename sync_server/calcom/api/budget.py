"""How many calls a key may make, and when: rules on plain numbers.

Cal.com allows so many calls in sixty seconds (120 for a key), blocks a key that exceeds it for
another sixty, and has locked accounts that made 20 to 30 calls within two seconds. So calls are
paced: an eighth of the limit may leave at once, the rest evenly, and a tenth is never used. In
any minute that is less than the limit, whenever Cal.com's own minute begins.

Nobody is promised a turn further away than people wait, so that whatever becomes of those who
were promised one, others wait no longer than that.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sync_server.calcom.api.calls import Priority
from sync_server.calcom.api.exchange import Limits

DEFAULT_LIMIT = 120
WINDOW_SECONDS = 60.0
_USED_SHARE = 0.9
_AT_ONCE = 8
# Of what may leave at once, and of what Cal.com has left, so much is kept for people.
_PEOPLES_SHARE = 3
_PEOPLES_REMAINING = 10
# A person is told rather than kept waiting longer than this: who asks us waits ten seconds, in
# which Cal.com has to answer too.
PATIENCE_SECONDS = 9.0
_BLOCK_SECONDS = 60.0
_SHORTEST_BLOCK = 1.0
# So many failures in a row, and the next ones are spared the wait.
_FAILURES = 5
_REST_SECONDS = 5.0
_LONGEST_REST = 60.0
_PROBE_SECONDS = 15.0
# Times are kept to the microsecond, so a sum of waits may fall short of one by a little.
_NO_WAIT = 0.001
# Two answers of the same window name its end a little differently.
_SAME_WINDOW = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a call may leave, and after how many seconds.

    Who `has_turn` only waits, and gives the turn back if nothing comes of it (`returned`); others
    ask again. With `is_away` waiting is no use.
    """

    has_turn: bool
    seconds: float = 0.0
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """What a key may still do, at the time `at`.

    Below zero, `tokens` are turns that people have been promised.
    """

    tokens: float
    at: datetime
    most: int = DEFAULT_LIMIT
    remaining: int | None = None
    window_until: datetime | None = None
    blocked_until: datetime | None = None
    failures: int = 0
    resting_until: datetime | None = None

    @classmethod
    def fresh(cls, now: datetime) -> "Budget":
        """That of a key which was never used."""
        return cls(tokens=float(_burst(DEFAULT_LIMIT)), at=now)


def ask(
    budget: Budget,
    now: datetime,
    *,
    priority: Priority,
    has_turn: bool = False,
    patience: float = PATIENCE_SECONDS,
) -> tuple[Budget, Turn]:
    """The turn of a call, and the budget after it.

    People are promised a turn right away, in the order in which they ask, and only wait for it
    (`has_turn` the next time); nothing is taken for them where that would be longer than their
    `patience` in seconds. What nobody waits for leaves what people may need, and asks again. A
    turn that cannot be used now is taken back, so that not all of them leave in one moment later.
    """
    budget = _refilled(budget, now)
    if budget.resting_until is not None and budget.failures >= _FAILURES:
        rest = _seconds(now, budget.resting_until)
        if rest > 0:
            budget = _back(budget) if has_turn else budget
            return budget, Turn(has_turn=False, seconds=rest, is_away=True)
        # This one finds out whether Cal.com is back; the others wait for what it finds.
        probing = now + timedelta(seconds=_PROBE_SECONDS)
        budget = replace(budget, resting_until=probing)
    blocked = _seconds(now, budget.blocked_until)
    if blocked > 0:
        return _back(budget) if has_turn else budget, Turn(has_turn=False, seconds=blocked)
    if has_turn:
        return budget, Turn(has_turn=True)
    window = _seconds(now, budget.window_until)
    if window > 0 and _is_used_up(budget, priority):
        return budget, Turn(has_turn=False, seconds=window)
    return _taken(budget, priority, patience)


def _taken(budget: Budget, priority: Priority, patience: float) -> tuple[Budget, Turn]:
    left = budget.tokens - 1
    wanted = 0.0 if priority is Priority.PERSON else _peoples(budget.most)
    seconds = (wanted - left) / _pace(budget.most)
    if seconds < _NO_WAIT:
        seconds = 0.0
    if seconds > (patience if priority is Priority.PERSON else 0):
        return budget, Turn(has_turn=False, seconds=seconds)
    remaining = None if budget.remaining is None else budget.remaining - 1
    budget = replace(budget, tokens=left, remaining=remaining)
    return budget, Turn(has_turn=True, seconds=seconds)


def returned(budget: Budget, now: datetime) -> Budget:
    """The budget after a turn that was promised and is not wanted any more."""
    return _back(_refilled(budget, now))


def _back(budget: Budget) -> Budget:
    tokens = min(_most_tokens(budget.most), budget.tokens + 1)
    remaining = None if budget.remaining is None else budget.remaining + 1
    return replace(budget, tokens=tokens, remaining=remaining)


def heard(budget: Budget, now: datetime, limits: Limits) -> Budget:
    """The budget after an answer, whatever it said, with what it told of its limits."""
    budget = replace(_refilled(budget, now), failures=0, resting_until=None)
    if limits.limit is not None and limits.limit > 0 and limits.limit != budget.most:
        # A larger limit gives nothing at once: limits may change with every answer.
        budget = _within(replace(budget, most=limits.limit), budget.tokens)
    if limits.remaining is None or limits.reset_seconds is None:
        return budget
    until = now + timedelta(seconds=limits.reset_seconds)
    remaining = limits.remaining
    if budget.window_until is not None and abs(until - budget.window_until) <= _SAME_WINDOW:
        # Calls under way are not counted in an answer yet, but they are in ours.
        remaining = min(remaining, remaining if budget.remaining is None else budget.remaining)
    return replace(budget, remaining=remaining, window_until=until)


def limited(budget: Budget, now: datetime, limits: Limits) -> Budget:
    """The budget after a 429: nothing leaves until Cal.com lets us in again."""
    stated = limits.reset_seconds
    seconds = _BLOCK_SECONDS if stated is None else max(stated, _SHORTEST_BLOCK)
    until = now + timedelta(seconds=seconds)
    if budget.blocked_until is not None:
        until = max(until, budget.blocked_until)
    budget = heard(budget, now, limits)
    return replace(budget, blocked_until=until, tokens=min(budget.tokens, 1.0))


def failed(budget: Budget, now: datetime) -> Budget:
    """The budget after Cal.com was not there, or answered with an error of its own."""
    failures = budget.failures + 1
    if failures < _FAILURES:
        return replace(budget, failures=failures)
    rest = min(_LONGEST_REST, _REST_SECONDS * 2 ** min(failures - _FAILURES, 10))
    return replace(budget, failures=failures, resting_until=now + timedelta(seconds=rest))


def brings_news(budget: Budget, now: datetime, limits: Limits) -> bool:
    """Whether an answer says something about the budget that is not known already."""
    if budget.failures or (limits.limit or budget.most) != budget.most:
        return True
    if limits.remaining is None or limits.reset_seconds is None:
        return False
    if budget.window_until is None or budget.remaining is None:
        return True
    until = now + timedelta(seconds=limits.reset_seconds)
    is_same = abs(until - budget.window_until) <= _SAME_WINDOW
    return not is_same or limits.remaining < budget.remaining


def _refilled(budget: Budget, now: datetime) -> Budget:
    passed = _seconds(budget.at, now)
    budget = replace(budget, at=max(now, budget.at))
    return _within(budget, budget.tokens + passed * _pace(budget.most))


def _within(budget: Budget, tokens: float) -> Budget:
    """So many tokens, but never more than may leave at once or than could be promised."""
    least = -PATIENCE_SECONDS * _pace(budget.most)
    return replace(budget, tokens=max(least, min(_most_tokens(budget.most), tokens)))


def _burst(limit: int) -> int:
    return max(1, limit // _AT_ONCE)


def _pace(limit: int) -> float:
    """Calls in a second, so that with a whole burst a window stays below its limit."""
    return max(1.0, limit * _USED_SHARE - _burst(limit)) / WINDOW_SECONDS


def _peoples(limit: int) -> float:
    """What background work leaves: so much that a person who comes next is not refused."""
    return max(_burst(limit) / _PEOPLES_SHARE, 1 - PATIENCE_SECONDS * _pace(limit))


def _most_tokens(limit: int) -> float:
    """What is saved up at most; with a small limit a little more, for background work's sake."""
    return max(float(_burst(limit)), 1 + _peoples(limit))


def _is_used_up(budget: Budget, priority: Priority) -> bool:
    if budget.remaining is None:
        return False
    kept = min(budget.most - 1, max(1, budget.most // _PEOPLES_REMAINING))
    return budget.remaining <= (0 if priority is Priority.PERSON else kept)


def _seconds(start: datetime, end: datetime | None) -> float:
    return 0.0 if end is None else max(0.0, (end - start).total_seconds())
