"""parse(text): a batch as a list of statements. The whole batch is refused when one word of it is unknown."""
import functools

from sqlserver import lexer
from sqlserver.parse_definitions import DefinitionParser
from sqlserver.parse_expressions import ExpressionParser
from sqlserver.parse_queries import QueryParser
from sqlserver.syntax import Statement
from sqlserver.token_stream import TokenStream

SWITCHES = {"NOCOUNT", "XACT_ABORT", "ANSI_NULLS", "ANSI_PADDING", "ANSI_WARNINGS", "ARITHABORT", "QUOTED_IDENTIFIER",
            "CONCAT_NULL_YIELDS_NULL", "ANSI_NULL_DFLT_ON", "CURSOR_CLOSE_ON_COMMIT", "IMPLICIT_TRANSACTIONS", "ANSI_DEFAULTS",
            "NUMERIC_ROUNDABORT", "FMTONLY", "NOEXEC", "ARITHIGNORE", "NO_BROWSETABLE", "REMOTE_PROC_TRANSACTIONS"}
ISOLATIONS = ("READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SNAPSHOT", "SERIALIZABLE")
STARTERS = {"SELECT", "INSERT", "UPDATE", "DELETE", "SET", "DECLARE", "IF", "BEGIN", "COMMIT", "ROLLBACK", "SAVE", "CREATE",
            "ALTER", "DROP", "TRUNCATE", "EXEC", "EXECUTE", "PRINT", "RAISERROR", "USE", "WAITFOR", "GRANT", "DENY", "REVOKE",
            "WITH", "WHILE", "RETURN", "KILL", "ELSE", "END", "UNION", "ORDER", "OPTION", "GO", "THROW", "ENABLE", "CHECKPOINT"}
CONNECTING = {"OFFSET", "FETCH", "INNER", "CROSS", "OUTER", "LEFT", "RIGHT", "FULL", "ON", "WHERE", "GROUP", "HAVING", "EXCEPT",
              "INTERSECT", "FOR", "VALUES", "DEFAULT", "OUTPUT", "TABLESAMPLE", "PIVOT", "UNPIVOT"}


class Parser(ExpressionParser, QueryParser, DefinitionParser):
    def __init__(self, text, quoted_identifier=True, compat="2019"):
        self.stream = TokenStream(text, quoted_identifier, compat)

    def batch(self):
        statements = []
        while True:
            while self.stream.sign(";"):
                pass
            if self.stream.at_end():
                return statements
            statements.append(self.statement())

    def starts_statement(self):
        return self.stream.peek().is_word(*STARTERS, *CONNECTING)

    def statement(self):
        stream = self.stream
        found, line = stream.peek(), stream.line
        if found.is_word("SELECT", "WITH") or found.is_sign("("):
            return self.query_statement(line)
        if found.kind == lexer.NAME:
            reader = getattr(self, "read_" + found.text.lower(), None)
            if reader and found.text in STARTERS:
                stream.next()
                return reader(line)
            if found.text not in lexer.RESERVED and len(stream.tokens) > 1 and stream.at == 0:
                return self.call_procedure(line)
        if found.is_word("MERGE", "GOTO", "REVERT", "KILL", "WHILE", "OPEN"):
            raise stream.unknown(found.text)
        raise stream.wrong()

    def query_statement(self, line):
        if self.stream.peek().is_word("WITH") and self.stream.peek(1).is_word("CHANGE_TRACKING_CONTEXT"):
            self.stream.at += 2
            context = self.stream.in_brackets(self.expression)
            inner = self.statement()
            if inner.kind not in ("insert", "update", "delete"):
                raise self.stream.wrong()
            inner.parts["context"] = context
            return inner
        return Statement("select", line, {"query": self.query()})

    # Data

    def read_insert(self, line):
        stream = self.stream
        stream.word("INTO")
        name = stream.dotted_name()
        hints = self.hints()
        columns = self.name_list() if stream.peek().is_sign("(") and not stream.peek(1).is_word("SELECT") else None
        output = self.output()
        parts = {"name": name, "columns": columns, "rows": None, "query": None, "output": output, "hints": hints}
        if stream.word("VALUES"):
            parts["rows"] = stream.comma_list(self.value_row)
        elif stream.word("DEFAULT", "VALUES"):
            parts["rows"] = [[]]
            parts["columns"] = []
        elif stream.peek().is_word("EXEC", "EXECUTE"):
            raise stream.unknown("INSERT ... EXEC")
        else:
            parts["query"] = self.query()
        return Statement("insert", line, parts)

    def value_row(self):
        def one():
            return None if self.stream.word("DEFAULT") else self.expression()
        return self.stream.in_brackets(lambda: self.stream.comma_list(one))

    def output(self):
        if not self.stream.word("OUTPUT"):
            return None
        items = self.stream.comma_list(self.select_item)
        if self.stream.peek().is_word("INTO"):
            raise self.stream.unknown("OUTPUT ... INTO")
        return items

    def read_update(self, line):
        stream = self.stream
        top = stream.in_brackets(self.expression) if stream.word("TOP") else None
        name = stream.dotted_name()
        self.hints()
        stream.demand_word("SET")
        assignments = stream.comma_list(self.assignment)
        output = self.output()
        source = self.source() if stream.word("FROM") else None
        where = self.condition() if stream.word("WHERE") else None
        return Statement("update", line, {"name": name, "assignments": assignments, "source": source, "where": where,
                                          "top": top, "output": output})

    def assignment(self):
        stream = self.stream
        if stream.peek().kind == lexer.VARIABLE:
            raise stream.unknown("UPDATE ... SET @variable")
        name = stream.dotted_name()[-1]
        sign = stream.sign("=", "+=", "-=")
        if not sign:
            raise stream.wrong()
        if stream.word("DEFAULT"):
            return name, sign, None
        return name, sign, self.expression()

    def read_delete(self, line):
        stream = self.stream
        top = stream.in_brackets(self.expression) if stream.word("TOP") else None
        stream.word("FROM")
        name = stream.dotted_name()
        alias = self.alias() if stream.is_name() else None
        self.hints()
        output = self.output()
        source = self.source() if stream.word("FROM") else None
        where = self.condition() if stream.word("WHERE") else None
        if alias and not source:
            raise stream.wrong()
        return Statement("delete", line, {"name": name, "source": source, "where": where, "top": top, "output": output})

    def read_truncate(self, line):
        self.stream.demand_word("TABLE")
        return Statement("truncate", line, {"name": self.stream.dotted_name()})

    # Definitions

    def read_create(self, line):
        return self.create(line)

    def read_alter(self, line):
        return self.alter(line)

    def read_drop(self, line):
        return self.drop(line)

    def read_grant(self, line):
        return self.permission(line, "GRANT")

    def read_deny(self, line):
        return self.permission(line, "DENY")

    def read_revoke(self, line):
        return self.permission(line, "REVOKE")

    # Control

    def read_declare(self, line):
        def one():
            if self.stream.peek().kind != lexer.VARIABLE:
                raise self.stream.wrong()
            name = self.stream.next().value
            self.stream.word("AS")
            if self.stream.peek().is_word("TABLE", "CURSOR"):
                raise self.stream.unknown("DECLARE ... " + self.stream.peek().text)
            kind = self.type_name()
            return name, kind, self.expression() if self.stream.sign("=") else None
        return Statement("declare", line, {"variables": self.stream.comma_list(one)})

    def read_set(self, line):
        stream = self.stream
        if stream.peek().kind == lexer.VARIABLE:
            name = stream.next().value
            sign = stream.sign("=", "+=", "-=")
            if not sign:
                raise stream.wrong()
            return Statement("assign", line, {"name": name, "sign": sign, "value": self.expression()})
        if stream.word("TRANSACTION", "ISOLATION", "LEVEL"):
            for level in ISOLATIONS:
                if stream.word(*level.split()):
                    return Statement("isolation", line, {"level": level})
            raise stream.wrong()
        if stream.word("IDENTITY_INSERT"):
            table = stream.dotted_name()
            return Statement("set", line, {"names": ["IDENTITY_INSERT"], "value": self.on_off(), "table": table})
        if stream.peek().is_word(*SWITCHES):
            names = stream.comma_list(stream.name)
            wrong = [name for name in names if name.upper() not in SWITCHES]
            if wrong:
                raise stream.unknown(wrong[0])
            return Statement("set", line, {"names": [name.upper() for name in names], "value": self.on_off()})
        name = stream.one_of("LOCK_TIMEOUT", "DEADLOCK_PRIORITY", "TEXTSIZE", "ROWCOUNT", "DATEFIRST", "DATEFORMAT", "LANGUAGE",
                             "QUERY_GOVERNOR_COST_LIMIT")
        if not name:
            raise stream.unknown("SET " + stream.peek().text)
        return Statement("set value", line, {"name": name, "value": self.option_value()})

    def on_off(self):
        found = self.stream.one_of("ON", "OFF")
        if not found:
            raise self.stream.wrong()
        return found == "ON"

    def option_value(self):
        stream = self.stream
        if stream.peek().is_sign("-") or stream.peek().kind in (lexer.INTEGER, lexer.VARIABLE):
            return self.unary()
        if stream.peek().kind in (lexer.STRING, lexer.WIDE_STRING):
            return stream.string()
        return stream.name()

    def read_if(self, line):
        condition = self.condition()
        then = self.block()
        while self.stream.peek().is_sign(";") and self.stream.peek(1).is_word("ELSE"):
            self.stream.next()
        otherwise = self.block() if self.stream.word("ELSE") else []
        return Statement("if", line, {"condition": condition, "then": then, "otherwise": otherwise})

    def block(self):
        stream = self.stream
        if not (stream.peek().is_word("BEGIN") and not stream.peek(1).is_word("TRAN", "TRANSACTION", "TRY", "CATCH")):
            return [self.statement()]
        stream.next()
        statements = []
        while not stream.word("END"):
            if not stream.sign(";"):
                statements.append(self.statement())
        return statements

    def read_begin(self, line):
        stream = self.stream
        if stream.one_of("TRAN", "TRANSACTION"):
            name = stream.name() if stream.is_name() and not self.starts_statement() else None
            return Statement("begin", line, {"name": name})
        if stream.peek().is_word("TRY", "CATCH"):
            raise stream.unknown("BEGIN " + stream.peek().text)
        stream.at -= 1
        return Statement("block", line, {"statements": self.block()})

    def transaction_end(self, line, kind):
        stream = self.stream
        if stream.one_of("TRAN", "TRANSACTION"):
            name = stream.name() if stream.is_name() and not self.starts_statement() else None
            return Statement(kind, line, {"name": name})
        stream.word("WORK")
        return Statement(kind, line, {"name": None})

    def read_commit(self, line):
        return self.transaction_end(line, "commit")

    def read_rollback(self, line):
        return self.transaction_end(line, "rollback")

    def read_save(self, line):
        return self.transaction_end(line, "save")

    def read_print(self, line):
        return Statement("print", line, {"value": self.expression()})

    def read_raiserror(self, line):
        return Statement("raiserror", line, {"arguments": self.arguments()})

    def read_use(self, line):
        return Statement("use", line, {"name": self.stream.name()})

    def read_waitfor(self, line):
        self.stream.demand_word("DELAY")
        return Statement("waitfor", line, {"delay": self.primary()})

    def read_return(self, line):
        stream = self.stream
        value = None if stream.at_end() or stream.peek().is_sign(";") or self.starts_statement() else self.expression()
        return Statement("return", line, {"value": value})

    def read_exec(self, line):
        return self.call_procedure(line)

    read_execute = read_exec

    def call_procedure(self, line):
        stream = self.stream
        result = None
        if stream.peek().is_sign("("):
            text = stream.in_brackets(self.expression)
            return Statement("exec text", line, {"text": text})
        if stream.peek().kind == lexer.VARIABLE and stream.peek(1).is_sign("="):
            result = stream.next().value
            stream.next()
        name = stream.dotted_name()
        arguments = []
        if not (stream.at_end() or stream.peek().is_sign(";") or self.starts_statement()):
            arguments = stream.comma_list(self.procedure_argument)
        return Statement("exec", line, {"name": name, "arguments": arguments, "result": result})

    def procedure_argument(self):
        stream = self.stream
        name = None
        if stream.peek().kind == lexer.VARIABLE and stream.peek(1).is_sign("="):
            name = stream.next().value
            stream.next()
        if stream.word("DEFAULT"):
            raise stream.unknown("DEFAULT")
        value = self.unary() if not stream.is_name() else self.bare_word()
        output = bool(stream.one_of("OUTPUT", "OUT"))
        return name, value, output

    def bare_word(self):
        """A word without quotes is a string, as EXEC takes it."""
        from sqlserver import sql_types
        from sqlserver.syntax import Literal
        if self.stream.peek(1).is_sign("(", "."):
            raise self.stream.unknown("an expression as argument of EXEC")
        text = self.stream.name()
        return Literal(text, sql_types.nvarchar(max(len(text), 1)))



@functools.lru_cache(maxsize=4096)
def parse(text, quoted_identifier=True, compat="2019"):
    """Trees are never changed after parsing, so that one text is parsed once."""
    return tuple(Parser(text, quoted_identifier, compat).batch())
