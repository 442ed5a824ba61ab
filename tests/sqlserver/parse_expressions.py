"""Expressions and conditions, by precedence: OR < AND < NOT < comparison < + - & | ^ < * / % < unary < postfix."""
import decimal

from sqlserver import lexer, sql_types
from sqlserver.syntax import (Between, Binary, Call, Case, Cast, Collate, ColumnRef, Exists, In, IsNull, Like, Literal, Method,
                              Scalar, TypeName, Unary, Variable)

COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "!<": ">=", "!>": "<="}
# Functions written without brackets, and reserved words that are functions with them.
BARE = {"CURRENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER"}
RESERVED_FUNCTIONS = {"COALESCE", "NULLIF", "LEFT", "RIGHT"}
SINCE = {"STRING_AGG": "2017", "CONCAT_WS": "2017", "TRIM": "2017", "STRING_SPLIT": "2016", "JSON_VALUE": "2016",
         "OPENJSON": "2016", "GREATEST": "2022", "LEAST": "2022", "DATETRUNC": "2022", "GENERATE_SERIES": "2022",
         "COMPRESS": "2016", "DATEDIFF_BIG": "2016", "STRING_ESCAPE": "2016", "TRANSLATE": "2017", "ISJSON": "2016"}


class ExpressionParser:
    """Part of Parser (parser.py); `self.stream` is the reading head, `self.query()` parses a SELECT."""

    def expression(self):
        left = self.conjunction()
        while self.stream.word("OR"):
            left = Binary("OR", left, self.conjunction())
        return left

    condition = expression

    def conjunction(self):
        left = self.negation()
        while self.stream.word("AND"):
            left = Binary("AND", left, self.negation())
        return left

    def negation(self):
        if self.stream.word("NOT"):
            return Unary("NOT", self.negation())
        return self.comparison()

    def comparison(self):
        stream = self.stream
        if stream.word("EXISTS"):
            return Exists(stream.in_brackets(self.query))
        left = self.sum()
        while True:
            found = stream.peek()
            if found.kind == lexer.SIGN and found.text in COMPARISONS:
                stream.next()
                if stream.peek().is_word("ANY", "ALL", "SOME"):
                    raise stream.unknown(stream.peek().text)
                left = Binary(COMPARISONS[found.text], left, self.sum())
            elif stream.word("IS"):
                negated = stream.word("NOT")
                stream.demand_word("NULL")
                left = IsNull(left, negated)
            elif found.is_word("NOT", "IN", "BETWEEN", "LIKE"):
                left = self.membership(left, stream.word("NOT"))
            else:
                return left

    def membership(self, left, negated):
        stream = self.stream
        if stream.word("IN"):
            stream.demand_sign("(")
            if stream.peek().is_word("SELECT"):
                found = In(left, None, self.query(), negated)
            else:
                found = In(left, stream.comma_list(self.expression), None, negated)
            stream.demand_sign(")")
            return found
        if stream.word("BETWEEN"):
            low = self.sum()
            stream.demand_word("AND")
            return Between(left, low, self.sum(), negated)
        stream.demand_word("LIKE")
        pattern = self.sum()
        return Like(left, pattern, self.sum() if stream.word("ESCAPE") else None, negated)

    def sum(self):
        left = self.product()
        while sign := self.stream.sign("+", "-", "&", "|", "^"):
            left = Binary(sign, left, self.product())
        return left

    def product(self):
        left = self.unary()
        while sign := self.stream.sign("*", "/", "%"):
            left = Binary(sign, left, self.unary())
        return left

    def unary(self):
        if sign := self.stream.sign("-", "+", "~"):
            return Unary(sign, self.unary())
        return self.postfix(self.primary())

    def postfix(self, found):
        stream = self.stream
        while True:
            if stream.word("COLLATE"):
                found = Collate(found, stream.name())
            elif stream.peek().is_sign(".") and isinstance(found, (Method, Cast, Variable)):
                stream.next()
                found = self.method(found)
            else:
                return found

    def method(self, operand):
        name = self.stream.name()
        if self.stream.peek().is_sign("("):
            return Method(operand, name, self.arguments())
        return Method(operand, name, [], True)

    def arguments(self):
        stream = self.stream
        stream.demand_sign("(")
        if stream.sign(")"):
            return []
        found = stream.comma_list(self.expression)
        stream.demand_sign(")")
        return found

    def primary(self):
        stream = self.stream
        found = stream.peek()
        if found.kind in LITERALS:
            stream.next()
            return literal(found)
        if found.kind in (lexer.VARIABLE, lexer.GLOBAL):
            return Variable(stream.next().value)
        if stream.sign("("):
            inner = Scalar(self.query()) if stream.peek().is_word("SELECT", "WITH") else self.expression()
            stream.demand_sign(")")
            return inner
        if found.is_word("NULL"):
            stream.next()
            return Literal(None, None)
        if found.is_word("CASE"):
            return self.case()
        if found.is_word("CAST", "TRY_CAST", "CONVERT", "TRY_CONVERT") and stream.peek(1).is_sign("("):
            return self.cast(stream.next().text)
        if found.is_word(*BARE):
            stream.next()
            return Call(found.text, [])
        if found.is_sign("{"):
            return self.escape()
        if found.kind == lexer.NAME and found.text in RESERVED_FUNCTIONS and stream.peek(1).is_sign("("):
            return Call(stream.next().text, self.arguments())
        if stream.is_name():
            return self.column_or_call()
        raise stream.wrong()

    def column_or_call(self):
        stream = self.stream
        parts = [stream.name()]
        if stream.sign("::"):
            name = stream.name()
            return Method(parts[0].lower(), name, self.arguments() if stream.peek().is_sign("(") else [])
        while stream.peek().is_sign(".") and not stream.peek(1).is_sign("*"):
            stream.next()
            parts.append(stream.name())
        if not stream.peek().is_sign("("):
            return ColumnRef(tuple(parts))
        if len(parts) > 1 and parts[0].lower() not in ("sys", "dbo"):
            return Method(ColumnRef(tuple(parts[:-1])), parts[-1], self.arguments())
        return self.call(parts[-1].upper())

    def call(self, name):
        stream = self.stream
        if name in SINCE:
            stream.newer(name, SINCE[name])
        stream.demand_sign("(")
        if name in ("DATEADD", "DATEDIFF", "DATEPART", "DATENAME", "DATEDIFF_BIG"):
            part = Literal(stream.name().lower(), sql_types.varchar(30))
            stream.demand_sign(",")
            found = Call(name, [part] + stream.comma_list(self.expression))
            stream.demand_sign(")")
            return found
        found = Call(name, [])
        if stream.sign("*"):
            found.star = True
        elif not stream.peek().is_sign(")"):
            found.distinct = bool(stream.one_of("DISTINCT"))
            found.arguments = stream.comma_list(self.expression)
        stream.demand_sign(")")
        if stream.word("OVER"):
            found.over = stream.in_brackets(self.window)
        return found

    def window(self):
        partition = []
        if self.stream.word("PARTITION", "BY"):
            partition = self.stream.comma_list(self.expression)
        order = self.order_by() if self.stream.word("ORDER", "BY") else []
        return partition, order

    def escape(self):
        """ODBC escapes: {fn name(...)}, {d '...'}, {ts '...'}, {t '...'}."""
        stream = self.stream
        stream.demand_sign("{")
        kind = stream.name().lower()
        if kind == "fn":
            found = self.primary()
        elif kind in ("d", "t", "ts"):
            text = Literal(stream.string(), sql_types.varchar(30))
            found = Cast(text, TypeName("datetime", ()), None, False)
        else:
            raise stream.unknown("{" + kind)
        stream.demand_sign("}")
        return found

    def case(self):
        stream = self.stream
        stream.demand_word("CASE")
        operand = None if stream.peek().is_word("WHEN") else self.expression()
        branches = []
        while stream.word("WHEN"):
            when = self.expression()
            stream.demand_word("THEN")
            branches.append((when, self.expression()))
        otherwise = self.expression() if stream.word("ELSE") else Literal(None, None)
        stream.demand_word("END")
        if not branches:
            raise stream.wrong()
        return Case(operand, branches, otherwise)

    def cast(self, word):
        stream = self.stream
        stream.demand_sign("(")
        if word.endswith("CAST"):
            operand = self.expression()
            stream.demand_word("AS")
            found = Cast(operand, self.type_name(), None, word.startswith("TRY"))
        else:
            kind = self.type_name()
            stream.demand_sign(",")
            operand = self.expression()
            style = self.expression() if stream.sign(",") else None
            found = Cast(operand, kind, style, word.startswith("TRY"))
        stream.demand_sign(")")
        return found

    def type_name(self):
        stream = self.stream
        parts = stream.dotted_name()
        name = parts[-1].lower()
        if name == "double" and stream.word("PRECISION"):
            name = "float"
        arguments = []
        if stream.sign("("):
            while True:
                arguments.append(sql_types.MAX if stream.word("MAX") else stream.integer())
                if not stream.sign(","):
                    break
            stream.demand_sign(")")
        if name in ("national", "xml") and arguments:
            raise stream.unknown(name)
        return TypeName(name, tuple(arguments))


LITERALS = {lexer.STRING, lexer.WIDE_STRING, lexer.INTEGER, lexer.DECIMAL, lexer.FLOAT, lexer.MONEY, lexer.HEX}


def literal(token):
    """The type of a literal, as the documentation gives it."""
    if token.kind == lexer.STRING:
        return Literal(token.value, sql_types.varchar(min(max(len(token.value), 1), 8000) if len(token.value) <= 8000 else
                                                      sql_types.MAX))
    if token.kind == lexer.WIDE_STRING:
        units = len(token.value.encode("utf-16-le", "surrogatepass")) // 2
        return Literal(token.value, sql_types.nvarchar(max(units, 1) if units <= 4000 else sql_types.MAX))
    if token.kind == lexer.INTEGER:
        number = int(token.value)
        if number < 2**31:
            return Literal(number, sql_types.INT)
        return exact(str(number))
    if token.kind == lexer.DECIMAL:
        return exact(token.value)
    if token.kind == lexer.FLOAT:
        return Literal(float(token.value), sql_types.FLOAT)
    if token.kind == lexer.MONEY:
        return Literal(decimal.Decimal(token.value[1:]), sql_types.SqlType("money"))
    return Literal(token.value, sql_types.varbinary(max(len(token.value), 1) if len(token.value) <= 8000 else sql_types.MAX))


def exact(text):
    whole, _, part = text.partition(".")
    whole = whole.lstrip("0")
    kind = sql_types.SqlType("numeric", 0, max(len(whole) + len(part), 1), len(part))
    return Literal(decimal.Decimal(text), kind)
