"""Execution: one statement being run: what its names mean, at which moment it reads, whom it waits for."""
from sqlserver import catalog_views, errors, permissions, plans
from sqlserver.scopes import Scope

UNLOCKED = {"NOLOCK", "READUNCOMMITTED"}


class Execution:
    def __init__(self, session, variables):
        self.session = session
        self.variables = variables
        self.transaction = None
        self.ctes = {}
        self.outer_scope = None
        self.statement_view = None

    @property
    def database(self):
        return self.session.database

    def plan(self, query, outer=None, exists=False):
        return plans.plan_query(self, query, outer, exists)

    def empty_scope(self):
        return Scope([], self)

    # Names and rights

    def catalog_view(self, name):
        if len(name) >= 2 and name[-2].lower() in ("sys", "information_schema"):
            view = catalog_views.find(name[-2].lower(), name[-1].lower())
            if view is None:
                raise errors.no_object(".".join(name))
            return view
        return None

    def find_table(self, name):
        """The table of a name of up to three parts, or None."""
        database = self.database
        if len(name) > 2 and name[-3] and name[-3].lower() != database.name.lower():
            raise errors.refused("a table of another database")
        schema = name[-2] if len(name) > 1 and name[-2] else "dbo"
        return database.table(schema, name[-1])

    def table(self, name):
        found = self.find_table(name)
        if found is None:
            raise errors.no_object(".".join(name))
        return found

    def may(self, table, permission):
        return permissions.may(self.session, self.database, table, permission)

    def may_in_database(self, permission):
        return permissions.may_in_database(self.session, self.database, permission)

    def may_see(self, table):
        return permissions.visible(self.session, self.database, table)

    def demand(self, table, permission):
        permissions.demand(self.session, self.database, table, permission)

    # Reading

    @property
    def isolation(self):
        return self.transaction.isolation

    def view_for(self, hints):
        """The commit number to read at; None reads the newest of each row."""
        if self.isolation == "SNAPSHOT":
            return self.transaction.view_of(self.database)
        if self.database.read_committed_snapshot and self.isolation == "READ COMMITTED" and \
                "READCOMMITTEDLOCK" not in hints and not UNLOCKED & set(hints):
            if self.statement_view is None:
                self.statement_view = self.database.open_view()
            return self.statement_view
        if not self.session.instance.options.torn_reads and self.isolation == "READ COMMITTED":
            if self.statement_view is None:
                self.statement_view = self.database.open_view()
            return self.statement_view
        return None

    def reads_with_locks(self, hints):
        return self.isolation in ("REPEATABLE READ", "SERIALIZABLE") or bool(
            {"TABLOCK", "HOLDLOCK", "SERIALIZABLE", "REPEATABLEREAD"} & set(hints))

    def waits_for_writers(self, hints):
        if UNLOCKED & set(hints) or self.isolation in ("SNAPSHOT", "READ UNCOMMITTED"):
            return False
        return not (self.database.read_committed_snapshot and self.isolation == "READ COMMITTED" and
                    "READCOMMITTEDLOCK" not in hints)

    def waits_for_changes(self):
        return self.session.instance.options.changes_wait_for_writers and self.waits_for_writers(())

    def wait_for_row(self, table, key):
        with self.session.instance.lock:
            self.session.instance.locks.wait_for(self.transaction, (table.object_id, key), "S")

    def wait_for_writers_of(self, table):
        """CHANGETABLE's side table holds the uncommitted entries of writers."""
        def writers():
            return {entry[0] for entry in table.pending.values() if entry[0] is not self.transaction}
        self.session.instance.locks.wait_while(self.transaction, writers)

    def happens(self, point, name):
        """Tells the tests' hooks that the statement is at this point; no lock of the model is held."""
        for hook in list(self.session.instance.events):
            hook(point, name, self.session)

    def table_function(self, ref):
        raise errors.refused(f"the table function {ref.name}")

    def close(self):
        if self.statement_view is not None:
            self.database.close_view(self.statement_view)
            self.statement_view = None
