"""SqlError: a message of severity 11 and up as SQL Server numbers it, and what it does to batch and transaction.

ends:  "statement"    the statement fails, the batch goes on, an open transaction stays
       "batch"        the batch ends, an open transaction stays
       "transaction"  the batch ends and the open transaction is rolled back
       "connection"   the server closes the connection
"""


class SqlError(Exception):
    def __init__(self, number, text, severity=16, state=1, ends="statement"):
        super().__init__(f"Msg {number}: {text}")
        self.number = number
        self.text = text
        self.severity = severity
        self.state = state
        self.ends = ends
        self.line = 1


class Cancelled(Exception):
    """The client sent an attention; the statement stops where it is."""


class CutConnection(Exception):
    """A fault, or a killed session: the connection ends without another byte."""


def syntax(near, line=1):
    error = SqlError(102, f"Incorrect syntax near '{near}'.", 15, ends="batch")
    error.line = line
    return error


def keyword(near, line=1):
    error = SqlError(156, f"Incorrect syntax near the keyword '{near}'.", 15, ends="batch")
    error.line = line
    return error


def refused(what, line=1):
    """Valid T-SQL perhaps, but outside of the subset. Carries the number of a syntax error, and says who speaks."""
    error = SqlError(102, f"Incorrect syntax near '{what}'. (The stand-in does not know it: tests/sqlserver/README.md.)",
                     15, ends="batch")
    error.line = line
    return error


def no_object(name):
    return SqlError(208, f"Invalid object name '{name}'.", ends="batch")


def no_column(name):
    return SqlError(207, f"Invalid column name '{name}'.", ends="batch")


def no_function(name):
    return SqlError(195, f"'{name}' is not a recognized built-in function name.", 15, state=10, ends="batch")


def denied(permission, kind, name, database, schema):
    return SqlError(229, f"The {permission} permission was denied on the {kind} '{name}', database '{database}', "
                         f"schema '{schema}'.", 14, state=5)


def conversion(text, target):
    return SqlError(245, f"Conversion failed when converting the varchar value '{text}' to data type {target}.",
                    ends="batch")


def overflow(target):
    return SqlError(8115, f"Arithmetic overflow error converting expression to data type {target}.", state=2)


def lock_timeout():
    return SqlError(1222, "Lock request time out period exceeded.", 16, state=51)


def deadlock(spid):
    return SqlError(1205, f"Transaction (Process ID {spid}) was deadlocked on lock resources with another process and "
                          "has been chosen as the deadlock victim. Rerun the transaction.", 13, state=51,
                    ends="transaction")


def snapshot_off(database):
    return SqlError(3952, f"Snapshot isolation transaction failed accessing database '{database}' because snapshot "
                          "isolation is not allowed in this database. Use ALTER DATABASE to allow snapshot isolation.",
                    ends="transaction")


def snapshot_conflict(table, database):
    return SqlError(3960, "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot "
                          f"isolation to access table '{table}' directly or indirectly in database '{database}' to "
                          "update, delete, or insert the row that has been modified or deleted by another transaction. "
                          "Retry the transaction or change the isolation level for the update/delete statement.",
                    state=2, ends="transaction")


def snapshot_ddl(database):
    return SqlError(3961, f"Snapshot isolation transaction failed in database '{database}' because the object accessed "
                          "by the statement has been modified by a DDL statement in another concurrent transaction "
                          "since the start of this transaction. It is disallowed because the metadata is not "
                          "versioned. A concurrent update to metadata can lead to inconsistency if mixed with snapshot "
                          "isolation.", ends="transaction")


def read_only(database):
    return SqlError(3906, f"Failed to update database \"{database}\" because the database is read-only.", state=2)


def not_tracked(name):
    return SqlError(22105, f"Change tracking is not enabled on table '{name}'.")
