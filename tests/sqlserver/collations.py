"""Collation: what a collation name says: code page, key of equality and order, its five bytes on the wire.

The order is an approximation of the documented rules (punctuation < digits < letters; case, width, kana and accents as
the name says; trailing spaces never count). It is total, agrees with equality, and differs from the order of code
points, as a real server's does; it is not the server's linguistic table. Supplementary characters are equal to
themselves only, as with the versions from 90 on.

Wire: LCID 20 bits, flags 8 bits (case, accent, width, kana, binary, binary2, utf8, reserved), version 4 bits, sort id.
"""
import codecs
import functools
import re
import struct
import unicodedata

from sqlserver.errors import SqlError

DEFAULT = "SQL_Latin1_General_CP1_CI_AS"

# Designator: LCID, code page.
DESIGNATORS = {
    "Latin1_General": (0x0409, "cp1252"), "Japanese": (0x0411, "cp932"), "Japanese_XJIS": (0x0411, "cp932"),
    "Japanese_Unicode": (0x10411, "cp932"), "Japanese_Bushu_Kakusu": (0x0411, "cp932"),
    "Korean_Wansung": (0x0412, "cp949"), "Chinese_PRC": (0x0804, "cp936"), "Chinese_Taiwan_Stroke": (0x0404, "cp950"),
    "Cyrillic_General": (0x0419, "cp1251"), "French": (0x040C, "cp1252"), "German_PhoneBook": (0x10407, "cp1252"),
    "Polish": (0x0415, "cp1250"), "Turkish": (0x041F, "cp1254"), "Greek": (0x0408, "cp1253"),
    "Finnish_Swedish": (0x040B, "cp1252"), "Thai": (0x041E, "cp874"), "Hebrew": (0x040D, "cp1255"),
    "Arabic": (0x0401, "cp1256"), "Vietnamese": (0x042A, "cp1258"),
}
SQL_COLLATIONS = {
    "SQL_Latin1_General_CP1_CI_AS": (0x0409, "cp1252", 52), "SQL_Latin1_General_CP1_CS_AS": (0x0409, "cp1252", 51),
    "SQL_Latin1_General_CP1_CI_AI": (0x0409, "cp1252", 54), "SQL_Latin1_General_CP850_CI_AS": (0x0409, "cp850", 42),
    "SQL_Latin1_General_CP850_BIN2": (0x0409, "cp850", 40), "SQL_Latin1_General_CP437_CI_AS": (0x0409, "cp437", 32),
}
NAME = re.compile(r"(?P<designator>[A-Za-z0-9_]+?)(?:_(?P<version>90|100|140))?_(?:(?P<binary>BIN2?)|(?P<case>C[IS])_"
                  r"(?P<accent>A[IS])(?P<kana>_KS)?(?P<width>_WS)?(?P<sc>_SC)?(?P<vss>_VSS)?)(?P<utf8>_UTF8)?")

PUNCTUATION = {ord(mark): chr(rank + 1) for rank, mark in enumerate("_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$")}


def _odd_characters(error):
    """Encoding: a byte kept as U+DC80.. goes out as that byte, anything else the code page lacks as '?'."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    mark = error.object[error.start]
    raw = bytes([ord(mark) - 0xDC00]) if "\udc80" <= mark <= "\udcff" else b"?"
    return raw, error.start + 1


codecs.register_error("sqlserver", _odd_characters)


class Collation:
    def __init__(self, name, lcid, codec, sort_id, flags, version):
        self.name = name
        self.lcid = lcid
        self.codec = "utf-8" if flags & 0x40 else codec
        self.sort_id = sort_id
        self.flags = flags
        self.version = version
        self.binary = bool(flags & 0x30)
        self.wire = struct.pack("<IB", lcid | flags << 20 | version << 28, sort_id)
        self.key = functools.lru_cache(maxsize=65536)(self._binary_key if self.binary else self._key)

    def encode(self, text):
        return text.encode(self.codec, "sqlserver")

    def decode(self, raw):
        return raw.decode(self.codec, "surrogateescape")

    def decode_lossy(self, raw):
        return raw.decode(self.codec, "replace")

    def code_page(self):
        return 65001 if self.codec == "utf-8" else int(self.codec[2:])

    def _binary_key(self, text):
        return text.rstrip(" ").encode("utf-16-be", "surrogatepass")

    def _key(self, text):
        plain = text.rstrip(" ")
        folded = plain
        if self.flags & 0x4:
            folded = unicodedata.normalize("NFC", "".join(_narrow(mark) for mark in folded))
        if self.flags & 0x8:
            folded = "".join(chr(ord(mark) + 0x60) if "ぁ" <= mark <= "ゖ" else mark for mark in folded)
        if self.flags & 0x2:
            folded = "".join(mark for mark in unicodedata.normalize("NFD", folded) if not unicodedata.combining(mark))
        sensitive = folded
        folded = "".join(upper if len(upper := mark.upper()) == 1 else mark for mark in folded)
        key = folded.translate(PUNCTUATION)
        return key if self.flags & 0x1 else key + "\0" + sensitive.swapcase()


def _narrow(mark):
    """Full and half width forms of one character are equal unless the collation is _WS."""
    if "\uff01" <= mark <= "\uff5e":
        return chr(ord(mark) - 0xFEE0)
    if mark == "\u3000":
        return " "
    if "\uff61" <= mark <= "\uff9f":
        return unicodedata.normalize("NFKC", mark)
    return mark


@functools.lru_cache(maxsize=None)
def find(name):
    """The collation of that name (any case), or SqlError 448."""
    for known, (lcid, codec, sort_id) in SQL_COLLATIONS.items():
        if known.lower() == name.lower():
            flags = 0x20 if "BIN2" in known else 0xC | ("_CI_" in known) | (0x2 if known.endswith("_AI") else 0)
            return Collation(known, lcid, codec, sort_id, flags, 0)
    match = NAME.fullmatch(name) or NAME.fullmatch(_canonical(name))
    if match and match["designator"] in DESIGNATORS:
        lcid, codec = DESIGNATORS[match["designator"]]
        if match["binary"]:
            flags = 0x20 if match["binary"] == "BIN2" else 0x10
        else:
            flags = ((match["case"] == "CI") | (match["accent"] == "AI") << 1 | (not match["width"]) << 2 |
                     (not match["kana"]) << 3)
        flags |= 0x40 if match["utf8"] else 0
        return Collation(_canonical(name), lcid, codec, 0, flags, {None: 0, "90": 1, "100": 2, "140": 3}[match["version"]])
    raise SqlError(448, f"Invalid collation '{name}'.", ends="batch")


def _canonical(name):
    for designator in sorted(DESIGNATORS, key=len, reverse=True):
        if name.lower().startswith(designator.lower() + "_"):
            return designator + name[len(designator):].upper()
    return name


def known_names():
    styles = ["BIN", "BIN2", "CI_AS", "CS_AS", "CI_AI", "CI_AS_KS_WS"]
    return sorted(SQL_COLLATIONS) + [f"{designator}_{style}" for designator in sorted(DESIGNATORS) for style in styles]
