"""SqlType: a type of SQL Server, and how a value of it stands in Python.

  bit tinyint smallint int bigint        int
  decimal numeric money smallmoney       decimal.Decimal, quantised to the scale
  float real                             float
  char varchar text nchar nvarchar ntext xml   str (a byte no code page knows: U+DC80..U+DCFF)
  binary varbinary image timestamp, UDTs bytes
  uniqueidentifier                       bytes, 16, in the order in which it is printed
  date                                   int, days since 0001-01-01
  time                                   int, 100 ns since midnight
  datetime2                              int, 100 ns since 0001-01-01
  datetime                               int, 1/300 s since 1900-01-01
  smalldatetime                          int, minutes since 1900-01-01
  datetimeoffset                         (int as datetime2 in UTC, offset in minutes)
  sql_variant                            Variant
NULL is None everywhere.
"""
import dataclasses
import decimal

# Each thread begins with a copy of DefaultContext; 38 digits must survive every step.
decimal.DefaultContext.prec = 80
decimal.setcontext(decimal.Context(prec=80))

MAX = -1

INTEGERS = {"bit": (0, 1), "tinyint": (0, 255), "smallint": (-2**15, 2**15 - 1), "int": (-2**31, 2**31 - 1),
            "bigint": (-2**63, 2**63 - 1)}
EXACT = {"decimal", "numeric", "money", "smallmoney"}
APPROXIMATE = {"real", "float"}
TEXTS = {"char", "varchar", "text", "nchar", "nvarchar", "ntext", "xml"}
WIDE = {"nchar", "nvarchar", "ntext", "xml"}
BYTES = {"binary", "varbinary", "image", "timestamp"}
UDTS = {"hierarchyid", "geography", "geometry"}
TIMES = {"date", "time", "datetime", "smalldatetime", "datetime2", "datetimeoffset"}

# system_type_id, user_type_id, precedence (higher wins) of each type, as sys.types and the documentation list them.
SYSTEM_TYPES = {
    "image": (34, 34, 5), "text": (35, 35, 7), "uniqueidentifier": (36, 36, 8), "date": (40, 40, 22),
    "time": (41, 41, 21), "datetime2": (42, 42, 25), "datetimeoffset": (43, 43, 26), "tinyint": (48, 48, 11),
    "smallint": (52, 52, 12), "int": (56, 56, 13), "smalldatetime": (58, 58, 23), "real": (59, 59, 19),
    "money": (60, 60, 16), "datetime": (61, 61, 24), "float": (62, 62, 20), "sql_variant": (98, 98, 30),
    "ntext": (99, 99, 6), "bit": (104, 104, 10), "decimal": (106, 106, 18), "numeric": (108, 108, 17),
    "smallmoney": (122, 122, 15), "bigint": (127, 127, 14), "varbinary": (165, 165, 2), "varchar": (167, 167, 3),
    "binary": (173, 173, 1), "char": (175, 175, 3), "timestamp": (189, 189, 4), "nvarchar": (231, 231, 9),
    "sysname": (231, 256, 9), "nchar": (239, 239, 9), "hierarchyid": (240, 128, 31), "geometry": (240, 129, 31),
    "geography": (240, 130, 31), "xml": (241, 241, 27),
}
SYNONYMS = {"integer": "int", "dec": "decimal", "rowversion": "timestamp", "character": "char",
            "double precision": "float", "national character varying": "nvarchar"}
FIXED_BYTES = {"bit": 1, "tinyint": 1, "smallint": 2, "int": 4, "bigint": 8, "real": 4, "float": 8, "money": 8,
               "smallmoney": 4, "date": 3, "datetime": 8, "smalldatetime": 4, "uniqueidentifier": 16, "timestamp": 8}


@dataclasses.dataclass(frozen=True)
class SqlType:
    """`length`: characters of n-types, bytes of other texts and binaries, MAX for (max)."""
    name: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    collation: str | None = None
    sysname: bool = False

    @property
    def is_text(self):
        return self.name in TEXTS

    @property
    def is_wide(self):
        return self.name in WIDE

    @property
    def is_number(self):
        return self.name in INTEGERS or self.name in EXACT or self.name in APPROXIMATE

    @property
    def long(self):
        return self.name in ("text", "ntext", "image", "xml") or self.length == MAX

    @property
    def precedence(self):
        return SYSTEM_TYPES[self.name][2]

    def max_length(self):
        """As sys.columns.max_length says it: bytes, -1 for (max), xml and UDTs without a limit."""
        if self.name in FIXED_BYTES:
            return FIXED_BYTES[self.name]
        if self.name in ("decimal", "numeric"):
            return decimal_bytes(self.precision)
        if self.name in ("time", "datetime2", "datetimeoffset"):
            return time_bytes(self.scale) + {"time": 0, "datetime2": 3, "datetimeoffset": 5}[self.name]
        if self.name in ("text", "ntext", "image"):
            return 16
        if self.name == "sql_variant":
            return 8016
        if self.name == "hierarchyid":
            return 892
        if self.name in ("xml", "geography", "geometry") or self.length == MAX:
            return -1
        return self.length * 2 if self.name in ("nchar", "nvarchar") else self.length

    def __str__(self):
        if self.name in ("decimal", "numeric"):
            return f"{self.name}({self.precision},{self.scale})"
        if self.name in ("time", "datetime2", "datetimeoffset"):
            return f"{self.name}({self.scale})"
        if self.name in ("char", "varchar", "nchar", "nvarchar", "binary", "varbinary"):
            return f"{self.name}({'max' if self.length == MAX else self.length})"
        return self.name


@dataclasses.dataclass(frozen=True)
class Variant:
    """A value of sql_variant: the inner type and its value."""
    type: SqlType
    value: object


def decimal_bytes(precision):
    return 5 if precision <= 9 else 9 if precision <= 19 else 13 if precision <= 28 else 17


def time_bytes(scale):
    return 3 if scale <= 2 else 4 if scale <= 4 else 5


BIT = SqlType("bit")
TINYINT = SqlType("tinyint")
SMALLINT = SqlType("smallint")
INT = SqlType("int")
BIGINT = SqlType("bigint")
FLOAT = SqlType("float", precision=53)
DATETIME = SqlType("datetime")
GUID = SqlType("uniqueidentifier")
VARIANT = SqlType("sql_variant")


def nvarchar(length, collation=None):
    return SqlType("nvarchar", length, collation=collation)


def varchar(length, collation=None):
    return SqlType("varchar", length, collation=collation)


def varbinary(length):
    return SqlType("varbinary", length)


def sysname(collation=None):
    return SqlType("nvarchar", 128, collation=collation, sysname=True)


def make(name, arguments=(), collation=None):
    """The type of a declaration such as decimal(10,2); arguments are ints or MAX. None if it is not one."""
    name = SYNONYMS.get(name, name)
    if name == "sysname" and not arguments:
        return sysname(collation)
    if name not in SYSTEM_TYPES or name == "sysname":
        return None
    if name in ("decimal", "numeric"):
        precision = arguments[0] if arguments else 18
        scale = arguments[1] if len(arguments) > 1 else 0
        return SqlType(name, 0, precision, scale) if 1 <= precision <= 38 and 0 <= scale <= precision else None
    if name in ("time", "datetime2", "datetimeoffset"):
        scale = arguments[0] if arguments else 7
        return SqlType(name, 0, 0, scale) if 0 <= scale <= 7 and len(arguments) <= 1 else None
    if name in ("char", "varchar", "nchar", "nvarchar", "binary", "varbinary"):
        length = arguments[0] if arguments else 1
        limit = 4000 if name in ("nchar", "nvarchar") else 8000
        if len(arguments) > 1 or not (1 <= length <= limit or (length == MAX and name.startswith(("var", "nvar")))):
            return None
        return SqlType(name, length, collation=collation if name in TEXTS else None)
    if name == "float":
        bits = arguments[0] if arguments else 53
        if not 1 <= bits <= 53:
            return None
        return SqlType("real", precision=24) if bits <= 24 else FLOAT
    if arguments:
        return None
    if name in TEXTS:
        return SqlType(name, MAX, collation=collation)
    return SqlType(name, MAX if name in UDTS or name == "image" else 0)
