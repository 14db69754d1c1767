"""One line of the table that every benchmark prints."""


def row(name: str, ours: float, floor: float, goal: float, better: str = "lower") -> bool:
    """Print what we need, the least anybody could need, and whether the ratio meets the goal."""
    ratio = ours / floor
    met = ratio <= goal if better == "lower" else ratio >= goal
    sign = "<=" if better == "lower" else ">="
    print(
        f"{name:<44} ours {ours:>12.6g}  floor {floor:>12.6g}  "
        f"ratio {ratio:>7.2f}  goal {sign} {goal:g}  {'ok' if met else 'MISSED'}"
    )
    return met
