"""Session: one client's state, and how a batch runs: statement by statement, results to a reply.

`reply` takes what a batch gives: result(fields, rows, order), done(command, count or None), message(number, text, severity),
error(SqlError), database(name), transaction(kind, descriptor). ReplyList (replies.py) collects; the connection writes tokens.
"""
import contextlib

from sqlserver import conversion, definitions, errors, procedures, sql_types, writes
from sqlserver.errors import SqlError
from sqlserver.execution import Execution
from sqlserver.expressions import compile_condition, compile_value, declared_type
from sqlserver.operands import bring_to
from sqlserver.parser import parse
from sqlserver.transactions import Transaction

NESTING_MAX = 32


class Slot:
    """A variable: its type and value."""

    def __init__(self, kind, value=None):
        self.type = kind
        self.value = value


class ReturnFromBatch(Exception):
    pass


class Session:
    def __init__(self, instance, login="sa", database="master", is_sysadmin=True):
        self.instance = instance
        self.login = login
        self.is_sysadmin = is_sysadmin
        self.spid = instance.open_session(login, database)
        self.database = self.enter(database)
        self.host = self.program = ""
        self.encrypted, self.packet_bytes = False, 4096
        self.cancelled = False
        self.killed = False
        self.stream = self.row_fault = None
        self.batch_text = ""
        self.last_error_of_batch = None
        self.transaction = None
        self.level = 0
        self.reset()
        instance.sessions[self.spid] = self

    def reset(self):
        """What sp_reset_connection (and a new login) begins with."""
        if self.transaction:
            self.end(False)
        self.isolation = "READ COMMITTED"
        self.nesting = 0
        self.lock_timeout_ms = -1
        self.deadlock_priority = 0
        self.text_size = 2147483647
        self.nocount = self.xact_abort = self.implicit = self.fmtonly = False
        self.quoted_identifier = True
        self.identity_insert = None
        self.identity = None
        self.last_error = self.row_count = 0
        self.change_context = None
        self.prepared = {}

    def close(self):
        with self.instance.lock:
            if self.transaction:
                self.end(False)
            self.instance.sessions.pop(self.spid, None)

    # Who and where

    def user_of(self, database):
        return "dbo" if self.is_sysadmin else self.login.lower()

    def may_enter(self, name):
        database = self.instance.database(name)
        return database is not None and (self.is_sysadmin or self.login.lower() in database.users or
                                         name.lower() in ("master", "tempdb"))

    def enter(self, name):
        database = self.instance.database(name)
        if database is None:
            raise SqlError(911, f"Database '{name}' does not exist. Make sure that the name is entered correctly.")
        if not self.may_enter(name):
            raise SqlError(916, f"The server principal \"{self.login}\" is not able to access the database \"{name}\" under the "
                                "current security context.", 14)
        return database

    def check_cancel(self):
        if self.killed:
            raise errors.CutConnection("killed")
        if self.cancelled:
            raise errors.Cancelled()

    # Transactions

    def transaction_state(self):
        return 0 if self.transaction is None or not self.transaction.explicit else -1 if self.transaction.is_doomed else 1

    def begin(self, reply):
        if self.nesting == 0:
            self.transaction = Transaction(self, self.isolation, True)
            reply.transaction("begin", self.transaction.descriptor)
        self.nesting += 1

    def commit(self, reply):
        if self.nesting == 0:
            raise SqlError(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.")
        if self.transaction.is_doomed:
            raise SqlError(3930, "The current transaction cannot be committed and cannot support operations that write to the log "
                                 "file. Roll back the transaction.")
        if self.nesting == 1:
            descriptor = self.transaction.descriptor
            self.end(True)
            reply.transaction("commit", descriptor)
        self.nesting = max(self.nesting - 1, 0)

    def rollback(self, reply, name=None):
        if self.nesting == 0:
            raise SqlError(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.")
        if name is not None:
            for place in range(len(self.transaction.savepoints) - 1, -1, -1):
                saved, mark = self.transaction.savepoints[place]
                if saved.lower() == name.lower():
                    self.transaction.undo_to(mark)
                    return
        descriptor = self.transaction.descriptor
        self.end(False)
        reply.transaction("rollback", descriptor)

    def end(self, commit):
        with self.instance.lock:
            transaction, self.transaction = self.transaction, None
            if commit:
                transaction.commit()
            else:
                self.nesting = 0
                transaction.rollback()

    # Batches

    def run(self, text, reply, variables=None):
        """Runs a batch; errors go to the reply. False when an error ended it."""
        self.last_error_of_batch = None
        try:
            if self.instance.faults:
                self.instance.faults.before_batch(self, text)
            statements = parse(text, self.quoted_identifier, self.instance.compat)
            self.run_all(statements, reply, {} if variables is None else variables)
            return True
        except ReturnFromBatch:
            return True
        except SqlError as error:
            self.failed(error, reply)
            return False

    def run_all(self, statements, reply, variables):
        for statement in statements:
            try:
                self.check_cancel()
                self.run_statement(statement, reply, variables)
                self.last_error = 0
            except SqlError as error:
                error.line = statement.line
                if error.ends != "statement" or (self.xact_abort and self.nesting):
                    if self.xact_abort and self.nesting:
                        error.ends = "transaction"
                    raise
                self.failed(error, reply)

    def failed(self, error, reply):
        self.last_error = error.number
        self.last_error_of_batch = error
        reply.error(error)
        if error.ends == "transaction" and self.transaction:
            descriptor = self.transaction.descriptor
            self.end(False)
            reply.transaction("rollback", descriptor)

    @contextlib.contextmanager
    def statement(self, execution):
        """The transaction of a statement: the open one, or one of its own that ends with it."""
        own = self.transaction is None
        if own:
            self.transaction = Transaction(self, self.isolation, False)
        elif self.transaction.is_doomed:
            raise SqlError(3930, "The current transaction cannot be committed. Roll back the transaction.", ends="batch")
        execution.transaction = self.transaction
        self.transaction.isolation = self.isolation if own or not self.transaction.view else self.transaction.isolation
        mark = self.transaction.mark()
        try:
            yield
        except BaseException:
            execution.close()
            with self.instance.lock:
                if own and self.transaction is not None:
                    self.end(False)
                elif self.transaction is not None:
                    self.transaction.undo_to(mark)
            raise
        execution.close()
        if own and self.transaction is not None and not self.transaction.explicit:
            self.end(True)

    def run_statement(self, statement, reply, variables):
        kind = statement.kind
        if self.implicit and self.nesting == 0 and kind in ("select", "insert", "update", "delete", "create table", "drop table",
                                                            "truncate"):
            self.begin(reply)
        simple = SIMPLE.get(kind)
        if simple:
            simple(self, statement, reply, variables)
            return
        execution = Execution(self, variables)
        if kind == "select":
            with self.statement(execution):
                self.run_select(execution, statement, reply)
            return
        if kind in ("exec", "exec text"):
            self.level += 1
            try:
                if self.level > NESTING_MAX:
                    raise SqlError(217, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).")
                procedures.execute(self, statement, reply, variables)
            finally:
                self.level -= 1
            return
        if kind in definitions.ALONE and self.nesting:
            raise SqlError(226, f"{kind.upper()} statement not allowed within multi-statement transaction.", ends="batch")
        if kind not in WRITES and kind not in definitions.STATEMENTS:
            raise errors.refused(kind)
        with self.instance.lock, self.statement(execution):
            self.run_write(execution, statement, reply)

    def run_select(self, execution, statement, reply):
        query = statement.parts["query"]
        if query.into:
            raise errors.refused("SELECT ... INTO")
        plan = execution.plan(query)
        names = [item.variable for item in query.items]
        if any(names):
            self.assign_from(plan, names, execution.variables)
            return
        if self.fmtonly:
            reply.result(plan.fields, iter(()), plan.order)
            reply.done("SELECT", 0)
            return
        self.row_count = reply.result(plan.fields, plan.rows(), plan.order)
        reply.done("SELECT", self.row_count)

    def assign_from(self, plan, names, variables):
        if None in names:
            raise SqlError(141, "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval "
                                "operations.", 15, ends="batch")
        self.row_count = 0
        for row in plan.rows():
            self.row_count += 1
            for name, field, value in zip(names, plan.fields, row):
                slot = variables.get(name)
                if slot is None:
                    raise SqlError(137, f"Must declare the scalar variable \"{name}\".", 15, state=2, ends="batch")
                slot.value = value if field.type is None else conversion.convert(value, field.type, slot.type)

    def run_write(self, execution, statement, reply):
        if self.fmtonly:
            return
        context = statement.parts.get("context")
        self.change_context = None
        if context is not None:
            self.change_context = bring_to(compile_value(context, execution.empty_scope()), sql_types.varbinary(128), True
                                           ).evaluate(())
        if statement.kind in WRITES:
            count, output = WRITES[statement.kind](execution, statement.parts)
            self.row_count = count
            if output:
                reply.result(output[0], iter(output[1]), ())
            reply.done(statement.kind.upper(), count)
        else:
            definitions.STATEMENTS[statement.kind](execution, statement.parts)
            reply.done(statement.kind.split()[0].upper(), None)
        self.change_context = None

    # Simple statements

    def value_of(self, tree, variables, kind=None):
        """The value of an expression outside of a query; it may hold subqueries."""
        execution = Execution(self, variables)
        with self.statement(execution):
            found = compile_value(tree, execution.empty_scope())
            if kind is not None:
                found = bring_to(found, kind)
            return found.evaluate(())

    def declare(self, statement, reply, variables):
        for name, kind, value in statement.parts["variables"]:
            if name in variables:
                raise SqlError(134, f"The variable name '{name}' has already been declared.", 15, ends="batch")
            declared = declared_type(kind, Execution(self, variables).empty_scope(), 1)
            variables[name] = Slot(declared)
            if value is not None:
                variables[name].value = self.value_of(value, variables, declared)

    def assign(self, statement, reply, variables):
        from sqlserver import syntax
        name, tree = statement.parts["name"], statement.parts["value"]
        if name not in variables:
            raise SqlError(137, f"Must declare the scalar variable \"{name}\".", 15, ends="batch")
        if statement.parts["sign"] != "=":
            tree = syntax.Binary(statement.parts["sign"][0], syntax.Variable(name), tree)
        variables[name].value = self.value_of(tree, variables, variables[name].type)

    def set_isolation(self, statement, reply, variables):
        level = statement.parts["level"]
        if self.transaction and self.nesting and level == "SNAPSHOT" and self.isolation != "SNAPSHOT" and (
                self.transaction.written):
            raise SqlError(3951, f"Transaction failed in database '{self.database.name}' because the statement was run under "
                                 "snapshot isolation but the transaction did not start in snapshot isolation.",
                           ends="transaction")
        self.isolation = level
        reply.done("SET", None)

    def set_option(self, statement, reply, variables):
        value = statement.parts["value"]
        for name in statement.parts["names"]:
            if name == "NOCOUNT":
                self.nocount = value
            elif name == "XACT_ABORT":
                self.xact_abort = value
            elif name == "IMPLICIT_TRANSACTIONS":
                self.implicit = value
            elif name == "QUOTED_IDENTIFIER":
                self.quoted_identifier = value
            elif name in ("FMTONLY", "NOEXEC"):
                self.fmtonly = value
            elif name == "IDENTITY_INSERT":
                self.identity_insert = Execution(self, variables).table(statement.parts["table"]) if value else None
        reply.done("SET", None)

    def set_value(self, statement, reply, variables):
        name, value = statement.parts["name"], statement.parts["value"]
        if not isinstance(value, str):
            value = self.value_of(value, variables)
        if name == "LOCK_TIMEOUT":
            self.lock_timeout_ms = int(value)
        elif name == "DEADLOCK_PRIORITY":
            words = {"LOW": -5, "NORMAL": 0, "HIGH": 5}
            self.deadlock_priority = words[value.upper()] if isinstance(value, str) else int(value)
        elif name == "TEXTSIZE":
            self.text_size = 2147483647 if int(value) in (-1, 0) else int(value)
        elif name == "ROWCOUNT" and int(value) != 0:
            raise errors.refused("SET ROWCOUNT")
        reply.done("SET", None)

    def if_statement(self, statement, reply, variables):
        execution = Execution(self, variables)
        with self.statement(execution):
            holds = compile_condition(statement.parts["condition"], execution.empty_scope()).evaluate(())
        self.run_all(statement.parts["then" if holds else "otherwise"], reply, variables)

    def block(self, statement, reply, variables):
        self.run_all(statement.parts["statements"], reply, variables)

    def begin_statement(self, statement, reply, variables):
        self.begin(reply)
        reply.done("BEGIN", None)

    def commit_statement(self, statement, reply, variables):
        self.commit(reply)
        reply.done("COMMIT", None)

    def rollback_statement(self, statement, reply, variables):
        self.rollback(reply, statement.parts["name"])
        reply.done("ROLLBACK", None)

    def save_statement(self, statement, reply, variables):
        if not self.nesting:
            raise SqlError(628, "Cannot issue SAVE TRANSACTION when there is no active transaction.")
        self.transaction.savepoints.append((statement.parts["name"] or "", self.transaction.mark()))
        reply.done("SET", None)

    def print_statement(self, statement, reply, variables):
        text = self.value_of(statement.parts["value"], variables, sql_types.nvarchar(4000))
        reply.message(0, text or "", 0)

    def raise_error(self, statement, reply, variables):
        values = [self.value_of(tree, variables) for tree in statement.parts["arguments"]]
        if len(values) < 3:
            raise errors.syntax("RAISERROR")
        text, severity, state = values[:3]
        if isinstance(text, int):
            raise errors.refused("RAISERROR of a number")
        for value in values[3:]:
            text = text.replace("%s", str(value), 1) if "%s" in text else text.replace("%d", str(value), 1)
        if severity <= 10:
            reply.message(50000, text, severity)
            return
        raise SqlError(50000, text, severity, state, "statement" if severity < 20 else "connection")

    def use(self, statement, reply, variables):
        self.database = self.enter(statement.parts["name"])
        reply.database(self.database.name)
        reply.done("USE", None)

    def wait_for(self, statement, reply, variables):
        text = self.value_of(statement.parts["delay"], variables)
        ticks = conversion.convert(text, sql_types.varchar(30), sql_types.SqlType("time", 0, 0, 7))
        end = self.instance.monotonic() + ticks / 10_000_000
        with self.instance.lock:
            while (left := end - self.instance.monotonic()) > 0:
                self.check_cancel()
                self.instance.condition.wait(min(left, 0.25))
        reply.done("SET", None)

    def return_statement(self, statement, reply, variables):
        raise ReturnFromBatch()


WRITES = {"insert": writes.insert, "update": writes.update, "delete": writes.delete,
          "truncate": lambda execution, parts: (writes.truncate(execution, parts), None)}
SIMPLE = {
    "declare": Session.declare, "assign": Session.assign, "isolation": Session.set_isolation, "set": Session.set_option,
    "set value": Session.set_value, "if": Session.if_statement, "block": Session.block, "begin": Session.begin_statement,
    "commit": Session.commit_statement, "rollback": Session.rollback_statement, "save": Session.save_statement,
    "print": Session.print_statement, "raiserror": Session.raise_error, "use": Session.use, "waitfor": Session.wait_for,
    "return": Session.return_statement,
}
