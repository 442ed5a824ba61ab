"""The CLR types: hierarchyid (OrdPath) and points of geography and geometry, in the bytes a server stores.

hierarchyid: labels as bit strings after MS-SSCLRT 2.1, here for the ordinals 0 to 79, without inserted levels ('1.1').
geography and geometry: SRID u32, version 1, properties 0x0C (one valid point), two doubles (geography: latitude first).
Every other shape is kept as the bytes given (WHAT it is, is then not asked: 6522).
"""
import re
import struct

from sqlserver.errors import SqlError

# (lowest ordinal, bits of the prefix, number of value bits, fixed pattern with x for value bits).
LABELS = [(0, 3, "01xxT"), (4, 7, "100xxT"), (8, 15, "101xxxT"), (16, 79, "110xx0x1xxxT")]


def parse(name, text):
    if name == "hierarchyid":
        return parse_hierarchy(text)
    match = re.fullmatch(r"\s*POINT\s*\(\s*(\S+)\s+(\S+)\s*\)\s*", text, re.IGNORECASE)
    if not match:
        raise SqlError(6522, f"A .NET Framework error occurred during execution of user-defined routine or aggregate "
                             f"\"{name}\": System.FormatException 24114: the label is not known here, only POINT.")
    first, second = float(match[1]), float(match[2])
    return point(name, first, second, 4326 if name == "geography" else 0)


def point(name, x, y, srid):
    """A point; of geography x is the longitude, and it is stored second."""
    pair = (y, x) if name == "geography" else (x, y)
    return struct.pack("<IBBdd", srid, 1, 0x0C, *pair)


def parse_point(name, raw):
    if len(raw) != 22 or raw[4:6] != b"\x01\x0c":
        raise SqlError(6522, f"A .NET Framework error occurred during execution of user-defined routine or aggregate "
                             f"\"{name}\": the stand-in reads points only.")
    first, second = struct.unpack_from("<dd", raw, 6)
    return (second, first) if name == "geography" else (first, second)


def parse_hierarchy(text):
    if not re.fullmatch(r"/(\d+/)*", text):
        raise SqlError(6522, "A .NET Framework error occurred during execution of user-defined routine or aggregate "
                             "\"hierarchyid\": 24001: SqlHierarchyId.Parse failed because the input string is not a "
                             "valid string representation of a SqlHierarchyId node.")
    bits = "".join(label(int(part)) for part in text.split("/") if part)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big") if bits else b""


def label(ordinal):
    for low, high, pattern in LABELS:
        if low <= ordinal <= high:
            count = pattern.count("x")
            digits = iter(f"{ordinal - low:0{count}b}")
            return "".join(next(digits) if mark == "x" else "1" if mark == "T" else mark for mark in pattern)
    raise SqlError(6522, "hierarchyid: the stand-in knows the ordinals 0 to 79.")


def read_label(bits, at):
    for low, high, pattern in LABELS:
        piece = bits[at:at + len(pattern)]
        if len(piece) == len(pattern) and all(mark in "xT" or mark == bit for mark, bit in zip(pattern, piece)):
            return low + int("".join(bit for mark, bit in zip(pattern, piece) if mark == "x"), 2), len(pattern)
    return None


def to_text(name, raw):
    if name == "hierarchyid":
        bits = "".join(f"{byte:08b}" for byte in raw)
        text, at = "/", 0
        while "1" in bits[at:]:
            found = read_label(bits, at)
            if not found:
                raise SqlError(6522, "hierarchyid: bytes that the stand-in does not know.")
            text += f"{found[0]}/"
            at += found[1]
        return text
    x, y = parse_point(name, raw)
    return f"POINT ({x:.15g} {y:.15g})"


def call(name, raw, method):
    """(type name, value) of a method or property without arguments; None when it is not known."""
    if method == "ToString":
        return "text", to_text(name, raw)
    if name == "hierarchyid":
        return ("int", to_text(name, raw).count("/") - 1) if method == "GetLevel" else None
    if method == "STAsText":
        return "text", to_text(name, raw)
    if method == "STAsBinary":
        x, y = parse_point(name, raw)
        return "bytes", struct.pack("<BIdd", 1, 1, x, y)
    if method == "STSrid":
        return "int", struct.unpack_from("<i", raw)[0]
    if method in ("Lat", "Long", "STX", "STY"):
        x, y = parse_point(name, raw)
        return "float", x if method in ("Long", "STX") else y
    return None
