"""The wire form of every type: bytes written down from MS-TDS, and a way back for random values."""
import decimal
import random
import struct
import sys
import unittest

from sqlserver import collations, text_forms
from sqlserver.byte_reader import ByteReader, ProtocolError
from sqlserver.conversion import convert
from sqlserver.errors import SqlError
from sqlserver.login import Login
from sqlserver.row_encoder import row_encoder
from sqlserver.sql_types import MAX, SqlType, Variant, make, nvarchar, varchar
from sqlserver.wire_parameters import read_parameter
from sqlserver.wire_types import null_bytes, type_info, value_encoder

D = decimal.Decimal


def value_of(text, kind):
    return convert(text, varchar(8000), kind)


class Golden(unittest.TestCase):
    """Each line: type, value as text, TYPE_INFO, value with its length."""

    def check(self, kind, text, info, encoded):
        value = value_of(text, kind) if isinstance(text, str) else text
        self.assertEqual(type_info(kind).hex(), info.replace(" ", ""), str(kind))
        self.assertEqual(value_encoder(kind)(value).hex(), encoded.replace(" ", ""), str(kind))

    def test_numbers(self):
        self.check(make("bit"), "1", "6801", "01 01")
        self.check(make("tinyint"), "255", "2601", "01 ff")
        self.check(make("smallint"), "-2", "2602", "02 feff")
        self.check(make("int"), "-2", "2604", "04 feffffff")
        self.check(make("bigint"), "-9223372036854775808", "2608", "08 0000000000000080")
        self.check(make("decimal", (10, 2)), "-1.5", "6a 09 0a 02", "09 00 9600000000000000")
        self.check(make("numeric", (38, 0)), "1", "6c 11 26 00", "11 01 01" + "00" * 15)
        self.check(make("money"), "-922337203685477.5808", "6e08", "08 00000080 00000000")
        self.check(make("smallmoney"), "1", "6e04", "04 10270000")
        self.check(make("float"), "1.5", "6d08", "08 000000000000f83f")
        self.check(make("real"), "1.5", "6d04", "04 0000c03f")

    def test_times(self):
        self.check(make("date"), "9999-12-31", "28", "03 dab937")
        self.check(make("date"), "0001-01-01", "28", "03 000000")
        self.check(make("time", (0,)), "12:34:56", "29 00", "03 f0b000")
        self.check(make("time", (7,)), "23:59:59.9999999", "29 07", "05 ffbf692ac9")
        self.check(make("datetime"), "1900-01-01 00:00:00.003", "6f08", "08 00000000 01000000")
        self.check(make("datetime"), "1753-01-01", "6f08", "08 462effff 00000000")
        self.check(make("smalldatetime"), "1900-01-02 00:01", "6f04", "04 0100 0100")
        self.check(make("datetime2", (7,)), "0001-01-02 00:00:00.0000001", "2a 07", "08 0100000000 010000")
        self.check(make("datetimeoffset", (3,)), "0001-01-02 01:00 +01:00", "2b 03", "09 00000000 010000 3c00")

    def test_texts_and_bytes(self):
        japanese = make("varchar", (10,), "Japanese_CI_AS")
        self.check(japanese, "日本", "a7 0a00 1104d00000", "0400 93fa967b")
        self.check(make("char", (3,), "SQL_Latin1_General_CP1_CI_AS"), "é", "af 0300 0904d00034", "0300 e92020")
        self.check(make("nvarchar", (3,), "Latin1_General_100_CI_AS_SC_UTF8"), "𠮷", "e7 0600 0904d02400", "0400 42d8b7df")
        self.check(make("varchar", (9,), "Latin1_General_100_CI_AS_SC_UTF8"), "é", "a7 0900 0904d02400", "0200 c3a9")
        self.check(make("varbinary", (4,)), b"\1\2", "a5 0400", "0200 0102")
        self.check(make("timestamp"), bytes(8), "ad 0800", "0800" + "00" * 8)
        self.check(make("uniqueidentifier"), "6F9619FF-8B86-D011-B42D-00C04FC964FF", "24 10",
                   "10 ff19966f868b11d0b42d00c04fc964ff")
        self.check(make("varbinary", (MAX,)), b"\1", "a5 ffff", "0100000000000000 01000000 01 00000000")
        self.check(make("xml"), "<a/>", "f1 00", "0800000000000000 08000000 3c0061002f003e00 00000000")
        self.assertEqual(value_encoder(make("nvarchar", (MAX,)))("").hex(), "00" * 8 + "00" * 4)
        self.assertEqual((null_bytes(make("nvarchar", (MAX,))), null_bytes(nvarchar(5)), null_bytes(make("int")),
                          null_bytes(make("sql_variant"))), (b"\xff" * 8, b"\xff\xff", b"\0", bytes(4)))

    def test_variant(self):
        encode = value_encoder(make("sql_variant"))
        self.assertEqual(encode(Variant(make("int"), 7)).hex(), "06000000 38 00 07000000".replace(" ", ""))
        self.assertEqual(encode(Variant(make("decimal", (5, 1)), D("2.5"))).hex(), "09000000 6a 02 0501 01 19000000".replace(" ", ""))

    def test_out_of_range_time_goes_out_as_it_is(self):
        self.assertEqual(value_encoder(make("time", (7,)))(text_forms.DAY).hex(), "0500c0692ac9")

    def test_rows(self):
        encode = row_encoder([make("int"), make("int"), nvarchar(5)], [False, True, True])
        self.assertEqual(encode([(1, 2, "a")]).hex(), "d1 01000000 04 02000000 0200 6100".replace(" ", ""))
        self.assertEqual(encode([(1, None, None)]).hex(), "d2 06 01000000".replace(" ", ""))


class Back(unittest.TestCase):
    """A value written as a column is read as a parameter."""

    def test_random_values(self):
        chance = random.Random(7)
        for kind in (make("int"), make("bigint"), make("decimal", (38, 11)), make("money"), make("float"), make("date"),
                     make("time", (3,)), make("datetime"), make("datetime2", (5,)), make("datetimeoffset", (7,)),
                     make("varbinary", (100,)), make("varbinary", (MAX,)), make("nvarchar", (100,), collations.DEFAULT),
                     make("nvarchar", (MAX,), collations.DEFAULT), make("varchar", (100,), "Japanese_CI_AS"),
                     make("uniqueidentifier"), make("sql_variant")):
            for _ in range(30):
                value = random_value(kind, chance)
                raw = type_info(kind) + (null_bytes(kind) if value is None else value_encoder(kind)(value))
                reader = ByteReader(raw)
                found = read_parameter(reader, 1)
                self.assertEqual((found[0].name, found[1], reader.left()), (kind.name, value, 0))

    def test_what_no_server_takes(self):
        with self.assertRaises(SqlError) as caught:
            read_parameter(ByteReader(b"\x67\x00"), 3)
        self.assertEqual(caught.exception.number, 8009)
        for raw in ("6a 09 27 00 00", "a5 0400 0500 0102030405", "26 04 03 000000", "29 08 00"):
            with self.assertRaises(ProtocolError):
                read_parameter(ByteReader(bytes.fromhex(raw)), 1)
        with self.assertRaises(ProtocolError):
            Login(struct.pack("<I", 94) + bytes(90) + b"x")


def random_value(kind, chance):
    if chance.random() < 0.1:
        return None
    if kind.name in ("int", "bigint"):
        return chance.randrange(-2**31, 2**31)
    if kind.name in ("decimal", "money"):
        scale = kind.scale or 4
        return D(chance.randrange(-10**17, 10**17)).scaleb(-scale)
    if kind.name == "float":
        return chance.uniform(-1e300, 1e300)
    if kind.name == "date":
        return chance.randrange(3652059)
    unit = text_forms.UNITS[kind.scale]
    if kind.name == "time":
        return chance.randrange(text_forms.DAY // unit) * unit
    if kind.name == "datetime":
        return chance.randrange(10**12)
    if kind.name == "datetime2":
        return chance.randrange(10**18 // unit) * unit
    if kind.name == "datetimeoffset":
        return chance.randrange(10**18), chance.randrange(-840, 841)
    if kind.name == "varbinary":
        return chance.randbytes(chance.randrange(100))
    if kind.name == "uniqueidentifier":
        return chance.randbytes(16)
    if kind.name == "sql_variant":
        return Variant(SqlType("int"), chance.randrange(99))
    alphabet = "aé日本ｱ " if kind.is_wide else "a日本ｱ "
    return "".join(chance.choice(alphabet) for _ in range(chance.randrange(40)))


class Collations(unittest.TestCase):
    def test_equality(self):
        for name, left, right, equal in (
                ("Japanese_CI_AS", "ア", "あ", True), ("Japanese_CI_AS_KS_WS", "ア", "あ", False), ("Japanese_CI_AS", "ｱ", "ア", True),
                ("Japanese_CI_AS", "ﾊﾞ", "バ", True), ("Japanese_CS_AS", "a", "A", False), ("Latin1_General_CI_AS", "é", "e", False),
                ("Latin1_General_CI_AI", "é", "E", True), ("Latin1_General_BIN2", "a", "A", False), ("Latin1_General_BIN2", "a ", "a", True),
                ("SQL_Latin1_General_CP1_CI_AS", "straße", "STRASSE", False)):
            key = collations.find(name).key
            self.assertEqual(key(left) == key(right), equal, (name, left, right))

    def test_order_differs_from_code_points(self):
        self.assertEqual(sorted(["b", "A", "_", "1", "a-"], key=collations.find("Latin1_General_CI_AS").key), ["_", "1", "A", "a-", "b"])


if __name__ == "__main__":
    sys.exit(unittest.main())
