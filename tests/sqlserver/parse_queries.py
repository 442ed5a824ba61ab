"""SELECT and its FROM clause."""
from sqlserver import lexer, sql_types
from sqlserver.errors import SqlError
from sqlserver.syntax import (ChangesRef, DerivedRef, FunctionRef, Join, Literal, OrderItem, Select, SelectItem, Star, TableRef,
                              ValuesRef, Variable)

HINTS = {"NOLOCK", "READUNCOMMITTED", "READCOMMITTED", "READCOMMITTEDLOCK", "REPEATABLEREAD", "SERIALIZABLE", "HOLDLOCK",
         "UPDLOCK", "XLOCK", "TABLOCK", "TABLOCKX", "ROWLOCK", "PAGLOCK", "NOWAIT", "READPAST", "FORCESEEK", "SNAPSHOT"}
REFUSED_HINTS = {"READPAST", "SNAPSHOT"}
QUERY_OPTIONS = {"RECOMPILE", "MAXDOP", "FORCE", "LOOP", "HASH", "MERGE", "OPTIMIZE", "FAST", "KEEPFIXED", "ORDER", "JOIN",
                 "PLAN", "FOR", "UNKNOWN", "QUERYTRACEON", "USE", "HINT", "GROUP", "NO_PERFORMANCE_SPOOL"}
SET_OPERATIONS = {"EXCEPT", "INTERSECT"}


class QueryParser:
    """Part of Parser (parser.py)."""

    def query(self):
        """A SELECT with what may stand around it: WITH before, ORDER BY and OPTION behind."""
        stream = self.stream
        ctes = self.common_tables() if stream.word("WITH") else []
        found = self.select()
        while stream.word("UNION"):
            is_all = stream.word("ALL")
            found.unions.append((is_all, self.select()))
        if stream.peek().is_word(*SET_OPERATIONS, "FOR") and not stream.peek(1).is_word("XML_NEVER"):
            raise stream.unknown(stream.peek().text)
        if stream.word("ORDER", "BY"):
            found.order = self.order_by()
            if stream.word("OFFSET"):
                found.offset = self.expression()
                self.rows_word()
                if stream.word("FETCH"):
                    if not (stream.word("NEXT") or stream.word("FIRST")):
                        raise stream.wrong()
                    found.fetch = self.expression()
                    self.rows_word()
                    stream.demand_word("ONLY")
        if stream.word("OPTION"):
            found.options = stream.in_brackets(self.query_options)
        found.ctes = ctes
        return found

    def rows_word(self):
        if not self.stream.one_of("ROW", "ROWS"):
            raise self.stream.wrong()

    def query_options(self):
        words = []
        while not self.stream.peek().is_sign(")"):
            found = self.stream.next()
            if found.kind == lexer.NAME and found.text not in QUERY_OPTIONS:
                raise self.stream.unknown(found.text)
            if found.kind == lexer.END:
                raise self.stream.wrong()
            words.append(found.text)
        return words

    def common_tables(self):
        def one():
            name = self.stream.name()
            columns = self.name_list() if self.stream.peek().is_sign("(") else []
            self.stream.demand_word("AS")
            return name, columns, self.stream.in_brackets(self.query)
        return self.stream.comma_list(one)

    def name_list(self):
        return self.stream.in_brackets(lambda: self.stream.comma_list(self.stream.name))

    def order_by(self):
        def one():
            expression = self.expression()
            descending = self.stream.one_of("ASC", "DESC") == "DESC"
            return OrderItem(expression, descending)
        return self.stream.comma_list(one)

    def select(self):
        stream = self.stream
        if stream.sign("("):
            found = self.query()
            stream.demand_sign(")")
            return found
        stream.demand_word("SELECT")
        distinct = stream.one_of("DISTINCT", "ALL") == "DISTINCT"
        top = self.top() if stream.word("TOP") else None
        items = stream.comma_list(self.select_item)
        into = stream.dotted_name() if stream.word("INTO") else None
        source = self.source() if stream.word("FROM") else None
        where = self.condition() if stream.word("WHERE") else None
        group = stream.comma_list(self.expression) if stream.word("GROUP", "BY") else []
        having = self.condition() if stream.word("HAVING") else None
        return Select(items, source, where, group, having, distinct, top, into=into)

    def top(self):
        stream = self.stream
        if stream.peek().is_sign("("):
            found = stream.in_brackets(self.expression)
        else:
            found = Literal(stream.integer(), sql_types.BIGINT)
        if stream.one_of("PERCENT") or stream.peek().is_word("WITH") and stream.peek(1).is_word("TIES"):
            raise stream.unknown("TOP ... PERCENT or WITH TIES")
        return found

    def select_item(self):
        stream = self.stream
        if stream.sign("*"):
            return SelectItem(Star(()), None)
        if stream.peek().kind == lexer.VARIABLE and stream.peek(1).is_sign("="):
            name = stream.next().value
            stream.next()
            return SelectItem(self.expression(), None, name)
        if stream.is_name() and stream.peek(1).is_sign("=") and stream.peek().kind in (lexer.NAME, lexer.QUOTED):
            alias = stream.name()
            stream.next()
            return SelectItem(self.expression(), alias)
        star = self.qualified_star()
        if star:
            return SelectItem(star, None)
        expression = self.expression()
        return SelectItem(expression, self.alias())

    def qualified_star(self):
        stream, ahead = self.stream, 0
        while stream.is_name(ahead) and stream.peek(ahead + 1).is_sign("."):
            if stream.peek(ahead + 2).is_sign("*"):
                parts = tuple(stream.peek(place).value for place in range(0, ahead + 1, 2))
                stream.at += ahead + 3
                return Star(parts)
            ahead += 2
        return None

    def alias(self):
        stream = self.stream
        if stream.word("AS"):
            if stream.peek().kind in (lexer.STRING, lexer.WIDE_STRING):
                return stream.string()
            return stream.name()
        return stream.name() if stream.is_name() and not self.starts_statement() else None

    # FROM

    def source(self):
        left = self.joined()
        while self.stream.sign(","):
            left = Join("CROSS", left, self.joined(), None)
        return left

    def joined(self):
        stream = self.stream
        left = self.table_source()
        while True:
            kind = self.join_kind()
            if not kind:
                return left
            right = self.table_source()
            on = None
            if kind in ("INNER", "LEFT", "RIGHT", "FULL"):
                stream.demand_word("ON")
                on = self.condition()
            left = Join(kind, left, right, on)

    def join_kind(self):
        stream = self.stream
        if stream.word("CROSS", "APPLY") or stream.word("OUTER", "APPLY"):
            return stream.peek(-2).text + " APPLY"
        if stream.word("CROSS", "JOIN"):
            return "CROSS"
        if stream.word("JOIN") or stream.word("INNER", "JOIN"):
            return "INNER"
        if stream.peek().is_word("INNER", "LEFT", "RIGHT", "FULL"):
            kind = stream.next().text
            stream.word("OUTER")
            stream.one_of("LOOP", "HASH", "MERGE")
            stream.demand_word("JOIN")
            return kind
        return None

    def table_source(self):
        stream = self.stream
        if stream.peek().is_sign("("):
            return self.bracketed_source()
        line = stream.line
        if stream.peek().is_word("CHANGETABLE") and stream.peek(1).is_sign("("):
            return self.changes(line)
        if stream.peek().is_word("OPENJSON", "STRING_SPLIT", "GENERATE_SERIES"):
            stream.newer(stream.peek().text, "2022" if stream.peek().text == "GENERATE_SERIES" else "2016")
        if stream.peek().is_word("OPENROWSET", "OPENQUERY", "OPENXML"):
            raise stream.unknown(stream.peek().text)
        if stream.peek().kind == lexer.VARIABLE:
            raise stream.unknown("a table variable")
        name = stream.dotted_name()
        if stream.peek().is_sign("(") and not (stream.peek(1).is_word(*HINTS)):
            arguments = self.arguments()
            return FunctionRef(name[-1].lower(), arguments, self.alias())
        alias = self.alias()
        if stream.peek().is_word("TABLESAMPLE", "FOR", "PIVOT", "UNPIVOT"):
            raise stream.unknown(stream.peek().text)
        return TableRef(name, alias, self.hints(), line)

    def hints(self):
        stream = self.stream
        if stream.peek().is_word("WITH") and stream.peek(1).is_sign("("):
            stream.next()
        elif not (stream.peek().is_sign("(") and stream.peek(1).is_word(*HINTS)):
            return []

        def one():
            found = stream.next()
            if not found.is_word(*HINTS) or found.text in REFUSED_HINTS:
                raise stream.unknown(found.text)
            return found.text
        stream.demand_sign("(")
        found = [one()]
        while not stream.peek().is_sign(")"):
            stream.sign(",")
            found.append(one())
        stream.demand_sign(")")
        return found

    def bracketed_source(self):
        stream = self.stream
        stream.demand_sign("(")
        if stream.peek().is_word("SELECT", "WITH") or stream.peek().is_sign("("):
            query = self.query()
            stream.demand_sign(")")
            return DerivedRef(query, *self.named_source())
        if stream.word("VALUES"):
            rows = stream.comma_list(self.arguments)
            stream.demand_sign(")")
            return ValuesRef(rows, *self.named_source())
        found = self.source()
        stream.demand_sign(")")
        return found

    def named_source(self):
        alias = self.alias()
        if alias is None:
            raise self.stream.wrong()
        columns = self.name_list() if self.stream.peek().is_sign("(") else []
        return alias, columns

    def changes(self, line):
        stream = self.stream
        stream.demand_word("CHANGETABLE")
        stream.demand_sign("(")
        kind = stream.one_of("CHANGES", "VERSION")
        if not kind:
            raise stream.wrong()
        name = stream.dotted_name()
        stream.demand_sign(",")
        since, columns, values = None, [], []
        if kind == "CHANGES":
            since = self.scalar_only()
            if stream.sign(","):
                stream.newer("FORCESEEK", "2019")
                stream.demand_word("FORCESEEK")
        else:
            columns = self.name_list()
            stream.demand_sign(",")
            values = self.arguments()
        stream.demand_sign(")")
        alias = self.alias()
        if alias is None:
            raise SqlError(22104, "A table returned by the CHANGETABLE function must be aliased.", state=1, ends="batch")
        column_aliases = self.name_list() if stream.peek().is_sign("(") else []
        return ChangesRef(kind, name, since, columns, values, alias, column_aliases, line)

    def scalar_only(self):
        """The baseline of CHANGES: a literal, a variable or NULL; no expression."""
        stream = self.stream
        negative = bool(stream.sign("-"))
        found = stream.peek()
        if found.kind not in (lexer.INTEGER, lexer.VARIABLE) and not found.is_word("NULL"):
            raise stream.wrong()
        value = Variable(stream.next().value) if found.kind == lexer.VARIABLE else self.primary()
        if negative:
            value.value = -value.value
        return value
