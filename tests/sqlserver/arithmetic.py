"""Arithmetic: + - * / % & | ^ with the types, widths and errors of the documentation."""
import decimal

from sqlserver import conversion, errors, sql_types, syntax
from sqlserver.operands import bring_to, collation_of
from sqlserver.scopes import Compiled
from sqlserver.sql_types import BYTES, INTEGERS, TIMES, UDTS, SqlType


def exact_literal(tree, side, other):
    """A whole literal beside a decimal has as many digits as it is written with."""
    if isinstance(tree, syntax.Literal) and isinstance(tree.value, int) and other.type is not None and \
            other.type.name in ("decimal", "numeric"):
        return bring_to(side, SqlType("numeric", 0, len(str(tree.value)), 0))
    return side


def arithmetic(sign, left, right):
    if left.type is None or right.type is None:
        return Compiled(left.type or right.type or sql_types.INT, lambda row: None, True)
    a, b = left.type, right.type
    constant = left.constant and right.constant
    if sign == "+" and a.is_text and b.is_text:
        return concatenate(left, right)
    if sign == "+" and a.name in BYTES and b.name in BYTES:
        kind = sql_types.varbinary(add_lengths(a, b, 8000))
        return Compiled(kind, null_safe(lambda x, y: x + y, left, right), constant)
    if sign in "+-" and a.name in ("datetime", "smalldatetime") and b.is_number:
        ticks = 300 * 86400 if a.name == "datetime" else 1440
        step = ticks if sign == "+" else -ticks
        return Compiled(a, null_safe(lambda x, y: x + int(y * step), left, right), constant)
    kind = conversion.common_type(a, b)
    if kind.name in TIMES or kind.name in UDTS or kind.is_text or kind.name == "bit" and sign not in "&|^":
        word = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo"}.get(sign, sign)
        raise errors.SqlError(8117, f"Operand data type {kind.name} is invalid for {word} operator.", ends="batch")
    if kind.name in ("decimal", "numeric"):
        return decimal_arithmetic(sign, left, right, constant)
    if kind.name in BYTES and sign in "&|^":
        kind = sql_types.INT
    left, right = bring_to(left, kind), bring_to(right, kind)
    operate = OPERATIONS[sign]
    if kind.name in INTEGERS:
        low, high = INTEGERS[kind.name]

        def whole(x, y):
            found = operate(x, y)
            if not low <= found <= high:
                raise errors.overflow(kind.name)
            return found
        return Compiled(kind, null_safe(whole, left, right), constant)
    if kind.name in ("money", "smallmoney"):
        unit = decimal.Decimal("0.0001")
        return Compiled(kind, null_safe(lambda x, y: operate(x, y).quantize(unit), left, right), constant)
    return Compiled(kind, null_safe(operate, left, right), constant)


def null_safe(operate, left, right):
    first, second = left.evaluate, right.evaluate

    def evaluate(row):
        one, two = first(row), second(row)
        return None if one is None or two is None else operate(one, two)
    return evaluate


def divide(x, y):
    if y == 0:
        raise errors.SqlError(8134, "Divide by zero error encountered.")
    if isinstance(x, int):
        return abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
    return x / y


def modulo(x, y):
    if y == 0:
        raise errors.SqlError(8134, "Divide by zero error encountered.")
    return x - divide(x, y) * y if isinstance(x, int) else x % y


OPERATIONS = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "/": divide, "%": modulo,
              "&": lambda x, y: x & y, "|": lambda x, y: x | y, "^": lambda x, y: x ^ y}


def decimal_arithmetic(sign, left, right, constant):
    """Precision and scale of the result by the documented rules, cut to 38 digits."""
    (p1, s1), (p2, s2) = conversion.exact_shape(left.type), conversion.exact_shape(right.type)
    if sign in "+-":
        scale = max(s1, s2)
        precision = scale + max(p1 - s1, p2 - s2) + 1
    elif sign == "*":
        precision, scale = p1 + p2 + 1, s1 + s2
    elif sign == "/":
        scale = max(6, s1 + p2 + 1)
        precision = p1 - s1 + s2 + scale
    else:
        scale = max(s1, s2)
        precision = min(p1 - s1, p2 - s2) + scale
    if precision > 38:
        whole = precision - scale
        scale = max(38 - whole, min(scale, 6)) if sign in "*/" else max(38 - whole, 0)
        precision = 38
    kind = SqlType("decimal" if "decimal" in (left.type.name, right.type.name) else "numeric", 0, precision, scale)
    operate, unit = OPERATIONS[sign], decimal.Decimal(1).scaleb(-scale)

    def compute(x, y):
        found = operate(decimal.Decimal(x), decimal.Decimal(y)).quantize(unit, decimal.ROUND_HALF_UP)
        if abs(int(found.scaleb(scale))) >= 10 ** precision:
            raise errors.overflow("numeric")
        return found
    return Compiled(kind, null_safe(compute, left, right), constant)


def add_lengths(a, b, limit):
    if sql_types.MAX in (a.length, b.length):
        return sql_types.MAX
    return min(a.length + b.length, limit)


def concatenate(left, right):
    is_wide = left.type.is_wide or right.type.is_wide
    maker = sql_types.nvarchar if is_wide else sql_types.varchar
    kind = maker(add_lengths(left.type, right.type, 4000 if is_wide else 8000), collation_of(left, right))
    return Compiled(kind, null_safe(lambda x, y: x + y, left, right), left.constant and right.constant)
