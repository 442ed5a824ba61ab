"""The server over its sockets, with a client of sixty lines written down from MS-TDS: login, TLS, answers, attention, faults."""
import ssl
import socket
import struct
import sys
import unittest
import warnings

from sqlserver.server import Server


class Client:
    """PRELOGIN, LOGIN7, SQL batches; answers are the bytes of whole messages."""

    def __init__(self, server, user="sa", password="secret", encrypt=2, verify=None, version=None, database="", strict=False):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        if strict:
            context = ssl.create_default_context(cafile=verify)
            context.set_alpn_protocols(["tds/8.0"])
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.tls, self.buffer = None, b""
        options = struct.pack(">BHHBHHB", 0, 11, 6, 1, 17, 1, 0xFF) + bytes(6) + bytes([encrypt])
        self.send(0x12, options)
        answer = self.read()
        self.encryption = answer[struct.unpack_from(">H", answer, 6)[0]]
        if self.encryption in (0, 1, 3) and not strict:
            self.handshake(verify, version)
        self.send(0x10, login7(user, password, database))
        if self.encryption == 0:
            self.tls = None
        self.login = self.read()

    def handshake(self, verify, version):
        context = ssl.create_default_context(cafile=verify)
        if version:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
        while True:
            try:
                tls.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                done = False
            if data := outgoing.read():
                self.send(0x12, data)
            if done:
                break
            incoming.write(self.read())
        self.tls = (tls, incoming, outgoing)

    def send(self, kind, body):
        data = struct.pack(">BBHHBB", kind, 1, len(body) + 8, 0, 1, 0) + body
        if self.tls:
            self.tls[0].write(data)
            data = self.tls[2].read()
        self.socket.sendall(data)

    def batch(self, text, descriptor=bytes(8)):
        self.send(1, struct.pack("<IIHQI", 22, 18, 2, int.from_bytes(descriptor, "little"), 1) + text.encode("utf-16-le"))

    def take(self, count):
        while len(self.buffer) < count:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("closed")
            if self.tls:
                self.tls[1].write(data)
                data = b""
                try:
                    while True:
                        data += self.tls[0].read(65536)
                except ssl.SSLWantReadError:
                    pass
            self.buffer += data
        piece, self.buffer = self.buffer[:count], self.buffer[count:]
        return piece

    def read(self):
        body = b""
        while True:
            _, last, size = struct.unpack(">BBH", self.take(8)[:4])
            body += self.take(size - 8)
            if last & 1:
                return body

    def run(self, text):
        self.batch(text)
        return self.read()

    def close(self):
        self.socket.close()


def login7(user, password, database):
    hidden = bytes((((byte << 4) | (byte >> 4)) & 0xFF) ^ 0xA5 for byte in password.encode("utf-16-le"))
    texts = [b"host", None, None, b"test", b"", b"", b"", b"", None]
    data, places = b"", b""
    for place, text in enumerate(texts):
        raw = {1: user.encode("utf-16-le"), 2: hidden, 8: database.encode("utf-16-le")}.get(
            place, (text or b"").decode().encode("utf-16-le"))
        places += struct.pack("<HH", 94 + len(data), len(raw) // 2)
        data += raw
    fixed = struct.pack("<IIIIIIBBBBII", 94 + len(data), 0x74000004, 4096, 7, 1, 0, 0, 0, 0, 0, 0, 0)
    return fixed + places + bytes(6) + struct.pack("<HHHHHHI", *([94 + len(data), 0] * 3), 0) + data


def errors_in(answer):
    """Numbers of ERROR tokens (found by their form; texts of the tests hold no 0xAA)."""
    found, at = [], answer.find(b"\xaa")
    while at >= 0:
        size, number = struct.unpack_from("<HI", answer, at + 1)
        if size < 500 and number < 100000:
            found.append(number)
        at = answer.find(b"\xaa", at + 1)
    return found


class Plain(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.server.__enter__()
        self.addCleanup(self.server.stop)
        self.client = Client(self.server)
        self.addCleanup(self.client.close)

    def tearDown(self):
        self.assertEqual(self.server.protocol_errors, [])

    def test_login(self):
        self.assertIn(b"\xad", self.client.login)
        for numbers, wrong in (([18456], {"password": "wrong"}), ([4060, 18456], {"database": "nope"})):
            client = Client(self.server, **wrong)
            self.assertEqual(errors_in(client.login), numbers)
            client.close()

    def test_a_row_and_its_end(self):
        answer = self.client.run("SELECT CAST(7 AS int) AS a")
        self.assertEqual(answer.hex(), ("81 0100 00000000 0100 2604 01 6100 d1 04 07000000 fd 1000 c100 01" + "00" * 7
                                        ).replace(" ", ""))

    def test_transactions_carry_their_descriptor(self):
        answer = self.client.run("BEGIN TRAN")
        at = answer.index(b"\xe3")
        descriptor = answer[at + 5:at + 13]
        self.assertEqual(answer[at + 3:at + 5], b"\x08\x08")
        self.assertEqual(errors_in(self.client.run("SELECT 1")), [3989])
        self.client.batch("COMMIT", descriptor)
        self.assertEqual(errors_in(self.client.read()), [])

    def test_attention_ends_a_wait(self):
        self.client.batch("WAITFOR DELAY '00:01:00'")
        self.client.send(6, b"")
        self.client.read()
        self.assertEqual(struct.unpack("<BH", self.client.read()[:3]), (0xFD, 0x20))
        self.assertEqual(errors_in(self.client.run("SELECT 1")), [])

    def test_attention_with_nothing_to_stop(self):
        self.client.send(6, b"")
        self.assertEqual(struct.unpack("<BH", self.client.read()[:3]), (0xFD, 0x20))

    def make_rows(self):
        self.server.sql("CREATE DATABASE d")
        self.server.sql("CREATE TABLE t (id int NOT NULL PRIMARY KEY)", "d")
        self.server.control.do({"do": "synthetic", "database": "d", "table": "dbo.t", "count": 50000, "values": ["key"]})
        return Client(self.server, database="d")

    def test_cut_after_rows_and_after_bytes(self):
        for fault in ({"cut_after_rows": 1000}, {"cut_after_bytes": 5000}):
            client = self.make_rows() if not self.server.instance.database("d") else Client(self.server, database="d")
            self.server.control.do({"do": "fault", "match": "FROM t"} | fault)
            client.batch("SELECT * FROM t")
            with self.assertRaises(ConnectionError):
                client.read()
            client.close()

    def test_error_fault_strikes_once(self):
        client = self.make_rows()
        self.server.control.do({"do": "fault", "match": "FROM t", "error": {"number": 1205, "ends": "transaction"}})
        self.assertEqual(errors_in(client.run("SELECT TOP 1 * FROM t")), [1205])
        self.assertEqual(errors_in(client.run("SELECT TOP 1 * FROM t")), [])
        client.close()

    def test_synthetic_rows_cost_no_memory(self):
        self.make_rows().close()
        self.server.control.do({"do": "synthetic", "database": "d", "table": "dbo.t", "count": 10_000_000, "values": ["key"]})
        self.assertEqual(self.server.sql("SELECT TOP (2) id FROM t WHERE id > 9999990 ORDER BY id", "d"), [(9999991,), (9999992,)])
        self.server.sql("ALTER DATABASE d SET CHANGE_TRACKING = ON")
        self.server.sql("ALTER TABLE t ENABLE CHANGE_TRACKING", "d")
        self.server.control.do({"do": "bulk_update", "database": "d", "table": "dbo.t", "first": 1, "last": 10_000_000})
        self.assertEqual(self.server.sql(
            "DECLARE @v bigint = 1, @k int = 9000000; SELECT TOP (1) c.id FROM CHANGETABLE(CHANGES t, 0) AS c WHERE "
            "c.SYS_CHANGE_VERSION > @v OR (c.SYS_CHANGE_VERSION = @v AND c.id > @k) ORDER BY c.SYS_CHANGE_VERSION, c.id", "d"),
            [(9000001,)])


class Broken(unittest.TestCase):
    def test_a_broken_client_is_reported(self):
        with Server() as server:
            client = Client(server)
            client.send(1, b"\x16\0\0")
            with self.assertRaises(ConnectionError):
                client.read()
            self.assertEqual(len(server.protocol_errors), 1)
            client.close()


class Encrypted(unittest.TestCase):
    def one(self, offer, answer, encrypted, **options):
        version = options.pop("client_version", None)
        with Server(**options) as server:
            client = Client(server, encrypt=offer, verify=str(server.certificate), version=version)
            self.assertEqual(client.encryption, answer)
            found = client.run("SELECT encrypt_option FROM sys.dm_exec_connections WHERE session_id = @@SPID")
            self.assertIn(encrypted.encode("utf-16-le"), found)
            self.assertEqual(server.protocol_errors, [])
            client.close()

    def test_all_is_encrypted(self):
        self.one(1, 1, "TRUE", tls="on")

    def test_only_the_login_is_encrypted(self):
        self.one(0, 0, "FALSE", tls="on")

    def test_the_server_demands_it(self):
        self.one(0, 3, "TRUE", tls="required")

    def test_tds_8_begins_with_tls(self):
        with Server(tls="strict") as server:
            client = Client(server, encrypt=1, verify=str(server.certificate), strict=True)
            self.assertEqual((client.socket.selected_alpn_protocol(), client.socket.version()), ("tds/8.0", "TLSv1.3"))
            self.assertEqual(errors_in(client.run("SELECT * FROM sys.databases")), [])
            client.close()

    def test_a_server_with_old_tls_only(self):
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            self.one(1, 3, "TRUE", tls="required", tls_version_max="1.0", client_version=ssl.TLSVersion.TLSv1)
        with Server(tls="required", tls_version_max="1.0") as server, self.assertRaises((ssl.SSLError, ConnectionError)):
            Client(server, encrypt=1, verify=str(server.certificate))


if __name__ == "__main__":
    sys.exit(unittest.main())
