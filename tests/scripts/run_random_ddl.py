#!/usr/bin/python3
"""Random schema changes that keep every value, each among rows written at the same time, with Renkei running, killed or
stopped; then both sides must be equal, and no table copied anew.

    tests/scripts/run_random_ddl.py --seed 7 --changes 200
"""
import argparse
import pathlib
import random
import shutil
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from driver import Programs, Renkei, add_build_argument  # noqa: E402
from mariadb import Server  # noqa: E402

PASSWORD = "p@ss:w/rd#1"
DATABASE = "random_ddl"
NAMES = [f"c{n}" for n in range(9)]
# What a column of the kind is declared as, from narrow to wide; what is behind the type; a value of it.
KINDS = [
    (["SMALLINT", "MEDIUMINT", "INT", "BIGINT"], ["", " NOT NULL", " DEFAULT -7"], "FLOOR(RAND() * 30000)"),
    (["INT UNSIGNED", "BIGINT UNSIGNED"], [" NOT NULL", " NULL"], "FLOOR(RAND() * 4000000000)"),
    (["VARCHAR(12)", "VARCHAR(20)", "VARCHAR(300)"], [" NOT NULL DEFAULT 'it''s'", " NOT NULL", " DEFAULT '未定'", ""], "LEFT(UUID(), 12)"),
    (["DECIMAL(6,2)", "DECIMAL(9,2)", "DECIMAL(20,2)"], [" DEFAULT 1.5", " NOT NULL", ""], "ROUND(RAND() * 9999, 2)"),
    (["DATE"], [" DEFAULT '2026-02-28'", ""], "CURDATE()"),
    (["DATETIME", "DATETIME(3)", "DATETIME(6)"], [" DEFAULT '2026-01-02 03:04:05'", ""], "NOW(6)"),
    (["ENUM('a','b')", "ENUM('a','b','c')", "ENUM('a','b','c','d e')"], [" NOT NULL", " DEFAULT 'b'"], "ELT(1 + FLOOR(RAND() * 2), 'a', 'b')"),
    (["TEXT", "MEDIUMTEXT", "LONGTEXT"], [""], "REPEAT('長', 30)"),
    (["BOOL"], [" NOT NULL DEFAULT TRUE", ""], "RAND() < 0.5"),
    (["BIT(1)"], [" NOT NULL DEFAULT b'1'", ""], "RAND() < 0.5"),
    (["JSON"], [""], "JSON_OBJECT('k', RAND())"),
]


class Column:
    def __init__(self, name, dice):
        self.name = name
        self.types, endings, self.value = dice.choice(KINDS)
        self.width, self.ending = 0, dice.choice(endings)

    def definition(self):
        return self.types[self.width] + self.ending


class Table:
    """The columns of `t` beside its key, as the statements so far have made them."""

    def __init__(self, dice):
        self.dice, self.columns = dice, []

    def place(self, without=None):
        others = [column.name for column in self.columns if column is not without]
        return self.dice.choice(["", " FIRST", " AFTER id"] + [f" AFTER {name}" for name in others])

    def free_name(self):
        return self.dice.choice([name for name in NAMES if name not in [column.name for column in self.columns]])

    def change(self):
        """One statement of one or two clauses."""
        kind = self.dice.choice(["add", "add", "drop", "rename", "widen", "widen", "move", "harmless", "both"])
        if kind == "add" and len(self.columns) < len(NAMES) - 1 or not self.columns:
            column = Column(self.free_name(), self.dice)
            clause = f"ADD COLUMN {column.name} {column.definition()}{self.place()}"
            self.columns.append(column)
            return clause
        column = self.dice.choice(self.columns)
        if kind == "drop":
            self.columns.remove(column)
            return f"DROP COLUMN {column.name}"
        if kind == "rename" and len(self.columns) < len(NAMES):
            before, column.name = column.name, self.free_name()
            return f"RENAME COLUMN {before} TO {column.name}"
        if kind == "harmless":
            return self.dice.choice(["COMMENT 'x'", f"ALTER COLUMN {column.name} DROP DEFAULT", "FORCE", "AUTO_INCREMENT = 5"])
        if kind == "both" and len(self.columns) < len(NAMES) - 1:
            added = Column(self.free_name(), self.dice)
            clauses = f"DROP {column.name}, ADD {added.name} {added.definition()}{self.place(without=column)}"
            self.columns = [other for other in self.columns if other is not column] + [added]
            return clauses
        if kind != "move":
            column.width = min(column.width + 1, len(column.types) - 1)
        # What has no default any more must not become NOT NULL over rows that have NULL: the ending stays.
        return f"MODIFY {column.name} {column.definition()}{self.place(without=column)}"

    def rows(self):
        chosen = self.dice.sample(self.columns, self.dice.randint(0, len(self.columns)))
        names = "".join(f", {column.name}" for column in chosen)
        values = "".join(f", {column.value}" for column in chosen)
        first = self.dice.randint(1, 400)
        statements = [f"REPLACE INTO t (id{names}) SELECT seq{values} FROM seq_{first}_to_{first + 30}"]
        for column in chosen[:2]:
            statements.append(f"UPDATE t SET {column.name} = {column.value} WHERE id % 7 = {self.dice.randint(0, 6)}")
        statements.append(f"DELETE FROM t WHERE id % 11 = {self.dice.randint(0, 10)}")
        return "SET sql_mode = ''; " + "; ".join(statements)


class Noise:
    """Changes rows of the table all the time, by columns that stay."""

    def __init__(self, server):
        self.server, self.ended = server, threading.Event()
        self.thread = threading.Thread(target=self.write, daemon=True)

    def write(self):
        while not self.ended.is_set():
            self.server.execute("UPDATE t SET touched = touched + 1 WHERE id % 5 = FLOOR(RAND() * 5);" * 5, DATABASE)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join(30)


def run(server, renkei, dice, changes):
    server.execute(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")
    server.execute("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, touched INT NOT NULL DEFAULT 0) ENGINE=InnoDB;"
                   "INSERT INTO t (id) SELECT seq FROM seq_1_to_200", DATABASE)
    renkei.configure("source", server.port, [f"{DATABASE}.*"])
    renkei.start()
    renkei.await_live()
    table = Table(dice)
    with Noise(server):
        for _ in range(changes):
            turn = dice.randint(0, 9)
            if renkei.running and turn < 2:
                renkei.kill() if turn else renkei.stop()
            elif not renkei.running:
                renkei.start()
            statement = "ALTER TABLE t " + table.change()
            print(statement, flush=True)
            server.execute(statement, DATABASE)
            server.execute(table.rows(), DATABASE)
    if not renkei.running:
        renkei.start()
    renkei.await_live()
    compared = renkei.verify()
    if compared.returncode:
        sys.exit(f"verify ended with {compared.returncode}:\n{compared.stdout}{compared.stderr}\n{renkei.last_words()}")
    generations = [one["generation"] for one in renkei.status()["tables"]]
    if generations != [1]:
        sys.exit(f"copied anew: {generations}\n{renkei.last_words(60)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_build_argument(parser)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randint(1, 1_000_000))
    parser.add_argument("--changes", type=int, default=30)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-ddl-"))
    with Server() as server:
        server.create_capture_user(PASSWORD)
        renkei = Renkei(Programs(arguments.build), folder, PASSWORD)
        try:
            run(server, renkei, random.Random(arguments.seed), arguments.changes)
        finally:
            if renkei.running:
                renkei.kill()
            shutil.rmtree(folder, ignore_errors=True)
    print("equal, without a copy")


if __name__ == "__main__":
    main()
