"""Probe: reads back, as a user would, up to which transaction each table shows, and so the freshness of every row.

The load numbers its transactions in commit order and stamps each row with its clock just before the commit; a row
counts as queryable when the answer that shows it has arrived here. Rows overwritten before they were seen count from
the first answer that shows a later transaction of their table.
"""
import bisect
import csv
import threading
import time

from measure import quantile
from driver import NotAnswered


class Probe:
    def __init__(self, ask, database, tables, pause_s=0.02):
        self.ask = ask  # SQL -> rows of text
        self.database = database
        self.tables = tables
        self.pause_s = pause_s
        self.seen = {table: [] for table in tables}  # (sequence shown, time of the answer in µs), rising
        self.answers = 0
        self.answer_ms = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read_on, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self._stop.set()
        self._thread.join(60)

    def _read_on(self):
        while not self._stop.wait(self.pause_s):
            self.read()

    def read(self):
        last = {table: seen[-1][0] if seen else 0 for table, seen in self.seen.items()}
        started = time.monotonic()
        try:
            row = self.ask("SELECT " + ", ".join(
                f"(SELECT max(seq) FROM {self.database}.{table} WHERE seq > {last[table]})" for table in self.tables))[0]
        except NotAnswered:
            return
        now_us = int(time.time() * 1e6)
        self.answers += 1
        self.answer_ms.append((time.monotonic() - started) * 1e3)
        for table, shown in zip(self.tables, row):
            if shown not in ("", None):
                self.seen[table].append((int(shown), now_us))

    def freshness(self, journal):
        """([(milliseconds, rows)…], rows never seen) of the transactions in the load's journal on the probed tables."""
        measured, missing = [], 0
        with open(journal, newline="") as file:
            for sequence, table, rows, written_us in csv.reader(file):
                if table not in self.seen:
                    continue
                shown = self.seen[table]
                place = bisect.bisect_left(shown, (int(sequence), 0))
                if place == len(shown):
                    missing += int(rows)
                else:
                    measured.append(((shown[place][1] - int(written_us)) / 1e3, int(rows)))
        return measured, missing


def summary(measured):
    return {"p50": quantile(measured, 0.5), "p99": quantile(measured, 0.99), "max": max(value for value, _ in measured),
            "rows": sum(rows for _, rows in measured)}
