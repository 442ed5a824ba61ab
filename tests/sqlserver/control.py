"""The control port: JSON lines over TCP on loopback, one request and one answer each; the same as the methods of Control.

  {"do": "fault", "cut_after_rows": 100, "match": "CHANGETABLE"}       {"ok": true, "result": ...} or {"ok": false, "error": text}
"""
import decimal
import json
import socketserver
import threading

from sqlserver.faults import Faults
from sqlserver.replies import run_sql
from sqlserver.session import Session
from sqlserver.synthetic_tables import SyntheticTable
from sqlserver.tracking import BulkEntry


class Control:
    """What a test does to the server from outside of SQL."""

    def __init__(self, instance):
        self.instance = instance
        self.faults = Faults(instance)
        self.holders = {}

    def do(self, request):
        action = getattr(self, "do_" + request.pop("do").replace("-", "_"), None)
        if action is None:
            raise ValueError("unknown request")
        return action(**request)

    def do_sql(self, sql, database="master"):
        """Runs a batch as sa; rows as lists of texts."""
        session = Session(self.instance, "sa", database)
        try:
            found = run_sql(session, sql)
        finally:
            session.close()
        return [[None if value is None else str(value) for value in row] for row in found] if isinstance(found, list) else found

    def do_fault(self, **rule):
        self.faults.add(**rule)

    def do_clear_faults(self):
        self.faults.clear()

    def do_struck(self):
        return list(self.faults.struck)

    def do_hold(self, name, sql, database):
        """A session of that name runs the SQL in a transaction and keeps its locks until `release`."""
        session = self.holders[name] = Session(self.instance, "sa", database)
        run_sql(session, "BEGIN TRAN; " + sql)

    def do_release(self, name, commit=False):
        session = self.holders.pop(name)
        run_sql(session, "COMMIT" if commit else "ROLLBACK")
        session.close()

    def do_cleanup(self, database, version=None):
        with self.instance.lock:
            return self.instance.database(database).clean_up(version)

    def do_clock(self, advance_s=None, stop_at_s=None):
        if advance_s is not None:
            self.instance.advance_clock(advance_s)
        if stop_at_s is not None:
            self.instance.stopped_clock_s = stop_at_s
        return self.instance.now_s()

    def do_backup(self, database, name):
        with self.instance.lock:
            return self.instance.database(database).backup(name)

    def do_restore(self, database, name, new_fork=True, new_date=True):
        """Every session in the database is killed, as a restore demands it."""
        found = self.instance.database(database)
        self.do_kill_sessions(database)
        with self.instance.lock:
            found.restore(name, new_fork, new_date)
            return found.version

    def do_kill_sessions(self, database):
        with self.instance.lock:
            for session in list(self.instance.sessions.values()):
                if session.database.name.lower() == database.lower() and session not in self.holders.values():
                    session.killed = True
                    if session.stream:
                        session.stream.cut()
            self.instance.condition.notify_all()

    def do_secondary(self, database, on=True):
        found = self.instance.database(database)
        found.secondary, found.updateable = on, not on

    def do_options(self, **options):
        for name, value in options.items():
            if not hasattr(self.instance.options, name):
                raise ValueError(name)
            setattr(self.instance.options, name, value)

    def do_synthetic(self, database, table, count, values):
        """Replaces an empty table by `count` rows of formulas: values[i] is Python over `key`, `generation` and `Decimal`."""
        found = self.instance.database(database)
        old = found.table(*table.split("."))
        formula = eval(f"lambda key, generation: ({', '.join(values)},)", {"Decimal": decimal.Decimal})  # pylint: disable=eval-used
        new = SyntheticTable(old.object_id, old.schema, old.name, [], old.key, old.created, count, formula)
        new.columns, new.tracking, new.next_column_id = old.columns, old.tracking, old.next_column_id
        new.shape_changed()
        with self.instance.lock:
            found.remove_table(old)
            found.add_table(new)

    def do_bulk_update(self, database, table, first, last):
        """One transaction updates the rows first..last of a synthetic table."""
        found = self.instance.database(database)
        target = found.table(*table.split("."))
        with self.instance.lock:
            number = found.next_number()
            target.bulk += ((number, first, last),)
            if target.tracking:
                version = found.next_version(number)
                target.tracking.add_bulk(BulkEntry(version, number, first, last))
                return version
        return None


class ControlServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, control, port=0):
        self.control = control
        super().__init__(("127.0.0.1", port), ControlHandler)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()


class ControlHandler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            try:
                answer = {"ok": True, "result": self.server.control.do(json.loads(line))}
            except Exception as error:  # pylint: disable=broad-except
                answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
            self.wfile.write(json.dumps(answer, default=str).encode() + b"\n")
