"""Sources: what stands in FROM, each as fields and rows.

A source may be ordered (`order`: places of the fields its rows are sorted by, with key parts), narrowed (open with low and
high of that order), and looked up (`lookup`: key -> row). READ COMMITTED reads every source at its own moment, row by row,
waiting for rows that others hold, as a server does.
"""
from sqlserver import conversion, errors
from sqlserver.scopes import Field
from sqlserver.sql_types import BIGINT, SqlType, varbinary
from sqlserver.tables import key_part

LOCKING_READS = {"REPEATABLE READ", "SERIALIZABLE"}


class Source:
    """rows(low, high) gives tuples; fields name their places."""
    order = ()          # places of fields, the rows are sorted by them in this order
    key_parts = ()      # of each place in `order`: None or a function, see tables.key_part
    lookup = None       # (places of the key's fields, find(key) -> row or None)
    uses_outer = False

    def __init__(self, fields, rows):
        self.fields = fields
        self.rows = rows


def table_source(execution, ref, for_write=False):
    """A user table or catalog view."""
    view = execution.catalog_view(ref.name)
    alias = (ref.alias or ref.name[-1]).lower()
    if view is not None:
        fields = [Field(name, kind, alias) for name, kind in view.columns]
        return Source(fields, lambda low=None, high=None: iter(view.rows(execution)))
    table = execution.table(ref.name)
    execution.demand(table, "SELECT")
    schema = table.schema if not ref.alias else ""
    fields = [Field(column.name, column.type, alias, column.nullable, flags_of(column), (table.schema, table.name), schema)
              for column in table.columns]
    reader = TableReader(execution, table, ref.hints)
    source = Source(fields, reader.rows)
    source.table = table
    if table.key:
        source.order = list(table.key.places)
        source.key_parts = [part for _, part in table.key_parts]
        source.lookup = (list(table.key.places), reader.find)
    return source


def flags_of(column):
    return (0x10 if column.identity else 0) | (0x20 if column.computed is not None else 0x08)


class TableReader:
    def __init__(self, execution, table, hints):
        self.execution = execution
        self.table = table
        self.hints = hints
        self.opened = None

    def open(self):
        """The view to read at; waits for changes of the definition and takes the locks of the isolation level."""
        if self.opened is None:
            execution, table = self.execution, self.table
            locks, transaction = execution.session.instance.locks, execution.transaction
            with execution.session.instance.lock:
                locks.wait_for(transaction, (table.object_id, None), "SCH_S")
                if "TABLOCKX" in self.hints:
                    locks.acquire(transaction, (table.object_id, None), "X")
                elif execution.reads_with_locks(self.hints):
                    locks.acquire(transaction, (table.object_id, None), "S")
                elif execution.waits_for_writers(self.hints):
                    locks.wait_for(transaction, (table.object_id, None), "IS")
            view = execution.view_for(self.hints)
            if view is not None and table.ddl_number > view:
                raise errors.snapshot_ddl(execution.database.name)
            self.opened = (view,)
            execution.happens("source opened", table.full_name)
        return self.opened[0]

    def gate(self):
        return self.execution.wait_for_row if self.execution.waits_for_writers(self.hints) else None

    def rows(self, low=None, high=None):
        self.opened = None
        view = self.open()
        return self.table.scan(view, self.execution.transaction, low, high, self.gate())

    def find(self, key):
        view = self.open()
        if self.execution.waits_for_writers(self.hints):
            held = self.table.pending.get(key)
            if held and held[0] is not self.execution.transaction:
                self.execution.wait_for_row(self.table, key)
        return self.table.find(key, view, self.execution.transaction)


def changes_source(execution, ref, compile_value):
    """CHANGETABLE: rights, tracking and the baseline are checked when it is opened."""
    table = execution.table(ref.name)
    if execution.database.secondary:
        raise errors.SqlError(22117, f"For databases that are members of a secondary availability replica, change tracking is "
                                     "not supported. Run change tracking queries on the databases in the primary "
                                     "availability replica.")
    if not table.tracking:
        raise errors.not_tracked(table.full_name)
    execution.demand(table, "VIEW CHANGE TRACKING")
    execution.demand(table, "SELECT")
    alias = ref.alias.lower()
    key = [Field(table.columns[place].name, table.columns[place].type, alias, False) for place in table.key.places]
    if ref.kind == "VERSION":
        return version_source(execution, ref, table, alias, key, compile_value)
    fields = [Field("SYS_CHANGE_VERSION", BIGINT, alias), Field("SYS_CHANGE_CREATION_VERSION", BIGINT, alias),
              Field("SYS_CHANGE_OPERATION", SYS_OPERATION, alias), Field("SYS_CHANGE_COLUMNS", varbinary(4100), alias),
              Field("SYS_CHANGE_CONTEXT", varbinary(128), alias)] + key
    rename(fields, ref.column_aliases)
    since = compile_value(ref.since, execution.empty_scope())

    def rows(low=None, high=None):
        baseline = since.evaluate(())
        baseline = None if baseline is None else conversion.convert(baseline, since.type, BIGINT)
        with execution.session.instance.lock:
            execution.session.instance.locks.wait_for(execution.transaction, (table.object_id, None), "SCH_S")
            if execution.waits_for_changes():
                execution.wait_for_writers_of(table)
        view = execution.view_for(())
        if view is not None and table.ddl_number > view:
            raise errors.snapshot_ddl(execution.database.name)
        found = narrowed(table.tracking, baseline, view, low, len(key))
        execution.happens("changes opened", table.full_name)
        if execution.session.instance.options.hide_insert_delete:
            found = (row for row in found if not (row[2] == "D" and row[1] is not None and row[1] > (baseline or 0)))
        return found

    source = Source(fields, rows)
    source.order = [0] + list(range(5, 5 + len(key)))
    source.key_parts = [None] + [key_part(field.type) for field in key]
    return source


SYS_OPERATION = SqlType("nchar", 1)


def narrowed(tracking, baseline, view, low, key_size):
    if low is None:
        return tracking.changes(baseline, view)
    parts, inclusive = low
    if len(parts) > 1 and key_size == 1:
        return tracking.changes_from(baseline, view, parts[0], parts[1], inclusive)
    since = parts[0] - 1 if inclusive or len(parts) > 1 else parts[0]
    # A later baseline would change operations and masks: only a start above all skipped changes is safe for bulk updates.
    if tracking.bulk and not tracking.entries:
        return tracking.changes(max(since, -1 if baseline is None else baseline), view)
    return tracking.changes(baseline, view)


def version_source(execution, ref, table, alias, key, compile_value):
    names = [name.lower() for name in ref.columns]
    if sorted(names) != sorted(field.name.lower() for field in key) or len(ref.values) != len(names):
        raise errors.SqlError(22112, f"Each primary key column must be specified once in the CHANGETABLE(VERSION ...) function. "
                                     f"The primary key of '{table.full_name}' has other columns.", ends="batch")
    fields = [Field("SYS_CHANGE_VERSION", BIGINT, alias), Field("SYS_CHANGE_COLUMNS", varbinary(4100), alias),
              Field("SYS_CHANGE_CONTEXT", varbinary(128), alias)] + key
    rename(fields, ref.column_aliases)
    outer = execution.outer_scope or execution.empty_scope()
    values = [compile_value(value, outer) for value in ref.values]

    def rows(low=None, high=None):
        row = outer.cell[0]
        given = dict(zip(names, (conversion.convert(value.evaluate(row), value.type, field_of(key, name).type)
                                 for name, value in zip(names, values))))
        wanted = tuple(given[field.name.lower()] for field in key)
        normal = tuple(value if part is None else part(value) for value, part in
                       zip(wanted, (key_part(field.type) for field in key)))
        view = execution.view_for(())
        if table.find(normal, view, execution.transaction) is None and \
                table.tracking.version_of(normal, view)[0] is None:
            return iter(())
        return iter([table.tracking.version_of(normal, view) + wanted])
    source = Source(fields, rows)
    source.uses_outer = True
    return source


def field_of(fields, name):
    return next(field for field in fields if field.name.lower() == name)


def rename(fields, names):
    if names and len(names) != len(fields):
        raise errors.SqlError(8159, "The column aliases do not match the columns.", ends="batch")
    for field, name in zip(fields, names):
        field.name = name
