"""convert(value, source, target): what CAST and every implicit conversion do, after the documented conversion chart.

A pair of types the chart does not allow raises 529 or 206; a value that does not fit raises 220, 241, 245, 8114, 8115,
8152/2628 as a server does. Never rounds silently where the server would raise.
"""
import decimal

from sqlserver import collations, errors, text_forms, udts
from sqlserver.sql_types import (APPROXIMATE, BYTES, EXACT, INTEGERS, MAX, TEXTS, TIMES, UDTS, SqlType, Variant,
                                 nvarchar, varchar)

MONEY_LIMITS = {"money": 2**63, "smallmoney": 2**31}
EXPLICIT_ONLY_TO_BYTES = TEXTS - {"xml"}


def convert(value, source, target, style=0, explicit=True):
    """The value as `target`; SqlError when it is not one. `explicit` is False for implicit conversions."""
    if value is None:
        return None
    if source.name == "sql_variant" and target.name != "sql_variant":
        return convert(value.value, value.type, target, style)
    name = target.name
    try:
        if name == "sql_variant":
            return value if source.name == "sql_variant" else to_variant(value, source)
        if name in INTEGERS:
            return to_integer(value, source, target)
        if name in EXACT:
            return to_decimal(value, source, target)
        if name in APPROXIMATE:
            return to_float(value, source, target)
        if name in TEXTS:
            return fit_text(to_text(value, source, target, style), source, target)
        if name in TIMES:
            return to_time(value, source, target)
        if name in BYTES:
            return to_bytes(value, source, target, explicit, style)
        if name == "uniqueidentifier":
            return to_guid(value, source, target)
        if name in UDTS:
            return to_udt(value, source, target)
    except ValueError:
        raise no_value(value, source, target) from None
    raise forbidden(source, target)


def forbidden(source, target):
    return errors.SqlError(529, f"Explicit conversion from data type {source.name} to {target.name} is not allowed.",
                           state=2, ends="batch")


def clash(source, target):
    return errors.SqlError(206, f"Operand type clash: {source.name} is incompatible with {target.name}", state=2,
                           ends="batch")


def no_value(value, source, target):
    name = target.name
    if name in TIMES:
        return errors.SqlError(241, "Conversion failed when converting date and/or time from character string.",
                               ends="batch")
    if name == "uniqueidentifier":
        return errors.SqlError(8169, "Conversion failed when converting from a character string to uniqueidentifier.",
                               state=2, ends="batch")
    if name in INTEGERS:
        return errors.conversion(value, name)
    return errors.SqlError(8114, f"Error converting data type {source.name} to {name}.", state=5, ends="batch")


def to_variant(value, source):
    if source.long or source.name in UDTS or source.name == "timestamp":
        raise clash(source, SqlType("sql_variant"))
    return Variant(source, value)


def to_integer(value, source, target):
    name = target.name
    if source.name in INTEGERS:
        number = value
    elif source.name in APPROXIMATE:
        number = int(value)
    elif source.name in ("money", "smallmoney"):
        number = int(value.to_integral_value(decimal.ROUND_HALF_UP))
    elif source.name in EXACT:
        number = int(value)
    elif source.name in TEXTS:
        text = value.strip()
        if name == "bit" and text.lower() in ("true", "false"):
            return int(text.lower() == "true")
        number = int(text or "0") if text.lstrip("+-").isascii() and "_" not in text else int("x")
    elif source.name in BYTES:
        number = int.from_bytes(value[-8:], "big", signed=len(value) >= 8)
    else:
        raise clash(source, target)
    if name == "bit":
        return int(number != 0)
    low, high = INTEGERS[name]
    if not low <= number <= high:
        if source.name in TEXTS and name != "bigint":
            raise errors.SqlError(248, f"The conversion of the {source.name} value '{value}' overflowed an {name} column.",
                                  ends="batch")
        if name in ("tinyint", "smallint"):
            raise errors.SqlError(220, f"Arithmetic overflow error for data type {name}, value = {number}.")
        raise errors.overflow(name)
    return number


def to_decimal(value, source, target):
    if source.name in INTEGERS:
        number = decimal.Decimal(value)
    elif source.name in EXACT:
        number = value
    elif source.name in APPROXIMATE:
        number = decimal.Decimal(repr(value))
    elif source.name in TEXTS:
        text = value.strip()
        if target.name in MONEY_LIMITS:
            text = text.lstrip("$").replace(",", "")
        number = text_forms.parse_decimal(text)
    else:
        raise clash(source, target)
    scale = 4 if target.name in MONEY_LIMITS else target.scale
    number = number.quantize(decimal.Decimal(1).scaleb(-scale), decimal.ROUND_HALF_UP)
    if target.name in MONEY_LIMITS:
        limit = MONEY_LIMITS[target.name]
        if not -limit <= int(number.scaleb(4)) < limit:
            raise errors.overflow(target.name)
    elif abs(int(number.scaleb(scale))) >= 10 ** target.precision:
        raise errors.overflow("numeric")
    return number + 0 if number else abs(number)


def to_float(value, source, target):
    if source.name not in INTEGERS and source.name not in EXACT and source.name not in APPROXIMATE and \
            source.name not in TEXTS:
        raise clash(source, target)
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("not finite")
    return text_forms.to_real(number) if target.name == "real" else number


def to_text(value, source, target, style=0):
    name = source.name
    if name in TEXTS:
        return value
    if name in INTEGERS:
        return str(value)
    if name in ("money", "smallmoney"):
        return str(value if style == 2 else value.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP))
    if name in EXACT:
        return f"{value:f}"
    if name in APPROXIMATE:
        return text_forms.float_text(value, {0: 6, 1: 8, 2: 16, 3: 17}.get(style, 6))
    if name == "uniqueidentifier":
        return text_forms.guid_text(value)
    if name in BYTES:
        return bytes_as_text(value, target, style)
    if name == "date":
        return text_forms.date_text(value)
    if name == "time":
        return text_forms.clock_text(value, source.scale)
    if name == "datetime2":
        return text_forms.datetime2_text(value, source.scale, "T" if style in (126, 127) else " ")
    if name == "datetimeoffset":
        ticks, minutes = value
        text = text_forms.datetime2_text(ticks + minutes * 600_000_000, source.scale, "T" if style == 126 else " ")
        return text + ("" if style == 126 else " ") + text_forms.offset_text(minutes)
    if name in ("datetime", "smalldatetime"):
        ticks = to_ticks(value, source)
        if style in (0, 100):
            return text_forms.plain_text(ticks)
        if style in (20, 120):
            return text_forms.datetime2_text(ticks, 0)
        if style in (21, 25, 121, 126, 127):
            return text_forms.datetime2_text(ticks, 3, "T" if style > 125 else " ")
        raise errors.SqlError(281, f"{style} is not a valid style number when converting from {name} to a character "
                                   "string.", ends="batch")
    if name in UDTS:
        return udts.to_text(name, value)
    raise forbidden(source, target)


def bytes_as_text(value, target, style):
    if style in (1, 2):
        return ("0x" if style == 1 else "") + value.hex().upper()
    if target.is_wide:
        return value[:len(value) // 2 * 2].decode("utf-16-le", "surrogatepass")
    return collations.find(target.collation or collations.DEFAULT).decode(value)


def measure(text, target):
    """Length in the unit of the type's declaration: UTF-16 units, or bytes in the collation's code page."""
    if target.is_wide:
        return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text) if text.isascii() else len(collations.find(target.collation or collations.DEFAULT).encode(text))


def fit_text(text, source, target):
    """CAST truncates texts; numbers that do not fit raise 8115. Columns check with `fits` instead."""
    if not target.is_wide and not text.isascii():
        collation = collations.find(target.collation or collations.DEFAULT)
        text = collation.decode(collation.encode(text))
    if target.length == MAX:
        return text
    if measure(text, target) > target.length:
        if source.is_number:
            raise errors.overflow(target.name)
        if source.name == "uniqueidentifier":
            raise errors.SqlError(8170, "Insufficient result space to convert uniqueidentifier value to char.", ends="batch")
        while measure(text, target) > target.length:
            text = text[:-1]
    if target.name in ("char", "nchar"):
        text += " " * (target.length - measure(text, target))
    return text


def fits(value, target):
    """True if a text or binary goes into the column whole (trailing spaces may go)."""
    if value is None or target.length in (0, MAX):
        return True
    if target.name in TEXTS:
        return measure(value.rstrip(" "), target) <= target.length
    if target.name in BYTES and target.name != "timestamp":
        return len(value) <= target.length
    return True


def to_ticks(value, source):
    """Any type of time as 100 ns since 0001-01-01 in its own zone."""
    name = source.name
    if name == "date":
        return value * text_forms.DAY
    if name == "time":
        return text_forms.EPOCH_1900 * text_forms.DAY + value
    if name == "datetime2":
        return value
    if name == "datetime":
        return text_forms.datetime_ticks(value)
    if name == "smalldatetime":
        return text_forms.EPOCH_1900 * text_forms.DAY + value * 600_000_000
    return value[0] + value[1] * 600_000_000


def to_time(value, source, target):
    offset = None
    if source.name in TEXTS:
        days, clock, offset = text_forms.parse_moment(value)
        ticks = days * text_forms.DAY + clock
        if target.name in ("datetime", "smalldatetime") and len(value.partition(".")[2].rstrip()) > 3 and \
                "." in value:
            raise ValueError(value)
    elif source.name in TIMES:
        ticks = to_ticks(value, source)
        offset = value[1] if source.name == "datetimeoffset" else None
        if {source.name, target.name} == {"date", "time"}:
            raise clash(source, target)
    elif source.name in INTEGERS and target.name in ("datetime", "smalldatetime"):
        ticks = (text_forms.EPOCH_1900 + value) * text_forms.DAY
    else:
        raise clash(source, target)
    return from_ticks(ticks, offset, target)


def from_ticks(ticks, offset, target):
    name = target.name
    if name == "date":
        return ticks // text_forms.DAY
    if name == "time":
        return text_forms.round_ticks(ticks % text_forms.DAY, target.scale) % text_forms.DAY
    if name == "datetime2":
        return text_forms.round_ticks(ticks, target.scale)
    if name == "datetimeoffset":
        return text_forms.round_ticks(ticks - (offset or 0) * 600_000_000, target.scale), offset or 0
    try:
        if name == "datetime":
            return text_forms.ticks_to_datetime(ticks)
        minutes = (ticks - text_forms.EPOCH_1900 * text_forms.DAY + 299_990_000) // 600_000_000
        if not 0 <= minutes < 65536 * 1440:
            raise ValueError("out of range")
        return minutes
    except ValueError:
        raise errors.SqlError(242, f"The conversion of a datetime2 data type to a {name} data type resulted in an "
                                   "out-of-range value.", state=3, ends="batch") from None


def to_bytes(value, source, target, explicit, style=0):
    name = source.name
    if name in BYTES or name in UDTS:
        raw = value
    elif name in TEXTS:
        if not explicit:
            raise errors.SqlError(257, f"Implicit conversion from data type {name} to {target} is not allowed. Use the "
                                       "CONVERT function to run this query.", state=3, ends="batch")
        if style in (1, 2):
            raw = bytes.fromhex(value[2:] if style == 1 else value)
        elif source.is_wide:
            raw = value.encode("utf-16-le", "surrogatepass")
        else:
            raw = collations.find(source.collation or collations.DEFAULT).encode(value)
    elif name in INTEGERS:
        raw = value.to_bytes({"bit": 1, "tinyint": 1, "smallint": 2, "int": 4, "bigint": 8}[name], "big",
                             signed=name not in ("bit", "tinyint"))
        if target.length != MAX and len(raw) > max(target.length, 1):
            raw = raw[-target.length:]
        if target.name == "binary":
            return raw.rjust(target.length, b"\0")
    elif name == "uniqueidentifier":
        raw = value[3::-1] + value[5:3:-1] + value[7:5:-1] + value[8:]
    else:
        raise forbidden(source, target)
    if target.name == "timestamp":
        return raw[:8].ljust(8, b"\0") if name in BYTES else raw.rjust(8, b"\0")
    if target.length != MAX:
        raw = raw[:target.length]
    return raw.ljust(target.length, b"\0") if target.name == "binary" else raw


def to_guid(value, source, target):
    if source.name == "uniqueidentifier":
        return value
    if source.name in TEXTS:
        return text_forms.parse_guid(value)
    if source.name in BYTES:
        raw = value[:16].ljust(16, b"\0")
        return raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]
    raise clash(source, target)


def to_udt(value, source, target):
    if source.name == target.name or source.name in BYTES:
        return value
    if source.name in TEXTS:
        return udts.parse(target.name, value)
    raise clash(source, target)


def common_type(left, right):
    """The type two operands are brought to: the one of higher precedence, wide enough for both."""
    if left == right:
        return left
    if right.precedence > left.precedence:
        left, right = right, left
    if left.name in ("decimal", "numeric") and (right.name in EXACT or right.name in INTEGERS):
        other = exact_shape(right)
        scale = max(left.scale, other[1])
        return SqlType(left.name, 0, min(38, max(left.precision - left.scale, other[0] - other[1]) + scale), scale)
    if left.name in TEXTS and right.name in TEXTS:
        length = MAX if MAX in (left.length, right.length) else max(left.length, right.length)
        maker = nvarchar if left.is_wide else varchar
        return maker(length, left.collation or right.collation)
    if left.name in BYTES and right.name in BYTES and "timestamp" not in (left.name, right.name):
        length = MAX if MAX in (left.length, right.length) else max(left.length, right.length)
        return SqlType("varbinary", length)
    if left.name in ("time", "datetime2", "datetimeoffset") and right.name in TIMES:
        natural = {"datetime": 3}.get(right.name, right.scale)
        return SqlType(left.name, 0, 0, max(left.scale, natural))
    return left


def exact_shape(kind):
    """(precision, scale) of a number's type as a decimal."""
    if kind.name in ("decimal", "numeric"):
        return kind.precision, kind.scale
    return {"bit": (1, 0), "tinyint": (3, 0), "smallint": (5, 0), "int": (10, 0), "bigint": (19, 0), "money": (19, 4),
            "smallmoney": (10, 4)}[kind.name]


def converter(source, target, style=0, explicit=True):
    """convert() with the types bound; None when nothing is to do."""
    if source == target or (source.name == target.name and source.name in INTEGERS):
        return None
    if source.name in TEXTS and target.name in TEXTS and target.length == MAX and target.is_wide:
        return None
    return lambda value: convert(value, source, target, style, explicit)
