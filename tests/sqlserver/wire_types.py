"""The wire form of types and values, TDS 7.4.

type_info(type)      what stands in COLMETADATA, RETURNVALUE and RPC parameters
value_encoder(type)  a function: value (not NULL) -> bytes with its length prefix
null_bytes(type)     NULL in a ROW

  TYPE_INFO   := id [maxlen u8|u16|u32] [precision u8 scale u8 | scale u8] [collation 5] [table name | udt | schema]
  INTN BITN FLTN MONEYN DATETIMN GUID DECIMALN DATEN TIMEN ...   len u8 (0 = NULL), bytes
  BIGCHAR BIGVARCHAR NCHAR NVARCHAR BIGBINARY BIGVARBINARY       len u16 (0xFFFF = NULL), bytes
  (max), XML, UDT                                                PLP: total u64 (all ones = NULL), {len u32, bytes}, 0 u32
  TEXT NTEXT IMAGE            pointer length u8 (0 = NULL), pointer 16, timestamp 8, len u32, bytes
  SSVARIANT                   len u32 (0 = NULL), base id u8, properties length u8, properties, bytes
"""
import struct

from sqlserver import collations, text_forms
from sqlserver.sql_types import MAX, decimal_bytes, time_bytes

PLP_NULL = b"\xff" * 8
PLP_CHUNK = 4000 * 2
USHORT_NULL = b"\xff\xff"
ZERO = b"\0"

SIZED = {"bit": (0x68, 1), "tinyint": (0x26, 1), "smallint": (0x26, 2), "int": (0x26, 4), "bigint": (0x26, 8),
         "real": (0x6D, 4), "float": (0x6D, 8), "money": (0x6E, 8), "smallmoney": (0x6E, 4), "datetime": (0x6F, 8),
         "smalldatetime": (0x6F, 4), "uniqueidentifier": (0x24, 16)}
# Types of columns that may not be NULL, where the server sends the form without a length.
FIXED = {"bit": 0x32, "tinyint": 0x30, "smallint": 0x34, "int": 0x38, "bigint": 0x7F, "real": 0x3B, "float": 0x3E,
         "money": 0x3C, "smallmoney": 0x7A, "datetime": 0x3D, "smalldatetime": 0x3A}
SCALED_TIMES = {"time": 0x29, "datetime2": 0x2A, "datetimeoffset": 0x2B}
CHARS = {"char": 0xAF, "varchar": 0xA7, "nchar": 0xEF, "nvarchar": 0xE7}
BINARIES = {"binary": 0xAD, "varbinary": 0xA5}
LONGS = {"text": 0x23, "ntext": 0x63, "image": 0x22}
UDT_ASSEMBLY = {"hierarchyid": "Microsoft.SqlServer.Types.SqlHierarchyId", "geography":
                "Microsoft.SqlServer.Types.SqlGeography", "geometry": "Microsoft.SqlServer.Types.SqlGeometry"}
ASSEMBLY = ", Microsoft.SqlServer.Types, Version=11.0.0.0, Culture=neutral, PublicKeyToken=89845dcd8080cc91"
USER_TYPES = {"timestamp": 80, "geography": 0, "geometry": 0, "hierarchyid": 0}


def b_text(text):
    """B_VARCHAR: a length of one byte in characters, UTF-16."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return bytes([len(raw) // 2]) + raw


def us_text(text):
    """US_VARCHAR: a length of two bytes in characters, UTF-16."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return struct.pack("<H", len(raw) // 2) + raw


def collation_of(kind):
    return collations.find(kind.collation or collations.DEFAULT)


def is_plp(kind):
    return kind.name in ("xml", "hierarchyid", "geography", "geometry") or (
        kind.length == MAX and kind.name in ("varchar", "nvarchar", "varbinary"))


def is_fixed(kind, nullable):
    return not nullable and kind.name in FIXED


def user_type(kind):
    return 256 if kind.sysname else USER_TYPES.get(kind.name, 0)


def type_info(kind, nullable=True, table=(), database=""):
    name = kind.name
    if is_fixed(kind, nullable):
        return bytes([FIXED[name]])
    if name in SIZED:
        return bytes(SIZED[name])
    if name in ("decimal", "numeric"):
        return bytes([0x6A if name == "decimal" else 0x6C, decimal_bytes(kind.precision), kind.precision, kind.scale])
    if name == "date":
        return b"\x28"
    if name in SCALED_TIMES:
        return bytes([SCALED_TIMES[name], kind.scale])
    if name in CHARS:
        size = 0xFFFF if kind.length == MAX else kind.length * (2 if kind.is_wide else 1)
        return struct.pack("<BH", CHARS[name], size) + collation_of(kind).wire
    if name in BINARIES:
        return struct.pack("<BH", BINARIES[name], 0xFFFF if kind.length == MAX else kind.length)
    if name == "timestamp":
        return struct.pack("<BH", 0xAD, 8)
    if name in LONGS:
        size = 0x7FFFFFFE if name == "ntext" else 0x7FFFFFFF
        text = b"" if name == "image" else collation_of(kind).wire
        parts = [part for part in table if part]
        return struct.pack("<BI", LONGS[name], size) + text + bytes([len(parts)]) + b"".join(map(us_text, parts))
    if name == "xml":
        return b"\xf1\0"
    if name == "sql_variant":
        return struct.pack("<BI", 0x62, 8009)
    limit = 892 if name == "hierarchyid" else 0xFFFF
    return (struct.pack("<BH", 0xF0, limit) + b_text(database) + b_text("sys") + b_text(name) +
            us_text(UDT_ASSEMBLY[name] + ASSEMBLY))


def null_bytes(kind):
    if is_plp(kind):
        return PLP_NULL
    if kind.name in CHARS or kind.name in BINARIES or kind.name == "timestamp":
        return USHORT_NULL
    return b"\0\0\0\0" if kind.name == "sql_variant" else ZERO


def plp(raw):
    """A whole value with its length known, in chunks as a server sends it."""
    parts = [struct.pack("<Q", len(raw))]
    for at in range(0, len(raw), PLP_CHUNK):
        chunk = raw[at:at + PLP_CHUNK]
        parts.append(struct.pack("<I", len(chunk)) + chunk)
    return b"".join(parts) + b"\0\0\0\0"


def wide(text):
    return text.encode("utf-16-le", "surrogatepass")


def bare_encoder(kind):
    """value -> its bytes without any length."""
    name = kind.name
    if name in ("bit", "tinyint"):
        return lambda value: bytes((value,))
    if name in ("smallint", "int", "bigint", "real", "float"):
        return struct.Struct({"smallint": "<h", "int": "<i", "bigint": "<q", "real": "<f", "float": "<d"}[name]).pack
    if name in ("decimal", "numeric"):
        size, scale = decimal_bytes(kind.precision) - 1, kind.scale

        def exact(value):
            number = int(value.scaleb(scale))
            return (b"\1" if number >= 0 else b"\0") + abs(number).to_bytes(size, "little")
        return exact
    if name == "money":
        pack = struct.Struct("<iI").pack

        def money(value):
            number = int(value.scaleb(4))
            return pack(number >> 32, number & 0xFFFFFFFF)
        return money
    if name == "smallmoney":
        return lambda value: struct.pack("<i", int(value.scaleb(4)))
    if name == "datetime":
        return lambda value: struct.pack("<iI", *divmod(value, 300 * 86400))
    if name == "smalldatetime":
        return lambda value: struct.pack("<HH", *divmod(value, 1440))
    if name == "uniqueidentifier":
        return lambda raw: raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]
    if name == "date":
        return lambda value: value.to_bytes(3, "little")
    if name in SCALED_TIMES:
        return scaled_time_encoder(kind)
    if kind.is_wide:
        return wide
    if kind.is_text:
        return collation_of(kind).encode
    return bytes


def scaled_time_encoder(kind):
    unit, size = text_forms.UNITS[kind.scale], time_bytes(kind.scale)
    if kind.name == "time":
        return lambda value: (value // unit).to_bytes(size, "little")

    def moment(ticks):
        days, clock = divmod(ticks, text_forms.DAY)
        return (clock // unit).to_bytes(size, "little") + days.to_bytes(3, "little")
    if kind.name == "datetime2":
        return moment
    return lambda value: moment(value[0]) + struct.pack("<h", value[1])


def value_encoder(kind, nullable=True):
    bare = bare_encoder(kind) if kind.name != "sql_variant" else None
    if kind.name == "sql_variant":
        return variant
    if is_fixed(kind, nullable):
        return bare
    if is_plp(kind):
        return lambda value: plp(bare(value))
    if kind.name in LONGS:
        pointer = b"\x10" + b"stand-in pointer" + b"stamp\0\0\0"

        def long(value):
            raw = bare(value)
            return pointer + struct.pack("<I", len(raw)) + raw
        return long
    if kind.name in CHARS or kind.name in BINARIES or kind.name == "timestamp":
        pack = struct.Struct("<H").pack

        def short(value):
            raw = bare(value)
            return pack(len(raw)) + raw
        return short

    def tiny(value):
        raw = bare(value)
        return bytes((len(raw),)) + raw
    return tiny


def variant(value):
    """sql_variant: the base type in its fixed form, its properties, the bare bytes."""
    kind = value.type
    name = kind.name
    raw = bare_encoder(kind)(value.value)
    if name in FIXED:
        head, properties = FIXED[name], b""
    elif name in ("decimal", "numeric"):
        head, properties = (0x6A if name == "decimal" else 0x6C), bytes([kind.precision, kind.scale])
    elif name in CHARS:
        length = kind.length * (2 if kind.is_wide else 1)
        head, properties = CHARS[name], collation_of(kind).wire + struct.pack("<H", length)
    elif name in BINARIES:
        head, properties = BINARIES[name], struct.pack("<H", kind.length)
    elif name in SCALED_TIMES:
        head, properties = SCALED_TIMES[name], bytes([kind.scale])
    else:
        head, properties = {"date": 0x28, "uniqueidentifier": 0x24}[name], b""
    body = bytes([head, len(properties)]) + properties + raw
    return struct.pack("<I", len(body)) + body
