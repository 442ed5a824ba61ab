"""PacketStream: TDS packets over a socket, in clear or inside TLS.

  packet := type u8, status u8 (bit 0 = last of the message), length u16 big-endian (with these 8), spid u16, id u8, 0

One thread reads, another writes; the TLS object is shared under a lock. The TLS handshake of TDS 7.4 travels in packets of
type 0x12; strict TDS 8 begins with TLS and has nothing around it.
"""
import socket
import ssl
import struct
import threading

from sqlserver.byte_reader import ProtocolError
from sqlserver.errors import CutConnection

SQL_BATCH, RPC, ANSWER, ATTENTION, TRANSACTION, LOGIN7, PRELOGIN = 1, 3, 4, 6, 14, 16, 18
KNOWN = {SQL_BATCH, RPC, ATTENTION, TRANSACTION, LOGIN7, PRELOGIN, 7, 17}
LAST, IGNORE, RESET, RESET_KEEP = 0x01, 0x02, 0x08, 0x10
MESSAGE_BYTES_MAX = 256 << 20


class PacketStream:
    def __init__(self, connection):
        self.socket = connection
        self.packet_bytes = 4096
        self.spid = 0
        self.number = 0
        self.sent_bytes = 0
        self.cut_after_bytes = None
        self.tls = None
        self.lock = threading.Lock()
        self.clear = bytearray()

    def read_message(self):
        """(type, status of the first packet, body), or None when the client has closed between messages."""
        body, first = bytearray(), None
        while True:
            header = self._read_exact(8, first is None)
            if header is None:
                return None
            kind, status, length = struct.unpack(">BBH", header[:4])
            if kind not in KNOWN or length < 8 or (first and first[0] != kind):
                raise ProtocolError(f"packet of type 0x{kind:02x}, {length} bytes")
            if length > max(self.packet_bytes, 4096 if kind in (LOGIN7, PRELOGIN) else 0):
                raise ProtocolError(f"a packet of {length} bytes where {self.packet_bytes} are agreed on")
            first = first or (kind, status)
            body += self._read_exact(length - 8, False)
            if len(body) > MESSAGE_BYTES_MAX:
                raise ProtocolError("message too long")
            if status & LAST:
                if status & IGNORE:
                    body, first = bytearray(), None
                    continue
                return first[0], first[1], bytes(body)

    def write_packet(self, body, last, kind=ANSWER):
        self.number = self.number % 255 + 1
        self.write_raw(struct.pack(">BBHHBB", kind, LAST if last else 0, len(body) + 8, self.spid, self.number, 0) + body)

    def write_message(self, body, kind=ANSWER):
        """A whole answer in as many packets as it takes."""
        room = self.packet_bytes - 8
        for at in range(0, max(len(body), 1), room):
            self.write_packet(body[at:at + room], at + room >= len(body), kind)

    def write_raw(self, data):
        if self.cut_after_bytes is not None and self.sent_bytes + len(data) >= self.cut_after_bytes:
            self._send(data[:max(0, self.cut_after_bytes - self.sent_bytes)])
            self.cut()
            raise CutConnection("cut after bytes")
        self.sent_bytes += len(data)
        self._send(data)

    def cut(self):
        """Ends the connection with a reset, as a dead host or a failover does."""
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self):
        try:
            self.socket.close()
        except OSError:
            pass

    # TLS

    def handshake_inside_prelogin(self, context):
        """Answers a client hello whose records travel in packets of type 0x12."""
        self.tls = Tls(context)
        while True:
            message = self._read_message_clear()
            if message is None or message[0] != PRELOGIN:
                raise ProtocolError("a TLS handshake was expected in a packet of type 0x12")
            self.tls.incoming.write(message[2])
            finished = self.tls.step()
            answer = self.tls.outgoing.read()
            if answer:
                tls, self.tls = self.tls, None
                self.write_packet(answer, True, PRELOGIN)
                self.tls = tls
            if finished:
                return

    def handshake_first(self, context):
        """TDS 8: the connection begins with TLS."""
        self.tls = Tls(context)
        while not self.tls.step():
            self._flush_tls()
            data = self.socket.recv(16384)
            if not data:
                raise ProtocolError("closed in the TLS handshake")
            self.tls.incoming.write(data)
        self._flush_tls()

    def end_tls(self):
        """After LOGIN7 when only the login was to be encrypted."""
        self.tls = None

    def _read_message_clear(self):
        tls, self.tls = self.tls, None
        try:
            return self.read_message()
        finally:
            self.tls = tls

    def _flush_tls(self):
        data = self.tls.outgoing.read()
        if data:
            self.socket.sendall(data)

    def _send(self, data):
        if not self.tls:
            self.socket.sendall(data)
            return
        with self.lock:
            self.tls.object.write(data)
            out = self.tls.outgoing.read()
        self.socket.sendall(out)

    def _read_exact(self, count, end_allowed):
        while len(self.clear) < count:
            try:
                data = self.socket.recv(65536 if not self.tls else 16384)
            except OSError:
                data = b""
            if data and self.tls:
                with self.lock:
                    data = self.tls.decrypt(data)
                self.clear += data
                continue
            if not data:
                if end_allowed and not self.clear:
                    return None
                raise CutConnection("the client closed in mid-message")
            self.clear += data
        piece = bytes(self.clear[:count])
        del self.clear[:count]
        return piece


class Tls:
    def __init__(self, context):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self.incoming, self.outgoing, server_side=True)

    def step(self):
        try:
            self.object.do_handshake()
            return True
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            raise ProtocolError(f"TLS handshake: {error.reason}") from None

    def decrypt(self, data):
        self.incoming.write(data)
        parts = []
        while True:
            try:
                piece = self.object.read(65536)
            except ssl.SSLWantReadError:
                return b"".join(parts)
            except ssl.SSLError:
                return b"".join(parts)
            if not piece:
                return b"".join(parts)
            parts.append(piece)
