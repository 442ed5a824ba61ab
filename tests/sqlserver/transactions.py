"""Transaction: what one session has written and locked, its view, and how it ends.

Commit gives one commit number (for views), and, if a tracked row was written, one change tracking version. A view of
SNAPSHOT isolation begins with the first access to data.
"""
import itertools

from sqlserver import errors
from sqlserver.tracking import Entry

NUMBERS = itertools.count(1)


class Transaction:
    def __init__(self, session, isolation, explicit):
        self.session = session
        self.isolation = isolation
        self.explicit = explicit
        self.number = next(NUMBERS)
        self.descriptor = self.number.to_bytes(8, "little")
        self.database = None         # of the writes and the view; one per transaction
        self.view = None
        self.undo = []               # callables, newest last
        self.written = {}            # table -> {key: None}
        self.tracked = []            # (table, operation, key, key values, columns, context)
        self.after_commit = []       # callables(number), for changes of definitions
        self.bumps_version = []      # tables that TRUNCATE emptied: they take a version too
        self.savepoints = []         # (name, places in undo and tracked)
        self.is_victim = False
        self.is_doomed = False

    def weight(self):
        return len(self.undo)

    # Reading

    def view_of(self, database):
        """The commit number this transaction reads at, or None to read the newest; begins the view."""
        if self.isolation != "SNAPSHOT":
            return None
        if not database.snapshot_allowed:
            raise errors.snapshot_off(database.name)
        if self.view is None:
            self.database = database
            self.view = database.open_view()
        elif self.database is not database:
            raise errors.refused("a snapshot over two databases")
        return self.view

    # Writing, under the instance's lock

    def lock_row(self, database, table, key):
        locks = self.session.instance.locks
        locks.acquire(self, (table.object_id, None), "IX")
        locks.acquire(self, (table.object_id, key), "X")
        self.database = self.database or database
        if self.isolation == "SNAPSHOT":
            chain = table.chains.get(key, ())
            if self.view is not None and chain and chain[-1][0] > self.view:
                raise errors.snapshot_conflict(table.full_name, database.name)

    def write(self, database, table, key, row):
        """The row (None: deleted) becomes this transaction's; the key is locked."""
        before = table.pending.get(key)
        table.put_pending(key, self, row)
        self.written.setdefault(table, {})[key] = None

        def undo():
            if before is None:
                table.drop_pending(key)
                self.written[table].pop(key, None)
            else:
                table.pending[key] = before
        self.undo.append(undo)

    def track(self, table, operation, key, values, columns):
        if table.tracking:
            self.tracked.append((table, operation, key, values, columns, self.session.change_context))

    # Ends

    def mark(self):
        return len(self.undo), len(self.tracked), len(self.after_commit)

    def undo_to(self, mark):
        while len(self.undo) > mark[0]:
            self.undo.pop()()
        del self.tracked[mark[1]:]
        del self.after_commit[mark[2]:]

    def rollback(self):
        self.undo_to((0, 0, 0))
        self._end()

    def commit(self):
        database = self.database
        if database and (self.written or self.after_commit or self.tracked or self.bumps_version):
            number = database.next_number()
            kept = [entry for entry in self.tracked if entry[0].tracking]
            if kept or any(table.tracking for table in self.bumps_version):
                version = database.next_version(number)
                for table, operation, key, values, columns, context in kept:
                    table.tracking.add(Entry(version, number, operation, key, values, columns, context))
                for table in self.bumps_version:
                    if table.tracking:
                        table.tracking.reset(version)
            oldest = database.oldest_view()
            for table, keys in self.written.items():
                for key in keys:
                    table.commit_key(key, number, oldest)
                if oldest is not None:
                    database.remember_garbage(table, keys)
            for action in self.after_commit:
                action(number)
        self._end()

    def _end(self):
        if self.view is not None:
            self.database.close_view(self.view)
            self.view = None
        self.session.instance.locks.release(self)
