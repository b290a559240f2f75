"""Places of items among their neighbours: numbers, so that one move changes one of them.

An item without a number of its own stands behind those that have one; those without stand by code
and path. A move gives a number between two neighbours; only where none is left, or a neighbour has
none of its own, those before it are numbered anew.
"""

from collections.abc import Sequence

LAST = 1_000_000.0
STEP = 10.0
# Below this two numbers are too near for another one between them.
_NARROW = 0.001
# So many digits behind the point are written to files.
_DIGITS = 3


def position_of(order: float | None) -> float:
    """Give the position of an item whose document names this order, or none."""
    return LAST if order is None else order


def order_of(position: float) -> float | None:
    """Give the order that a document names for a position."""
    return None if position == LAST else position


def after_last(positions: Sequence[float], own: float) -> float:
    """Give a number behind all of these, the own one where there are none; else `LAST`."""
    return min(LAST, _whole_above(max(positions))) if positions else own


def before_shifted(uids: Sequence[str], uid: str, by: int) -> str:
    """Give before whom an item comes that goes so many places down (up: below 0); "" is the end."""
    others = [one for one in uids if one != uid]
    place = max(0, min(len(others), list(uids).index(uid) + by))
    return others[place] if place < len(others) else ""


def moved(
    neighbours: Sequence[tuple[str, float]], uid: str, before: str
) -> list[tuple[str, float]]:
    """Give the items whose positions change, with their new ones, in order.

    `neighbours` are all items of one topic in their order, with positions. `uid` goes before the
    named one, or to the end.
    """
    row = [one for one in neighbours if one[0] != uid]
    place = next((at for at, one in enumerate(row) if one[0] == before), len(row))
    if [one[0] for one in neighbours] == [
        *(one[0] for one in row[:place]),
        uid,
        *(one[0] for one in row[place:]),
    ]:
        return []
    lower = row[place - 1][1] if place else None
    upper = row[place][1] if place < len(row) else None
    between = _between(lower, upper)
    if between is not None:
        return [(uid, between)]
    wanted = [*(one[0] for one in row[:place]), uid]
    known = dict(neighbours)
    if upper is not None and upper < LAST:
        # Everybody with a number stands behind: they make room.
        wanted += [name for name, position in row[place:] if position < LAST]
    numbered = [(name, STEP * (number + 1)) for number, name in enumerate(wanted)]
    return [(name, position) for name, position in numbered if known[name] != position]


def _between(lower: float | None, upper: float | None) -> float | None:
    """Give a number between two, none if there is no good one."""
    if upper is not None and upper >= LAST:
        upper = None
    if lower is not None and lower >= LAST:
        return None
    if upper is None:
        return None if lower is None or lower + STEP >= LAST else _whole_above(lower)
    if lower is None:
        return upper - STEP
    if upper - lower < _NARROW * 2:
        return None
    middle = (lower + upper) / 2
    rounded = float(round(middle))
    found = rounded if lower < rounded < upper else round(middle, _DIGITS)
    return found if lower < found < upper else None


def _whole_above(lower: float) -> float:
    return float(int(lower // STEP) + 1) * STEP
