"""Values to text and back, in the forms that CONVERT knows. Each function raises ValueError for what is no value."""
import datetime
import decimal
import re
import struct

EPOCH_1900 = 693595  # days from 0001-01-01 to 1900-01-01
DAY_1753, DAY_9999 = 639905, 3652058
DAY = 864_000_000_000
UNITS = {scale: 10 ** (7 - scale) for scale in range(8)}

DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})(\d{2})(\d{2})")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?")
ZONE = re.compile(r"\s*(Z|[+-]\d{2}:\d{2})$")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def date_text(days):
    return datetime.date.fromordinal(days + 1).isoformat()


def clock_text(ticks, scale):
    seconds, part = divmod(ticks, 10_000_000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return text + (f".{part:07}"[:scale + 1] if scale else "")


def datetime2_text(ticks, scale, separator=" "):
    days, clock = divmod(ticks, DAY)
    return date_text(days) + separator + clock_text(clock, scale)


def offset_text(minutes):
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def datetime_ticks(value):
    """A datetime (1/300 s since 1900) as 100 ns since 0001-01-01, exact to the ms as the server shows it."""
    days, part = divmod(value, 300 * 86400)
    return (days + EPOCH_1900) * DAY + (part * 1000 + 150) // 300 * 10_000


def ticks_to_datetime(ticks):
    days, clock = divmod(ticks, DAY)
    value = (days - EPOCH_1900) * 300 * 86400 + (clock * 300 + 5_000_000) // 10_000_000
    if not DAY_1753 <= days <= DAY_9999 or value >= (DAY_9999 + 1 - EPOCH_1900) * 300 * 86400:
        raise ValueError("out of range")
    return value


def plain_text(ticks):
    """The form without a style: 'Jan  2 2024  3:04AM'."""
    days, clock = divmod(ticks, DAY)
    day = datetime.date.fromordinal(days + 1)
    hour, minute = clock // 36_000_000_000, clock // 600_000_000 % 60
    return f"{MONTHS[day.month - 1]} {day.day:2} {day.year} {(hour % 12) or 12:2}:{minute:02}{'AM' if hour < 12 else 'PM'}"


def parse_moment(text):
    """(days, ticks of the day, offset in minutes or None) of an ISO-like text; a missing date is 1900-01-01."""
    text = text.strip()
    zone = ZONE.search(text)
    offset = None
    if zone and ":" in text:
        mark = zone[1]
        offset = 0 if mark == "Z" else (int(mark[1:3]) * 60 + int(mark[4:6])) * (-1 if mark[0] == "-" else 1)
        if abs(offset) > 840:
            raise ValueError("offset")
        text = text[:zone.start()]
    days, ticks = EPOCH_1900, 0
    match = DATE.match(text)
    if match:
        year, month, day = (int(part) for part in match.groups() if part is not None)
        days = datetime.date(year, month, day).toordinal() - 1
        text = text[match.end():]
        if text[:1] in ("T", " "):
            text = text[1:]
    text = text.strip()
    if text:
        match = CLOCK.fullmatch(text)
        if not match:
            raise ValueError(text)
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        if hour > 23 or minute > 59 or second > 59:
            raise ValueError(text)
        digits = (match[4] or "").ljust(8, "0")
        ticks = (hour * 3600 + minute * 60 + second) * 10_000_000 + int(digits[:7]) + (digits[7] >= "5")
    elif not match:
        if text or not zone:
            return EPOCH_1900, 0, offset
    return days, ticks, offset


def round_ticks(ticks, scale):
    unit = UNITS[scale]
    return (ticks + unit // 2) // unit * unit


def float_text(value, digits=6):
    """CONVERT without a style gives six digits; style 3 (and from 16 on the lossless form) gives all."""
    if digits == 17:
        return f"{value:.16e}"
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}e{exponent[0]}{abs(int(exponent)):03}"
    return text


def guid_text(raw):
    text = raw.hex().upper()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def parse_guid(text):
    text = text.strip().strip("{}")[:36]
    raw = bytes.fromhex(text.replace("-", ""))
    if len(raw) != 16 or len(text) != 36:
        raise ValueError(text)
    return raw


GUID_ORDER = (10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3)


def guid_key(raw):
    """Order of uniqueidentifier: the last six bytes count first. Bytes 0-7 as printed, groups from the right."""
    return bytes(raw[place] for place in GUID_ORDER)


def parse_decimal(text):
    text = text.strip()
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text):
        raise ValueError(text)
    return decimal.Decimal(text)


def to_real(value):
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        raise ValueError("real") from None


def hierarchy_error():
    return ValueError("hierarchyid")
