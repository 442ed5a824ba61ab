"""CREATE, ALTER, DROP, GRANT: statements that change definitions."""
from sqlserver import lexer
from sqlserver.syntax import Statement

DATABASE_FLAGS = {"ALLOW_SNAPSHOT_ISOLATION", "READ_COMMITTED_SNAPSHOT"}
INDEX_OPTIONS = {"PAD_INDEX", "STATISTICS_NORECOMPUTE", "IGNORE_DUP_KEY", "ALLOW_ROW_LOCKS", "ALLOW_PAGE_LOCKS", "FILLFACTOR",
                 "DATA_COMPRESSION", "ONLINE"}


class DefinitionParser:
    """Part of Parser (parser.py)."""

    def create(self, line):
        stream = self.stream
        if stream.word("TABLE"):
            return self.create_table(line)
        if stream.word("DATABASE"):
            name = stream.name()
            collation = stream.name() if stream.word("COLLATE") else None
            return Statement("create database", line, {"name": name, "collation": collation})
        if stream.word("SCHEMA"):
            return Statement("create schema", line, {"name": stream.name()})
        if stream.word("LOGIN"):
            name = stream.name()
            stream.demand_word("WITH", "PASSWORD")
            stream.demand_sign("=")
            return Statement("create login", line, {"name": name, "password": stream.string()})
        if stream.word("USER"):
            name = stream.name()
            if stream.one_of("FOR", "FROM"):
                stream.demand_word("LOGIN")
                login = stream.name()
                if login.lower() != name.lower():
                    raise stream.unknown("a user of another name than its login")
            return Statement("create user", line, {"name": name})
        unique = bool(stream.word("UNIQUE"))
        clustered = stream.one_of("CLUSTERED", "NONCLUSTERED")
        if stream.word("INDEX"):
            return self.create_index(line, unique, clustered == "CLUSTERED")
        raise stream.unknown("CREATE " + stream.peek().text)

    def create_index(self, line, unique, clustered):
        stream = self.stream
        name = stream.name()
        stream.demand_word("ON")
        table = stream.dotted_name()
        columns = [column for column, _ in self.key_columns()]
        return Statement("create index", line, {"name": name, "table": table, "columns": columns, "unique": unique,
                                                "clustered": clustered})

    def create_table(self, line):
        stream = self.stream
        name = stream.dotted_name()
        stream.demand_sign("(")
        columns, key = [], None
        while True:
            if stream.peek().is_word("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"):
                key = self.table_key() or key
            else:
                column, own_key = self.column_definition()
                columns.append(column)
                key = own_key or key
            if not stream.sign(","):
                break
            if stream.peek().is_sign(")"):
                break
        stream.demand_sign(")")
        if stream.word("ON"):
            stream.name()
        if stream.word("WITH"):
            raise stream.unknown("CREATE TABLE ... WITH")
        return Statement("create table", line, {"name": name, "columns": columns, "key": key})

    def table_key(self):
        """(name, columns, clustered) of a PRIMARY KEY; other constraints are refused."""
        stream = self.stream
        name = stream.name() if stream.word("CONSTRAINT") else None
        if not stream.word("PRIMARY", "KEY"):
            raise stream.unknown(stream.peek().text)
        clustered = stream.one_of("CLUSTERED", "NONCLUSTERED") != "NONCLUSTERED"
        columns = [column for column, _ in self.key_columns()]
        if stream.word("WITH"):
            stream.in_brackets(lambda: stream.comma_list(self.index_option))
        if stream.word("ON"):
            stream.name()
        return name, columns, clustered

    def index_option(self):
        if not self.stream.one_of(*INDEX_OPTIONS):
            raise self.stream.wrong()
        self.stream.demand_sign("=")
        self.stream.next()

    def key_columns(self):
        def one():
            name = self.stream.name()
            if self.stream.one_of("ASC", "DESC") == "DESC":
                raise self.stream.unknown("a descending key")
            return name, False
        return self.stream.in_brackets(lambda: self.stream.comma_list(one))

    def column_definition(self):
        """({name, type, nullable, default, identity, computed, persisted}, key or None)"""
        stream = self.stream
        column = {"name": stream.name(), "type": None, "nullable": None, "default": None, "identity": None,
                  "computed": None, "persisted": False}
        key = None
        if stream.word("AS"):
            column["computed"] = stream.in_brackets(self.expression)
            column["persisted"] = stream.word("PERSISTED")
            return column, None
        if column["name"].lower() in ("timestamp",) and stream.peek().is_sign(",", ")"):
            raise stream.unknown("a column without a type")
        column["type"] = self.type_name()
        while True:
            if stream.word("NOT", "NULL"):
                column["nullable"] = False
            elif stream.word("NULL"):
                column["nullable"] = True
            elif stream.word("COLLATE"):
                column["type"].collation = stream.name()
            elif stream.word("DEFAULT"):
                column["default"] = self.default_value()
            elif stream.word("IDENTITY"):
                column["identity"] = self.identity()
            elif stream.word("ROWGUIDCOL") or stream.word("SPARSE"):
                raise stream.unknown(stream.peek(-1).text)
            elif stream.peek().is_word("CONSTRAINT") and stream.peek(2).is_word("DEFAULT"):
                stream.next(), stream.name()
            elif stream.peek().is_word("CONSTRAINT", "PRIMARY"):
                name = stream.name() if stream.word("CONSTRAINT") else None
                stream.demand_word("PRIMARY", "KEY")
                clustered = stream.one_of("CLUSTERED", "NONCLUSTERED") != "NONCLUSTERED"
                key = (name, [column["name"]], clustered)
            elif stream.peek().is_word("UNIQUE", "CHECK", "REFERENCES", "FOREIGN", "MASKED", "GENERATED", "ENCRYPTED"):
                raise stream.unknown(stream.peek().text)
            else:
                return column, key

    def default_value(self):
        return self.unary()

    def identity(self):
        if not self.stream.sign("("):
            return 1, 1
        seed = self.stream.integer()
        self.stream.demand_sign(",")
        step = self.stream.integer()
        self.stream.demand_sign(")")
        return seed, step

    def alter(self, line):
        stream = self.stream
        if stream.word("TABLE"):
            return self.alter_table(line)
        if stream.word("DATABASE"):
            return self.alter_database(line)
        raise stream.unknown("ALTER " + stream.peek().text)

    def alter_table(self, line):
        stream = self.stream
        parts = {"name": stream.dotted_name()}
        if stream.word("ENABLE", "CHANGE_TRACKING"):
            columns = False
            if stream.word("WITH"):
                stream.demand_sign("(")
                stream.demand_word("TRACK_COLUMNS_UPDATED")
                stream.demand_sign("=")
                columns = stream.one_of("ON", "OFF") == "ON"
                stream.demand_sign(")")
            return Statement("enable tracking", line, parts | {"columns": columns})
        if stream.word("DISABLE", "CHANGE_TRACKING"):
            return Statement("disable tracking", line, parts)
        if stream.word("ADD"):
            if stream.peek().is_word("CONSTRAINT", "PRIMARY"):
                return Statement("add key", line, parts | {"key": self.table_key()})
            columns = [column for column, _ in stream.comma_list(self.column_definition)]
            if stream.word("WITH"):
                stream.demand_word("VALUES")
                parts["with_values"] = True
            return Statement("add columns", line, parts | {"columns": columns})
        if stream.word("DROP"):
            if stream.word("CONSTRAINT"):
                return Statement("drop key", line, parts | {"constraint": stream.name()})
            stream.demand_word("COLUMN")
            return Statement("drop columns", line, parts | {"columns": stream.comma_list(stream.name)})
        if stream.word("ALTER", "COLUMN"):
            column, _ = self.column_definition()
            return Statement("alter column", line, parts | {"column": column})
        if stream.word("SET") or stream.peek().is_word("SWITCH", "REBUILD", "CHECK", "NOCHECK", "WITH"):
            raise stream.unknown("ALTER TABLE ... " + stream.peek().text)
        raise stream.wrong()

    def alter_database(self, line):
        stream = self.stream
        name = None if stream.word("CURRENT") else stream.name()
        stream.demand_word("SET")
        if stream.word("CHANGE_TRACKING"):
            return self.database_tracking(line, name)
        flag = stream.one_of(*DATABASE_FLAGS)
        if flag:
            value = stream.one_of("ON", "OFF")
            if not value:
                raise stream.wrong()
        else:
            flag = stream.one_of("READ_ONLY", "READ_WRITE", "MULTI_USER")
            if not flag:
                raise stream.unknown("ALTER DATABASE ... SET " + stream.peek().text)
            value = "ON"
        if stream.word("WITH"):
            if not (stream.word("NO_WAIT") or stream.word("ROLLBACK", "IMMEDIATE")):
                raise stream.wrong()
        return Statement("set database", line, {"name": name, "flag": flag, "value": value == "ON"})

    def database_tracking(self, line, name):
        stream, options = self.stream, {}
        switch = None
        if stream.sign("="):
            switch = stream.one_of("ON", "OFF")
            if not switch:
                raise stream.wrong()
        if switch != "OFF" and stream.sign("("):
            while True:
                option = stream.one_of("CHANGE_RETENTION", "AUTO_CLEANUP")
                if not option:
                    raise stream.wrong()
                stream.demand_sign("=")
                if option == "CHANGE_RETENTION":
                    options["retention"] = (stream.integer(), stream.one_of("DAYS", "HOURS", "MINUTES"))
                else:
                    options["auto_cleanup"] = stream.one_of("ON", "OFF") == "ON"
                if not stream.sign(","):
                    break
            stream.demand_sign(")")
        return Statement("database tracking", line, {"name": name, "switch": switch, "options": options})

    def drop(self, line):
        stream = self.stream
        kind = stream.one_of("TABLE", "DATABASE", "SCHEMA", "USER", "LOGIN")
        if not kind:
            raise stream.unknown("DROP " + stream.peek().text)
        if_exists = False
        if stream.peek().is_word("IF"):
            stream.newer("DROP ... IF EXISTS", "2016")
            stream.next()
            stream.demand_word("EXISTS")
            if_exists = True
        names = stream.comma_list(stream.dotted_name)
        return Statement("drop " + kind.lower(), line, {"names": names, "if_exists": if_exists})

    def permission(self, line, verb):
        """GRANT, DENY, REVOKE {permission}, ... [ON [SCHEMA:: | OBJECT:: | DATABASE::]name] TO user"""
        stream = self.stream
        names = stream.comma_list(self.permission_name)
        scope = None
        if stream.word("ON"):
            scope = ("OBJECT", None)
            if stream.peek(1).is_sign("::"):
                scope = (stream.next().text, None)
                stream.next()
            scope = (scope[0], stream.dotted_name())
            if stream.peek().is_sign("("):
                raise stream.unknown("permissions of columns")
        if not stream.one_of("TO", "FROM"):
            raise stream.wrong()
        return Statement("permission", line, {"verb": verb, "permissions": names, "scope": scope,
                                              "users": stream.comma_list(stream.name)})

    def permission_name(self):
        words = []
        while self.stream.peek().kind == lexer.NAME and not self.stream.peek().is_word("ON", "TO", "FROM"):
            words.append(self.stream.next().text)
        return " ".join(words)
