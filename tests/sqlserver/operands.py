"""Operands: bringing values to one type, comparing them by type and collation."""
from sqlserver import collations, conversion, errors
from sqlserver.scopes import Compiled
from sqlserver.sql_types import SqlType
from sqlserver.tables import key_part

CONDITION = SqlType("bit", 0, 1)    # type of a condition; T-SQL has no boolean values


def bring_to(found, kind, explicit=False):
    """The same value as `kind`."""
    if found.type is None:
        return Compiled(kind, found.evaluate, found.constant)
    change = conversion.converter(found.type, kind, 0, explicit)
    if change is None:
        return Compiled(kind, found.evaluate, found.constant)
    inner = found.evaluate
    return remembered(Compiled(kind, lambda row: change(inner(row)), found.constant))


def remembered(found):
    """A constant is computed once, at the first row."""
    if not found.constant:
        return found
    inner, kept = found.evaluate, []

    def evaluate(row):
        if not kept:
            kept.append(inner(row))
        return kept[0]
    return Compiled(found.type, evaluate, True)


COMPARERS = {"=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
             ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}


def comparable(left, right):
    """Both operands as functions to values that Python compares the way the server does."""
    if left.type is None and right.type is None:
        return left.evaluate, right.evaluate
    kind = conversion.common_type(left.type or right.type, right.type or left.type)
    if kind.long and kind.name in ("text", "ntext", "image", "xml") or kind.name in ("geography", "geometry"):
        raise errors.SqlError(402, f"The data types {left.type} and {right.type} are incompatible in the equal to operator.",
                              ends="batch")
    if kind.is_text:
        kind = SqlType(kind.name, kind.length, collation=collation_of(left, right))
    sides = []
    part = key_part(kind)
    for side in (left, right):
        side = side if kind.is_text and side.type is not None and side.type.is_text else bring_to(side, kind)
        sides.append(keyed(side, part))
    return sides


def keyed(side, part):
    if part is None:
        return side.evaluate
    inner = side.evaluate
    return remembered(Compiled(side.type, lambda row: None if (found := inner(row)) is None else part(found),
                               side.constant)).evaluate


def collation_of(left, right):
    """A column's collation wins over the one of literals and variables; two different columns' ones conflict."""
    for side in (left, right):
        if side.forced:
            return side.type.collation
    names = [side.type.collation for side in (left, right) if side.type is not None and side.type.is_text and
             side.type.collation]
    if len(set(names)) > 1:
        columns = [side.type.collation for side in (left, right) if not side.constant and side.type.collation]
        if len(set(columns)) > 1:
            raise errors.SqlError(468, f"Cannot resolve the collation conflict between \"{names[0]}\" and \"{names[1]}\" in "
                                       "the equal to operation.", state=9, ends="batch")
        names = columns or names
    return names[0] if names else collations.DEFAULT


def compare(sign, left, right):
    first, second = comparable(left, right)
    relation = COMPARERS[sign]

    def evaluate(row):
        one = first(row)
        if one is None:
            return None
        two = second(row)
        return None if two is None else relation(one, two)
    return Compiled(CONDITION, evaluate, left.constant and right.constant)
