"""Keys that keep the items of a list in order, without renumbering when one comes between."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def order_key(after: str | None = None, before: str | None = None) -> str:
    """A key that sorts after `after` and before `before`; None means the end of the list."""
    low, key = after or "", ""
    while True:
        floor = _digit(low, len(key), default=0)
        ceiling = len(_DIGITS)
        if before is not None:
            ceiling = _digit(before, len(key), default=0)
        if ceiling - floor > 1:
            step = 1 if before is None else (ceiling - floor) // 2
            return key + _DIGITS[floor + step]
        if ceiling > floor:
            before = None  # from here on every longer key is smaller
        key += _DIGITS[floor]


def _digit(key: str, place: int, *, default: int) -> int:
    return _DIGITS.index(key[place]) if place < len(key) else default
