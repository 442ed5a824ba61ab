"""Renkei: one configuration in its own folder, and the commands run on it."""
import csv
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import time

from driver.local_server import request
from mariadb.server import die_with_parent, free_port

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class NotAnswered(Exception):
    """A query had no answer: not running, being copied, …; its text is what renkei said."""


def config_text(source, source_port, tables, http_port, sink="type: duckdb, path: warehouse.duckdb", extra="",
                password="${SOURCE_PASSWORD}"):
    """The file for one MariaDB and one warehouse (or none: sink=None); `extra` are whole lines."""
    listed = ", ".join(json.dumps(table, ensure_ascii=False) for table in tables)
    sinks = f"\n  warehouse: {{{sink}}}" if sink else " {}"
    return (f"data_dir: data\nhttp: 127.0.0.1:{http_port}\n{extra}"
            f"sources:\n  {source}: {{type: mysql, url: \"mysql://renkei:{password}@127.0.0.1:{source_port}/\", "
            f"tables: [{listed}]}}\nsinks:{sinks}\n")


class Renkei:
    def __init__(self, programs, folder, password, port=None):
        self.binary = str(programs.renkei)
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "renkei.yaml"
        self.log = self.folder / "renkei.log"
        self.http_port = port or free_port()
        self.environment = {**os.environ, "SOURCE_PASSWORD": password, "LANG": "C.UTF-8"}
        self.process = None

    def configure(self, source, source_port, tables, **more):
        self.config.write_text(config_text(source, source_port, tables, self.http_port, **more))
        return self

    # The server process.

    def start(self, kill_point=None, *flags):
        environment = dict(self.environment)
        if kill_point:
            environment["RENKEI_KILL_POINT"] = kill_point
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.binary, "run", "-c", str(self.config), *flags], stdout=log, stderr=log,
                                            env=environment, preexec_fn=die_with_parent)
        return self

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, timeout_s=60):
        """SIGTERM; the exit code."""
        if self.running:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_s)

    def last_words(self, lines=25):
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def peak_memory_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    # Commands beside it.

    def command(self, *arguments, timeout_s=120):
        return subprocess.run([self.binary, arguments[0], "-c", str(self.config), *arguments[1:]], capture_output=True,
                              text=True, env=self.environment, timeout=timeout_s)

    def catch_up(self, timeout_s=300):
        """`run --until-caught-up` without a server beside it."""
        done = self.command("run", "--until-caught-up", timeout_s=timeout_s)
        with open(self.log, "a") as log:
            log.write(done.stderr)
        if done.returncode:
            raise RuntimeError(f"run --until-caught-up ended with {done.returncode}:\n{done.stderr[-3000:]}")

    def query(self, sql, timeout_s=60):
        """The rows as lists of text, without the heading. NULL and the empty string read the same."""
        done = self.command("sql", "--format", "csv", sql, timeout_s=timeout_s)
        if done.returncode:
            raise NotAnswered(done.stderr.strip())
        return list(csv.reader(io.StringIO(done.stdout)))[1:]

    def ask(self, sql, timeout_s=60):
        """As query(), of the running server and without the cost of a process."""
        try:
            status, text = request(self.folder / "data" / "renkei.sock", "POST", "/sql?format=csv", sql, timeout_s)
        except OSError as error:
            raise NotAnswered(f"not running: {error}") from error
        if status != 200:
            raise NotAnswered(text.strip())
        return list(csv.reader(io.StringIO(text)))[1:]

    def status(self):
        done = self.command("status", "--json")
        return json.loads(done.stdout) if done.returncode == 0 and done.stdout else None

    def peek(self):
        """As status(), of the running server and without the cost of a process."""
        try:
            status, text = request(self.folder / "data" / "renkei.sock", "GET", "/status")
        except OSError:
            return None
        return json.loads(text) if status == 200 else None

    def table_states(self):
        status = self.peek()
        return {table["table"]: table["state"] for table in status["tables"]} if status else {}

    def verify(self, timeout_s=600):
        return self.command("verify", timeout_s=timeout_s)

    def await_live(self, timeout_s=120, tables=None):
        """Waits until every table (of those named) is live; the seconds it took."""
        started = time.monotonic()
        while True:
            states = self.table_states()
            watched = {name: state for name, state in states.items() if tables is None or name in tables}
            if watched and all(state == "live" for state in watched.values()):
                return time.monotonic() - started
            if not self.running:
                raise RuntimeError(f"renkei ended before its tables were live:\n{self.last_words()}")
            if time.monotonic() - started > timeout_s:
                raise RuntimeError(f"not live within {timeout_s} s: {states}\n{self.last_words()}")
            time.sleep(0.05)
