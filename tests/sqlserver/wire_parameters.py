"""Parameters of an RPC: TYPE_INFO and value as the client sends them, read strictly.

A type id or length no server accepts raises 8009 with the server's text, as a real server answers it.
"""
import decimal
import struct

from sqlserver import collations, text_forms
from sqlserver.byte_reader import ByteReader, ProtocolError, utf16
from sqlserver.errors import SqlError
from sqlserver.sql_types import MAX, SqlType, Variant

INTN = {1: "tinyint", 2: "smallint", 4: "int", 8: "bigint"}
FIXED = {0x30: "tinyint", 0x32: "bit", 0x34: "smallint", 0x38: "int", 0x7F: "bigint", 0x3B: "real", 0x3E: "float",
         0x3C: "money", 0x7A: "smallmoney", 0x3D: "datetime", 0x3A: "smalldatetime"}
FIXED_SIZE = {0x30: 1, 0x32: 1, 0x34: 2, 0x38: 4, 0x7F: 8, 0x3B: 4, 0x3E: 8, 0x3C: 8, 0x7A: 4, 0x3D: 8, 0x3A: 4}
CHARS = {0xAF: "char", 0xA7: "varchar", 0xEF: "nchar", 0xE7: "nvarchar", 0x2F: "char", 0x27: "varchar"}
BINARIES = {0xAD: "binary", 0xA5: "varbinary", 0x2D: "binary", 0x25: "varbinary"}
LONGS = {0x23: "text", 0x63: "ntext", 0x22: "image"}
SCALED = {0x29: "time", 0x2A: "datetime2", 0x2B: "datetimeoffset"}


def read_collation(reader):
    """Text parameters are Unicode or in the code page of the collation they carry."""
    wire = bytes(reader.take(5))
    if wire == b"\0" * 5:
        return collations.DEFAULT
    lcid = struct.unpack_from("<I", wire)[0]
    for name in collations.known_names():
        if collations.find(name).wire == wire:
            return name
    utf8 = "_UTF8" if lcid >> 26 & 1 else ""
    for designator, (known, _) in collations.DESIGNATORS.items():
        if known == lcid & 0xFFFFF:
            return f"{designator}_100_CI_AS_SC_UTF8" if utf8 else f"{designator}_CI_AS"
    return collations.DEFAULT


def read_parameter(reader, place):
    """(SqlType, value) of the parameter at the reader; `place` is its number from 1, for the error."""
    type_id = reader.u8()
    if type_id in FIXED:
        return SqlType(FIXED[type_id]), fixed_value(FIXED[type_id], reader.take(FIXED_SIZE[type_id]))
    if type_id in (0x26, 0x68, 0x6D, 0x6E, 0x6F, 0x24):
        return read_sized(reader, type_id, place)
    if type_id in (0x6A, 0x6C, 0x37, 0x3F):
        return read_decimal(reader, type_id)
    if type_id == 0x28:
        raw = value_of(reader, reader.u8(), (0, 3))
        return SqlType("date"), int.from_bytes(raw, "little") if raw else None
    if type_id in SCALED:
        return read_scaled(reader, SCALED[type_id])
    if type_id in CHARS or type_id in BINARIES:
        return read_short(reader, type_id)
    if type_id in LONGS:
        return read_long(reader, LONGS[type_id])
    if type_id == 0xF1:
        if reader.u8():
            reader.b_text(), reader.b_text(), reader.us_text()
        raw = read_plp(reader)
        return SqlType("xml", MAX), raw if raw is None else xml_text(bytes(raw))
    if type_id == 0x62:
        reader.u32()
        return SqlType("sql_variant"), read_variant(reader, place)
    if type_id == 0xF0:
        reader.b_text(), reader.b_text()
        return SqlType(reader.b_text(), MAX), read_plp(reader)
    raise unknown(type_id, place)


def unknown(type_id, place):
    return SqlError(8009, "The incoming tabular data stream (TDS) remote procedure call (RPC) protocol stream is "
                          f"incorrect. Parameter {place} (\"\"): Data type 0x{type_id:02X} is unknown.", 16, 4, "connection")


def xml_text(raw):
    return raw.removeprefix(b"\xff\xfe").decode("utf-16-le", "surrogatepass")


def value_of(reader, size, allowed):
    if size not in allowed:
        raise ProtocolError(f"a value of {size} bytes where {allowed} are allowed")
    return bytes(reader.take(size))


def fixed_value(name, raw):
    if name in ("tinyint", "bit"):
        return raw[0]
    if name in ("smallint", "int", "bigint"):
        return int.from_bytes(raw, "little", signed=True)
    if name in ("real", "float"):
        return struct.unpack("<f" if name == "real" else "<d", raw)[0]
    if name == "money":
        high, low = struct.unpack("<iI", raw)
        return decimal.Decimal((high << 32) | low).scaleb(-4)
    if name == "smallmoney":
        return decimal.Decimal(int.from_bytes(raw, "little", signed=True)).scaleb(-4)
    if name == "datetime":
        days, ticks = struct.unpack("<iI", raw)
        return days * 300 * 86400 + ticks
    if name == "smalldatetime":
        days, minutes = struct.unpack("<HH", raw)
        return days * 1440 + minutes
    return raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]


def read_sized(reader, type_id, place):
    size = reader.u8()
    names = {0x26: INTN, 0x68: {1: "bit"}, 0x6D: {4: "real", 8: "float"}, 0x6E: {4: "smallmoney", 8: "money"},
             0x6F: {4: "smalldatetime", 8: "datetime"}, 0x24: {16: "uniqueidentifier"}}[type_id]
    if size not in names:
        raise unknown(type_id, place)
    raw = value_of(reader, reader.u8(), (0, size))
    return SqlType(names[size]), fixed_value(names[size], raw) if raw else None


def read_decimal(reader, type_id):
    reader.u8()
    precision, scale = reader.u8(), reader.u8()
    if not 1 <= precision <= 38 or scale > precision:
        raise ProtocolError(f"decimal({precision},{scale})")
    raw = value_of(reader, reader.u8(), (0, *range(2, 18)))   # mssql-jdbc leaves zero bytes out
    kind = SqlType("decimal" if type_id in (0x6A, 0x37) else "numeric", 0, precision, scale)
    if not raw:
        return kind, None
    number = decimal.Decimal(int.from_bytes(raw[1:], "little")).scaleb(-scale)
    return kind, number if raw[0] else -number


def read_scaled(reader, name):
    scale = reader.u8()
    if scale > 7:
        raise ProtocolError(f"{name}({scale})")
    raw = value_of(reader, reader.u8(), range(11))
    kind = SqlType(name, 0, 0, scale)
    return kind, scaled_value(kind, raw) if raw else None


def scaled_value(kind, raw):
    unit = text_forms.UNITS[kind.scale]
    tail = {"time": 0, "datetime2": 3, "datetimeoffset": 5}[kind.name]
    clock = int.from_bytes(raw[:len(raw) - tail], "little") * unit
    if clock >= text_forms.DAY:
        raise ProtocolError(f"{kind.name}: a time past the end of the day")
    if kind.name == "time":
        return clock
    at = len(raw) - tail
    ticks = int.from_bytes(raw[at:at + 3], "little") * text_forms.DAY + clock
    return ticks if kind.name == "datetime2" else (ticks, struct.unpack_from("<h", raw, at + 3)[0])


def read_short(reader, type_id):
    old = type_id in (0x2F, 0x27, 0x2D, 0x25)
    size = reader.u8() if old else reader.u16()
    name = CHARS.get(type_id) or BINARIES[type_id]
    collation = None
    if type_id in CHARS and not old:
        collation = read_collation(reader)
    elif type_id in CHARS:
        collation = collations.DEFAULT
    wide = name.startswith("n")
    if size == 0xFFFF and not old:
        raw = read_plp(reader)
        kind = SqlType(name, MAX, collation=collation)
    else:
        count = reader.u8() if old else reader.u16()
        if count == (0 if old else 0xFFFF):
            raw = None
        elif count > size:
            raise ProtocolError(f"{name}: {count} bytes in a parameter of {size}")
        else:
            raw = bytes(reader.take(count))
        kind = SqlType(name, max(1, size // 2 if wide else size), collation=collation)
    if raw is None or type_id in BINARIES:
        return kind, raw
    return kind, utf16(raw) if wide else collations.find(collation).decode(raw)


def read_long(reader, name):
    reader.u32()
    collation = read_collation(reader) if name != "image" else None
    size = reader.u32()
    kind = SqlType(name, MAX, collation=collation)
    if size == 0xFFFFFFFF:
        return kind, None
    raw = bytes(reader.take(size))
    if name == "image":
        return kind, raw
    return kind, utf16(raw) if name == "ntext" else collations.find(collation).decode(raw)


def read_plp(reader):
    """A value in chunks: None, or its bytes; the announced length, where there is one, must be true."""
    total = reader.u64()
    if total == 0xFFFFFFFFFFFFFFFF:
        return None
    parts = []
    while size := reader.u32():
        parts.append(bytes(reader.take(size)))
    raw = b"".join(parts)
    if total != 0xFFFFFFFFFFFFFFFE and total != len(raw):
        raise ProtocolError(f"a value of {len(raw)} bytes was announced as {total}")
    return raw


def read_variant(reader, place):
    size = reader.u32()
    if not size:
        return None
    inner = ByteReader(bytes(reader.take(size)))
    type_id, properties = inner.u8(), ByteReader(bytes(inner.take(inner.u8())))
    raw = bytes(inner.take(inner.left()))
    if type_id in FIXED or type_id == 0x24:
        name = FIXED.get(type_id, "uniqueidentifier")
        return Variant(SqlType(name), fixed_value(name, raw))
    if type_id in (0x6A, 0x6C):
        precision, scale = properties.u8(), properties.u8()
        number = decimal.Decimal(int.from_bytes(raw[1:], "little")).scaleb(-scale)
        return Variant(SqlType("decimal", 0, precision, scale), number if raw[0] else -number)
    if type_id == 0x28:
        return Variant(SqlType("date"), int.from_bytes(raw, "little"))
    if type_id in SCALED:
        kind = SqlType(SCALED[type_id], 0, 0, properties.u8())
        return Variant(kind, scaled_value(kind, raw))
    if type_id in CHARS:
        collation = read_collation(properties)
        wide = CHARS[type_id].startswith("n")
        text = utf16(raw) if wide else collations.find(collation).decode(raw)
        return Variant(SqlType(CHARS[type_id], max(1, len(raw) // (2 if wide else 1)), collation=collation), text)
    if type_id in BINARIES:
        return Variant(SqlType(BINARIES[type_id], max(1, len(raw))), raw)
    raise unknown(type_id, place)
