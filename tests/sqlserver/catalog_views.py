"""Catalog views: columns and rows of the sys.* and INFORMATION_SCHEMA views of the subset. A view that is not here does not
exist (208), a column that is not here neither (207)."""
import datetime
import uuid

from sqlserver import collations, permissions, sql_types, text_forms
from sqlserver.server_properties import precision_of
from sqlserver.sql_types import BIGINT, BIT, DATETIME, GUID, INT, SMALLINT, TINYINT, SqlType, nvarchar, sysname

NAME = sysname(collations.DEFAULT)
TYPE2 = SqlType("char", 2, collation=collations.DEFAULT)
TEXT60 = nvarchar(60, collations.DEFAULT)


class View:
    def __init__(self, columns, rows):
        self.columns = columns
        self.rows = rows            # execution -> iterable of tuples


def find(schema, name):
    return VIEWS.get((schema, name))


def moment(value):
    ticks = (value.toordinal() - 1) * text_forms.DAY + int(
        (value - datetime.datetime.combine(value.date(), datetime.time())).total_seconds() * 10_000_000)
    return text_forms.ticks_to_datetime(ticks)


def shown_tables(execution):
    return [table for table in list(execution.database.tables.values()) if permissions.visible(
        execution.session, execution.database, table)]


def databases(execution):
    for one in execution.session.instance.databases.values():
        style = 1 if one.snapshot_allowed else 0
        yield (one.name, one.database_id, moment(one.created), one.compatibility, one.collation, 0, "ONLINE", style,
               "ON" if style else "OFF", int(one.read_committed_snapshot), int(not one.updateable),
               uuid.uuid5(uuid.NAMESPACE_URL, one.name).bytes)


def tables(execution):
    for table in shown_tables(execution):
        yield (table.name, table.object_id, execution.database.schemas[table.schema.lower()], 0, "U ", "USER_TABLE",
               moment(table.created), moment(table.modified), 0, 0, 0)


def columns(execution):
    for table in shown_tables(execution):
        for column in table.columns:
            kind = column.type
            system, user, _ = sql_types.SYSTEM_TYPES["sysname" if kind.sysname else kind.name]
            precision, scale = precision_of(kind)
            yield (table.object_id, column.name, column.column_id, system, user, kind.max_length(), precision, scale,
                   (kind.collation if kind.is_text and kind.name != "xml" else None), int(column.nullable),
                   int(column.identity is not None), int(column.computed is not None), column.column_id if column.default else
                   0, 0)


def types(execution):
    for name, (system, user, _) in sql_types.SYSTEM_TYPES.items():
        yield name, system, user, 4, int(system == 240), 0, 1


def indexes(execution):
    for table in shown_tables(execution):
        if table.key is None:
            yield table.object_id, None, 0, 0, "HEAP", 0, 0, 0, 0
            continue
        if not table.key.clustered:
            yield table.object_id, None, 0, 0, "HEAP", 0, 0, 0, 0
        kind = (1, 1, "CLUSTERED") if table.key.clustered else (2, 2, "NONCLUSTERED")
        yield table.object_id, table.key.name, kind[0], kind[1], kind[2], 1, 1, 0, 0


def index_columns(execution):
    for table in shown_tables(execution):
        for ordinal, place in enumerate(table.key.places if table.key else (), 1):
            yield (table.object_id, 1 if table.key.clustered else 2, ordinal, table.columns[place].column_id, ordinal, 0, 0)


def tracked_databases(execution):
    for one in execution.session.instance.databases.values():
        if one.tracking:
            units = {"MINUTES": 1, "HOURS": 2, "DAYS": 3}
            yield (one.database_id, int(one.tracking.auto_cleanup), one.tracking.retention, units[one.tracking.unit],
                   one.tracking.unit, one.version)


def tracked_tables(execution):
    for table in shown_tables(execution):
        if table.tracking:
            yield (table.object_id, int(table.tracking.track_columns), table.tracking.min_valid, table.tracking.begin_version,
                   table.tracking.cleanup_version)


def internal_tables(execution):
    for table in shown_tables(execution):
        if table.tracking:
            yield (f"change_tracking_{table.object_id}", table.tracking.internal_id, 4, table.object_id, "IT",
                   "INTERNAL_TABLE", moment(table.tracking.created), 209, "CHANGE_TRACKING")


def partitions(execution):
    for table in shown_tables(execution):
        index = 1 if table.key and table.key.clustered else 0
        yield table.object_id * 256, table.object_id, index, 1, table.count_about()


def sessions(execution):
    for session in list(execution.session.instance.sessions.values()):
        levels = ("READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT")
        yield (session.spid, session.login, session.program, session.host, "sleeping", levels.index(session.isolation) + 1,
               session.nesting, session.database.database_id)


def connections(execution):
    for session in list(execution.session.instance.sessions.values()):
        yield session.spid, "TCP", "TRUE" if session.encrypted else "FALSE", "127.0.0.1", 0, session.packet_bytes


def commits(execution):
    for version, number, when in list(execution.database.commits):
        stamp = moment(datetime.datetime.fromtimestamp(when, datetime.timezone.utc).replace(tzinfo=None))
        yield version, number, version, stamp, number


def recovery(execution):
    for one in execution.session.instance.databases.values():
        raw = one.fork.bytes
        yield one.database_id, uuid.uuid5(uuid.NAMESPACE_OID, one.name).bytes, raw, raw


def schemas(execution):
    for name, number in execution.database.schemas.items():
        yield name, number, 1


def principals(execution):
    for number, name in enumerate(execution.database.users, 1):
        yield name, number, "S", "SQL_USER", "dbo"


def default_constraints(execution):
    for table in shown_tables(execution):
        for column in table.columns:
            if column.default is not None:
                yield f"DF_{table.name}_{column.name}", table.object_id + column.column_id, table.object_id, column.column_id


def information_tables(execution):
    for table in shown_tables(execution):
        yield execution.database.name, table.schema, table.name, "BASE TABLE"


def information_columns(execution):
    for table in shown_tables(execution):
        for ordinal, column in enumerate(table.columns, 1):
            precision, scale = precision_of(column.type)
            yield (execution.database.name, table.schema, table.name, column.name, ordinal,
                   "YES" if column.nullable else "NO", column.type.name, column.type.length or None, precision or None, scale)


VIEWS = {
    ("sys", "databases"): View([("name", NAME), ("database_id", INT), ("create_date", DATETIME),
                                ("compatibility_level", TINYINT), ("collation_name", NAME), ("state", TINYINT),
                                ("state_desc", TEXT60), ("snapshot_isolation_state", TINYINT),
                                ("snapshot_isolation_state_desc", TEXT60), ("is_read_committed_snapshot_on", BIT),
                                ("is_read_only", BIT), ("service_broker_guid", GUID)], databases),
    ("sys", "tables"): View([("name", NAME), ("object_id", INT), ("schema_id", INT), ("parent_object_id", INT), ("type", TYPE2),
                             ("type_desc", TEXT60), ("create_date", DATETIME), ("modify_date", DATETIME),
                             ("is_ms_shipped", BIT), ("is_memory_optimized", BIT), ("temporal_type", TINYINT)], tables),
    ("sys", "objects"): View([("name", NAME), ("object_id", INT), ("schema_id", INT), ("parent_object_id", INT),
                              ("type", TYPE2), ("type_desc", TEXT60), ("create_date", DATETIME), ("modify_date", DATETIME),
                              ("is_ms_shipped", BIT)], lambda execution: (row[:9] for row in tables(execution))),
    ("sys", "columns"): View([("object_id", INT), ("name", NAME), ("column_id", INT), ("system_type_id", TINYINT),
                              ("user_type_id", INT), ("max_length", SMALLINT), ("precision", TINYINT), ("scale", TINYINT),
                              ("collation_name", NAME), ("is_nullable", BIT), ("is_identity", BIT), ("is_computed", BIT),
                              ("default_object_id", INT), ("is_sparse", BIT)], columns),
    ("sys", "types"): View([("name", NAME), ("system_type_id", TINYINT), ("user_type_id", INT), ("schema_id", INT),
                            ("is_assembly_type", BIT), ("is_user_defined", BIT), ("is_nullable", BIT)], types),
    ("sys", "indexes"): View([("object_id", INT), ("name", NAME), ("index_id", INT), ("type", TINYINT), ("type_desc", TEXT60),
                              ("is_primary_key", BIT), ("is_unique", BIT), ("is_disabled", BIT), ("has_filter", BIT)], indexes),
    ("sys", "index_columns"): View([("object_id", INT), ("index_id", INT), ("index_column_id", INT), ("column_id", INT),
                                    ("key_ordinal", TINYINT), ("is_descending_key", BIT), ("is_included_column", BIT)],
                                   index_columns),
    ("sys", "change_tracking_databases"): View([("database_id", INT), ("is_auto_cleanup_on", TINYINT),
                                                ("retention_period", INT), ("retention_period_units", TINYINT),
                                                ("retention_period_units_desc", TEXT60), ("max_cleanup_version", BIGINT)],
                                               tracked_databases),
    ("sys", "change_tracking_tables"): View([("object_id", INT), ("is_track_columns_updated_on", BIT),
                                             ("min_valid_version", BIGINT), ("begin_version", BIGINT),
                                             ("cleanup_version", BIGINT)], tracked_tables),
    ("sys", "internal_tables"): View([("name", NAME), ("object_id", INT), ("schema_id", INT), ("parent_object_id", INT),
                                      ("type", TYPE2), ("type_desc", TEXT60), ("create_date", DATETIME),
                                      ("internal_type", TINYINT), ("internal_type_desc", TEXT60)], internal_tables),
    ("sys", "schemas"): View([("name", NAME), ("schema_id", INT), ("principal_id", INT)], schemas),
    ("sys", "partitions"): View([("partition_id", BIGINT), ("object_id", INT), ("index_id", INT), ("partition_number", INT),
                                 ("rows", BIGINT)], partitions),
    ("sys", "dm_exec_sessions"): View([("session_id", SMALLINT), ("login_name", NAME), ("program_name", NAME),
                                       ("host_name", NAME), ("status", TEXT60), ("transaction_isolation_level", SMALLINT),
                                       ("open_transaction_count", INT), ("database_id", SMALLINT)], sessions),
    ("sys", "dm_exec_connections"): View([("session_id", INT), ("net_transport", TEXT60), ("encrypt_option", TEXT60),
                                          ("client_net_address", NAME), ("client_tcp_port", INT), ("net_packet_size", INT)],
                                         connections),
    ("sys", "dm_tran_commit_table"): View([("commit_ts", BIGINT), ("xdes_id", BIGINT), ("commit_lbn", BIGINT),
                                           ("commit_time", DATETIME), ("commit_csn", BIGINT)], commits),
    ("sys", "database_recovery_status"): View([("database_id", INT), ("database_guid", GUID), ("family_guid", GUID),
                                               ("recovery_fork_guid", GUID)], recovery),
    ("sys", "database_principals"): View([("name", NAME), ("principal_id", INT), ("type", TYPE2), ("type_desc", TEXT60),
                                          ("default_schema_name", NAME)], principals),
    ("sys", "default_constraints"): View([("name", NAME), ("object_id", INT), ("parent_object_id", INT),
                                          ("parent_column_id", INT)], default_constraints),
    ("information_schema", "tables"): View([("TABLE_CATALOG", NAME), ("TABLE_SCHEMA", NAME), ("TABLE_NAME", NAME),
                                            ("TABLE_TYPE", NAME)], information_tables),
    ("information_schema", "columns"): View([("TABLE_CATALOG", NAME), ("TABLE_SCHEMA", NAME), ("TABLE_NAME", NAME),
                                             ("COLUMN_NAME", NAME), ("ORDINAL_POSITION", INT), ("IS_NULLABLE", NAME),
                                             ("DATA_TYPE", NAME), ("CHARACTER_MAXIMUM_LENGTH", INT),
                                             ("NUMERIC_PRECISION", TINYINT), ("NUMERIC_SCALE", INT)], information_columns),
}
