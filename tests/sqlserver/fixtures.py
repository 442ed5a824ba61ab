"""What the tests of this folder share: an instance with a tracked database, and a model to compare change tracking with."""
from sqlserver.instance import Instance, Options
from sqlserver.replies import ReplyList, run_sql
from sqlserver.session import Session


def tracked_database(**options):
    """(instance, session as sa in the database `shop`, where change tracking and snapshot isolation are on)"""
    instance = Instance(Options(**options))
    session = Session(instance)
    for text in ("CREATE DATABASE shop", "USE shop", "ALTER DATABASE shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)",
                 "ALTER DATABASE shop SET ALLOW_SNAPSHOT_ISOLATION ON"):
        run_sql(session, text)
    return instance, session


def tracked_table(session, name="t", key="int"):
    run_sql(session, f"CREATE TABLE {name} (id {key} NOT NULL PRIMARY KEY, a int, b nvarchar(20))")
    run_sql(session, f"ALTER TABLE {name} ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)")


def error_of(session, text):
    """The number of the first error of a batch, or None."""
    reply = ReplyList()
    session.run(text, reply)
    return reply.errors[0].number if reply.errors else None


class Oracle:
    """Change tracking by brute force: the whole table after every version, and nothing else.

    For a baseline it says which keys must be reported and what the row is now; the operation follows from the two states
    except for rows that came and went (D) or were deleted and inserted again (U, as the documentation says).
    """

    def __init__(self):
        self.states = [{}]
        self.touched = [set()]

    def commit(self, state, touched):
        self.states.append(dict(state))
        self.touched.append(set(touched))

    @property
    def version(self):
        return len(self.states) - 1

    def changes(self, since):
        """{key: (version of the last change, operation, row or None)}"""
        found = {}
        for version in range(since + 1, self.version + 1):
            for key in self.touched[version]:
                found[key] = version
        before, now = self.states[since], self.states[-1]
        return {key: (version, "D" if key not in now else "U" if key in before else "I", now.get(key))
                for key, version in found.items()}
