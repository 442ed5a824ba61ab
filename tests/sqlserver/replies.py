"""ReplyList: what a batch gives, as Python lists; for tests in the same process. run_sql is the short way."""
import dataclasses

from sqlserver.errors import SqlError


@dataclasses.dataclass
class Result:
    fields: list
    rows: list
    order: tuple = ()


class ReplyList:
    def __init__(self):
        self.results = []
        self.counts = []
        self.messages = []
        self.errors = []

    def result(self, fields, rows, order):
        found = Result(fields, list(rows), order)
        self.results.append(found)
        return len(found.rows)

    def done(self, command, count):
        self.counts.append((command, count))

    def message(self, number, text, severity):
        self.messages.append((number, text))

    def error(self, error):
        self.errors.append(error)

    def database(self, name):
        self.messages.append((5701, name))

    def transaction(self, kind, descriptor):
        pass

    def output(self, name, kind, value):
        self.messages.append((name, value))

    def status(self, value):
        pass


def run_sql(session, text):
    """Runs a batch; its first error is raised; gives the rows of the last result, or the last count."""
    reply = ReplyList()
    session.run(text, reply)
    if reply.errors:
        raise reply.errors[0] if isinstance(reply.errors[0], SqlError) else RuntimeError(reply.errors[0])
    if reply.results:
        return reply.results[-1].rows
    return reply.counts[-1][1] if reply.counts else None
