"""INSERT, UPDATE, DELETE, TRUNCATE: rows into a transaction, with what change tracking notes of each.

The target rows are found first and then changed (a statement never meets its own writes). An error in the middle takes the
statement's own writes back and leaves the transaction.
"""
from sqlserver import conversion, errors, plans, syntax
from sqlserver.expressions import compile_value
from sqlserver.operands import bring_to
from sqlserver.scopes import Field, Scope
from sqlserver.sql_types import MAX, SqlType
from sqlserver.synthetic_tables import SyntheticTable



def insert(execution, parts):
    """(rows, OUTPUT rows or None)"""
    table = execution.table(parts["name"])
    prepare(execution, table, "INSERT")
    places = target_places(table, parts["columns"], execution.session)
    readers, rows = inserted_values(execution, table, places, parts)
    written = [insert_row(execution, table, places, readers, row) for row in rows]
    return len(written), output_rows(execution, table, parts["output"], [None] * len(written), written)


def prepare(execution, table, permission):
    execution.demand(table, permission)
    if not execution.database.updateable:
        raise errors.read_only(execution.database.name)


def target_places(table, names, session):
    if names is None:
        return [place for place, column in enumerate(table.columns) if column.computed is None and
                column.type.name != "timestamp" and (not column.identity or session.identity_insert is table)]
    places = []
    for name in names:
        if name.lower() not in table.names:
            raise errors.no_column(name)
        place = table.names[name.lower()]
        column = table.columns[place]
        if column.computed is not None:
            raise errors.SqlError(271, f"The column \"{column.name}\" cannot be modified because it is either a computed column "
                                       "or is the result of a UNION operator.", ends="batch")
        if column.type.name == "timestamp":
            raise errors.SqlError(273, "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list "
                                       "to exclude the timestamp column, or insert a DEFAULT into the timestamp column.",
                                  ends="batch")
        if column.identity and session.identity_insert is not table:
            raise errors.SqlError(544, f"Cannot insert explicit value for identity column in table '{table.name}' when "
                                       "IDENTITY_INSERT is set to OFF.")
        places.append(place)
    return places


def inserted_values(execution, table, places, parts):
    kinds = [unbounded(table.columns[place].type) for place in places]
    if parts["query"] is not None:
        plan = execution.plan(parts["query"])
        if len(plan.fields) != len(places):
            raise wrong_count()
        changes = [conversion.converter(field.type, kind, explicit=False) if field.type else None
                   for field, kind in zip(plan.fields, kinds)]
        return None, [tuple(value if change is None else change(value) for value, change in zip(row, changes))
                      for row in list(plan.rows())]
    scope = execution.empty_scope()
    rows = []
    for items in parts["rows"]:
        if len(items) != len(places):
            raise wrong_count()
        row = []
        for item, place, kind in zip(items, places, kinds):
            if item is None:
                row.append(default_of(execution, table.columns[place]))
            else:
                row.append(bring_to(compile_value(item, scope), kind).evaluate(()))
        rows.append(tuple(row))
    return None, rows


def wrong_count():
    return errors.SqlError(213, "Column name or number of supplied values does not match table definition.", ends="batch")


def default_of(execution, column):
    if column.default is None:
        return None
    return bring_to(compile_value(column.default, execution.empty_scope()), unbounded(column.type)).evaluate(())


def insert_row(execution, table, places, readers, values):
    session, database = execution.session, execution.database
    row = [None] * len(table.columns)
    for place, value in zip(places, values):
        row[place] = value
    given = set(places)
    for place, column in enumerate(table.columns):
        if place not in given and column.identity:
            row[place] = table.next_identity
            table.next_identity += column.identity[1]
            session.identity = row[place]
        elif place not in given and column.default is not None:
            row[place] = default_of(execution, column)
    finish_row(execution, table, row)
    row = checked_row(execution, table, row, "INSERT")
    key = table.key_of(row)
    transaction = execution.transaction
    transaction.lock_row(database, table, key)
    if table.find(key, None, transaction) is not None:
        raise duplicate(table, row)
    transaction.write(database, table, key, row)
    transaction.track(table, "I", key, key_values(table, row), None)
    return row


def finish_row(execution, table, row):
    """Row versions and computed columns."""
    for place, column in enumerate(table.columns):
        if column.type is not None and column.type.name == "timestamp":
            execution.database.number += 1
            row[place] = execution.database.number.to_bytes(8, "big")
        elif column.computed is not None:
            row[place] = computed(execution, table, column)(tuple(row))


def computed(execution, table, column):
    fields = [Field(other.name, other.type, table.name.lower()) for other in table.columns]
    return bring_to(compile_value(column.computed, Scope(fields, execution)), column.type).evaluate


def unbounded(kind):
    """The column's type without its length: an INSERT raises where a CAST would cut."""
    if kind.name in ("char", "varchar", "nchar", "nvarchar"):
        return SqlType("nvarchar" if kind.is_wide else "varchar", MAX, collation=kind.collation)
    return SqlType("varbinary", MAX) if kind.name in ("binary", "varbinary") else kind


def padded(value, kind):
    """char and nchar are filled with spaces, binary with zeros; spaces past the end of a varchar go."""
    if value is None or kind.length in (0, MAX):
        return value
    if kind.is_text:
        size = conversion.measure(value, kind)
        if size > kind.length:
            value = value[:len(value) - (size - kind.length)]
        return value + " " * (kind.length - size) if kind.name in ("char", "nchar") else value
    return value.ljust(kind.length, b"\0") if kind.name == "binary" else value


def checked_row(execution, table, row, verb):
    """The row as it is stored; 515, 2628 and 8152 for what does not fit."""
    for column, value in zip(table.columns, row):
        if value is None:
            if not column.nullable:
                raise errors.SqlError(515, f"Cannot insert the value NULL into column '{column.name}', table "
                                           f"'{execution.database.name}.{table.full_name}'; column does not allow nulls. "
                                           f"{verb} fails.", state=2)
        elif (column.type.is_text or isinstance(value, bytes)) and not conversion.fits(value, column.type):
            if execution.session.instance.compat in ("2012", "2014", "2016"):
                raise errors.SqlError(8152, "String or binary data would be truncated.", state=13)
            raise errors.SqlError(2628, f"String or binary data would be truncated in table "
                                        f"'{execution.database.name}.{table.full_name}', column '{column.name}'. Truncated "
                                        f"value: '{str(value)[:20]}'.")
    return tuple(padded(value, column.type) for column, value in zip(table.columns, row))


def duplicate(table, row):
    values = ", ".join(str(value) for value in key_values(table, row))
    return errors.SqlError(2627, f"Violation of PRIMARY KEY constraint '{table.key.name}'. Cannot insert duplicate key in "
                                 f"object '{table.full_name}'. The duplicate key value is ({values}).", 14)


def key_values(table, row):
    return tuple(row[place] for place in table.key.places) if table.key else ()


def targets(execution, parts, permission):
    """(table, scope of the whole FROM, matching rows, place of the target's first column)."""
    name = parts["name"]
    source_tree = parts["source"]
    if source_tree is None:
        source_tree = syntax.TableRef(name, None, [])
        wanted = name[-1].lower()
    else:
        wanted = name[-1].lower()
    ref = target_ref(source_tree, wanted)
    if ref is None:
        raise errors.no_object(".".join(name))
    table = execution.table(ref.name)
    prepare(execution, table, permission)
    source = plans.source_of(execution, source_tree, None)
    scope, rows = plans.filtered(execution, source, parts["where"], None)
    alias = (ref.alias or ref.name[-1]).lower()
    first = next(place for place, field in enumerate(source.fields) if field.table == alias)
    return table, scope, rows, first


def target_ref(tree, wanted):
    if isinstance(tree, syntax.TableRef):
        return tree if (tree.alias or tree.name[-1]).lower() == wanted or tree.name[-1].lower() == wanted else None
    if isinstance(tree, syntax.Join):
        return target_ref(tree.left, wanted) or target_ref(tree.right, wanted)
    return None


def limit_of(execution, parts):
    return None if parts["top"] is None else int(compile_value(parts["top"], execution.empty_scope()).evaluate(()))


def chosen(execution, table, rows, first, limit):
    """Each target row once, locked, as (key, old row, joined row); a row that changed while waiting is read again."""
    transaction, width, seen, found = execution.transaction, len(table.columns), set(), []
    for joined in list(rows()):
        old = joined[first:first + width]
        if old[0] is None and all(value is None for value in old):
            continue
        key = table.key_of(old) if table.key else key_of_keyless(table, old, seen, execution)
        if key in seen:
            continue
        if limit is not None and len(found) >= limit:
            break
        seen.add(key)
        transaction.lock_row(execution.database, table, key)
        now = table.find(key, transaction.view, transaction)
        if now is None:
            continue
        if now != old:
            joined = joined[:first] + now + joined[first + width:]
        found.append((key, now, joined))
    return found


def key_of_keyless(table, old, seen, execution):
    for key, row in table.scan_keys(execution.transaction.view, execution.transaction):
        if row == old and key not in seen:
            return key
    raise errors.refused("a row of a table without key that changed meanwhile")


def update(execution, parts):
    table, scope, rows, first = targets(execution, parts, "UPDATE")
    if isinstance(table, SyntheticTable) and parts["where"] is None and parts["source"] is None:
        raise errors.refused("an UPDATE of a whole synthetic table (the control port has bulk_update)")
    places = target_places(table, [name for name, _, _ in parts["assignments"]], execution.session)
    readers = [assignment(execution, table, scope, place, sign, tree)
               for place, (_, sign, tree) in zip(places, parts["assignments"])]
    changed_ids = frozenset(table.columns[place].column_id for place in places)
    old_rows, new_rows, moves = [], [], []
    for key, old, joined in chosen(execution, table, rows, first, limit_of(execution, parts)):
        row = list(old)
        for place, read in zip(places, readers):
            row[place] = read(joined)
        finish_row(execution, table, row)
        row = checked_row(execution, table, row, "UPDATE")
        moves.append((key, table.key_of(row) if table.key else key, old, row))
        old_rows.append(old)
        new_rows.append(row)
    apply_moves(execution, table, moves, changed_ids, set(places))
    return len(moves), output_rows(execution, table, parts["output"], old_rows, new_rows)


def assignment(execution, table, scope, place, sign, tree):
    column = table.columns[place]
    if tree is None:
        return lambda row: default_of(execution, column)
    if sign != "=":
        tree = syntax.Binary(sign[0], syntax.ColumnRef((column.name,)), tree)
    return bring_to(compile_value(tree, scope), unbounded(column.type)).evaluate


def apply_moves(execution, table, moves, changed_ids, places):
    """Writes the new rows. Rows whose key columns were set to another value (even one equal in the collation keeps the key)
    are deleted and inserted; all deletions come first, so that keys may be swapped in one statement."""
    transaction, database = execution.transaction, execution.database
    moved = [move for move in moves if move[0] != move[1]]
    for key, _, old, _ in moved:
        transaction.write(database, table, key, None)
        transaction.track(table, "D", key, key_values(table, old), None)
    for key, new_key, old, row in moves:
        if key == new_key:
            transaction.write(database, table, key, row)
            if table.key and key_values(table, old) != key_values(table, row):
                transaction.track(table, "D", key, key_values(table, old), None)
                transaction.track(table, "I", key, key_values(table, row), None)
            else:
                transaction.track(table, "U", key, key_values(table, row), changed_ids)
            continue
        transaction.lock_row(database, table, new_key)
        if table.find(new_key, None, transaction) is not None:
            raise duplicate(table, row)
        transaction.write(database, table, new_key, row)
        transaction.track(table, "I", new_key, key_values(table, row), None)


def delete(execution, parts):
    table, _, rows, first = targets(execution, parts, "DELETE")
    old_rows = []
    for key, old, _ in chosen(execution, table, rows, first, limit_of(execution, parts)):
        execution.transaction.write(execution.database, table, key, None)
        execution.transaction.track(table, "D", key, key_values(table, old), None)
        old_rows.append(old)
    return len(old_rows), output_rows(execution, table, parts["output"], old_rows, [None] * len(old_rows))


def output_rows(execution, table, items, old_rows, new_rows):
    """(fields, rows) of OUTPUT inserted.* / deleted.*, or None."""
    if not items:
        return None
    blank = (None,) * len(table.columns)
    fields = [Field(column.name, column.type, alias, True) for alias in ("deleted", "inserted") for column in table.columns]
    scope = Scope(fields, execution)
    items = plans.expand(items, scope)
    values = [compile_value(item.expression, scope) for item in items]
    shown = [plans.result_field(item, value, scope) for item, value in zip(items, values)]
    rows = [tuple(value.evaluate((old or blank) + (new or blank)) for value in values)
            for old, new in zip(old_rows, new_rows)]
    return shown, rows


def truncate(execution, parts):
    """Not tracked: history and every earlier baseline go."""
    table = execution.table(parts["name"])
    prepare(execution, table, "ALTER")
    transaction, database = execution.transaction, execution.database
    execution.session.instance.locks.acquire(transaction, (table.object_id, None), "SCH_M")
    transaction.database = transaction.database or database
    if execution.session.instance.options.truncate_takes_version:
        transaction.bumps_version.append(table)

    def action(number):
        table.empty()
        table.ddl_number = number
        if table.tracking and table not in transaction.bumps_version:
            table.tracking.reset(database.version)
        if isinstance(table, SyntheticTable):
            table.count = 0
    transaction.after_commit.append(action)
    return 0


