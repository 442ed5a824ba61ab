"""PRELOGIN and LOGIN7: what the client says before and while logging in, read strictly.

  PRELOGIN := {option u8, offset u16 BE, length u16 BE}... 0xFF, data; 0 version, 1 encryption, 2 instance, 3 thread, 4 MARS
  LOGIN7   := length u32, TDS version, packet size, program version, process, connection, flags 1, 2, type, 3, zone, LCID,
              then offset and length (u16, characters) of host, user, password, application, server, extension, interface,
              language, database; client id 6; SSPI, file, new password; long SSPI u32; the data
"""
import struct

from sqlserver.byte_reader import ByteReader, ProtocolError, utf16

ENCRYPT_OFF, ENCRYPT_ON, ENCRYPT_NOT_SUPPORTED, ENCRYPT_REQUIRED = 0, 1, 2, 3
FEATURE_SESSION_RECOVERY, FEATURE_UTF8 = 0x01, 0x0A
TEXTS = ("host", "user", "password", "application", "server", "extension", "interface", "language", "database")


def read_prelogin(body):
    """{option: bytes}"""
    options, reader = {}, ByteReader(body)
    while (option := reader.u8()) != 0xFF:
        offset, length = struct.unpack(">HH", reader.take(4))
        if offset + length > len(body):
            raise ProtocolError("PRELOGIN: an option past the end")
        options[option] = body[offset:offset + length]
    if 0 not in options or len(options.get(1, b"")) != 1:
        raise ProtocolError("PRELOGIN without version or encryption")
    return options


def prelogin_answer(build, encryption):
    major, minor, number = build
    values = [(0, struct.pack(">BBHH", major, minor, number, 0)), (1, bytes([encryption])), (2, b"\0"), (3, b""), (4, b"\0")]
    head, data, offset = b"", b"", len(values) * 5 + 1
    for option, value in values:
        head += struct.pack(">BHH", option, offset + len(data), len(value))
        data += value
    return head + b"\xff" + data


def agree(offered, mode):
    """(answer, "none" | "login" | "all") for the client's offer and the server's mode; None: refuse the client."""
    if mode == "not_supported":
        return (ENCRYPT_NOT_SUPPORTED, "none")
    if mode == "required":
        return None if offered == ENCRYPT_NOT_SUPPORTED else (ENCRYPT_REQUIRED, "all")
    if offered in (ENCRYPT_ON, ENCRYPT_REQUIRED):
        return (ENCRYPT_ON, "all")
    return (ENCRYPT_OFF, "login") if offered == ENCRYPT_OFF else (ENCRYPT_NOT_SUPPORTED, "none")


class Login:
    """What LOGIN7 says: the texts above as attributes, tds_version, packet_bytes, features {id: data}, read_only."""

    def __init__(self, body):
        reader = ByteReader(body)
        if reader.u32() != len(body):
            raise ProtocolError("LOGIN7: the length is not the message's")
        self.tds_version, self.packet_bytes = reader.u32(), reader.u32()
        reader.take(12)
        flags1, self.flags2, type_flags, self.flags3 = reader.take(4)
        reader.take(8)
        self.read_only = bool(type_flags & 0x20)
        self.use_database_fatal = bool(flags1 & 0x40)
        self.integrated = bool(self.flags2 & 0x80)
        places = {}
        for name in TEXTS:
            places[name] = (reader.u16(), reader.u16())
        reader.take(6)
        reader.take(16)
        for name, (offset, length) in places.items():
            if name == "extension":
                continue
            if offset + length * 2 > len(body):
                raise ProtocolError(f"LOGIN7: {name} past the end")
            raw = body[offset:offset + length * 2]
            setattr(self, name, reveal(raw) if name == "password" else utf16(raw))
        self.features = {}
        if self.flags3 & 0x10:
            self._read_features(body, *places["extension"])

    def _read_features(self, body, offset, length):
        if length < 4:
            raise ProtocolError("LOGIN7: the extension is too short")
        reader = ByteReader(body, ByteReader(body, offset).u32())
        while (number := reader.u8()) != 0xFF:
            self.features[number] = reader.take(reader.u32())


def reveal(raw):
    """A password's bytes are XORed with 0xA5 after their halves were swapped."""
    clear = bytes(((byte ^ 0xA5) << 4 | (byte ^ 0xA5) >> 4) & 0xFF for byte in raw)
    return utf16(clear)
