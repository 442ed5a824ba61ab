"""Change tracking against a brute-force oracle, and its documented corners."""
import random
import sys
import unittest

from sqlserver.fixtures import Oracle, error_of, tracked_database, tracked_table
from sqlserver.replies import run_sql
from sqlserver.session import Session

CHANGES = ("DECLARE @v bigint = {}; SELECT c.SYS_CHANGE_VERSION, c.SYS_CHANGE_OPERATION, c.id, t.id, t.a FROM "
           "CHANGETABLE(CHANGES dbo.t, @v) AS c LEFT JOIN dbo.t AS t ON t.id = c.id ORDER BY c.SYS_CHANGE_VERSION, c.id")


class RandomHistories(unittest.TestCase):
    def test_equal_to_the_oracle(self):
        seed = random.randrange(1 << 30)
        with self.subTest(seed=seed):
            for round_number in range(5):
                self.one_history(random.Random(seed + round_number))

    def one_history(self, chance):
        _, session = tracked_database()
        tracked_table(session)
        oracle, state = Oracle(), {}
        for _ in range(80):
            run_sql(session, "BEGIN TRAN")
            trial, touched = dict(state), set()
            for _ in range(chance.randrange(1, 5)):
                self.random_write(session, chance, trial, touched)
            if chance.random() < 0.2:
                run_sql(session, "ROLLBACK")
                continue
            run_sql(session, "COMMIT")
            state = trial
            if touched:
                oracle.commit(state, touched)
            if chance.random() < 0.3:
                self.compare(session, oracle, chance.randrange(oracle.version + 1))
        self.compare(session, oracle, 0)

    def random_write(self, session, chance, state, touched):
        key, value = chance.randrange(12), chance.randrange(1000)
        if key not in state:
            run_sql(session, f"INSERT INTO t VALUES ({key}, {value}, N'x')")
            state[key] = value
        elif chance.random() < 0.3:
            run_sql(session, f"DELETE t WHERE id = {key}")
            del state[key]
        elif chance.random() < 0.3 and (free := [one for one in range(12) if one not in state]):
            new = chance.choice(free)
            run_sql(session, f"UPDATE t SET id = {new} WHERE id = {key}")
            state[new] = state.pop(key)
            touched.add(new)
        else:
            run_sql(session, f"UPDATE t SET a = {value} WHERE id = {key}")
            state[key] = value
        touched.add(key)

    def compare(self, session, oracle, since):
        self.assertEqual(run_sql(session, "SELECT CHANGE_TRACKING_CURRENT_VERSION()"), [(oracle.version,)])
        expected = sorted((version, operation, key, None if row is None else key, row)
                          for key, (version, operation, row) in oracle.changes(since).items())
        found = run_sql(session, CHANGES.format(since))
        # A key both deleted and inserted anew is U or I by its first operation; the oracle sees states only.
        same = [row[:1] + (("U" if row[1] == "I" else row[1]),) + row[2:] for row in found]
        wanted = [row[:1] + (("U" if row[1] == "I" else row[1]),) + row[2:] for row in expected]
        self.assertEqual(sorted(same, key=lambda row: row[2]), sorted(wanted, key=lambda row: row[2]))
        for row in found:
            if row[1] != "D" and row[2] not in oracle.states[since]:
                self.assertEqual(row[1], "I" if not self.was_there(oracle, since, row[2]) else row[1])
        self.assertEqual([(row[0], row[2]) for row in found], sorted((row[0], row[2]) for row in found))

    def was_there(self, oracle, since, key):
        return key in oracle.states[since]


class Corners(unittest.TestCase):
    def setUp(self):
        self.instance, self.session = tracked_database()
        tracked_table(self.session)

    def run_all(self, *texts):
        for text in texts:
            found = run_sql(self.session, text)
        return found

    def operations(self, since):
        return {row[2]: row[1] for row in run_sql(self.session, CHANGES.format(since))}

    def test_operations_are_relative_to_the_baseline(self):
        self.run_all("INSERT t VALUES (1, 1, N'')", "UPDATE t SET a = 2 WHERE id = 1")
        self.assertEqual((self.operations(0), self.operations(1)), ({1: "I"}, {1: "U"}))

    def test_delete_then_insert_is_an_update_and_insert_then_delete_a_delete(self):
        self.run_all("INSERT t VALUES (1, 1, N'')", "DELETE t", "INSERT t VALUES (1, 5, N'')", "INSERT t VALUES (2, 1, N'')",
                     "DELETE t WHERE id = 2")
        self.assertEqual(self.operations(1), {1: "U", 2: "D"})

    def test_insert_then_delete_can_be_hidden(self):
        self.instance.options.hide_insert_delete = True
        self.run_all("INSERT t VALUES (2, 1, N'')", "DELETE t WHERE id = 2")
        self.assertEqual(self.operations(0), {})

    def test_mask_names_the_changed_columns(self):
        self.run_all("INSERT t VALUES (1, 1, N'')", "UPDATE t SET a = 3")
        found = self.run_all("SELECT CHANGE_TRACKING_IS_COLUMN_IN_MASK(COLUMNPROPERTY(OBJECT_ID('t'), 'a', 'ColumnId'), "
                             "SYS_CHANGE_COLUMNS), CHANGE_TRACKING_IS_COLUMN_IN_MASK(3, SYS_CHANGE_COLUMNS) "
                             "FROM CHANGETABLE(CHANGES t, 1) AS c")
        self.assertEqual(found, [(1, 0)])

    def test_context(self):
        found = self.run_all("WITH CHANGE_TRACKING_CONTEXT (0x0102) INSERT t VALUES (1, 1, N'')",
                             "SELECT SYS_CHANGE_CONTEXT FROM CHANGETABLE(CHANGES t, 0) AS c")
        self.assertEqual(found, [(b"\x01\x02",)])

    def test_version_of_one_row(self):
        found = self.run_all("INSERT t VALUES (7, 1, N'')",
                             "SELECT c.SYS_CHANGE_VERSION FROM CHANGETABLE(VERSION t, (id), (7)) AS c")
        self.assertEqual(found, [(1,)])

    def test_truncate_invalidates_every_earlier_baseline(self):
        self.run_all("INSERT t VALUES (1, 1, N'')", "TRUNCATE TABLE t")
        self.assertEqual(self.run_all("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('t'))"), [(2,)])
        self.assertEqual(self.run_all("SELECT COUNT(*) FROM CHANGETABLE(CHANGES t, 0) AS c"), [(0,)])

    def test_retention_and_cleanup(self):
        self.run_all("INSERT t VALUES (1, 1, N'')")
        self.instance.advance_clock(3 * 86400)
        self.run_all("INSERT t VALUES (2, 1, N'')")
        self.session.database.clean_up()
        self.assertEqual(self.run_all("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('t'))"), [(1,)])
        self.assertEqual(self.operations(0), {2: "I"})

    def test_an_older_snapshot_still_sees_what_cleanup_took(self):
        self.run_all("INSERT t VALUES (1, 1, N'')")
        other = Session(self.instance, "sa", "shop")
        run_sql(other, "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN; SELECT * FROM t")
        self.session.database.clean_up(1)
        self.assertEqual(len(run_sql(other, CHANGES.format(0))), 1)
        self.assertEqual(self.operations(0), {})

    def test_enabling_again_changes_the_internal_table(self):
        before = self.run_all("SELECT object_id FROM sys.internal_tables")
        self.run_all("ALTER TABLE t DISABLE CHANGE_TRACKING", "ALTER TABLE t ENABLE CHANGE_TRACKING")
        self.assertNotEqual(before, self.run_all("SELECT object_id FROM sys.internal_tables"))

    def test_restore_moves_versions_back_and_changes_the_fork(self):
        self.run_all("INSERT t VALUES (1, 1, N'')")
        database = self.session.database
        database.backup("monday")
        fork = self.run_all("SELECT recovery_fork_guid FROM sys.database_recovery_status WHERE database_id = DB_ID()")
        self.run_all("INSERT t VALUES (2, 1, N'')")
        database.restore("monday")
        self.assertEqual(self.run_all("SELECT CHANGE_TRACKING_CURRENT_VERSION()"), [(1,)])
        self.assertEqual(self.run_all("SELECT id FROM t"), [(1,)])
        self.assertNotEqual(fork, self.run_all("SELECT recovery_fork_guid FROM sys.database_recovery_status WHERE "
                                               "database_id = DB_ID()"))

    def test_keys_are_compared_by_collation(self):
        tracked_table(self.session, "k", "nvarchar(10) COLLATE Japanese_CI_AS")
        self.run_all("INSERT k VALUES (N'a', 1, N'')")
        self.assertEqual(error_of(self.session, "INSERT k VALUES (N'Ａ ', 1, N'')"), 2627)
        self.run_all("UPDATE k SET id = N'A' WHERE id = N'a'")
        self.assertEqual(self.run_all("SELECT id FROM k"), [("A",)])
        self.assertEqual(self.run_all("SELECT c.SYS_CHANGE_OPERATION FROM CHANGETABLE(CHANGES k, 1) AS c"), [("U",)])

    def test_errors(self):
        self.run_all("CREATE TABLE plain (id int NOT NULL PRIMARY KEY)", "CREATE TABLE heap (id int)")
        for text, number in (("SELECT * FROM CHANGETABLE(CHANGES plain, 0) AS c", 22105),
                             ("SELECT * FROM CHANGETABLE(CHANGES t, 0)", 22104),
                             ("SELECT * FROM CHANGETABLE(CHANGES t, 1 + 1) AS c", 102),
                             ("ALTER TABLE heap ENABLE CHANGE_TRACKING", 4997),
                             ("ALTER DATABASE shop SET CHANGE_TRACKING = OFF", 22115)):
            self.assertEqual(error_of(self.session, text), number, text)
        self.session.database.secondary = True
        self.assertEqual(error_of(self.session, "SELECT * FROM CHANGETABLE(CHANGES t, 0) AS c"), 22117)

    def test_permissions(self):
        self.instance.add_login("reader", "x")
        self.run_all("CREATE USER reader", "GRANT SELECT ON t TO reader")
        reader = Session(self.instance, "reader", "shop", False)
        self.assertEqual(error_of(reader, "SELECT * FROM CHANGETABLE(CHANGES t, 0) AS c"), 229)
        self.assertEqual(run_sql(reader, "SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('t'))"), [(None,)])
        self.run_all("GRANT VIEW CHANGE TRACKING ON SCHEMA::dbo TO reader")
        self.assertEqual(run_sql(reader, "SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('t'))"), [(0,)])
        self.assertEqual(error_of(reader, "INSERT t VALUES (1, 1, N'')"), 229)
        self.run_all("DENY SELECT ON t TO reader")
        self.assertEqual(error_of(reader, "SELECT * FROM t"), 229)


if __name__ == "__main__":
    sys.exit(unittest.main())
