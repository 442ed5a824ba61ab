#!/usr/bin/python3
"""`renkei repair`: what differs from the source is read again, by key, while the stream goes on; nothing else is.

Each case spoils rows behind Renkei's back, or takes away what it has not captured yet, and has that mended.
"""
import itertools
import pathlib
import re
import signal
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from loud_stops import GOODS, PATIENCE_S, Failure, main  # noqa: E402

NOTES = "INSERT INTO notes SELECT seq, CONCAT('n', seq) FROM seq_100_to_5099"
# 20 rows are others, 10 too many and 1 is missing at the destination.
SPOIL = ("UPDATE notes SET note = 'unseen' WHERE id BETWEEN 200 AND 219; DELETE FROM notes WHERE id BETWEEN 300 AND 309; "
         "INSERT INTO notes VALUES (-5, 'unseen')")
ROWS_AFTER = 1 + 5000 - 10 + 1


class Load:
    """Runs the statements over and over, on connections of its own."""

    def __init__(self, stage, statements):
        self._failures = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(stage, statements))

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join()
        if self._failures:
            raise Failure(f"the load failed: {self._failures[0]}")

    def _run(self, stage, statements):
        try:
            for i in itertools.count():
                if self._stopped.is_set():
                    return
                stage.sql(statements.format(i=i))
        except Exception as failure:  # noqa: BLE001
            self._failures.append(failure)


def mend(stage, *arguments):
    """Of shop.notes: (rows, rows read again, rows removed), as the answer says."""
    done = stage.renkei.command("repair", *arguments)
    text = done.stdout + done.stderr
    if done.returncode != 0:
        raise Failure(f"repair ended with {done.returncode}: {text}")
    said = re.search(r"shop\.notes .*of (\d+) rows (\d+) were read again and (\d+) removed", text)
    if said is None:
        raise Failure(f"repair said: {text}")
    print("   ", said[0])
    return tuple(int(number) for number in said.groups())


def expect_refused(stage, *arguments, code, exit_code):
    done = stage.renkei.command(*arguments)
    if done.returncode != exit_code or code not in done.stdout + done.stderr:
        raise Failure(f"{arguments} ended with {done.returncode} instead of {exit_code}, {code}: {done.stdout}{done.stderr}")


def repaired_by_keys(stage):
    """Rows changed behind the log: only they are read again, while the stream goes on."""
    stage.sql(NOTES)
    stage.expect_equal()
    stage.sql("SET SESSION sql_log_bin = 0; " + SPOIL)
    with Load(stage, "UPDATE notes SET note = CONCAT('l', {i}) WHERE id = 1000 + {i} % 500; "
                     "UPDATE notes SET note = CONCAT('h', {i}) WHERE id = 205 + {i} % 3"):
        expect_refused(stage, "verify", "shop.notes", code="RK6010", exit_code=1)
        total, again, removed = mend(stage, "shop.notes", "shop.goods")
    if total != ROWS_AFTER or not 18 <= again <= 100 or removed != 10:
        raise Failure(f"repair read {again} of {total} rows again and removed {removed}")
    stage.expect_equal()
    stage.restart()
    stage.renkei.await_live(PATIENCE_S)  # before, `verify` would run by itself and hold the data_dir
    stage.expect_equal()
    if mend(stage, "--all") != (ROWS_AFTER, 0, 0):
        raise Failure("what is equal was read again")


def killed_meanwhile(stage):
    """kill -9 between two pieces of a repair; what is in the log stays, the rest is mended the next time."""
    stage.sql("INSERT INTO notes SELECT seq, CONCAT('n', seq) FROM seq_100_to_30099")
    stage.expect_equal()
    stage.sql("SET SESSION sql_log_bin = 0; UPDATE notes SET note = 'unseen' WHERE id >= 100; "
              "DELETE FROM notes WHERE id BETWEEN 300 AND 309")
    stage.renkei.stop()
    stage.renkei.start("before_repair:3")
    stage.renkei.await_live(PATIENCE_S)
    with Load(stage, "UPDATE notes SET note = CONCAT('l', {i}) WHERE id = 1000 + {i} % 500"):
        stage.renkei.command("repair", "shop.notes")
        if stage.renkei.process.wait(PATIENCE_S) != -signal.SIGKILL:
            raise Failure("the kill point was not met")
        stage.renkei.start()
        stage.renkei.await_live(PATIENCE_S)
        total, again, removed = mend(stage, "shop.notes")
    if total != 29991 or not 5000 <= again <= 21000 or removed > 10:
        raise Failure(f"repair read {again} of {total} rows again and removed {removed}")
    stage.expect_equal()


def repairing(stage):
    status = stage.renkei.peek() or {"tables": []}
    return {table["table"] for table in status["tables"] if table["repairing"]}


def lose_changes(stage):
    """While Renkei is away rows and columns change, and the log that says so is purged."""
    stage.sql(NOTES)
    stage.expect_equal()
    stage.renkei.stop()
    stage.sql(SPOIL + "; ALTER TABLE goods ADD COLUMN colour VARCHAR(10) DEFAULT 'red'; DROP TABLE gone; "
              "CREATE TABLE fresh (id INT PRIMARY KEY); INSERT INTO fresh VALUES (1)")
    stage.purge_binary_logs()


def expect_mended(stage, outcome):
    total, again, removed = outcome
    if total < ROWS_AFTER or again > 1000 or removed != 10:
        raise Failure(f"repair read {again} of {total} rows again and removed {removed}")
    stage.expect_rows("goods", [row + ["red"] for row in GOODS])
    stage.expect_rows("fresh", [["1"]])
    stage.expect_state("tables", "shop.gone", "RK2168", state="ended")
    stage.expect_equal()
    if repairing(stage):
        raise Failure(f"still being repaired: {repairing(stage)}")


LOST_LOAD = "UPDATE notes SET note = CONCAT('l', {i}) WHERE id = 1000 + {i} % 500; INSERT INTO notes VALUES (10000 + {i}, 'new')"


def position_purged(stage):
    """A loud stop; with no server running, the repair of the source runs what it needs itself."""
    stage.sql("CREATE TABLE gone (id INT PRIMARY KEY)")
    lose_changes(stage)
    expect_refused(stage, "run", "--until-caught-up", code="repair --source", exit_code=1)
    with Load(stage, LOST_LOAD):
        outcome = mend(stage, "--source", "source")
    stage.renkei.start()
    expect_mended(stage, outcome)


def position_purged_and_killed(stage):
    """The same, killed in the middle: what is still owed stands in the log, and the next start mends it by itself."""
    stage.sql("CREATE TABLE gone (id INT PRIMARY KEY)")
    lose_changes(stage)
    with Load(stage, LOST_LOAD):
        stage.renkei.environment["RENKEI_KILL_POINT"] = "before_repair"
        killed = stage.renkei.command("repair", "--source", "source")
        del stage.renkei.environment["RENKEI_KILL_POINT"]
        if killed.returncode != -signal.SIGKILL:
            raise Failure(f"the kill point was not met: {killed.stdout}{killed.stderr}")
        stage.renkei.start()
        stage.renkei.await_live(PATIENCE_S, {"shop.notes", "shop.goods", "shop.fresh"})
        stage.expect(lambda: not repairing(stage), lambda: f"still being repaired: {repairing(stage)}")
        outcome = mend(stage, "--all")
    if outcome[1:] != (0, 0):
        raise Failure(f"a second repair found something: {outcome}")
    expect_mended(stage, (outcome[0], 0, 10))


def other_history(stage):
    """RESET MASTER, and a history of other transactions behind the same numbers."""
    stage.sql(NOTES)
    stage.expect_equal()
    stage.renkei.stop()
    stage.server.execute("RESET MASTER")
    stage.sql(SPOIL)
    for price in range(100, 130):
        stage.sql(f"UPDATE goods SET price = {price} WHERE id = 2")
    stage.renkei.start()
    stage.expect_state("sources", "source", "RK21")
    outcome = mend(stage, "--source", "source")
    if outcome != (ROWS_AFTER, 21, 10):
        raise Failure(f"repair said {outcome}")
    stage.expect_equal()
    stage.sql("INSERT INTO notes VALUES (-6, 'goes on')")
    stage.expect_equal()


def repair_refused(stage):
    """What cannot be repaired is told, with what to do."""
    expect_refused(stage, "repair", code="RK6023", exit_code=2)
    expect_refused(stage, "repair", "shop.nope", code="RK", exit_code=2)
    expect_refused(stage, "repair", "--source", "source", code="RK5041", exit_code=2)
    expect_refused(stage, "repair", "--source", "nope", code="RK", exit_code=1)
    stage.sql("ALTER TABLE goods ENGINE=MyISAM; INSERT INTO goods VALUES (3, 'c', 30)")
    stage.expect_stopped_and_others_live("RK2123")
    stage.renkei.command("repair", "shop.goods")
    stage.expect_state("tables", "shop.goods", "RK2123")
    stage.expect_rows("goods", GOODS)


def cascades_under_load(stage):
    """Three levels of children, deleted and moved by their parents' keys while all are written to, and a kill -9 between."""
    stage.sql("CREATE TABLE p (id INT PRIMARY KEY) ENGINE=InnoDB; "
              "CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE) ENGINE=InnoDB; "
              "CREATE TABLE g (id INT PRIMARY KEY, c INT, FOREIGN KEY (c) REFERENCES c (id) ON DELETE CASCADE) ENGINE=InnoDB; "
              "CREATE TABLE n (id INT PRIMARY KEY, c INT, FOREIGN KEY (c) REFERENCES c (id) ON DELETE SET NULL) ENGINE=InnoDB; "
              "INSERT INTO p SELECT seq FROM seq_1_to_3000; INSERT INTO c SELECT seq, seq % 3000 + 1 FROM seq_1_to_9000; "
              "INSERT INTO g SELECT seq, seq FROM seq_1_to_9000; INSERT INTO n SELECT seq, seq FROM seq_1_to_9000")
    stage.expect_equal()
    load = ("DELETE FROM p WHERE id = {i} + 1; UPDATE p SET id = 100000 + {i} WHERE id = 3000 - {i}; "
            "INSERT INTO p VALUES (200000 + {i}); INSERT INTO c VALUES (200000 + {i}, 200000 + {i}); "
            "DELETE FROM p WHERE id = 200000 + {i} - 3")
    with Load(stage, load):
        stage.expect(lambda: count(stage, "SELECT count(*) FROM p WHERE id > 100200") > 0, lambda: "the load stands still")
        stage.renkei.kill()
        stage.renkei.start()
        stage.expect(lambda: count(stage, "SELECT count(*) FROM p WHERE id BETWEEN 100300 AND 199999") > 0, lambda: "the load stands still")
    stage.expect_equal()
    stage.expect(lambda: not repairing(stage), lambda: f"still being repaired: {repairing(stage)}")


def count(stage, sql):
    return int(stage.server.execute(sql, "shop")[0][0])


CASES = [cascades_under_load, repaired_by_keys, killed_meanwhile, position_purged, position_purged_and_killed, other_history, repair_refused]


if __name__ == "__main__":
    main(CASES, __doc__)
