"""A client that polls by the documented steps, against writers, cleanup and restores at once: its copy ends equal to the table.

The client here is thirty lines of the documentation, not ours: it shows that the model can be followed without loss, with and
without snapshot isolation, and under each switch."""
import random
import sys
import threading
import unittest

from sqlserver.errors import SqlError
from sqlserver.fixtures import tracked_database, tracked_table
from sqlserver.replies import run_sql
from sqlserver.session import Session

KEYS = 40
COMMITS = 150


class Replica:
    def __init__(self, instance, snapshot):
        self.session = Session(instance, "sa", "shop")
        self.snapshot = snapshot
        self.rows, self.version, self.copies, self.polls = {}, None, 0, 0
        run_sql(self.session, "SET LOCK_TIMEOUT 5000; SET DEADLOCK_PRIORITY LOW")
        if snapshot:
            run_sql(self.session, "SET TRANSACTION ISOLATION LEVEL SNAPSHOT")

    def poll(self):
        try:
            if self.version is None:
                self.copy()
            else:
                self.step()
        except SqlError as error:
            if error.number not in (1205, 1222, 3961):
                raise
        finally:
            if self.session.nesting:
                run_sql(self.session, "ROLLBACK")

    def ask(self, text):
        return run_sql(self.session, text)[0][0]

    def copy(self):
        version = self.ask("SELECT CHANGE_TRACKING_CURRENT_VERSION()")
        self.rows = {row[0]: row[1] for row in run_sql(self.session, "SELECT id, a FROM t")}
        self.version = version
        self.copies += 1

    def step(self):
        self.polls += 1
        if self.snapshot:
            run_sql(self.session, "BEGIN TRAN; SELECT TOP (0) id FROM t")
        if not self.valid():
            return
        upto = self.ask("SELECT CHANGE_TRACKING_CURRENT_VERSION()")
        changes = run_sql(self.session, f"DECLARE @v bigint = {self.version}, @to bigint = {upto}; SELECT c.id, t.id, t.a FROM "
                                        "CHANGETABLE(CHANGES t, @v) AS c LEFT JOIN t ON t.id = c.id "
                                        "WHERE c.SYS_CHANGE_VERSION <= @to ORDER BY c.SYS_CHANGE_VERSION, c.id")
        if not self.valid():
            return
        for key, present, value in changes:
            if present is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = value
        self.version = upto

    def valid(self):
        if self.version >= self.ask("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('t'))"):
            return True
        self.version = None
        return False


class Polling(unittest.TestCase):
    def follow(self, snapshot, **options):
        instance, session = tracked_database(**options)
        tracked_table(session)
        seed = random.randrange(1 << 30)
        replica, done = Replica(instance, snapshot), threading.Event()
        writers = [threading.Thread(target=self.write, args=(instance, random.Random(seed + one)), daemon=True)
                   for one in range(2)]
        cleaner = threading.Thread(target=self.clean, args=(instance, session, random.Random(seed), done), daemon=True)
        for thread in writers + [cleaner]:
            thread.start()
        while any(thread.is_alive() for thread in writers):
            replica.poll()
        done.set()
        cleaner.join(20)
        for _ in range(3):
            replica.poll()
        wanted = {row[0]: row[1] for row in run_sql(session, "SELECT id, a FROM t")}
        self.assertEqual(replica.rows, wanted, f"seed {seed}, {options}")
        self.assertGreater(replica.polls, 5)

    def write(self, instance, chance):
        session = Session(instance, "sa", "shop")
        for _ in range(COMMITS):
            try:
                run_sql(session, "BEGIN TRAN")
                for _ in range(chance.randrange(1, 5)):
                    self.one_write(session, chance)
                run_sql(session, "COMMIT" if chance.random() < 0.9 else "ROLLBACK")
            except SqlError as error:
                if error.number not in (1205, 2627):
                    raise
                if session.nesting:
                    run_sql(session, "ROLLBACK")
        session.close()

    def one_write(self, session, chance):
        key, value = chance.randrange(KEYS), chance.randrange(1000)
        kind = chance.random()
        if kind < 0.4:
            run_sql(session, f"IF NOT EXISTS (SELECT 1 FROM t WHERE id = {key}) INSERT t VALUES ({key}, {value}, N'')")
        elif kind < 0.6:
            run_sql(session, f"DELETE t WHERE id = {key}")
        elif kind < 0.7:
            run_sql(session, f"UPDATE t SET id = {chance.randrange(KEYS)} WHERE id = {key}")
        elif kind < 0.71 and session.nesting:
            run_sql(session, "UPDATE t SET a = a + 1")
        else:
            run_sql(session, f"UPDATE t SET a = {value} WHERE id = {key}")

    def clean(self, instance, session, chance, done):
        while not done.wait(0.05):
            with instance.lock:
                session.database.clean_up(max(0, session.database.version - chance.randrange(60)))

    def test_with_snapshot_isolation(self):
        self.follow(True)
        self.follow(True, functions_begin_view=False)

    def test_without_snapshot_isolation(self):
        self.follow(False)
        self.follow(False, changes_wait_for_writers=False, hide_insert_delete=False)


if __name__ == "__main__":
    sys.exit(unittest.main())
