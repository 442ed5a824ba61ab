"""What SERVERPROPERTY, DATABASEPROPERTYEX, COLUMNPROPERTY and their like answer; NULL for a name they do not know."""
from sqlserver import collations, errors
from sqlserver.sql_types import INT, Variant, nvarchar

PRECISIONS = {"bit": (1, 0), "tinyint": (3, 0), "smallint": (5, 0), "int": (10, 0), "bigint": (19, 0), "money": (19, 4),
              "smallmoney": (10, 4), "real": (24, 0), "float": (53, 0), "date": (10, 0), "datetime": (23, 3),
              "smalldatetime": (16, 0)}


def precision_of(kind):
    """(precision, scale) as sys.columns lists them."""
    if kind.name in ("decimal", "numeric"):
        return kind.precision, kind.scale
    if kind.name in ("time", "datetime2", "datetimeoffset"):
        base = {"time": 8, "datetime2": 19, "datetimeoffset": 26}[kind.name]
        return base + (kind.scale + 1 if kind.scale else 0), kind.scale
    return PRECISIONS.get(kind.name, (0, 0))


def text(value):
    return Variant(nvarchar(128), value)


def server_property(execution, types, name):
    instance = execution.session.instance
    version = "{}.{}.{}.0".format(*instance.build)
    texts = {"productversion": version, "productlevel": "RTM", "edition": "Developer Edition (64-bit)",
             "servername": instance.name, "machinename": instance.name, "collation": instance.collation,
             "instancename": None, "productmajorversion": str(instance.build[0])}
    numbers = {"engineedition": 3, "isclustered": 0, "ishadrenabled": int(any(
        one.secondary for one in instance.databases.values())), "isintegratedsecurityonly": 0, "isfulltextinstalled": 0,
        "lcid": 1033, "issingleuser": 0}
    wanted = name.lower()
    if texts.get(wanted):
        return text(texts[wanted])
    return Variant(INT, numbers[wanted]) if wanted in numbers else None


def database_property(execution, types, database, name):
    found = execution.session.instance.database(database)
    if found is None:
        return None
    texts = {"collation": found.collation, "status": "ONLINE", "recovery": "FULL", "useraccess": "MULTI_USER",
             "updateability": "READ_WRITE" if found.updateable else "READ_ONLY"}
    numbers = {"version": 904, "isautoclose": 0, "lcid": collations.find(found.collation).lcid & 0xFFFF}
    wanted = name.lower()
    if wanted in texts:
        return text(texts[wanted])
    return Variant(INT, numbers[wanted]) if wanted in numbers else None


def collation_property(execution, types, collation, name):
    try:
        found = collations.find(collation)
    except errors.SqlError:
        return None
    style = 0 if found.binary else ((found.flags & 1) | (found.flags & 2) | (0x20000 if found.flags & 4 else 0) |
                                    (0x10000 if found.flags & 8 else 0))
    numbers = {"codepage": found.code_page(), "lcid": found.lcid, "comparisonstyle": style, "version": found.version}
    return Variant(INT, numbers[name.lower()]) if name.lower() in numbers else None


def column_property(execution, types, object_id, column, name):
    table = execution.database.tables.get(object_id)
    place = table.names.get(column.lower()) if table else None
    if place is None:
        return None
    found = table.columns[place]
    answers = {"columnid": found.column_id, "allowsnull": int(found.nullable), "isidentity": int(bool(found.identity)),
               "iscomputed": int(found.computed is not None), "precision": precision_of(found.type)[0],
               "scale": precision_of(found.type)[1], "ordinal": place + 1}
    return answers.get(name.lower())


def object_property(execution, types, object_id, name):
    table = execution.database.tables.get(object_id)
    if table is None:
        return None
    answers = {"istable": 1, "isusertable": 1, "tablehasprimarykey": int(table.key is not None), "isview": 0,
               "tablehasidentity": int(any(column.identity for column in table.columns)), "ismsshipped": 0}
    return answers.get(name.lower())


def column_length(execution, types, table, column):
    from sqlserver.functions import split_name
    found = execution.find_table(split_name(table))
    place = found.names.get(column.lower()) if found else None
    return None if place is None else found.columns[place].type.max_length()
