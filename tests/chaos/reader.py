"""Reader: asks the warehouse from the first second on, and knows what every state it may see has in common."""
import re
import threading
import time

from driver import NotAnswered

INVARIANT_QUERY = """
SELECT (SELECT sum(balance) FROM bank.accounts) + (SELECT sum(balance) FROM bank.vaults)
         + (SELECT sum(balance) FROM bank.savings) AS total,
       (SELECT sum(entries) FROM bank.ledger) AS entries, (SELECT count(*) FROM bank.journal) AS journal,
       (SELECT min(batch) FROM bank.parcels) AS batch_min, (SELECT max(batch) FROM bank.parcels) AS batch_max,
       (SELECT count(*) FROM bank.parcels) AS parcels, (SELECT mark FROM bank.beacon) AS mark"""

# What renkei may answer instead of rows, by code. At any time, since it is killed at any time:
DOWN = {"RK8001": "not running", "RK8005": "starting", "RK8006": "cut off", "RK1012": "cut off", "RK1013": "cut off",
        "RK4002": "file in use", "RK4005": "interrupted", "RK8009": "its sink is starting", "RK8008": "cut off"}
# Only until a warehouse has answered once; what was visible must stay so.
NOT_YET = {"RK7004": "being copied", "RK4003": "no warehouse yet", "RK7005": "no such table yet", "RK7006": "no such table yet",
           "RK8012": "no such table yet"}


class Reader:
    """Runs in its own thread until stop(). Failures are collected, never raised there."""

    def __init__(self, renkei, total, parcels, pause_s=0.1):
        self.renkei = renkei
        self.total = total
        self.parcels = parcels
        self.pause_s = pause_s
        self.answers = 0
        self.refusals = {}
        self.failures = []
        self.lock = threading.Lock()  # held during a read; hold it to change the warehouse under the reader
        self._before = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read_on, daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._stop.set()
        self._thread.join(120)

    def forget(self):
        """The warehouse begins anew: what was seen before no longer counts."""
        self._before = None

    def _read_on(self):
        while not self._stop.wait(self.pause_s):
            with self.lock:
                self._read()

    def _read(self):
        try:
            rows = self.renkei.query(INVARIANT_QUERY)
        except NotAnswered as refusal:
            return self._refused(str(refusal))
        except Exception as error:  # a hanging command is a failure too
            return self._fail(f"the query broke: {error!r}")
        if len(rows) != 1:
            return self._fail(f"{len(rows)} rows instead of one")
        self.answers += 1
        try:
            self._judge([int(value) for value in rows[0]])
        except ValueError:
            self._fail(f"an empty value in {rows[0]}")

    def _refused(self, text):
        allowed = DOWN if self._before else {**DOWN, **NOT_YET}
        code = re.search(r"RK\d{4}", text)
        name = allowed.get(code.group()) if code else None
        if code and code.group() in ("RK1002", "RK1003") and "renkei.sock" in text:
            name = "cut off"  # the server died while it answered
        if name:
            self.refusals[name] = self.refusals.get(name, 0) + 1
        else:
            self._fail(f"an error that is not allowed {'any more' if self._before else ''}: {text}")

    def _judge(self, state):
        total, entries, journal, batch_min, batch_max, parcels, mark = state
        if total != self.total:
            self._fail(f"wrong sum: {total} instead of {self.total} ({total - self.total:+})")
        if entries != journal:
            self._fail(f"torn transaction: the ledger says {entries} entries, the journal has {journal}")
        if batch_min != batch_max or parcels != self.parcels:
            self._fail(f"torn big transaction: batches {batch_min}…{batch_max}, {parcels} parcels")
        progress = (entries, batch_max, mark)
        if self._before and any(now < before for now, before in zip(progress, self._before)):
            self._fail(f"a step back: from {self._before} to {progress} (entries, batch, beacon)")
        self._before = progress

    def _fail(self, what):
        self.failures.append(f"{time.strftime('%H:%M:%S')} {what}")
