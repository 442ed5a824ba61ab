"""ByteReader: the bytes of one client message, read strictly: every read past the end is a ProtocolError."""
import struct


class ProtocolError(Exception):
    """The client broke the protocol; the server closes the connection and the fault is reported to the test."""


class ByteReader:
    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def take(self, count):
        end = self.at + count
        if count < 0 or end > len(self.data):
            raise ProtocolError(f"{count} bytes wanted at {self.at}, the message has {len(self.data)}")
        piece = self.data[self.at:end]
        self.at = end
        return piece

    def u8(self):
        return self.take(1)[0]

    def number(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def u16(self):
        return self.number("<H")

    def u32(self):
        return self.number("<I")

    def u64(self):
        return self.number("<Q")

    def b_text(self):
        return utf16(self.take(self.u8() * 2))

    def us_text(self):
        return utf16(self.take(self.u16() * 2))

    def left(self):
        return len(self.data) - self.at


def utf16(raw):
    if len(raw) % 2:
        raise ProtocolError("an odd number of bytes of UTF-16")
    return raw.decode("utf-16-le", "surrogatepass")
