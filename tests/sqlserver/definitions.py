"""CREATE, ALTER, DROP, GRANT and sp_rename. Changes of a table hold its SCH_M lock to the end of the transaction and are taken
back by a rollback; older SNAPSHOT views then get 3961."""
import copy

from sqlserver import collations, errors, permissions, writes
from sqlserver.databases import OBJECT_IDS, TrackingSettings, column_ids_outside_key
from sqlserver.expressions import compile_value, declared_type
from sqlserver.scopes import Field, Scope
from sqlserver.sql_types import SqlType
from sqlserver.tables import Column, Key, Table
from sqlserver.tracking import TableTracking


def cannot_find(name):
    return errors.SqlError(4902, f"Cannot find the object \"{name}\" because it does not exist or you do not have permissions.",
                           ends="batch")


def writable(execution):
    if not execution.database.updateable:
        raise errors.read_only(execution.database.name)


def create_table(execution, parts):
    writable(execution)
    database, name = execution.database, parts["name"]
    schema = name[-2] if len(name) > 1 and name[-2] else "dbo"
    if not execution.may_in_database("CREATE TABLE") and not execution.session.is_sysadmin:
        raise errors.SqlError(262, f"CREATE TABLE permission denied in database '{database.name}'.", 14)
    if schema.lower() not in database.schemas:
        raise errors.SqlError(2760, f"The specified schema name \"{schema}\" either does not exist or you do not have permission "
                                    "to use it.")
    if name[-1].startswith("#"):
        raise errors.refused("a temporary table")
    if database.table(schema, name[-1]):
        raise errors.SqlError(2714, f"There is already an object named '{name[-1]}' in the database.", state=6)
    key_columns = [column.lower() for column in parts["key"][1]] if parts["key"] else []
    columns = [make_column(execution, one, one["name"].lower() in key_columns) for one in parts["columns"]]
    table = Table(next(OBJECT_IDS), canonical_schema(database, schema), name[-1], columns, None,
                  execution.session.instance.now())
    for column, one in zip(columns, parts["columns"]):
        if one["computed"] is not None:
            set_computed(execution, table, column, one)
    if parts["key"]:
        table.key = make_key(table, parts["key"])
        table.shape_changed()
    database.add_table(table)
    hold(execution, table)
    execution.transaction.undo.append(lambda: database.remove_table(table))
    return 0


def canonical_schema(database, name):
    return next(one for one in database.schemas if one == name.lower())


def make_column(execution, one, in_key=False):
    if one["computed"] is not None:
        return Column(one["name"], SqlType("int"), True)
    kind = declared_type(one["type"], execution.empty_scope(), 1)
    nullable = one["nullable"] if one["nullable"] is not None else not in_key
    if in_key and one["nullable"]:
        raise errors.SqlError(8111, "Cannot define PRIMARY KEY constraint on nullable column in table.")
    if kind.name == "timestamp" and one["nullable"] is None:
        nullable = False
    return Column(one["name"], kind, nullable and not one["identity"], default=one["default"], identity=one["identity"])


def set_computed(execution, table, column, one):
    fields = [Field(other.name, other.type, table.name.lower()) for other in table.columns if other is not column]
    column.type = compile_value(one["computed"], Scope(fields, execution)).type
    column.computed = one["computed"]
    column.persisted = one["persisted"]


def make_key(table, key):
    name, columns, clustered = key
    places = []
    for column in columns:
        if column.lower() not in table.names:
            raise errors.SqlError(1911, f"Column name '{column}' does not exist in the target table or view.")
        place = table.names[column.lower()]
        kind = table.columns[place].type
        if kind.long or kind.name in ("geography", "geometry"):
            raise errors.SqlError(1919, f"Column '{column}' in table '{table.name}' is of a type that is invalid for use as a key "
                                        "column in an index.")
        places.append(place)
    return Key(name or f"PK__{table.name[:8]}__{table.object_id:016X}", tuple(places), clustered)


def hold(execution, table):
    """SCH_M to the end of the transaction; the definition counts as changed at its commit."""
    transaction = execution.transaction
    execution.session.instance.locks.acquire(transaction, (table.object_id, None), "SCH_M")
    transaction.database = transaction.database or execution.database

    def action(number):
        table.ddl_number = number
        table.modified = execution.session.instance.now()
    transaction.after_commit.append(action)


def changed_table(execution, name):
    writable(execution)
    table = execution.find_table(name)
    if table is None:
        raise cannot_find(".".join(name))
    permissions.demand_alter(execution.session, execution.database, table)
    hold(execution, table)
    saved = (table.columns, table.key, table.chains, table.tracking, table.next_column_id)

    def undo():
        table.columns, table.key, table.chains, table.tracking, table.next_column_id = saved
        table.shape_changed()
        table._order_stale = True
    execution.transaction.undo.append(undo)
    return table


def drop_table(execution, parts):
    writable(execution)
    for name in parts["names"]:
        table = execution.find_table(name)
        if table is None:
            if parts["if_exists"]:
                continue
            raise errors.SqlError(3701, f"Cannot drop the table '{'.'.join(name)}', because it does not exist or you do not have "
                                        "permission.", 11, state=5)
        permissions.demand_alter(execution.session, execution.database, table)
        hold(execution, table)
        execution.database.remove_table(table)
        execution.transaction.undo.append(lambda table=table: execution.database.add_table(table))
    return 0


def add_columns(execution, parts):
    table = changed_table(execution, parts["name"])
    for one in parts["columns"]:
        if one["name"].lower() in table.names:
            raise errors.SqlError(2705, f"Column names in each table must be unique. Column name '{one['name']}' in table "
                                        f"'{table.full_name}' is specified more than once.", state=4)
        column = make_column(execution, one)
        if not column.nullable and column.default is None and column.type.name != "timestamp" and table.chains:
            raise errors.SqlError(4901, f"ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT "
                                        f"definition specified. Column '{column.name}' cannot be added to non-empty table "
                                        f"'{table.name}' because it does not satisfy these conditions.")
        table.add_column(column)
        if one["computed"] is not None:
            set_computed(execution, table, column, one)
        value = None
        if column.default is not None and (not column.nullable or parts.get("with_values")):
            value = writes.default_of(execution, column)
        rewrite(execution, table, lambda row, value=value: row + (value,))
        if column.computed is not None:
            work, place = writes.computed(execution, table, column), len(table.columns) - 1
            rewrite(execution, table, lambda row: row[:place] + (work(row),))
    return 0


def rewrite(execution, table, change):
    table.replace_rows(change, execution.database.number)


def drop_columns(execution, parts):
    table = changed_table(execution, parts["name"])
    for name in parts["columns"]:
        if name.lower() not in table.names:
            raise errors.SqlError(4924, f"ALTER TABLE DROP COLUMN failed because column '{name}' does not exist in table "
                                        f"'{table.name}'.")
        place = table.names[name.lower()]
        if table.key and place in table.key.places:
            raise errors.SqlError(5074, f"The object '{table.key.name}' is dependent on column '{name}'.")
        if table.columns[place].default is not None:
            raise errors.SqlError(5074, f"The object 'DF_{table.name}_{name}' is dependent on column '{name}'.")
        table.columns = table.columns[:place] + table.columns[place + 1:]
        if table.key:
            table.key = Key(table.key.name, tuple(one - (one > place) for one in table.key.places), table.key.clustered)
        table.shape_changed()
        rewrite(execution, table, lambda row, place=place: row[:place] + row[place + 1:])
    return 0


def alter_column(execution, parts):
    from sqlserver import conversion
    table = changed_table(execution, parts["name"])
    one = parts["column"]
    if one["name"].lower() not in table.names:
        raise errors.SqlError(4924, f"ALTER TABLE ALTER COLUMN failed because column '{one['name']}' does not exist in table "
                                    f"'{table.name}'.")
    place = table.names[one["name"].lower()]
    if table.key and place in table.key.places:
        raise errors.SqlError(5074, f"The object '{table.key.name}' is dependent on column '{one['name']}'.")
    new = copy.copy(table.columns[place])
    old_type, new.type = new.type, declared_type(one["type"], execution.empty_scope(), 1)
    new.nullable = one["nullable"] if one["nullable"] is not None else True
    change = conversion.converter(old_type, new.type) or (lambda value: value)
    table.columns = table.columns[:place] + [new] + table.columns[place + 1:]
    table.shape_changed()
    rewrite(execution, table, lambda row: row[:place] + (change(row[place]),) + row[place + 1:])
    return 0


def drop_key(execution, parts):
    table = changed_table(execution, parts["name"])
    if not table.key or table.key.name.lower() != parts["constraint"].lower():
        for column in table.columns:
            if column.default is not None and f"df_{table.name}_{column.name}".lower() == parts["constraint"].lower():
                table.columns = [copy.copy(one) for one in table.columns]
                table.columns[table.names[column.name.lower()]].default = None
                return 0
        raise errors.SqlError(3728, f"'{parts['constraint']}' is not a constraint.")
    if table.tracking:
        raise errors.SqlError(3725, f"The constraint '{table.key.name}' is being referenced by change tracking on table "
                                    f"'{table.name}'. Disable change tracking first.")
    table.key = None
    table.shape_changed()
    rewrite(execution, table, lambda row: row)
    return 0


def add_key(execution, parts):
    table = changed_table(execution, parts["name"])
    if table.key:
        raise errors.SqlError(1779, f"Table '{table.name}' already has a primary key defined on it.")
    table.key = make_key(table, parts["key"])
    table.shape_changed()
    keys = [table.key_of(row) for row in table.scan(None)]
    if len(set(keys)) != len(keys):
        raise errors.SqlError(1505, f"The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the "
                                    f"object name '{table.full_name}' and the index name '{table.key.name}'.")
    rewrite(execution, table, lambda row: row)
    return 0


def rename(execution, old, new, kind):
    """sp_rename of a table or a column ('table.column', 'COLUMN')."""
    from sqlserver.functions import split_name
    parts = split_name(old)
    if (kind or "OBJECT").upper() == "COLUMN":
        table = changed_table(execution, parts[:-1])
        place = table.names.get(parts[-1].lower())
        if place is None:
            raise errors.SqlError(15248, "Either the parameter @objname is ambiguous or the claimed @objtype (COLUMN) is wrong.",
                                  11)
        column = copy.copy(table.columns[place])
        column.name = new
        table.columns = table.columns[:place] + [column] + table.columns[place + 1:]
        table.shape_changed()
        return
    table = changed_table(execution, parts)
    before, database = table.name, execution.database
    if database.table(table.schema, new):
        raise errors.SqlError(15335, f"Error: The new name '{new}' is already in use as a object name and would cause a "
                                     "duplicate that is not permitted.", 11)
    database.rename_table(table, new)
    execution.transaction.undo.append(lambda: database.rename_table(table, before))


# Change tracking

def enable_tracking(execution, parts):
    table = execution.find_table(parts["name"])
    if table is None:
        raise cannot_find(".".join(parts["name"]))
    database = execution.database
    if not database.tracking:
        raise errors.SqlError(22106, f"Change tracking is not enabled on database '{database.name}'. Enable it first.")
    if not table.key:
        raise errors.SqlError(4997, f"Cannot enable change tracking on table '{table.name}'. Change tracking requires a primary "
                                    "key on the table. Create a primary key on the table before enabling change tracking.")
    if table.tracking:
        raise errors.SqlError(4996, f"Change tracking is already enabled for table '{table.name}'.")
    table = changed_table(execution, parts["name"])
    table.tracking = TableTracking(database.version, parts["columns"], next(OBJECT_IDS), execution.session.instance.now(),
                                   lambda: column_ids_outside_key(table))
    return 0


def disable_tracking(execution, parts):
    table = changed_table(execution, parts["name"])
    if not table.tracking:
        raise errors.SqlError(4998, f"Change tracking is not enabled on table '{table.name}'.")
    table.tracking = None
    return 0


def database_tracking(execution, parts):
    database = database_of(execution, parts["name"])
    if parts["switch"] == "OFF":
        if any(table.tracking for table in database.tables.values()):
            raise errors.SqlError(22115, f"Change tracking is enabled for one or more tables in database '{database.name}'. "
                                         "Disable change tracking on each table before disabling it for the database.")
        database.tracking = None
        return 0
    if parts["switch"] == "ON" and database.tracking and not parts["options"]:
        raise errors.SqlError(5088, f"Change tracking is already enabled for database '{database.name}'.")
    settings = database.tracking or TrackingSettings()
    if "retention" in parts["options"]:
        settings.retention, settings.unit = parts["options"]["retention"]
        settings.unit = settings.unit or "DAYS"
    if "auto_cleanup" in parts["options"]:
        settings.auto_cleanup = parts["options"]["auto_cleanup"]
    database.tracking = settings
    return 0


def database_of(execution, name):
    found = execution.session.instance.database(name) if name else execution.database
    if found is None:
        raise errors.SqlError(5011, f"User does not have permission to alter database '{name}', the database does not exist, or "
                                    "the database is not in a state that allows access checks.", 14, state=5)
    if not execution.session.is_sysadmin and not permissions.may_in_database(execution.session, found, "ALTER"):
        raise errors.SqlError(5011, f"User does not have permission to alter database '{name}'.", 14, state=5)
    return found


def set_database(execution, parts):
    database, value = database_of(execution, parts["name"]), parts["value"]
    if parts["flag"] == "ALLOW_SNAPSHOT_ISOLATION":
        database.snapshot_allowed = value
    elif parts["flag"] == "READ_COMMITTED_SNAPSHOT":
        database.read_committed_snapshot = value
    elif parts["flag"] in ("READ_ONLY", "READ_WRITE"):
        database.updateable = parts["flag"] == "READ_WRITE"
    return 0


# Databases, schemas, principals

def demand_sysadmin(execution, what):
    if not execution.session.is_sysadmin:
        raise errors.SqlError(262, f"{what} permission denied in database '{execution.database.name}'.", 14)


def create_database(execution, parts):
    demand_sysadmin(execution, "CREATE DATABASE")
    if parts["collation"]:
        collations.find(parts["collation"])
    execution.session.instance.create_database(parts["name"], parts["collation"])
    return 0


def drop_database(execution, parts):
    demand_sysadmin(execution, "DROP DATABASE")
    for name in parts["names"]:
        if execution.session.instance.databases.pop(name[-1].lower(), None) is None and not parts["if_exists"]:
            raise errors.SqlError(3701, f"Cannot drop the database '{name[-1]}', because it does not exist or you do not have "
                                        "permission.", 11)
    return 0


def create_schema(execution, parts):
    schemas = execution.database.schemas
    if parts["name"].lower() in schemas:
        raise errors.SqlError(2714, f"There is already an object named '{parts['name']}' in the database.", state=6)
    schemas[parts["name"].lower()] = max(schemas.values()) + 1
    return 0


def create_login(execution, parts):
    demand_sysadmin(execution, "CREATE LOGIN")
    execution.session.instance.add_login(parts["name"], parts["password"])
    return 0


def create_user(execution, parts):
    execution.session.instance.add_user(execution.database, parts["name"])
    return 0


def drop_user(execution, parts):
    for name in parts["names"]:
        execution.database.users.pop(name[-1].lower(), None)
    return 0


def permission(execution, parts):
    database = execution.database
    scope = ("DATABASE", database.name.lower())
    if parts["scope"]:
        kind, name = parts["scope"]
        if kind == "SCHEMA":
            scope = ("SCHEMA", name[-1].lower())
        elif kind == "DATABASE":
            scope = ("DATABASE", name[-1].lower())
        else:
            scope = ("OBJECT", execution.table(name).object_id)
    for user in parts["users"]:
        held = database.users.get(user.lower())
        if held is None:
            raise errors.SqlError(15151, f"Cannot find the user '{user}', because it does not exist or you do not have "
                                         "permission.")
        for name in parts["permissions"]:
            if name not in permissions.KNOWN:
                raise errors.refused(name)
            held.granted.discard((name, scope))
            held.denied.discard((name, scope))
            if parts["verb"] != "REVOKE":
                (held.granted if parts["verb"] == "GRANT" else held.denied).add((name, scope))
    return 0


def nothing(execution, parts):
    execution.table(parts["table"])
    return 0


STATEMENTS = {
    "create table": create_table, "drop table": drop_table, "add columns": add_columns, "drop columns": drop_columns,
    "alter column": alter_column, "drop key": drop_key, "add key": add_key, "enable tracking": enable_tracking,
    "disable tracking": disable_tracking, "database tracking": database_tracking, "set database": set_database,
    "create database": create_database, "drop database": drop_database, "create schema": create_schema,
    "create login": create_login, "create user": create_user, "drop user": drop_user, "permission": permission,
    "create index": nothing,
}
# These cannot stand in a transaction the user opened.
ALONE = {"create database", "drop database", "database tracking", "set database"}
