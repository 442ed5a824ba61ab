"""row_encoder(types, nullable): a function that turns many rows (tuples) into ROW and NBCROW tokens at once.

The loop is generated for the columns at hand, as rows of wide results dominate the time of a big read. A row whose NULLs
make it shorter goes as NBCROW (a bitmap of the NULL columns, only the others follow), as a server does from 7.3 on.

  ROW    := 0xD1 value...
  NBCROW := 0xD2 bitmap[(columns+7)/8] value... of the columns whose bit is 0
"""
import struct

from sqlserver.wire_types import SIZED, is_fixed, is_plp, null_bytes, value_encoder

# Types whose value with its length prefix is one struct: format after the prefix.
STRUCTS = {"tinyint": "B", "bit": "B", "smallint": "h", "int": "i", "bigint": "q", "real": "f", "float": "d"}


def row_encoder(kinds, nullable, compressed=True):
    names = [f"v{place}" for place in range(len(kinds))]
    scope = {"BITS": len(kinds)}
    terms, plain = [], []
    for place, (kind, may_be_null) in enumerate(zip(kinds, nullable)):
        scope[f"n{place}"] = null_bytes(kind)
        plain.append(call(scope, place, kind, may_be_null))
        terms.append(f"({plain[-1]} if v{place} is not None else n{place})" if may_be_null else plain[-1])
    source = "def encode(rows):\n out = []\n add = out.append\n"
    target = ", ".join(names) + ","
    source += f" for {target} in rows:\n" if names else " for _ in rows:\n"
    saved = sum(8 if is_plp(kind) else len(null_bytes(kind)) for kind in kinds)
    if compressed and any(nullable) and saved > (len(kinds) + 7) // 8:
        source += "  row = (" + target + ")\n  if None in row:\n   add(compress(row))\n   continue\n"
        scope["compress"] = compressor(kinds, nullable)
        terms = plain
    source += "  add(b'\\xd1' + " + " + ".join(terms or ["b''"]) + ")\n return b''.join(out)\n"
    exec(source, scope)  # pylint: disable=exec-used
    return scope["encode"]


def call(scope, place, kind, may_be_null):
    """The expression that encodes the variable v<place>."""
    if kind.name in STRUCTS:
        if is_fixed(kind, may_be_null):
            scope[f"e{place}"] = struct.Struct("<" + STRUCTS[kind.name]).pack
            return f"e{place}(v{place})"
        scope[f"e{place}"] = struct.Struct("<B" + STRUCTS[kind.name]).pack
        return f"e{place}({SIZED[kind.name][1]}, v{place})"
    scope[f"e{place}"] = value_encoder(kind, may_be_null)
    return f"e{place}(v{place})"


def compressor(kinds, nullable):
    encoders = [value_encoder(kind, may_be_null) for kind, may_be_null in zip(kinds, nullable)]
    nulls = [null_bytes(kind) for kind in kinds]
    size = (len(kinds) + 7) // 8

    def compress(row):
        bits, parts, whole = 0, [], 0
        for place, value in enumerate(row):
            if value is None:
                bits |= 1 << place
                whole += len(nulls[place])
            else:
                parts.append(encoders[place](value))
        if whole > size:
            return b"\xd2" + bits.to_bytes(size, "little") + b"".join(parts)
        values = iter(parts)
        return b"\xd1" + b"".join(nulls[place] if value is None else next(values) for place, value in enumerate(row))
    return compress
