"""Permissions: grants and denials of a user on database, schema and table, in the documented order: DENY wins.

An entry is (permission, scope): scope is ("DATABASE", name), ("SCHEMA", name) or ("OBJECT", object_id). CONTROL covers
all. Members of db_owner and the login `sa` may do everything; db_datareader grants SELECT.
"""
import dataclasses

from sqlserver import errors

KNOWN = {"SELECT", "INSERT", "UPDATE", "DELETE", "ALTER", "CONTROL", "VIEW CHANGE TRACKING", "VIEW DATABASE STATE",
         "VIEW DEFINITION", "CREATE TABLE", "CONNECT", "VIEW SERVER STATE"}


@dataclasses.dataclass
class Permissions:
    granted: set = dataclasses.field(default_factory=set)
    denied: set = dataclasses.field(default_factory=set)
    roles: set = dataclasses.field(default_factory=set)

    def allows(self, permission, scopes):
        if "db_owner" in self.roles:
            return True
        names = {permission, "CONTROL"}
        if any((name, scope) in self.denied for name in names for scope in scopes):
            return False
        if permission == "SELECT" and "db_datareader" in self.roles:
            return True
        return any((name, scope) in self.granted for name in names for scope in scopes)


def scopes_of(database, table):
    return [("DATABASE", database.name.lower()), ("SCHEMA", table.schema.lower()), ("OBJECT", table.object_id)]


def may(session, database, table, permission):
    if session.is_sysadmin:
        return True
    held = database.users.get(session.user_of(database))
    return held is not None and held.allows(permission, scopes_of(database, table))


def may_in_database(session, database, permission):
    if session.is_sysadmin:
        return True
    held = database.users.get(session.user_of(database))
    return held is not None and held.allows(permission, [("DATABASE", database.name.lower())])


def demand(session, database, table, permission):
    if not may(session, database, table, permission):
        raise errors.denied(permission, "object", table.name, database.name, table.schema)


def demand_alter(session, database, table):
    """DDL without the right answers as if the table were not there."""
    if not may(session, database, table, "ALTER"):
        raise errors.SqlError(1088, f"Cannot find the object \"{table.full_name}\" because it does not exist or you do not "
                                    "have permissions.", state=12)


def visible(session, database, table):
    """Catalog views show what the user has any permission on."""
    return any(may(session, database, table, name) for name in
               ("SELECT", "INSERT", "UPDATE", "DELETE", "ALTER", "VIEW CHANGE TRACKING", "VIEW DEFINITION"))
