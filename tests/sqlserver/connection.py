"""Connection: one client from PRELOGIN to its end. A reader thread takes messages so that an attention is seen while a
statement runs; this thread answers them one after the other."""
import queue
import threading
import traceback

from sqlserver import login, packets, procedures, tokens
from sqlserver.byte_reader import ByteReader, ProtocolError, utf16
from sqlserver.errors import Cancelled, CutConnection, SqlError
from sqlserver.session import Session
from sqlserver.token_writer import TokenWriter
from sqlserver.wire_parameters import read_parameter

TDS_7_4, TDS_8_0 = 0x74000004, 0x08000000
PROCEDURE_IDS = {10: "sp_executesql", 11: "sp_prepare", 12: "sp_execute", 13: "sp_prepexec", 15: "sp_unprepare"}
QUEUE_MAX = 64


class Connection:
    def __init__(self, server, client):
        self.server = server
        self.instance = server.instance
        self.stream = packets.PacketStream(client)
        self.session = None
        self.messages = queue.Queue(QUEUE_MAX)
        self.attentions_answered = 0
        self.attentions_seen = 0

    def serve(self):
        try:
            if self.handshake():
                reader = threading.Thread(target=self.read_all, daemon=True)
                reader.start()
                self.answer_all()
        except ProtocolError as error:
            self.server.protocol_errors.append(str(error))
        except (CutConnection, OSError):
            pass
        except Exception:  # pylint: disable=broad-except
            self.server.protocol_errors.append("the stand-in itself failed:\n" + traceback.format_exc())
        finally:
            if self.session:
                self.session.close()
            self.stream.cut()
            self.stream.close()

    # Login

    def handshake(self):
        server = self.server
        if server.tls == "strict":
            self.stream.handshake_first(server.tls_context)
        message = self.stream.read_message()
        if message is None:
            return False
        kind, _, body = message
        if kind != packets.PRELOGIN:
            raise ProtocolError("PRELOGIN must come first")
        options = login.read_prelogin(body)
        encryption = "all"
        if server.tls == "strict":
            answer = login.ENCRYPT_ON
        else:
            agreed = login.agree(options[1][0], server.tls)
            if agreed is None:
                raise ProtocolError("the client cannot encrypt, and the server demands it")
            answer, encryption = agreed
        self.stream.write_message(login.prelogin_answer(self.instance.build, answer))
        if encryption != "none" and server.tls != "strict":
            self.stream.handshake_inside_prelogin(server.tls_context)
        message = self.stream.read_message()
        if message is None:
            return False
        if message[0] != packets.LOGIN7:
            raise ProtocolError("LOGIN7 was expected")
        request = login.Login(message[2])
        if encryption == "login":
            self.stream.end_tls()
        return self.log_in(request, encryption == "all")

    def log_in(self, request, encrypted):
        name = self.instance.name
        try:
            if request.integrated:
                raise SqlError(18452, "Login failed. The login is from an untrusted domain and cannot be used with Integrated "
                                      "authentication.", 14, ends="connection")
            record = self.instance.check_login(request.user, request.password)
            database = request.database or "master"
            self.session = Session(self.instance, record.get("name", request.user), "master", record["sysadmin"])
            try:
                self.session.database = self.session.enter(database)
            except SqlError as error:
                raise SqlError(4060, f"Cannot open database \"{database}\" requested by the login. The login failed.", 11,
                               ends="connection") from error
            if self.session.database.secondary and not request.read_only:
                raise SqlError(978, f"The target database ('{database}') is in an availability group and is currently accessible "
                                    "for connections when the application intent is set to read only.", 14, ends="connection")
        except SqlError as error:
            extra = b""
            if error.number == 4060:
                failed = f"Login failed for user '{request.user}'."
                extra = tokens.error(18456, 1, 14, failed, name)
            self.stream.write_message(tokens.error(error.number, error.state, error.severity, error.text, name) + extra +
                                      tokens.done(tokens.DONE, tokens.ERROR))
            return False
        self.accept(request, encrypted)
        return True

    def accept(self, request, encrypted):
        session, stream, name = self.session, self.stream, self.instance.name
        session.stream = stream
        session.host, session.program, session.encrypted = request.host, request.application, encrypted
        asked = request.packet_bytes or self.server.packet_bytes
        size = max(512, min(asked, 32767 if not encrypted else 16383))
        collation = session.database.collation
        from sqlserver import collations
        parts = [
            tokens.env_text(tokens.ENV_DATABASE, session.database.name, "master"),
            tokens.info(5701, 2, 0, f"Changed database context to '{session.database.name}'.", name),
            tokens.env_bytes(tokens.ENV_COLLATION, collations.find(collation).wire, b""),
            tokens.env_text(tokens.ENV_LANGUAGE, "us_english", ""),
            tokens.info(5703, 1, 0, "Changed language setting to us_english.", name),
            tokens.login_ack(TDS_8_0 if self.server.tls == "strict" else min(TDS_7_4, request.tds_version or TDS_7_4),
                             self.instance.build),
            tokens.env_text(tokens.ENV_PACKET_SIZE, str(size), "4096"),
        ]
        features = {number: b"\x01" for number in request.features if number == login.FEATURE_UTF8}
        if features:
            parts.append(tokens.feature_ack(features))
        parts.append(tokens.done(tokens.DONE, 0))
        stream.spid = session.spid
        session.packet_bytes = size
        stream.write_message(b"".join(parts))
        stream.packet_bytes = size

    # Requests

    def read_all(self):
        try:
            while (message := self.stream.read_message()) is not None:
                if message[0] == packets.ATTENTION:
                    self.attentions_seen += 1
                    self.session.cancelled = True
                    with self.instance.lock:
                        self.instance.condition.notify_all()
                self.messages.put(message)
        except ProtocolError as error:
            self.server.protocol_errors.append(str(error))
        except (CutConnection, OSError, ValueError):
            pass
        self.session.killed = True
        with self.instance.lock:
            self.instance.condition.notify_all()
        self.messages.put(None)

    def answer_all(self):
        while (message := self.messages.get()) is not None:
            kind, status, body = message
            if kind == packets.ATTENTION:
                self.answer_attention()
                continue
            if status & (packets.RESET | packets.RESET_KEEP):
                self.session.reset()
            writer = TokenWriter(self.stream, self.session, self.instance.name, kind == packets.RPC)
            if status & (packets.RESET | packets.RESET_KEEP):
                writer.add(tokens.env_bytes(tokens.ENV_RESET, b"", b""))
            try:
                self.answer(kind, ByteReader(body), writer)
            except Cancelled:
                self.attentions_answered += 1
                self.session.cancelled = False
                writer.finish_cancelled()
            except SqlError as error:
                writer.error(error)
                writer.finish()
                if error.ends == "connection":
                    return
            if self.session.last_error_of_batch is not None and self.session.last_error_of_batch.severity >= 20:
                return

    def answer_attention(self):
        """An attention that came after the answer had ended still wants its DONE."""
        if self.attentions_answered > 0:
            self.attentions_answered -= 1
            return
        self.session.cancelled = False
        self.stream.write_message(tokens.done(tokens.DONE, tokens.ATTENTION))

    def answer(self, kind, reader, writer):
        self.session.last_error_of_batch = None
        if kind == packets.SQL_BATCH:
            self.read_headers(reader)
            self.session.run(utf16(bytes(reader.take(reader.left()))), writer)
            writer.finish()
        elif kind == packets.RPC:
            self.read_headers(reader)
            self.call(reader, writer)
        elif kind == packets.TRANSACTION:
            self.read_headers(reader)
            self.manage_transaction(reader, writer)
        else:
            raise ProtocolError(f"a message of type 0x{kind:02x} is not served")

    def read_headers(self, reader):
        """ALL_HEADERS: the transaction descriptor must be the session's."""
        total = reader.u32()
        end = reader.at + total - 4
        if total < 4 or end > len(reader.data):
            raise ProtocolError("ALL_HEADERS")
        while reader.at < end:
            size, kind = reader.u32(), reader.u16()
            data = reader.take(size - 6)
            if kind == 2:
                self.check_descriptor(bytes(data[:8]))

    def check_descriptor(self, descriptor):
        open_one = self.session.transaction
        expected = open_one.descriptor if open_one is not None and self.session.nesting else b"\0" * 8
        if descriptor != expected:
            raise SqlError(3989, "New request is not allowed to start because it should come with valid transaction descriptor.")

    def call(self, reader, writer):
        """One or more procedure calls, separated by 0xFF (0x80 in old clients)."""
        while True:
            length = reader.u16()
            if length == 0xFFFF:
                number = reader.u16()
                name = PROCEDURE_IDS.get(number)
                if name is None:
                    raise SqlError(2812, f"Could not find stored procedure number {number}. (The stand-in has no cursors.)",
                                   state=62)
            else:
                name = utf16(bytes(reader.take(length * 2)))
            reader.u16()
            arguments, more = self.read_arguments(reader)
            writer.outputs = []
            self.run_call(name.split(".")[-1].strip("[]"), arguments, writer)
            if not more:
                return

    def read_arguments(self, reader):
        arguments = []
        while reader.left():
            mark = reader.data[reader.at]
            if mark in (0xFF, 0x80):
                reader.u8()
                return arguments, reader.left() > 0
            name = reader.b_text()
            flags = reader.u8()
            kind, value = read_parameter(reader, len(arguments) + 1)
            arguments.append((name or None, kind, value, bool(flags & 1)))
        return arguments, False

    def run_call(self, name, arguments, writer):
        session, status = self.session, 0
        try:
            if session.instance.faults:
                texts = [value for _, _, value, _ in arguments if isinstance(value, str)]
                session.instance.faults.before_batch(session, texts[-1] if name == "sp_prepexec" and len(texts) > 1 else
                                                     texts[0] if texts else name)
            procedures.call(session, name, arguments, writer)
        except SqlError as error:
            session.failed(error, writer)
            status = -6 if error.number != 2812 else -1
            if error.ends == "connection":
                raise
        writer.finish_procedure(status)

    def manage_transaction(self, reader, writer):
        """5 begin, 7 commit, 8 rollback, 9 save."""
        session, request = self.session, reader.u16()
        try:
            if request == 5:
                level = reader.u8()
                levels = {1: "READ UNCOMMITTED", 2: "READ COMMITTED", 3: "REPEATABLE READ", 4: "SERIALIZABLE", 5: "SNAPSHOT"}
                if level:
                    session.isolation = levels[level]
                session.begin(writer)
            elif request == 7:
                session.commit(writer)
                reader.b_text()
                if reader.u8() & 1:
                    reader.u8(), reader.b_text()
                    session.begin(writer)
            elif request == 8:
                name = reader.b_text()
                session.rollback(writer, name or None)
                if reader.u8() & 1:
                    session.begin(writer)
            elif request == 9:
                session.transaction.savepoints.append((reader.b_text(), session.transaction.mark()))
            else:
                raise ProtocolError(f"transaction manager request {request}")
        except SqlError as error:
            writer.error(error)
        writer.finish()
