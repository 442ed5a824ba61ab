"""Isolation, locks and deadlocks: sessions in threads against one instance. Waits are on conditions, never on sleeps."""
import sys
import threading
import unittest

from sqlserver.errors import SqlError
from sqlserver.faults import Faults
from sqlserver.fixtures import error_of, tracked_database, tracked_table
from sqlserver.replies import run_sql
from sqlserver.session import Session

LIMIT_S = 20


class Isolation(unittest.TestCase):
    def setUp(self):
        self.instance, self.one = tracked_database()
        tracked_table(self.one)
        run_sql(self.one, "INSERT t VALUES (1, 1, N''), (2, 1, N'')")
        self.two = Session(self.instance, "sa", "shop")

    def in_thread(self, session, text):
        """Starts the batch elsewhere; gives a function that waits for its rows or raises its error."""
        found = []

        def work():
            try:
                found.append(run_sql(session, text))
            except SqlError as error:
                found.append(error)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()

        def result():
            thread.join(LIMIT_S)
            self.assertFalse(thread.is_alive(), "the session still waits")
            if isinstance(found[0], SqlError):
                raise found[0]
            return found[0]
        return result

    def until_waiting(self, count=1):
        with self.instance.lock:
            self.assertTrue(self.instance.condition.wait_for(lambda: len(self.instance.locks.waiting) >= count, LIMIT_S))

    def test_a_snapshot_sees_one_state(self):
        run_sql(self.two, "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN; SELECT CHANGE_TRACKING_CURRENT_VERSION()")
        run_sql(self.one, "UPDATE t SET a = 2; DELETE t WHERE id = 2")
        self.assertEqual(run_sql(self.two, "SELECT id, a FROM t"), [(1, 1), (2, 1)])
        self.assertEqual(run_sql(self.two, "SELECT CHANGE_TRACKING_CURRENT_VERSION()"), [(1,)])
        self.assertEqual(run_sql(self.two, "SELECT COUNT(*) FROM CHANGETABLE(CHANGES t, 1) AS c"), [(0,)])
        run_sql(self.two, "COMMIT")
        self.assertEqual(run_sql(self.two, "SELECT id, a FROM t"), [(1, 2)])

    def test_snapshot_errors(self):
        run_sql(self.two, "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN; SELECT * FROM t")
        run_sql(self.one, "UPDATE t SET a = 2 WHERE id = 1")
        self.assertEqual(error_of(self.two, "UPDATE t SET a = 3 WHERE id = 1"), 3960)
        self.assertEqual(self.two.nesting, 0)
        run_sql(self.two, "BEGIN TRAN; SELECT * FROM t")
        run_sql(self.one, "ALTER TABLE t ADD c int")
        self.assertEqual(error_of(self.two, "SELECT * FROM t"), 3961)
        run_sql(self.one, "ALTER DATABASE shop SET ALLOW_SNAPSHOT_ISOLATION OFF")
        self.assertEqual(error_of(self.two, "SELECT * FROM t"), 3952)

    def test_a_reader_waits_for_the_writer_or_times_out(self):
        run_sql(self.one, "BEGIN TRAN; UPDATE t SET a = 9 WHERE id = 1")
        self.assertEqual(error_of(self.two, "SET LOCK_TIMEOUT 0; SELECT * FROM t"), 1222)
        self.assertEqual(error_of(self.two, "SELECT * FROM CHANGETABLE(CHANGES t, 0) AS c"), 1222)
        result = self.in_thread(Session(self.instance, "sa", "shop"), "SELECT a FROM t WHERE id = 1")
        self.until_waiting()
        run_sql(self.one, "COMMIT")
        self.assertEqual(result(), [(9,)])

    def test_deadlock_takes_the_session_of_low_priority(self):
        run_sql(self.two, "SET DEADLOCK_PRIORITY LOW")
        run_sql(self.one, "BEGIN TRAN; UPDATE t SET a = 5 WHERE id = 1")
        run_sql(self.two, "BEGIN TRAN; UPDATE t SET a = 5 WHERE id = 2")
        first = self.in_thread(self.one, "UPDATE t SET a = 5 WHERE id = 2")
        self.until_waiting()
        self.assertEqual(error_of(self.two, "UPDATE t SET a = 5 WHERE id = 1"), 1205)
        first()
        self.assertEqual((self.one.nesting, self.two.nesting), (1, 0))

    def test_read_committed_reads_each_source_at_its_own_moment(self):
        faults = Faults(self.instance)
        faults.add(run={"sql": "UPDATE t SET a = 77 WHERE id = 1", "point": "changes opened"}, match="CHANGETABLE")
        found = run_sql(self.two, "SELECT c.SYS_CHANGE_VERSION, t.a FROM CHANGETABLE(CHANGES t, 0) AS c "
                                  "LEFT JOIN t ON t.id = c.id WHERE c.id = 1")
        self.assertEqual((faults.struck, found), (["run"], [(1, 77)]))

    def test_rollback_savepoint_and_statement_atomicity(self):
        run_sql(self.one, "BEGIN TRAN; UPDATE t SET a = 3; SAVE TRAN s; DELETE t; ROLLBACK TRAN s")
        self.assertEqual(error_of(self.one, "INSERT t VALUES (3, 1, N''), (1, 1, N'')"), 2627)
        run_sql(self.one, "COMMIT")
        self.assertEqual(run_sql(self.one, "SELECT id, a FROM t"), [(1, 3), (2, 3)])

    def test_ddl_rolls_back(self):
        run_sql(self.one, "BEGIN TRAN; ALTER TABLE t ADD c int; DROP TABLE t; ROLLBACK")
        self.assertEqual([field for field in run_sql(self.one, "SELECT name FROM sys.columns ORDER BY column_id")],
                         [("id",), ("a",), ("b",)])

    def test_swap_of_keys_in_one_statement(self):
        run_sql(self.one, "UPDATE t SET a = id * 10; UPDATE t SET id = 3 - id")
        self.assertEqual(run_sql(self.one, "SELECT id, a FROM t"), [(1, 20), (2, 10)])


if __name__ == "__main__":
    sys.exit(unittest.main())
