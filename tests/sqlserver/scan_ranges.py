"""key_range(condition, order): which part of a source in key order a WHERE can select.

`order` says by which columns the rows of the source are ordered: len(order), place(tree) of a column in it or None, and
constant(place, tree): (True, value) where the tree is the same for all rows and compares with that column. The result is (low, high): each (parts, inclusive) or
None: rows before low or after high cannot satisfy the condition. `a > x OR (a = x AND b > y)` gives low ((x, y), False).
EMPTY is returned when no row can satisfy the condition.
"""
from sqlserver import syntax

EMPTY = "empty"
ALL = (None, False, None, False)    # low, inclusive, high, inclusive
MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def key_range(condition, order):
    if condition is None:
        return None, None
    low = bound(condition, order, 0)
    high = bound(condition, order, 2)
    return EMPTY if low == EMPTY or high == EMPTY else (low, high)


def bound(condition, order, side):
    """The prefix that bounds the rows from below (side 0) or above (side 2)."""
    parts, inclusive, fixed = [], True, {}
    for place in range(len(order)):
        found = interval(condition, order, place, fixed)
        if found == EMPTY:
            return (tuple(parts), False) if parts else EMPTY
        if found[side] is None:
            break
        parts.append(found[side])
        inclusive = found[side + 1]
        if not inclusive:
            break
        fixed[place] = found[side]
    return (tuple(parts), inclusive) if parts else None


def interval(tree, order, place, fixed):
    if isinstance(tree, syntax.Binary) and tree.sign in ("AND", "OR"):
        left = interval(tree.left, order, place, fixed)
        right = interval(tree.right, order, place, fixed)
        return both(left, right) if tree.sign == "AND" else either(left, right)
    if isinstance(tree, syntax.Binary) and tree.sign in MIRROR:
        found = comparison(tree.sign, tree.left, tree.right, order, place, fixed)
        return found or comparison(MIRROR[tree.sign], tree.right, tree.left, order, place, fixed) or ALL
    if isinstance(tree, syntax.Between) and not tree.negated:
        low = comparison(">=", tree.operand, tree.low, order, place, fixed) or ALL
        return both(low, comparison("<=", tree.operand, tree.high, order, place, fixed) or ALL)
    if isinstance(tree, syntax.In) and tree.items and not tree.negated:
        found = EMPTY
        for item in tree.items:
            found = either(found, comparison("=", tree.operand, item, order, place, fixed) or ALL)
        return found
    return ALL


def comparison(sign, column, value, order, place, fixed):
    at = order.place(column)
    if at is None or (at != place and at not in fixed):
        return None
    known, limit = order.constant(at, value)
    if not known:
        return None
    if limit is None:
        return EMPTY
    if at in fixed:
        here = fixed[at]
        holds = {"=": here == limit, "<": here < limit, "<=": here <= limit, ">": here > limit, ">=": here >= limit}[sign]
        return ALL if holds else EMPTY
    return {"=": (limit, True, limit, True), "<": (None, False, limit, False), "<=": (None, False, limit, True),
            ">": (limit, False, None, False), ">=": (limit, True, None, False)}[sign]


def both(left, right):
    if EMPTY in (left, right):
        return EMPTY
    low = stricter(left[:2], right[:2], True)
    high = stricter(left[2:], right[2:], False)
    if low[0] is not None and high[0] is not None and (low[0] > high[0] or low[0] == high[0] and not (low[1] and high[1])):
        return EMPTY
    return low + high


def stricter(one, two, is_low):
    if one[0] is None or two[0] is None:
        return two if one[0] is None else one
    if one[0] == two[0]:
        return one[0], one[1] and two[1]
    return one if (one[0] > two[0]) == is_low else two


def either(left, right):
    if left == EMPTY or right == EMPTY:
        return right if left == EMPTY else left
    return wider(left[:2], right[:2], True) + wider(left[2:], right[2:], False)


def wider(one, two, is_low):
    if one[0] is None or two[0] is None:
        return None, False
    if one[0] == two[0]:
        return one[0], one[1] or two[1]
    return one if (one[0] < two[0]) == is_low else two
