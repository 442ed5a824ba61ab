#!/usr/bin/python3
"""The whole path in under a minute: a private MariaDB with a web shop, Renkei, a warehouse, a crash in the middle."""
import argparse
import pathlib
import shutil
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from driver import Beacon, Load, NotAnswered, Programs, Renkei, run_load  # noqa: E402
from mariadb import Server  # noqa: E402

PASSWORD = "demo"
TABLES = ("customers", "orders", "items", "stock")
LIVE_S = 9
TTY = sys.stdout.isatty()
REVENUE = """SELECT c.prefecture, count(*) AS orders, CAST(sum(o.total) AS BIGINT) AS yen
FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id
WHERE o.total > 0 GROUP BY ALL ORDER BY yen DESC LIMIT 5"""


def style(text, code):
    return f"\033[{code}m{text}\033[0m" if TTY else text


def bold(text):
    return style(text, "1")


def dim(text):
    return style(text, "2")


def step(text):
    print(f"\n{bold('▸ ' + text)}", flush=True)


def show(text):
    print("  " + text.strip("\n").replace("\n", "\n  "), flush=True)


class Demo:
    def __init__(self, programs, folder):
        self.programs = programs
        self.folder = folder
        self.server = Server(folder=tempfile.mkdtemp(prefix="renkei-demo-"))
        self.renkei = Renkei(programs, folder, PASSWORD)
        self.load = None
        self.note = ""
        self.started = time.monotonic()

    def run(self):
        try:
            self._start_shop()
            self._start_renkei()
            self._watch(LIVE_S)
            self._crash()
            self._watch(LIVE_S)
            equal = self._verify()
            self._query()
            self.renkei.stop()
        finally:
            if self.load and self.load.running:
                self.load.stop()
            if self.renkei.running:
                self.renkei.kill()
            self.server.stop()
        return equal

    def _start_shop(self):
        step("A private MariaDB on loopback, with a small web shop")
        self.server.start()
        self.server.create_capture_user(PASSWORD)
        self.server.execute("CREATE DATABASE shop")
        run_load(self.programs, self.server, "shop", "shop", "--prepare")
        self.beacon = Beacon(self.server, "shop", table="demo_beacon")
        show(f"127.0.0.1:{self.server.port}  " + ", ".join(f"{name} {count:,}" for name, count in self._source_counts()))
        self.load = Load(self.programs, self.server, "shop", "shop", "--rate", 150)
        show(dim("from now on it is written to: 150 transactions a second, inserts, updates, deletes, bulk updates"))

    def _start_renkei(self):
        step("Renkei: one file, one command")
        self.renkei.configure("shop", self.server.port, ["shop.*"], password=PASSWORD)
        show(dim(self.renkei.config.read_text()))
        show("$ renkei check --connect")
        checked = self.renkei.command("check", "--connect")
        show(dim(checked.stdout + checked.stderr))
        if checked.returncode:
            sys.exit("the check failed")
        show("$ renkei run")
        self.renkei.start()
        seconds = self.renkei.await_live(60)
        show(f"copied while being written to, and live, {seconds:.1f} s after the start")

    def _watch(self, seconds):
        """Rows on both sides and freshness, live."""
        step("Source and warehouse, live")
        deadline = time.monotonic() + seconds
        drawn = 0
        next_line = 0.0
        while time.monotonic() < deadline:
            if not self.renkei.running:
                sys.exit(f"renkei ended:\n{self.renkei.last_words()}")
            lines = self._picture()
            if TTY:
                print(f"\033[{drawn}A" * bool(drawn) + "".join(f"\033[2K  {line}\n" for line in lines), end="", flush=True)
                drawn = len(lines)
            elif time.monotonic() >= next_line:
                show("\n".join(lines))
                next_line = time.monotonic() + 4
            time.sleep(0.3)

    def _picture(self):
        status = self.renkei.status() or {"tables": [], "sinks": [{}]}
        tables = {table["table"].split(".")[-1]: table for table in status["tables"]}
        lines = [dim(f"{'table':12}{'source rows':>14}{'warehouse rows':>16}{'changes applied':>18}   state")]
        try:
            counts = self.renkei.query("SELECT " + ", ".join(f"(SELECT count(*) FROM shop.{name})" for name in TABLES))[0]
        except NotAnswered:
            counts = ["–"] * len(TABLES)
        for (name, rows), there in zip(self._source_counts(), counts):
            state = tables.get(name, {})
            there = f"{int(there):,}" if there.isdigit() else there
            lines.append(f"{name:12}{rows:>14,}{there:>16}{state.get('changes_applied', 0):>18,}   {state.get('state', '')}")
        fresh = status["sinks"][0].get("freshness_ms") or {}
        p50, p99 = (f"{fresh[name]:,.0f} ms" if name in fresh else "–" for name in ("p50", "p99"))
        lines.append(f"commit → queryable, over the last minute: p50 {bold(p50)}, p99 {bold(p99)}{self.note}")
        return lines

    def _crash(self):
        step("kill -9, in the middle of it")
        self.renkei.kill()
        show(dim("the shop goes on selling for two seconds …"))
        time.sleep(2)
        show("$ renkei run")
        self.renkei.start()
        self.note = dim("  (the time it was dead counts too)")
        seconds = self.beacon.await_arrival(self.renkei, 60)
        show(f"caught up {seconds:.1f} s after the start; nothing lost, nothing twice")

    def _verify(self):
        step("Are both sides equal?  $ renkei verify")
        written = self.load.stop()
        self.beacon.await_arrival(self.renkei, 60)
        show(dim(f"{written['transactions']:,} transactions changed {written['rows']:,} rows meanwhile"))
        compared = self.renkei.verify()
        show(compared.stdout + compared.stderr)
        return compared.returncode == 0

    def _query(self):
        step("Ask the warehouse")
        show(dim(REVENUE))
        asked = self.renkei.command("sql", REVENUE)
        show(asked.stdout + asked.stderr)

    def _source_counts(self):
        counts = self.server.execute("SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {name})" for name in TABLES), "shop")[0]
        return list(zip(TABLES, counts))


def farewell(folder, equal, seconds):
    binary, config = "build/release/renkei", folder.relative_to(ROOT) / "renkei.yaml"
    step(f"{'Done' if equal else 'NOT EQUAL'} in {seconds:.0f} s. The warehouse is kept; the demo's MariaDB is gone. To go on:")
    show(f"""explore     {binary} sql -c {config} "SELECT * FROM shop.stock LIMIT 10"
your own    {binary} init mysql://user@host:3306/database     writes a commented renkei.yaml
            {binary} check --connect                          says what is missing, and the statement that mends it
            {binary} run
read on     README.md, ARCHITECTURE.md""")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renkei", default=str(ROOT / "build/release/renkei"), help="the program (renkei_load beside it)")
    arguments = parser.parse_args()
    folder = ROOT / "build" / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    demo = Demo(Programs(pathlib.Path(arguments.renkei).resolve().parent), folder)
    equal = demo.run()
    farewell(folder, equal, time.monotonic() - demo.started)
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
