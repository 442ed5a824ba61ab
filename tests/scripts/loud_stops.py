#!/usr/bin/python3
"""What cannot be carried over stops loudly: that table or source, with a reason and without a wrong row; the rest goes on.

Each case breaks something at the source of a running or stopped Renkei. A silent skip is the failure looked for.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from driver import NotAnswered, Programs, Renkei, add_build_argument  # noqa: E402
from mariadb import Server  # noqa: E402

PASSWORD = "p@ss:w/rd#1"
PATIENCE_S = 30
TABLES = """CREATE TABLE goods (id INT PRIMARY KEY, name VARCHAR(20), price INT) ENGINE=InnoDB;
CREATE TABLE notes (id INT PRIMARY KEY, note VARCHAR(20)) ENGINE=InnoDB;
INSERT INTO goods VALUES (1, 'a', 10), (2, 'b', 20); INSERT INTO notes VALUES (1, 'first')"""
GOODS = [["1", "a", "10"], ["2", "b", "20"]]


class Failure(Exception):
    pass


class Stage:
    """A server with two small tables and a Renkei that has copied them."""

    def __init__(self, programs):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-loud-"))
        self.server = Server().start()
        self.server.create_capture_user(PASSWORD)
        self.server.execute("CREATE DATABASE shop")
        self.sql(TABLES)
        self.renkei = Renkei(programs, self.folder, PASSWORD).configure("source", self.server.port, ["shop.*"]).start()
        self.renkei.await_live(PATIENCE_S)

    def close(self):
        if self.renkei.running:
            self.renkei.kill()
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, text):
        self.server.execute(text, "shop")

    def rows(self, table):
        try:
            return self.renkei.query(f"SELECT * FROM shop.{table} ORDER BY id")
        except NotAnswered as refusal:
            return str(refusal)

    def expect_rows(self, table, expected):
        self.expect(lambda: self.rows(table) == expected, lambda: f"{table} holds {self.rows(table)} instead of {expected}")

    def expect_state(self, kind, name, code, state="stopped"):
        """The table or source is stopped (or ended), with the code as its reason."""
        def found():
            status = self.renkei.peek() or {kind: []}
            return next((each for each in status[kind] if name in (each.get("name"), each.get("table"))), {})

        def stopped():
            each = found()
            return each.get("state") == state and code in str(each.get("last_error"))
        self.expect(stopped, lambda: f"{name} is not {state} with {code}: {found()}")

    def expect_stopped_and_others_live(self, code="RK"):
        self.expect_state("tables", "shop.goods", code)
        self.sql("INSERT INTO notes VALUES (2, 'goes on')")
        self.expect_rows("notes", [["1", "first"], ["2", "goes on"]])

    def repair(self, *tables, expected=0):
        done = self.renkei.command("repair", *tables)
        if done.returncode != expected:
            raise Failure(f"repair {tables} ended with {done.returncode} instead of {expected}: {done.stderr}")

    def expect_equal(self):
        """`verify` finds both sides equal, once every table is complete."""
        def equal():
            self.said = self.renkei.command("verify")
            return self.said.returncode == 0
        self.expect(equal, lambda: f"verify: {self.said.stdout}\n{self.said.stderr}")

    def restart(self):
        if self.renkei.stop() not in (0, 1):
            raise Failure(f"renkei ended with {self.renkei.process.returncode}")
        self.renkei.start()

    def purge_binary_logs(self):
        """Of what was logged until now nothing can be read any more."""
        last = self.server.execute("SHOW BINARY LOGS")[-1][0]

        def gone():
            self.server.execute("FLUSH BINARY LOGS")
            self.server.execute(f"PURGE BINARY LOGS TO '{self.server.execute('SHOW BINARY LOGS')[-1][0]}'")
            return last not in [row[0] for row in self.server.execute("SHOW BINARY LOGS")]
        self.expect(gone, lambda: f"the server keeps {last}")

    @staticmethod
    def expect(condition, complaint):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise Failure(complaint())
            time.sleep(0.05)


def column_added(stage):
    """A column more while running is followed by itself, and stays so over a restart."""
    stage.sql("ALTER TABLE goods ADD COLUMN colour VARCHAR(10) DEFAULT 'red'; INSERT INTO goods VALUES (3, 'c', 30, 'blue')")
    coloured = [row + ["red"] for row in GOODS] + [["3", "c", "30", "blue"]]
    stage.expect_rows("goods", coloured)
    stage.restart()
    stage.expect_rows("goods", coloured)
    stage.expect_equal()


def repaired(stage):
    """`repair` after a changed table, and of a healthy one that is written to meanwhile."""
    stage.sql("ALTER TABLE goods ADD COLUMN colour VARCHAR(10) DEFAULT 'red'; INSERT INTO goods VALUES (3, 'c', 30, 'blue')")
    stage.expect_rows("goods", [row + ["red"] for row in GOODS] + [["3", "c", "30", "blue"]])
    stage.repair("shop.nope", expected=2)
    stage.repair("shop.goods")
    stage.expect_rows("goods", [row + ["red"] for row in GOODS] + [["3", "c", "30", "blue"]])
    stage.sql("UPDATE goods SET colour = 'green' WHERE id = 1; DELETE FROM goods WHERE id = 2")
    stage.repair("shop.notes", "shop.goods")
    for key in range(10, 60):
        stage.sql(f"INSERT INTO notes VALUES ({key}, 'n'); UPDATE goods SET price = {key} WHERE id = 3")
    stage.expect_rows("goods", [["1", "a", "10", "green"], ["3", "c", "59", "blue"]])
    stage.expect_equal()
    stage.restart()
    stage.expect_equal()


def transactions_lost(stage):
    """A table that lost its transactions stops, and comes back by itself once it has them again."""
    stage.sql("ALTER TABLE goods ENGINE = MyISAM; INSERT INTO goods VALUES (3, 'c', 30)")
    stage.expect_stopped_and_others_live("RK2123")
    stage.expect_rows("goods", GOODS)
    stage.sql("ALTER TABLE goods ENGINE = InnoDB")
    stage.expect_rows("goods", GOODS + [["3", "c", "30"]])
    stage.expect_equal()


def key_lost(stage):
    """A table that lost its key is copied anew, its rows known by all of their cells; likewise when it has one again."""
    stage.sql("ALTER TABLE goods DROP PRIMARY KEY; INSERT INTO goods VALUES (3, 'c', 30), (3, 'c', 30)")
    stage.expect_rows("goods", GOODS + [["3", "c", "30"]] * 2)
    stage.sql("DELETE FROM goods WHERE id = 3 LIMIT 1")
    stage.expect_rows("goods", GOODS + [["3", "c", "30"]])
    stage.expect_equal()
    stage.sql("ALTER TABLE goods ADD PRIMARY KEY (id); UPDATE goods SET price = 31 WHERE id = 3")
    stage.expect_rows("goods", GOODS + [["3", "c", "31"]])
    stage.expect_equal()


def left_out(stage):
    """A table that the configuration leaves out ends, and is copied anew when it is selected again."""
    stage.renkei.stop()
    stage.renkei.configure("source", stage.server.port, ["shop.notes"]).start()
    stage.sql("INSERT INTO goods VALUES (3, 'c', 30); INSERT INTO notes VALUES (2, 'goes on')")
    stage.expect_rows("notes", [["1", "first"], ["2", "goes on"]])
    stage.expect_rows("goods", GOODS)
    stage.renkei.stop()
    stage.renkei.configure("source", stage.server.port, ["shop.*"]).start()
    stage.expect_rows("goods", GOODS + [["3", "c", "30"]])
    stage.expect_equal()


def created_while_running(stage):
    """A table created while running appears without a restart."""
    stage.sql("CREATE TABLE late (id INT PRIMARY KEY, v VARCHAR(10)) ENGINE=InnoDB; INSERT INTO late VALUES (1, 'x')")
    stage.expect_rows("late", [["1", "x"]])
    stage.sql("UPDATE late SET v = 'y'")
    stage.expect_rows("late", [["1", "y"]])


def expected_later(stage):
    """A table that is not there yet is a warning, and captured from its first row."""
    stage.renkei.stop()
    stage.renkei.configure("source", stage.server.port, ["shop.notes", {"name": "shop.points", "expect": "later"}])
    done = stage.renkei.command("check", "--connect")
    if done.returncode or "RK2133" not in done.stdout + done.stderr:
        raise Failure(f"check --connect ended with {done.returncode}: {done.stdout}{done.stderr}")
    stage.renkei.start()
    stage.sql("INSERT INTO notes VALUES (2, 'goes on')")
    stage.expect_rows("notes", [["1", "first"], ["2", "goes on"]])
    stage.sql("CREATE TABLE points (id INT PRIMARY KEY, p INT) ENGINE=InnoDB; INSERT INTO points VALUES (1, 10); DELETE FROM points; INSERT INTO points VALUES (2, 20)")
    stage.expect_rows("points", [["2", "20"]])
    stage.expect_equal()


def type_changed_while_away(stage):
    """Another type of the same width while Renkei is down."""
    stage.renkei.stop()
    stage.sql("ALTER TABLE goods MODIFY price INT UNSIGNED; UPDATE goods SET price = 4000000000 WHERE id = 1")
    stage.renkei.start()
    stage.expect_rows("goods", [["1", "a", "4000000000"], ["2", "b", "20"]])
    stage.expect_equal()


def table_dropped(stage):
    """A table dropped at the source ends, what the warehouse holds stays; of the same name again it is copied."""
    stage.sql("DROP TABLE goods")
    stage.expect_state("tables", "shop.goods", "RK2168", "ended")
    stage.sql("INSERT INTO notes VALUES (2, 'goes on')")
    stage.expect_rows("notes", [["1", "first"], ["2", "goes on"]])
    stage.expect_rows("goods", GOODS)
    stage.expect_equal()
    stage.restart()
    stage.expect_state("tables", "shop.goods", "RK2168", "ended")
    stage.sql("CREATE TABLE goods (id INT PRIMARY KEY, x INT) ENGINE=InnoDB; INSERT INTO goods VALUES (7, 70)")
    stage.expect_rows("goods", [["7", "70"]])
    stage.expect_equal()


def statement_in_the_log(stage):
    """A session that logs statements instead of rows."""
    stage.sql("SET SESSION binlog_format='STATEMENT'; UPDATE goods SET price = price + 1")
    stage.expect_stopped_and_others_live()
    stage.expect_rows("goods", GOODS)


def partial_image(stage):
    """A session that logs partial images: the row must come whole or not at all."""
    stage.sql("SET SESSION binlog_row_image='MINIMAL'; UPDATE goods SET price = 11 WHERE id = 1")
    stage.expect_stopped_and_others_live()
    stage.expect_rows("goods", GOODS)


def impossible_date(stage):
    """A zero date, which no warehouse type can hold."""
    stage.sql("CREATE TABLE later (id INT PRIMARY KEY)")
    stage.renkei.stop()
    stage.sql("SET SESSION sql_mode=''; DROP TABLE later; CREATE TABLE days (id INT PRIMARY KEY, day DATE) ENGINE=InnoDB; "
              "INSERT INTO days VALUES (1, '2026-01-01')")
    stage.renkei.start()
    stage.expect_rows("days", [["1", "2026-01-01"]])
    stage.sql("SET SESSION sql_mode=''; INSERT INTO days VALUES (2, '0000-00-00')")
    stage.expect_state("tables", "shop.days", "RK")
    stage.expect_rows("days", [["1", "2026-01-01"]])


def truncated(stage):
    """TRUNCATE is carried over, not stopped: rows before it go, rows after it stay."""
    stage.sql("TRUNCATE TABLE goods; INSERT INTO goods VALUES (9, 'z', 90)")
    stage.expect_rows("goods", [["9", "z", "90"]])


def away_after_a_change(stage):
    """Stops Renkei once it has carried one change, by which it knows this history again."""
    stage.sql("INSERT INTO notes VALUES (5, 'known')")
    stage.expect_rows("notes", [["1", "first"], ["5", "known"]])
    stage.renkei.stop()


def purged(stage):
    """The log from the stored position on is gone."""
    away_after_a_change(stage)
    stage.sql("UPDATE goods SET price = 12 WHERE id = 1")
    stage.purge_binary_logs()
    stage.renkei.start()
    stage.expect_state("sources", "source", "RK")
    stage.expect_rows("goods", GOODS)


def reset_behind(stage):
    """RESET MASTER: the stored position lies in the future of the new history."""
    away_after_a_change(stage)
    stage.server.execute("RESET MASTER")
    stage.sql("UPDATE goods SET price = 12 WHERE id = 1")
    stage.renkei.start()
    stage.expect_state("sources", "source", "RK")
    stage.expect_rows("goods", GOODS)


def reset_and_passed(stage):
    """RESET MASTER, and the new history has grown past the stored position: same GTID, other transaction."""
    away_after_a_change(stage)
    stage.server.execute("RESET MASTER")
    for price in range(100, 130):
        stage.sql(f"UPDATE goods SET price = {price} WHERE id = 2")
    stage.renkei.start()
    stage.expect_state("sources", "source", "RK")
    stage.expect_rows("goods", GOODS)


CASES = [column_added, repaired, transactions_lost, key_lost, left_out, expected_later, created_while_running, type_changed_while_away, table_dropped, statement_in_the_log, partial_image, impossible_date, truncated,
         purged, reset_behind, reset_and_passed]


def main(cases, description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_build_argument(parser)
    parser.add_argument("cases", nargs="*", help="names of cases (default: all)")
    arguments = parser.parse_args()
    programs = Programs(arguments.build)
    failed = 0
    for case in cases:
        if arguments.cases and case.__name__ not in arguments.cases:
            continue
        started = time.monotonic()
        stage = Stage(programs)
        try:
            case(stage)
            outcome = "ok"
        except (Failure, RuntimeError) as failure:
            failed += 1
            outcome = f"FAILED\n{failure}\nlog:\n{stage.renkei.last_words(15)}\n"
        finally:
            stage.close()
        print(f"{case.__name__:26} {time.monotonic() - started:5.1f} s  {outcome}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(CASES, __doc__)
