"""Tokens of the server's answers (TDS 7.4), each as bytes."""
import struct

from sqlserver.wire_types import b_text, type_info, us_text, user_type

DONE, DONE_PROCEDURE, DONE_IN_PROCEDURE = 0xFD, 0xFE, 0xFF
MORE, ERROR, IN_TRANSACTION, COUNT, ATTENTION, SERVER_ERROR = 0x01, 0x02, 0x04, 0x10, 0x20, 0x100

NULLABLE, IDENTITY, COMPUTED, UPDATEABLE = 0x01, 0x10, 0x20, 0x08

COMMANDS = {"SELECT": 0xC1, "INSERT": 0xC3, "DELETE": 0xC4, "UPDATE": 0xC5, "SET": 0xF9, "BEGIN": 0xD4, "COMMIT": 0xD5,
            "ROLLBACK": 0xD2, "CREATE": 0xC6, "ALTER": 0xD8, "DROP": 0xC7, "TRUNCATE": 0x5C, "USE": 0xE2, "EXEC": 0xE0}


def sized(token, body):
    return bytes([token]) + struct.pack("<H", len(body)) + body


def done(token, status, command=0, count=0):
    return struct.pack("<BHHQ", token, status, command, count)


def message(token, number, state, severity, text, server, procedure="", line=1):
    body = (struct.pack("<IBB", number & 0xFFFFFFFF, state, severity) + us_text(text) + b_text(server) + b_text(procedure) +
            struct.pack("<I", line))
    return sized(token, body)


def error(number, state, severity, text, server, line=1, procedure=""):
    return message(0xAA, number, state, severity, text, server, procedure, line)


def info(number, state, severity, text, server, line=1):
    return message(0xAB, number, state, severity, text, server, "", line)


def login_ack(version, build):
    """`version` is the TDS version agreed on, `build` (major, minor, build) of the server."""
    major, minor, number = build
    body = (b"\x01" + struct.pack(">I", version) + b_text("Microsoft SQL Server") +
            struct.pack(">BBH", major, minor, number))
    return sized(0xAD, body)


def env_text(kind, new, old):
    return sized(0xE3, bytes([kind]) + b_text(new) + b_text(old))


def env_bytes(kind, new, old):
    return sized(0xE3, bytes([kind, len(new)]) + new + bytes([len(old)]) + old)


ENV_DATABASE, ENV_LANGUAGE, ENV_PACKET_SIZE, ENV_COLLATION, ENV_BEGIN, ENV_COMMIT, ENV_ROLLBACK = 1, 2, 4, 7, 8, 9, 10
ENV_RESET = 18


def feature_ack(features):
    """features: {id: bytes}; the order of the login's list."""
    body = b"".join(bytes([number]) + struct.pack("<I", len(data)) + data for number, data in features.items())
    return b"\xae" + body + b"\xff"


def column_metadata(columns, database=""):
    """columns: objects with name, type, nullable, flags and table (parts of a name, for text types)."""
    if columns is None:
        return b"\x81\xff\xff"
    parts = [b"\x81" + struct.pack("<H", len(columns))]
    for column in columns:
        flags = (NULLABLE if column.nullable else 0) | column.flags
        parts.append(struct.pack("<IH", user_type(column.type), flags) +
                     type_info(column.type, column.nullable, column.table, database) + b_text(column.name))
    return b"".join(parts)


def order(places):
    """ORDER: the columns of ORDER BY, counted from 1."""
    return sized(0xA9, b"".join(struct.pack("<H", place) for place in places))


def return_status(value):
    return b"\x79" + struct.pack("<i", value)


def return_value(place, name, kind, encoded):
    return (b"\xac" + struct.pack("<H", place) + b_text(name) + b"\x01" + struct.pack("<IH", user_type(kind), 1) +
            type_info(kind) + encoded)
