"""An independent comparison of source and warehouse: both sides read as text by other ways than Renkei's own."""


def _source_expression(name, kind):
    quoted = f"`{name}`"
    if kind in ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"):
        return f"COALESCE(MD5(CONVERT({quoted} USING utf8mb4)), 'null')"
    if kind in ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"):
        return f"COALESCE(MD5({quoted}), 'null')"
    if kind in ("datetime", "timestamp"):
        return f"COALESCE(DATE_FORMAT({quoted}, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 'null')"
    return f"COALESCE(CAST({quoted} AS CHAR), 'null')"


def _warehouse_expression(name, kind):
    quoted = '"' + name.replace('"', '""') + '"'
    if kind in ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "binary", "varbinary",
                "tinyblob", "blob", "mediumblob", "longblob"):
        return f"coalesce(md5({quoted}), 'null')"
    if kind == "datetime":
        return f"coalesce(strftime({quoted}, '%Y-%m-%d %H:%M:%S.%f'), 'null')"
    if kind == "timestamp":
        return f"coalesce(strftime({quoted} AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%f'), 'null')"
    return f"coalesce(CAST({quoted} AS VARCHAR), 'null')"


def _rows_that_differ(source, warehouse):
    """Multiset difference as (only at the source, only in the warehouse)."""
    counts = {}
    for row in source:
        counts[row] = counts.get(row, 0) + 1
    for row in warehouse:
        counts[row] = counts.get(row, 0) - 1
    return ([row for row, count in counts.items() if count > 0], [row for row, count in counts.items() if count < 0])


def differences(server, renkei, database, tables=None):
    """Text for each table whose rows are not the same on both sides; empty when all are equal.

    The source must be at rest and the warehouse caught up. Floating point columns are left out: their texts differ.
    """
    connection = server.connect(database)
    found = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET time_zone='+00:00'")
            cursor.execute("SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema=%s "
                           "ORDER BY table_name, ordinal_position", (database,))
            columns = {}
            for table, column, kind in cursor.fetchall():
                if kind not in ("float", "double"):
                    columns.setdefault(table, []).append((column, kind))
            for table, described in columns.items():
                if tables is not None and table not in tables:
                    continue
                cursor.execute(f"SELECT {', '.join(_source_expression(*c) for c in described)} FROM `{table}`", ())
                source = [tuple(row) for row in cursor.fetchall()]
                warehouse = [tuple(row) for row in renkei.query(
                    f"SELECT {', '.join(_warehouse_expression(*c) for c in described)} FROM {database}.\"{table}\"")]
                missing, extra = _rows_that_differ(source, warehouse)
                if missing or extra:
                    found.append(f"{database}.{table}: {len(source)} rows at the source, {len(warehouse)} in the warehouse; "
                                 f"{len(missing)} only at the source, e.g. {missing[:2]}; "
                                 f"{len(extra)} only in the warehouse, e.g. {extra[:2]}")
    finally:
        connection.close()
    return found
