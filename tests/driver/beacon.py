"""Beacon: tells when everything committed before a moment has arrived, by a row of its own in the captured database."""
import time

from driver.renkei import NotAnswered


class Beacon:
    def __init__(self, server, database, table="beacon"):
        self.server = server
        self.database = database
        self.table = table
        self.mark = 0
        server.execute(f"CREATE TABLE {table} (id INT PRIMARY KEY, mark BIGINT NOT NULL); "
                       f"INSERT INTO {table} VALUES (1, 0)", database)

    def light(self):
        """Commits a new mark at the source and returns it."""
        self.mark += 1
        self.server.execute(f"UPDATE {self.table} SET mark = {self.mark} WHERE id = 1", self.database)
        return self.mark

    def seen(self, renkei):
        """The mark that the warehouse shows, None when it shows none."""
        try:
            return int(renkei.query(f"SELECT mark FROM {self.database}.{self.table}")[0][0])
        except (NotAnswered, IndexError, ValueError):
            return None

    def await_arrival(self, renkei, timeout_s=60):
        """Lights the beacon and waits until the warehouse shows it, while renkei runs; the seconds it took."""
        mark = self.light()
        started = time.monotonic()
        while (self.seen(renkei) or 0) < mark:
            if not renkei.running:
                raise RuntimeError(f"renkei ended while it was to catch up:\n{renkei.last_words()}")
            if time.monotonic() - started > timeout_s:
                raise RuntimeError(f"the warehouse did not catch up within {timeout_s} s:\n{renkei.last_words()}")
            time.sleep(0.05)
        return time.monotonic() - started
