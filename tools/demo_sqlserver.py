#!/usr/bin/python3
"""The whole path from a SQL Server in under a minute. No SQL Server can be installed here: it is the tests' stand-in."""
import argparse
import pathlib
import random
import shutil
import sys
import threading
import time
import types

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from driver import NotAnswered, Renkei  # noqa: E402
from sqlserver.server import Server  # noqa: E402

PASSWORD = "demo"
CUSTOMERS, ORDERS = 200, 2000
LIVE_S = 6
PREFECTURES = ("東京都", "大阪府", "北海道", "沖縄県")
SETUP = """ALTER DATABASE shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 3 DAYS, AUTO_CLEANUP = ON)
ALTER DATABASE shop SET ALLOW_SNAPSHOT_ISOLATION ON
CREATE TABLE dbo.customers (id int NOT NULL PRIMARY KEY, name nvarchar(40) NOT NULL, prefecture nvarchar(10) NOT NULL)
CREATE TABLE dbo.orders (id int NOT NULL PRIMARY KEY, customer_id int NOT NULL, total money NOT NULL, at datetime2(3) NOT NULL)
ALTER TABLE dbo.customers ENABLE CHANGE_TRACKING
ALTER TABLE dbo.orders ENABLE CHANGE_TRACKING"""
REVENUE = """SELECT c.prefecture, count(*) AS orders, sum(o.total) AS yen
FROM dbo.orders o JOIN dbo.customers c ON c.id = o.customer_id GROUP BY ALL ORDER BY yen DESC"""


def step(text):
    print(f"\n▸ {text}", flush=True)


def show(text):
    print("  " + text.strip("\n").replace("\n", "\n  "), flush=True)


class Shop:
    """The stand-in, and what is written to it."""

    def __init__(self):
        self.server = Server(users={"sa": PASSWORD})
        self.server.__enter__()
        self.server.sql("CREATE DATABASE shop")
        for statement in SETUP.split("\n"):
            self.sql(statement)
        self.sql("INSERT dbo.customers VALUES " + ", ".join(
            f"({key}, N'客 {key}', N'{PREFECTURES[key % len(PREFECTURES)]}')" for key in range(CUSTOMERS)))
        for first in range(0, ORDERS, 500):
            self.sql("INSERT dbo.orders VALUES " + ", ".join(
                f"({key}, {key % CUSTOMERS}, {key % 97}.5, SYSUTCDATETIME())" for key in range(first, first + 500)))
        self.commits = 0
        self.done = threading.Event()
        self.writer = threading.Thread(target=self._write, daemon=True)

    def sql(self, text):
        return self.server.sql(text, "shop")

    def counts(self):
        return [self.sql(f"SELECT COUNT(*) FROM dbo.{name}")[0][0] for name in ("customers", "orders")]

    def _write(self):
        chance, key = random.Random(1), ORDERS
        while not self.done.wait(0.02):
            kind = chance.random()
            if kind < 0.5:
                self.sql(f"INSERT dbo.orders VALUES ({key}, {chance.randrange(CUSTOMERS)}, {chance.randrange(9000)}, SYSUTCDATETIME())")
                key += 1
            elif kind < 0.8:
                self.sql(f"UPDATE dbo.orders SET total = total + 1 WHERE id = {chance.randrange(key)}")
            else:
                self.sql(f"DELETE dbo.orders WHERE id = {chance.randrange(key)}")
            self.commits += 1


def watch(shop, renkei, seconds):
    step("Source and warehouse, live")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            there = renkei.ask("SELECT (SELECT count(*) FROM dbo.customers), (SELECT count(*) FROM dbo.orders)")[0]
        except NotAnswered:
            there = ["–", "–"]
        fresh = (renkei.peek() or {"sinks": [{}]})["sinks"][0].get("freshness_ms") or {}
        here = shop.counts()
        show(f"customers {here[0]:>6} → {there[0]:>6}    orders {here[1]:>6} → {there[1]:>6}    poll → queryable: "
             f"p50 {fresh.get('p50') or '–'} ms, p99 {fresh.get('p99') or '–'} ms")
        time.sleep(1)


def play(shop, renkei):
    step("Renkei: one file, one command")
    renkei.config.write_text(
        f"data_dir: data\nhttp: 127.0.0.1:{renkei.http_port}\nsources:\n  shop:\n    type: sqlserver\n"
        f"    url: sqlserver://sa:${{SOURCE_PASSWORD}}@127.0.0.1:{shop.server.port}/shop\n    interval: 200ms\n"
        "    tls: {mode: \"off\"}\n    tables: [\"dbo.*\"]\nsinks:\n  warehouse: {type: duckdb, path: warehouse.duckdb}\n")
    show(renkei.config.read_text())
    show("$ renkei check --connect")
    checked = renkei.command("check", "--connect")
    show(checked.stdout + checked.stderr)
    if checked.returncode:
        sys.exit("the check failed")
    show("$ renkei run")
    renkei.start()
    show(f"copied while being written to, and live, {renkei.await_live(120):.1f} s after the start")
    watch(shop, renkei, LIVE_S)
    step("kill -9, in the middle of it; the shop goes on selling for two seconds")
    renkei.kill()
    time.sleep(2)
    renkei.start()
    watch(shop, renkei, LIVE_S)
    step("Are both sides equal?  $ renkei verify, while it is written to")
    compared = renkei.verify()
    show(compared.stdout + compared.stderr)
    step("Ask the warehouse")
    show(REVENUE)
    show(renkei.command("sql", REVENUE).stdout)
    return compared.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renkei", default=str(ROOT / "build/release/renkei"))
    arguments = parser.parse_args()
    folder = ROOT / "build" / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    started = time.monotonic()
    step("A SQL Server with a small web shop (the tests' stand-in: a real one cannot be installed here)")
    shop = Shop()
    renkei = Renkei(types.SimpleNamespace(renkei=arguments.renkei), folder, PASSWORD)
    try:
        shop.writer.start()
        equal = play(shop, renkei)
        renkei.stop()
    finally:
        shop.done.set()
        shop.writer.join(10)
        if renkei.running:
            renkei.kill()
        shop.server.stop()
    wrong = shop.server.protocol_errors
    step(f"{'Done' if equal and not wrong else 'NOT EQUAL'} in {time.monotonic() - started:.0f} s, {shop.commits} transactions. {wrong or ''}")
    sys.exit(0 if equal and not wrong else 1)


if __name__ == "__main__":
    main()
