#!/usr/bin/python3
"""Kills Renkei again and again under load and shows that nothing is lost, doubled, torn or set back.

    make chaos KILLS=200 SEED=7        or        tests/chaos/chaos.py --kills 200 --seed 7

A private MariaDB runs a bank whose sum stays constant; Renkei reaches it through a proxy that is cut now and then;
Renkei is killed at named points and at random instants, MariaDB too; a reader checks every state it sees from the
first second; after each disturbance the warehouse must catch up, and from time to time both sides are compared.
Ends with 1 on any failure and then keeps its folder. The same seed plans the same disturbances.
"""
import argparse
import collections
import pathlib
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from chaos.proxy import Proxy  # noqa: E402
from chaos.reader import Reader  # noqa: E402
from chaos.schedule import POINTS, lives  # noqa: E402
from driver import Beacon, Load, Programs, Renkei, add_build_argument, differences, run_load  # noqa: E402
from mariadb import Server  # noqa: E402

PASSWORD = "p@ss:w/rd#1"
POINT_PATIENCE_S = 20
CATCH_UP_S = 90
COMPARE_EVERY = 8
# Small segments and frequent checkpoints, so that their kill points are reached.
HUB = "hub: {type: embedded, segment_bytes: 4MB}\n"
SINK = "type: duckdb, path: warehouse.duckdb, memory: 512MB, freshness_aim: 200ms, recovery_target: 1s"


class Failed(Exception):
    pass


class Chaos:
    def __init__(self, programs, folder, seed, kills, big_rows):
        self.programs = programs
        self.seed = seed
        self.plan = lives(seed, kills, parts=big_rows * 65536 // (8 << 20))
        self.big_rows = big_rows
        self.server = Server(folder=folder / "mariadb")
        self.renkei = Renkei(programs, folder / "renkei", PASSWORD)
        self.done = collections.Counter()
        self.points = collections.Counter()
        self.started = time.monotonic()

    def run(self):
        self._prepare()
        try:
            for index, life in enumerate(self.plan):
                self._live(index, life)
            self._say("the load ends")
        finally:
            self.reader.stop()
            if self.renkei.running:
                self.renkei.kill()
            summary = self.load.stop()
            self.proxy.close()
            self.server.stop()
        self.done["transactions"] = summary["transactions"]
        self.done["big transactions"] = summary["big"]

    # The stage.

    def _prepare(self):
        self._say(f"seed {self.seed}: starting a private MariaDB and a bank")
        self.server.start()
        self.server.create_capture_user(PASSWORD)
        self.server.execute("CREATE DATABASE bank")
        run_load(self.programs, self.server, "bank", "bank", "--prepare", "--rows", 4000, "--big-rows", self.big_rows)
        total = int(self.server.execute(
            "SELECT (SELECT SUM(balance) FROM accounts) + (SELECT SUM(balance) FROM vaults)"
            " + (SELECT SUM(balance) FROM savings)", "bank")[0][0])
        self.beacon = Beacon(self.server, "bank")
        self.proxy = Proxy(self.server.port)
        self.renkei.configure("source", self.proxy.port, ["bank.*"], sink=SINK, extra=HUB)
        self.load = Load(self.programs, self.server, "bank", "bank", "--rate", 120, "--seed", self.seed, "--big-every", 8,
                         "--big-rows", self.big_rows)
        self.reader = Reader(self.renkei, total, self.big_rows)
        self.reader.start()

    def _live(self, index, life):
        self._say(f"life {index + 1} of {len(self.plan)}: a new warehouse, {len(life.copy)} kills while it is copied, "
                  f"then {len(life.stream)} disturbances")
        with self.reader.lock:
            shutil.rmtree(self.renkei.folder / "data", ignore_errors=True)
            for file in self.renkei.folder.glob("warehouse.duckdb*"):
                file.unlink()
            self.reader.forget()
        for step in life.copy:
            self._die(step)
        self.renkei.start()
        self._break(life.breaks)
        self._catch_up(f"the first copy with {life.breaks.text()}")
        for number, step in enumerate(life.stream, 1):
            self._disturb(step)
            if number % COMPARE_EVERY == 0:
                self._compare()
        self._compare()
        self._verify()
        if code := self.renkei.stop(CATCH_UP_S):
            raise Failed(f"SIGTERM: renkei ended with {code}\n{self.renkei.last_words()}")

    # Disturbances.

    def _disturb(self, step):
        """From running and caught up, over the disturbance, to running and caught up."""
        self._say(f"  {step.text()}")
        if step.kind in ("point", "kill"):
            if step.kind == "point":
                self.renkei.kill()
                self.done["kills"] += 1
            self._die(step)
            self.renkei.start()
        else:
            self._break(step)
        self._catch_up(step.text())

    def _break(self, step):
        """Takes the source away from a running Renkei for a moment."""
        time.sleep(step.delay_s)
        {"cut": self.proxy.cut, "kill_source": self._kill_source, "restart_source": self.server.restart}[step.kind]()
        self.done[step.kind] += 1

    def _kill_source(self):
        self.server.kill()
        self.server.start()

    def _die(self, step):
        """Lets a Renkei run until its kill point or instant has come."""
        if not self.renkei.running:
            self.renkei.start(f"{step.point}:{step.hit}" if step.kind == "point" else None)
        patience = POINT_PATIENCE_S if step.kind == "point" else step.delay_s
        deadline = time.monotonic() + patience
        while self.renkei.running and time.monotonic() < deadline:
            self._check_reader()
            time.sleep(min(0.02, max(0.0, deadline - time.monotonic())))
        if self.renkei.running:
            self.renkei.kill()
            if step.kind == "point":
                self.done["points not reached"] += 1
        elif self.renkei.process.returncode != -signal.SIGKILL:
            raise Failed(f"{step.text()}: renkei ended by itself with {self.renkei.process.returncode}\n"
                         f"{self.renkei.last_words()}")
        elif step.kind == "point":
            if f"kill point {step.point}" not in self.renkei.last_words(5):
                raise Failed(f"{step.text()}: killed, but not at the point\n{self.renkei.last_words()}")
            self.points[step.point] += 1
        self.done["kills"] += 1

    # What must hold.

    def _check_reader(self):
        if self.reader.failures:
            raise Failed("the reader saw\n  " + "\n  ".join(self.reader.failures[:10]))

    def _catch_up(self, after):
        try:
            seconds = self.beacon.await_arrival(self.renkei, CATCH_UP_S)
        except RuntimeError as error:
            raise Failed(f"after {after}: {error}") from error
        self.done["catch-ups"] += 1
        self.longest_catch_up = max(getattr(self, "longest_catch_up", 0), seconds)
        self._check_reader()

    def _at_rest(self):
        """Stops the load between two statements; what is committed then stays."""
        self.load.process.send_signal(signal.SIGSTOP)
        deadline = time.monotonic() + 30
        while any(row[0] for row in self.server.execute(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE db='bank' AND command='Query' "
                "AND id <> CONNECTION_ID()")):
            if time.monotonic() > deadline:
                raise Failed("the source did not come to rest")
            time.sleep(0.02)

    def _compare(self):
        self._at_rest()
        try:
            self._catch_up("coming to rest")
            found = differences(self.server, self.renkei, "bank")
            if found:
                raise Failed("the sides differ:\n  " + "\n  ".join(found))
            self.done["comparisons"] += 1
        finally:
            self.load.process.send_signal(signal.SIGCONT)

    def _verify(self):
        compared = self.renkei.verify()
        if compared.returncode:
            raise Failed(f"`renkei verify` under load ended with {compared.returncode}:\n{compared.stdout}{compared.stderr}")
        self.done["verifies"] += 1

    def _say(self, text):
        print(f"{time.monotonic() - self.started:7.1f} s  {text}", flush=True)

    def summary(self):
        lines = [f"{self.done['kills']} kills of renkei in {time.monotonic() - self.started:.0f} s, seed {self.seed}"]
        lines += [f"  {point:26} {self.points[point]:4} times" for point in POINTS]
        lines.append("  " + ", ".join(f"{count} {name}" for name, count in sorted(self.done.items()) if name != "kills"))
        lines.append(f"  longest catch-up {getattr(self, 'longest_catch_up', 0):.1f} s; reads: {self.reader.answers} answered, "
                     + ", ".join(f"{count} “{text}”" for text, count in self.reader.refusals.items()))
        return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_build_argument(parser)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--big-rows", type=int, default=1024, help="64 KiB each, all in one transaction (1024)")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-chaos-"))
    chaos = Chaos(Programs(arguments.build), folder, arguments.seed, arguments.kills, arguments.big_rows)
    try:
        chaos.run()
        failure = None
    except Failed as failed:
        failure = str(failed)
    failure = failure or "\n  ".join(chaos.reader.failures[:10])
    print(chaos.summary())
    if failure:
        print(f"FAILED (seed {arguments.seed}, see {folder}):\n{failure}")
        sys.exit(1)
    missing = [point for point in POINTS if arguments.kills >= 200 and chaos.points[point] < 5]
    if missing:
        print(f"FAILED: hit less than 5 times: {', '.join(missing)}")
        sys.exit(1)
    shutil.rmtree(folder, ignore_errors=True)
    print("every state that was seen was right, and both sides are equal")


if __name__ == "__main__":
    main()
