"""TokenWriter: the reply of one request as tokens: rows in bulk, DONE with its flags, packets as they fill.

Each DONE is held back until it is known whether more follows. In an RPC statements end with DONEINPROC and the call with
RETURNSTATUS, RETURNVALUE and DONEPROC.
"""
import itertools

from sqlserver import tokens
from sqlserver.errors import CutConnection
from sqlserver.row_encoder import row_encoder
from sqlserver.wire_types import null_bytes, value_encoder

ROWS_AT_ONCE = 256
WRITE_FROM_BYTES = 32768


class Column:
    """A field as column_metadata wants it."""

    def __init__(self, field):
        from sqlserver.sql_types import INT
        self.name = field.name
        self.type = field.type or INT
        self.nullable = field.nullable
        self.flags = field.flags
        self.table = field.origin


class TokenWriter:
    def __init__(self, stream, session, server_name, in_procedure=False):
        self.stream = stream
        self.session = session
        self.server_name = server_name
        self.in_procedure = in_procedure
        self.buffer = bytearray()
        self.held = None                 # the DONE that still waits for its MORE flag: (token, status, command, count)
        self.outputs = []
        self.had_error = False
        self.bytes_out = 0

    def add(self, data):
        self.release(True)
        self.buffer += data
        if len(self.buffer) >= WRITE_FROM_BYTES:
            self.write_full_packets()

    def write_full_packets(self):
        room = self.stream.packet_bytes - 8
        whole = (len(self.buffer) - 1) // room * room
        for at in range(0, whole, room):
            self.stream.write_packet(bytes(self.buffer[at:at + room]), False)
        del self.buffer[:whole]

    def hold(self, status, command=0, count=0):
        self.release(True)
        token = tokens.DONE_IN_PROCEDURE if self.in_procedure else tokens.DONE
        if self.session.nesting:
            status |= tokens.IN_TRANSACTION
        self.held = (token, status, command, count)

    def release(self, more):
        if self.held is not None:
            token, status, command, count = self.held
            self.held = None
            more = more or token == tokens.DONE_IN_PROCEDURE
            self.buffer += tokens.done(token, status | (tokens.MORE if more else 0), command, count)

    # The reply

    def result(self, fields, rows, order):
        columns = [Column(field) for field in fields]
        self.add(tokens.column_metadata(columns, self.session.database.name))
        if order:
            self.buffer += tokens.order(order)
        encode = row_encoder([column.type for column in columns], [column.nullable for column in columns])
        fault = getattr(self.session, "row_fault", None)
        step = min(ROWS_AT_ONCE, self.step_of(fault))
        rows, count = iter(rows), 0
        if any(column.type.long for column in columns):
            rows = cut_texts(rows, columns, self.session.text_size)
        while chunk := list(itertools.islice(rows, step)):
            self.session.check_cancel()
            count += len(chunk)
            self.add(encode(chunk))
            if fault:
                self.strike(fault, count)
            self.session.check_cancel()
        return count

    @staticmethod
    def step_of(fault):
        if not fault:
            return ROWS_AT_ONCE
        return max(1, fault["cut_after_rows"] if "cut_after_rows" in fault else fault["slow_rows"].get("rows", 1))

    def strike(self, fault, count):
        if "cut_after_rows" in fault:
            if count >= fault["cut_after_rows"]:
                self.flush_unfinished()
                self.stream.cut()
                raise CutConnection("cut after rows")
            return
        self.flush_unfinished()
        self.session.instance.faults.wait(self.session, fault["slow_rows"]["seconds"])

    def flush_unfinished(self):
        """Sends what there is in a packet that is not the last."""
        if self.buffer:
            room = self.stream.packet_bytes - 8
            for at in range(0, len(self.buffer), room):
                self.stream.write_packet(bytes(self.buffer[at:at + room]), False)
            self.buffer.clear()

    def done(self, command, count):
        if self.session.nocount and command in ("INSERT", "UPDATE", "DELETE"):
            return
        flags = 0 if count is None or self.session.nocount else tokens.COUNT
        self.hold(flags, tokens.COMMANDS.get(command, 0), count or 0)

    def message(self, number, text, severity):
        self.add(tokens.info(number, 1, severity, text, self.server_name))

    def error(self, error):
        self.had_error = True
        self.add(tokens.error(error.number, error.state, error.severity, error.text, self.server_name, error.line))
        self.hold(tokens.ERROR)

    def database(self, name):
        self.add(tokens.env_text(tokens.ENV_DATABASE, name, name))
        self.message(5701, f"Changed database context to '{name}'.", 0)

    def transaction(self, kind, descriptor):
        number = {"begin": tokens.ENV_BEGIN, "commit": tokens.ENV_COMMIT, "rollback": tokens.ENV_ROLLBACK}[kind]
        new, old = (descriptor, b"") if kind == "begin" else (b"", descriptor)
        self.add(tokens.env_bytes(number, new, old))

    def output(self, name, kind, value):
        self.outputs.append((name, kind, value))

    # Ends

    def finish(self):
        if self.held is None:
            self.hold(tokens.ERROR if self.had_error else 0)
        self.release(False)
        self.send_last()

    def finish_procedure(self, status):
        self.release(True)
        self.buffer += tokens.return_status(status)
        for place, (name, kind, value) in enumerate(self.outputs):
            encoded = null_bytes(kind) if value is None else value_encoder(kind)(value)
            self.buffer += tokens.return_value(place, name or "", kind, encoded)
        flags = (tokens.ERROR if self.had_error else 0) | (tokens.IN_TRANSACTION if self.session.nesting else 0)
        self.buffer += tokens.done(tokens.DONE_PROCEDURE, flags, 0xE0)
        self.send_last()

    def finish_cancelled(self):
        """The answer ends where it is; the attention is acknowledged in a message of its own (tedious counts on it)."""
        self.release(True)
        self.buffer += tokens.done(tokens.DONE, tokens.ERROR)
        self.send_last()
        self.stream.write_message(tokens.done(tokens.DONE, tokens.ATTENTION))

    def send_last(self):
        self.stream.write_message(bytes(self.buffer))
        self.buffer.clear()


def cut_texts(rows, columns, size):
    """SET TEXTSIZE cuts (max) values, text and image; clients that forget it see it here."""
    if size >= 2147483647:
        return rows
    limits = [None if not column.type.long or column.type.name == "xml" else
              size // 2 if column.type.is_wide else size for column in columns]
    return (tuple(value if limit is None or value is None else value[:limit] for value, limit in zip(row, limits))
            for row in rows)
