"""Built-in functions and @@variables. A name that is not here raises 195, a number of arguments that is not 174."""
import datetime
import hashlib
import uuid

from sqlserver import collations, conversion, errors, server_properties, sql_types, syntax, text_forms
from sqlserver.scopes import Compiled
from sqlserver.sql_types import BIGINT, INT, SqlType, nvarchar, varchar
from sqlserver.tracking import in_mask

SYSNAME = sql_types.sysname()
VOLATILE = {"NEWID", "ROW_NUMBER"}
AGGREGATES = {"COUNT", "COUNT_BIG", "MIN", "MAX", "SUM", "AVG", "STRING_AGG"}


def global_variable(name, execution):
    session, instance = execution.session, execution.session.instance
    table = {
        "@@version": (nvarchar(300), instance.version_text), "@@spid": (sql_types.SMALLINT, lambda: session.spid),
        "@@trancount": (INT, lambda: session.nesting), "@@error": (INT, lambda: session.last_error),
        "@@rowcount": (INT, lambda: session.row_count), "@@servername": (nvarchar(128), lambda: instance.name),
        "@@lock_timeout": (INT, lambda: session.lock_timeout_ms), "@@options": (INT, lambda: 5496),
        "@@microsoftversion": (INT, lambda: instance.build[0] << 24 | instance.build[2]),
        "@@max_precision": (sql_types.TINYINT, lambda: 38), "@@language": (nvarchar(128), lambda: "us_english"),
        "@@datefirst": (sql_types.TINYINT, lambda: 7), "@@identity": (SqlType("numeric", 0, 38, 0), lambda: session.identity),
        "@@servicename": (nvarchar(128), lambda: "MSSQLSERVER"), "@@textsize": (INT, lambda: session.text_size),
        "@@dbts": (sql_types.varbinary(8), lambda: execution.database.number.to_bytes(8, "big")),
    }
    if name not in table:
        raise errors.SqlError(137, f"Must declare the scalar variable \"{name}\".", 15, ends="batch")
    return table[name]


def compile_call(tree, scope, compile_value, bring_to, common_of, remembered):
    name = tree.name
    if name in AGGREGATES or tree.over is not None or tree.star:
        raise errors.SqlError(147, "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a "
                                   "HAVING clause or a select list, and the column being aggregated is an outer reference.",
                              15, ends="batch")
    if name == "IIF" and len(tree.arguments) == 3:
        return compile_value(syntax.Case(None, [tuple(tree.arguments[:2])], tree.arguments[2]), scope)
    values = [compile_value(argument, scope) for argument in tree.arguments]
    constant = all(value.constant for value in values) and name not in VOLATILE
    if name in ("COALESCE", "ISNULL"):
        return first_value(name, values, bring_to, common_of, constant)
    if name == "NULLIF":
        from sqlserver.operands import compare
        same = compare("=", *values).evaluate
        return Compiled(values[0].type, lambda row: None if same(row) else values[0].evaluate(row), constant)
    if name in ("DATEADD", "DATEDIFF", "DATEPART"):
        return date_function(name, values, constant)
    if name not in FUNCTIONS:
        raise errors.no_function(tree.name.lower())
    low, high, kind, work = FUNCTIONS[name]
    if not low <= len(values) <= high:
        raise errors.SqlError(174, f"The {name.lower()} function requires {low} argument(s).", 15, ends="batch")
    types = [value.type for value in values]
    kind = kind(types) if callable(kind) else kind
    if kind.is_text and not kind.collation:
        kind = SqlType(kind.name, kind.length, collation=scope.execution.database.collation, sysname=kind.sysname)
    readers, execution = [value.evaluate for value in values], scope.execution
    return remembered(Compiled(kind, lambda row: work(execution, types, *[read(row) for read in readers]), constant))


def first_value(name, values, bring_to, common_of, constant):
    kind = (values[0].type or values[1].type) if name == "ISNULL" else common_of(values)
    readers = [bring_to(value, kind).evaluate for value in values]

    def evaluate(row):
        for read in readers:
            if (found := read(row)) is not None:
                return found
        return None
    return Compiled(kind, evaluate, constant)


def date_function(name, values, constant):
    part = values[0].evaluate(())
    units = {"day": text_forms.DAY, "dd": text_forms.DAY, "d": text_forms.DAY, "hour": 36_000_000_000, "hh": 36_000_000_000,
             "minute": 600_000_000, "mi": 600_000_000, "n": 600_000_000, "second": 10_000_000, "ss": 10_000_000,
             "s": 10_000_000, "millisecond": 10_000, "ms": 10_000, "microsecond": 10, "mcs": 10}
    if part not in units:
        raise errors.refused(f"{name}({part}, ...)")
    unit = units[part]
    moment = SqlType("datetime2", 0, 0, 7)

    def ticks(value, row):
        found = value.evaluate(row)
        return None if found is None else conversion.convert(found, value.type, moment)
    if name == "DATEADD":
        kind = values[2].type if not values[2].type.is_text else sql_types.DATETIME

        def add(row):
            count, start = values[1].evaluate(row), ticks(values[2], row)
            if count is None or start is None:
                return None
            return conversion.convert(start + int(count) * unit, moment, kind)
        return Compiled(kind, add, constant)
    if name == "DATEDIFF":
        def difference(row):
            start, end = ticks(values[1], row), ticks(values[2], row)
            return None if start is None or end is None else end // unit - start // unit
        return Compiled(INT, difference, constant)
    raise errors.refused(name)


def same(types):
    return types[0] or varchar(1)


def as_text(types):
    kind = types[0]
    if kind is not None and kind.is_text:
        return SqlType("nvarchar" if kind.is_wide else "varchar", kind.length, collation=kind.collation)
    return varchar(8000)


def text_of(value, kind):
    return conversion.convert(value, kind, varchar(8000)) if not kind.is_text else value


def null_in(work):
    """NULL when an argument is NULL."""
    return lambda execution, types, *values: None if None in values else work(execution, types, *values)


def data_length(execution, types, value):
    kind = types[0]
    if kind.name == "sql_variant":
        kind, value = value.type, value.value
    if kind.is_text:
        return conversion.measure(value, kind) * (2 if kind.is_wide else 1)
    return len(value) if isinstance(value, bytes) else kind.max_length()


def substring(execution, types, text, start, count):
    begin = max(start - 1, 0)
    return text[begin:max(begin, start - 1 + count)]


def concat(execution, types, *values):
    return "".join("" if value is None else text_of(value, kind) for value, kind in zip(values, types))


def hash_bytes(execution, types, algorithm, value):
    names = {"MD5": "md5", "SHA1": "sha1", "SHA": "sha1", "SHA2_256": "sha256", "SHA2_512": "sha512"}
    if algorithm.upper() not in names:
        return None
    raw = value if isinstance(value, bytes) else conversion.convert(value, types[1], sql_types.varbinary(sql_types.MAX))
    return hashlib.new(names[algorithm.upper()], raw).digest()


def variant_property(execution, types, value, name):
    """BaseType, Precision, Scale, TotalBytes, Collation, MaxLength of a sql_variant; any other type is taken as one."""
    kind, inner = (value.type, value.value) if types[0].name == "sql_variant" else (types[0], value)
    wanted = name.lower()
    if wanted == "basetype":
        return sql_types.Variant(nvarchar(128), kind.name)
    if wanted == "collation":
        return sql_types.Variant(nvarchar(128), kind.collation or collations.DEFAULT) if kind.is_text else None
    numbers = {"precision": server_properties.precision_of(kind)[0], "scale": server_properties.precision_of(kind)[1],
               "maxlength": kind.max_length(), "totalbytes": data_length(execution, [kind], inner) + 2}
    return sql_types.Variant(INT, numbers[wanted]) if wanted in numbers else None


def current_version(execution, types):
    database = execution.database
    if not database.tracking:
        return None
    if execution.session.instance.options.functions_begin_view:
        return database.version_at(execution.transaction.view_of(database))
    return database.version_at(execution.transaction.view)


def min_valid_version(execution, types, object_id):
    table = execution.database.tables.get(object_id)
    if not execution.database.tracking or table is None or not table.tracking:
        return None
    return table.tracking.min_valid if execution.may(table, "VIEW CHANGE TRACKING") else None


def object_id(execution, types, name, kind=None):
    table = execution.find_table(split_name(name))
    return table.object_id if table is not None and execution.may_see(table) else None


def split_name(text):
    from sqlserver.token_stream import TokenStream
    try:
        return TokenStream(text).dotted_name()
    except errors.SqlError:
        return ("\0",)


def object_name(execution, types, number, database=None):
    table = execution.database.tables.get(number)
    return table.name if table is not None else None


def schema_id(execution, types, name=None):
    return execution.database.schemas.get((name or "dbo").lower())


def schema_name(execution, types, number=1):
    return next((name for name, one in execution.database.schemas.items() if one == number), None)


def db_id(execution, types, name=None):
    found = execution.session.instance.database(name) if name else execution.database
    return found.database_id if found else None


def db_name(execution, types, number=None):
    if number is None:
        return execution.database.name
    return next((one.name for one in execution.session.instance.databases.values() if one.database_id == number), None)


def has_permission(execution, types, name, kind, permission, *rest):
    if name is None or (kind or "").upper() == "DATABASE":
        return int(execution.may_in_database(permission.upper()))
    table = execution.find_table(split_name(name))
    return None if table is None else int(execution.may(table, permission.upper()))


def now(kind):
    def read(execution, types):
        moment = execution.session.instance.now()
        ticks = (moment.toordinal() - 1) * text_forms.DAY + int(
            (moment - datetime.datetime.combine(moment.date(), datetime.time())).total_seconds() * 10_000_000)
        return conversion.from_ticks(ticks, 0, kind)
    return read


def login_name(execution, types, *rest):
    return execution.session.login


DATETIME2_7 = SqlType("datetime2", 0, 0, 7)
OFFSET_7 = SqlType("datetimeoffset", 0, 0, 7)
# Name: fewest and most arguments, type of the result, work(execution, types, *values).
FUNCTIONS = {
    "CHANGE_TRACKING_CURRENT_VERSION": (0, 0, BIGINT, current_version),
    "CHANGE_TRACKING_MIN_VALID_VERSION": (1, 1, BIGINT, null_in(min_valid_version)),
    "CHANGE_TRACKING_IS_COLUMN_IN_MASK": (2, 2, INT, lambda execution, types, column, mask: in_mask(column, mask)),
    "OBJECT_ID": (1, 2, INT, lambda execution, types, name, kind=None: name and object_id(execution, types, name)),
    "OBJECT_NAME": (1, 2, SYSNAME, null_in(object_name)), "SCHEMA_ID": (0, 1, INT, schema_id),
    "SCHEMA_NAME": (0, 1, SYSNAME, schema_name), "DB_ID": (0, 1, INT, db_id), "DB_NAME": (0, 1, SYSNAME, db_name),
    "OBJECT_SCHEMA_NAME": (1, 2, SYSNAME, null_in(lambda execution, types, number, database=None: (
        execution.database.tables[number].schema if number in execution.database.tables else None))),
    "TYPE_NAME": (1, 1, SYSNAME, null_in(lambda execution, types, number: next(
        (name for name, row in sql_types.SYSTEM_TYPES.items() if row[1] == number), None))),
    "TYPE_ID": (1, 1, INT, null_in(lambda execution, types, name: sql_types.SYSTEM_TYPES.get(name.lower(), (0, None))[1])),
    "COLUMNPROPERTY": (3, 3, INT, null_in(server_properties.column_property)),
    "OBJECTPROPERTY": (2, 2, INT, null_in(server_properties.object_property)),
    "COL_LENGTH": (2, 2, sql_types.SMALLINT, null_in(server_properties.column_length)),
    "SERVERPROPERTY": (1, 1, sql_types.VARIANT, null_in(server_properties.server_property)),
    "DATABASEPROPERTYEX": (2, 2, sql_types.VARIANT, null_in(server_properties.database_property)),
    "COLLATIONPROPERTY": (2, 2, sql_types.VARIANT, null_in(server_properties.collation_property)),
    "SQL_VARIANT_PROPERTY": (2, 2, sql_types.VARIANT, null_in(variant_property)),
    "HAS_PERMS_BY_NAME": (3, 5, INT, has_permission),
    "IS_SRVROLEMEMBER": (1, 2, INT, lambda execution, types, role, login=None: int(execution.session.is_sysadmin)),
    "IS_MEMBER": (1, 1, INT, lambda execution, types, role: int(execution.session.is_sysadmin)),
    "HAS_DBACCESS": (1, 1, INT, null_in(lambda execution, types, name: int(execution.session.may_enter(name)))),
    "SUSER_SNAME": (0, 1, SYSNAME, login_name), "SUSER_NAME": (0, 1, SYSNAME, login_name),
    "ORIGINAL_LOGIN": (0, 0, SYSNAME, login_name), "SYSTEM_USER": (0, 0, SYSNAME, login_name),
    "USER_NAME": (0, 1, SYSNAME, lambda execution, types, *rest: execution.session.user_of(execution.database)),
    "CURRENT_USER": (0, 0, SYSNAME, lambda execution, types: execution.session.user_of(execution.database)),
    "USER": (0, 0, SYSNAME, lambda execution, types: execution.session.user_of(execution.database)),
    "SESSION_USER": (0, 0, SYSNAME, lambda execution, types: execution.session.user_of(execution.database)),
    "XACT_STATE": (0, 0, sql_types.SMALLINT, lambda execution, types: execution.session.transaction_state()),
    "SCOPE_IDENTITY": (0, 0, SqlType("numeric", 0, 38, 0), lambda execution, types: execution.session.identity),
    "GETDATE": (0, 0, sql_types.DATETIME, now(sql_types.DATETIME)), "GETUTCDATE": (0, 0, sql_types.DATETIME,
                                                                                  now(sql_types.DATETIME)),
    "CURRENT_TIMESTAMP": (0, 0, sql_types.DATETIME, now(sql_types.DATETIME)),
    "SYSDATETIME": (0, 0, DATETIME2_7, now(DATETIME2_7)), "SYSUTCDATETIME": (0, 0, DATETIME2_7, now(DATETIME2_7)),
    "SYSDATETIMEOFFSET": (0, 0, OFFSET_7, now(OFFSET_7)),
    "NEWID": (0, 0, sql_types.GUID, lambda execution, types: uuid.uuid4().bytes),
    "LEN": (1, 1, INT, null_in(lambda execution, types, value: conversion.measure(
        text_of(value, types[0]).rstrip(" "), nvarchar(1)))),
    "DATALENGTH": (1, 1, lambda types: BIGINT if types[0] and types[0].long else INT, null_in(data_length)),
    "SUBSTRING": (3, 3, lambda types: as_text(types) if types[0].is_text else types[0], null_in(substring)),
    "LEFT": (2, 2, as_text, null_in(lambda execution, types, text, count: text_of(text, types[0])[:count])),
    "RIGHT": (2, 2, as_text, null_in(lambda execution, types, text, count: text_of(text, types[0])[-count:] if count else "")),
    "UPPER": (1, 1, as_text, null_in(lambda execution, types, text: text.upper())),
    "LOWER": (1, 1, as_text, null_in(lambda execution, types, text: text.lower())),
    "LTRIM": (1, 1, as_text, null_in(lambda execution, types, text: text.lstrip(" "))),
    "RTRIM": (1, 1, as_text, null_in(lambda execution, types, text: text.rstrip(" "))),
    "TRIM": (1, 1, as_text, null_in(lambda execution, types, text: text.strip(" "))),
    "REPLACE": (3, 3, lambda types: nvarchar(4000) if types[0].is_wide else varchar(8000),
                null_in(lambda execution, types, text, old, new: text.replace(old, new) if old else text)),
    "REPLICATE": (2, 2, lambda types: nvarchar(sql_types.MAX) if types[0].long else as_text(
        [nvarchar(4000) if types[0].is_wide else varchar(8000)]),
        null_in(lambda execution, types, text, count: (text * count)[:None if types[0].long else
                                                                    4000 if types[0].is_wide else 8000])),
    "CHARINDEX": (2, 3, INT, null_in(lambda execution, types, part, text, start=1: text.lower().find(
        part.lower(), max(start - 1, 0)) + 1)),
    "CONCAT": (2, 254, lambda types: nvarchar(4000) if any(kind and kind.is_wide for kind in types) else varchar(8000), concat),
    "QUOTENAME": (1, 2, nvarchar(258), null_in(lambda execution, types, text, *rest: "[" + text.replace("]", "]]") + "]")),
    "NCHAR": (1, 1, nvarchar(2), null_in(lambda execution, types, number: chr(number))),
    "CHAR": (1, 1, varchar(1), null_in(lambda execution, types, number: collations.find(
        execution.database.collation).decode(bytes([number])))),
    "UNICODE": (1, 1, INT, null_in(lambda execution, types, text: ord(text[0]) if text else None)),
    "ABS": (1, 1, same, null_in(lambda execution, types, value: abs(value))),
    "HASHBYTES": (2, 2, sql_types.varbinary(8000), null_in(hash_bytes)),
    "CHECKSUM": (1, 254, INT, lambda execution, types, *values: hash_of(values)),
}


def hash_of(values):
    number = int.from_bytes(hashlib.md5(repr(values).encode()).digest()[:4], "big")
    return number - 2**32 if number >= 2**31 else number
