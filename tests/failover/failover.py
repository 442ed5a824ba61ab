#!/usr/bin/python3
"""A primary and its replica, both named in the url: the primary is given up under load, and nothing is lost.

Planned: writers stop for the moment in which the replica takes over. Lost commits: the replica never received what
Renkei has captured already; that must be a loud stop, never a silent gap.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile
import threading
import time

import pymysql

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from driver import Programs, Renkei, add_build_argument, differences  # noqa: E402
from mariadb import Server  # noqa: E402

PASSWORD = "p@ss:w/rd#1"
PATIENCE_S = 60


def await_that(condition, complaint):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(complaint())
        time.sleep(0.05)


class Writer:
    """Inserts, updates and deletes at whichever server is the primary, until stopped."""

    def __init__(self, server):
        self.server = server
        self.pause = threading.Lock()
        self.written = 0
        self.ending = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        connected_to = connection = None
        while not self.ending:
            with self.pause:
                if connected_to is not self.server:
                    connected_to, connection = self.server, self.server.connect("shop")
                with connection.cursor() as cursor:
                    key = self.written
                    cursor.execute(f"INSERT INTO goods VALUES ({key}, 'n{key}', 0)")
                    cursor.execute(f"UPDATE goods SET price = price + 1 WHERE id % 7 = {key % 7} AND id > {key - 50}")
                    cursor.execute(f"DELETE FROM goods WHERE id = {key - 20} AND id % 3 = 0")
                    self.written += 1

    def stop(self):
        self.ending = True
        self.thread.join()


class Stage:
    def __init__(self, programs):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-failover-"))
        self.primary = Server(server_id=1).start()
        self.replica = Server(server_id=2, settings={"log_slave_updates": "ON"}).start()
        self.primary.create_capture_user(PASSWORD)
        self.primary.execute("CREATE DATABASE shop")
        self.primary.execute("CREATE TABLE goods (id INT PRIMARY KEY, name VARCHAR(20), price INT) ENGINE=InnoDB", "shop")
        self.replica.follow(self.primary)
        hosts = f"{self.primary.port},127.0.0.1:{self.replica.port}"
        self.renkei = Renkei(programs, self.folder, PASSWORD).configure("source", hosts, ["shop.*"]).start()
        self.renkei.await_live(PATIENCE_S)

    def close(self):
        if self.renkei.running:
            self.renkei.kill()
        self.primary.stop()
        self.replica.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def position(self, server):
        return server.execute("SELECT @@gtid_binlog_pos")[0][0]

    def captured_all_of(self, server):
        count = server.execute("SELECT COUNT(*), COALESCE(MAX(id), 0) FROM shop.goods")[0]
        await_that(lambda: tuple(map(int, self.renkei.query("SELECT count(*), coalesce(max(id), 0) FROM shop.goods")[0])) == count,
                   lambda: f"the warehouse does not come to {count}:\n{self.renkei.last_words()}")


def planned(stage):
    writer = Writer(stage.primary)
    await_that(lambda: writer.written > 200, lambda: "the writer does not get on")
    with writer.pause:
        await_that(lambda: stage.position(stage.replica) == stage.position(stage.primary),
                   lambda: "the replica does not catch up")
        stage.replica.execute("STOP SLAVE; RESET SLAVE ALL")
        writer.server = stage.replica
        stage.primary.kill()
    await_that(lambda: writer.written > 600, lambda: "the writer does not get on at the new primary")
    writer.stop()
    stage.captured_all_of(stage.replica)
    found = differences(stage.replica, stage.renkei, "shop")
    if found:
        raise RuntimeError("\n".join(found))


def lost_commits(stage):
    stage.primary.execute("INSERT INTO goods VALUES (1, 'both', 0)", "shop")
    await_that(lambda: stage.position(stage.replica) == stage.position(stage.primary), lambda: "no replication")
    stage.replica.execute("STOP SLAVE; RESET SLAVE ALL")
    stage.primary.execute("INSERT INTO goods VALUES (2, 'only there', 0)", "shop")
    stage.captured_all_of(stage.primary)
    stage.primary.kill()
    stage.replica.execute("INSERT INTO goods VALUES (3, 'instead', 0); INSERT INTO goods VALUES (4, 'more', 0)", "shop")

    def stopped():
        sources = (stage.renkei.peek() or {"sources": []})["sources"]
        return any(source.get("state") == "stopped" and "RK21" in str(source.get("last_error")) for source in sources)
    await_that(stopped, lambda: f"the lost commit is not noticed:\n{stage.renkei.last_words()}")
    rows = stage.renkei.query("SELECT id FROM shop.goods ORDER BY id")
    if rows != [["1"], ["2"]]:
        raise RuntimeError(f"the warehouse shows {rows}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_build_argument(parser)
    programs = Programs(parser.parse_args().build)
    failed = 0
    for case in (lost_commits, planned):
        stage = Stage(programs)
        try:
            case(stage)
            outcome = "ok"
        except (RuntimeError, pymysql.err.Error) as failure:
            failed += 1
            outcome = f"FAILED\n{failure}"
        finally:
            stage.close()
        print(f"{case.__name__:14} {outcome}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
