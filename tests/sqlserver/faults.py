"""Faults: what a test makes happen. Each rule is {"match": regular expression on the batch's text (default any), "times": how
often it strikes (default 1), ...} with one of

  "error": {number, text, severity, ends}   the batch fails with that error
  "cut_after_rows": n                       the connection is reset after n rows of the next result
  "cut_after_bytes": n                      ... after n more bytes have been sent
  "slow_rows": {"rows": n, "seconds": s}    s seconds pass after each n rows
  "wait_s": s                               the batch begins s seconds late (cancellable)
  "run": {"sql": text, "point": p, "name": table}   another session runs the SQL when a statement reaches the point
                                            ("batch", "source opened", "changes opened", "row": after "rows" rows)
"""
import re
import threading

from sqlserver.errors import SqlError


class Faults:
    def __init__(self, instance):
        self.instance = instance
        self.rules = []
        self.lock = threading.Lock()
        self.struck = []
        instance.faults = self
        instance.events.append(self.at_point)

    def add(self, **rule):
        rule.setdefault("times", 1)
        with self.lock:
            self.rules.append(rule)
        return rule

    def clear(self):
        with self.lock:
            self.rules.clear()

    def take(self, kind, text, test=lambda rule: True):
        """The first rule of the kind that matches, counted as struck; None."""
        with self.lock:
            for rule in self.rules:
                if kind in rule and rule["times"] > 0 and test(rule) and re.search(
                        rule.get("match", ""), text or "", re.IGNORECASE | re.DOTALL):
                    rule["times"] -= 1
                    self.struck.append(kind)
                    return rule
        return None

    def before_batch(self, session, text):
        session.batch_text = text
        session.row_fault = None
        rule = self.take("run", text, lambda rule: rule["run"].get("point", "batch") == "batch")
        if rule:
            self.run_elsewhere(session, rule["run"]["sql"])
        rule = self.take("wait_s", text)
        if rule:
            self.wait(session, rule["wait_s"])
        rule = self.take("cut_after_bytes", text)
        if rule and session.stream:
            session.stream.cut_after_bytes = session.stream.sent_bytes + rule["cut_after_bytes"]
        session.row_fault = self.take("cut_after_rows", text) or self.take("slow_rows", text)
        rule = self.take("error", text)
        if rule:
            given = rule["error"]
            raise SqlError(given["number"], given.get("text", "A fault of the test."), given.get("severity", 16),
                           given.get("state", 1), given.get("ends", "statement"))

    def at_point(self, point, name, session):
        rule = self.take("run", getattr(session, "batch_text", ""), lambda rule: rule["run"].get("point") == point and
                         rule["run"].get("name", name).lower() == name.lower())
        if rule:
            self.run_elsewhere(session, rule["run"]["sql"])

    def run_elsewhere(self, session, text):
        """Another session commits this while the first one stands still."""
        from sqlserver.replies import run_sql
        from sqlserver.session import Session
        other = Session(self.instance, "sa", session.database.name)
        try:
            run_sql(other, text)
        finally:
            other.close()

    def wait(self, session, seconds):
        end = self.instance.monotonic() + seconds
        with self.instance.lock:
            while (left := end - self.instance.monotonic()) > 0:
                session.check_cancel()
                self.instance.condition.wait(min(left, 0.25))
