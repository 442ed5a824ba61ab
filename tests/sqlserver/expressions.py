"""compile_expression(tree, scope): a typed function of a row. NULL follows three-valued logic; conditions give True, False
or None. Conversions are put in where the types of operands differ, by precedence, as a server does."""
import re

from sqlserver import collations, conversion, errors, functions, sql_types, syntax, udts
from sqlserver.arithmetic import arithmetic, exact_literal
from sqlserver.operands import COMPARERS, CONDITION, bring_to, collation_of, comparable, compare, remembered
from sqlserver.scopes import Compiled
from sqlserver.sql_types import INTEGERS, UDTS, SqlType


def compile_expression(tree, scope):
    return COMPILERS[type(tree)](tree, scope)


def compile_condition(tree, scope):
    found = compile_expression(tree, scope)
    if found.type is not CONDITION:
        raise errors.SqlError(4145, "An expression of non-boolean type specified in a context where a condition is expected.",
                              15, ends="batch")
    return found


def compile_value(tree, scope):
    found = compile_expression(tree, scope)
    if found.type is CONDITION:
        raise errors.syntax("a condition used as a value")
    return found


def literal(tree, scope):
    value = tree.value
    kind = tree.type
    if kind is not None and kind.is_text and kind.collation is None:
        kind = SqlType(kind.name, kind.length)
    return Compiled(kind, lambda row: value, True)


def variable(tree, scope):
    execution = scope.execution
    if tree.name.startswith("@@"):
        kind, read = functions.global_variable(tree.name, execution)
        return Compiled(kind, lambda row: read(), True)
    slot = execution.variables.get(tree.name)
    if slot is None:
        raise errors.SqlError(137, f"Must declare the scalar variable \"{tree.name}\".", 15, state=2, ends="batch")
    return Compiled(slot.type, lambda row: slot.value, True)


def column(tree, scope):
    field, evaluate, place = scope.resolve(tree.parts)
    if scope.aggregates is not None and place is not None and place not in scope.grouped:
        raise errors.SqlError(8120, f"Column '{'.'.join(tree.parts)}' is invalid in the select list because it is not "
                                    "contained in either an aggregate function or the GROUP BY clause.", ends="batch")
    return Compiled(field.type, evaluate, False)


def unary(tree, scope):
    if tree.sign == "NOT":
        inner = compile_condition(tree.operand, scope)
        evaluate = inner.evaluate
        return Compiled(CONDITION, lambda row: None if (found := evaluate(row)) is None else not found, inner.constant)
    inner = compile_value(tree.operand, scope)
    evaluate = inner.evaluate
    if tree.sign == "+":
        return inner
    if inner.type is None or not inner.type.is_number:
        raise errors.SqlError(8117, f"Operand data type {inner.type} is invalid for minus operator.", ends="batch")
    if tree.sign == "~":
        return Compiled(inner.type, lambda row: None if (found := evaluate(row)) is None else ~found, inner.constant)
    if isinstance(tree.operand, syntax.Literal):
        kind = sql_types.INT if tree.operand.value == 2**31 else inner.type
        kind = sql_types.BIGINT if inner.type.name == "numeric" and not inner.type.scale and \
            inner.type.precision == 19 and tree.operand.value == 2**63 else kind
        value = -tree.operand.value
        return Compiled(kind, lambda row: int(value) if kind.name in INTEGERS else value, True)
    return Compiled(inner.type, lambda row: None if (found := evaluate(row)) is None else -found, inner.constant)


def binary(tree, scope):
    if tree.sign in ("AND", "OR"):
        return logical(tree, scope)
    left, right = compile_value(tree.left, scope), compile_value(tree.right, scope)
    if tree.sign in COMPARERS:
        return compare(tree.sign, left, right)
    return arithmetic(tree.sign, exact_literal(tree.left, left, right), exact_literal(tree.right, right, left))


def logical(tree, scope):
    left, right = compile_condition(tree.left, scope), compile_condition(tree.right, scope)
    first, second = left.evaluate, right.evaluate
    decisive = tree.sign == "OR"

    def evaluate(row):
        one = first(row)
        if one is decisive:
            return decisive
        two = second(row)
        if two is decisive:
            return decisive
        return None if one is None or two is None else not decisive
    return Compiled(CONDITION, evaluate, left.constant and right.constant)


def is_null(tree, scope):
    inner = compile_value(tree.operand, scope)
    evaluate, negated = inner.evaluate, tree.negated
    return Compiled(CONDITION, lambda row: (evaluate(row) is None) is not negated, inner.constant)


def membership(tree, scope):
    if tree.query is not None:
        return membership_of_query(tree, scope)
    operand = compile_value(tree.operand, scope)
    tests = [compare("=", operand, compile_value(item, scope)).evaluate for item in tree.items]
    negated = tree.negated

    def evaluate(row):
        unknown = False
        for test in tests:
            found = test(row)
            if found:
                return not negated
            unknown = unknown or found is None
        return None if unknown else negated
    return Compiled(CONDITION, evaluate, False)


def membership_of_query(tree, scope):
    operand = compile_value(tree.operand, scope)
    plan = scope.execution.plan(tree.query, scope)
    inner = Compiled(plan.fields[0].type, lambda row: row[0])
    first, second = comparable(operand, inner)
    negated, cell, kept = tree.negated, scope.cell, []

    def evaluate(row):
        if not kept or plan.uses_outer:
            cell[0] = row
            kept[:] = [{second(found) for found in plan.rows()}]
        one = first(row)
        if one is None:
            return None if kept[0] else negated
        if one in kept[0]:
            return not negated
        return None if None in kept[0] else negated
    return Compiled(CONDITION, evaluate, False)


def between(tree, scope):
    low = syntax.Binary(">=", tree.operand, tree.low)
    found = logical(syntax.Binary("AND", low, syntax.Binary("<=", tree.operand, tree.high)), scope)
    if not tree.negated:
        return found
    evaluate = found.evaluate
    return Compiled(CONDITION, lambda row: None if (one := evaluate(row)) is None else not one, found.constant)


def like(tree, scope):
    operand, pattern = compile_value(tree.operand, scope), compile_value(tree.pattern, scope)
    escape = tree.escape.value if tree.escape is not None else None
    collation = collations.find(collation_of(operand, pattern))
    flags = re.DOTALL | (0 if collation.binary or not collation.flags & 1 else re.IGNORECASE)
    first, second, negated = operand.evaluate, pattern.evaluate, tree.negated

    def evaluate(row):
        one, two = first(row), second(row)
        if one is None or two is None:
            return None
        return bool(re.fullmatch(like_pattern(two, escape), one, flags)) is not negated
    return Compiled(CONDITION, evaluate, operand.constant and pattern.constant)


def like_pattern(pattern, escape):
    out, at = "", 0
    while at < len(pattern):
        mark = pattern[at]
        if mark == escape and at + 1 < len(pattern):
            at += 1
            out += re.escape(pattern[at])
        elif mark == "%":
            out += ".*"
        elif mark == "_":
            out += "."
        elif mark == "[" and "]" in pattern[at + 1:]:
            end = pattern.index("]", at + 1)
            inside = pattern[at + 1:end].replace("\\", "\\\\")
            out += f"[{inside}]" if inside else re.escape("[]")
            at = end
        else:
            out += re.escape(mark)
        at += 1
    return out


def exists(tree, scope):
    plan, cell = scope.execution.plan(tree.query, scope, True), scope.cell

    def evaluate(row):
        cell[0] = row
        rows = plan.rows()
        found = next(iter(rows), None) is not None
        if hasattr(rows, "close"):
            rows.close()
        return found
    return Compiled(CONDITION, evaluate, False)


def scalar(tree, scope):
    plan, cell = scope.execution.plan(tree.query, scope), scope.cell
    if len(plan.fields) != 1:
        raise errors.SqlError(116, "Only one expression can be specified in the select list when the subquery is not "
                                   "introduced with EXISTS.", ends="batch")

    def evaluate(row):
        cell[0] = row
        rows = iter(plan.rows())
        found = next(rows, None)
        if next(rows, None) is not None:
            raise errors.SqlError(512, "Subquery returned more than 1 value. This is not permitted when the subquery follows "
                                       "=, !=, <, <= , >, >= or when the subquery is used as an expression.")
        return None if found is None else found[0]
    return Compiled(plan.fields[0].type, evaluate, False)


def case(tree, scope):
    tests = [when if tree.operand is None else syntax.Binary("=", tree.operand, when) for when, _ in tree.branches]
    conditions = [compile_condition(test, scope).evaluate for test in tests]
    values = [compile_value(value, scope) for _, value in tree.branches] + [compile_value(tree.otherwise, scope)]
    kind = common_of(values)
    values = [bring_to(value, kind).evaluate for value in values]

    def evaluate(row):
        for condition, value in zip(conditions, values):
            if condition(row):
                return value(row)
        return values[-1](row)
    return Compiled(kind, evaluate, False)


def common_of(values):
    kind = None
    for value in values:
        if value.type is not None:
            kind = value.type if kind is None else conversion.common_type(kind, value.type)
    if kind is None:
        raise errors.SqlError(8133, "At least one of the result expressions in a CASE specification must be an expression "
                                    "other than the NULL constant.", ends="batch")
    return kind


def declared_type(tree, scope, default_length=30):
    """The SqlType of a declaration; CAST without a length means 30, a column or variable 1."""
    arguments = tree.arguments
    if not arguments and tree.name in ("char", "varchar", "nchar", "nvarchar", "binary", "varbinary"):
        arguments = (default_length,)
    collation = tree.collation and collations.find(tree.collation).name
    kind = sql_types.make(tree.name, arguments, collation)
    if kind is None:
        raise errors.SqlError(243, f"Type {tree.name} is not a defined system type.", ends="batch")
    if kind.is_text and not kind.collation:
        kind = SqlType(kind.name, kind.length, collation=scope.execution.database.collation, sysname=kind.sysname)
    return kind


def cast(tree, scope):
    kind = declared_type(tree.type, scope)
    inner = compile_value(tree.operand, scope)
    if inner.type is not None and inner.type.is_text and inner.type.collation and kind.is_text:
        kind = SqlType(kind.name, kind.length, collation=inner.type.collation)
    style = compile_value(tree.style, scope).evaluate(()) if tree.style is not None else 0
    if inner.type is None:
        return Compiled(kind, inner.evaluate, True)
    change = conversion.converter(inner.type, kind, style)
    if change is None:
        return Compiled(kind, inner.evaluate, inner.constant)
    evaluate = inner.evaluate
    if tree.lenient:
        return Compiled(kind, lambda row: lenient(change, evaluate(row)), inner.constant)
    return remembered(Compiled(kind, lambda row: change(evaluate(row)), inner.constant))


def lenient(change, value):
    try:
        return change(value)
    except errors.SqlError as error:
        if error.number in (529, 206):
            raise
        return None


def collate(tree, scope):
    inner = compile_value(tree.operand, scope)
    kind = SqlType(inner.type.name, inner.type.length, collation=collations.find(tree.collation).name)
    return Compiled(kind, inner.evaluate, inner.constant, True)


def call(tree, scope):
    if scope.aggregates is not None and id(tree) in scope.aggregates:
        place, kind = scope.aggregates[id(tree)]
        return Compiled(kind, lambda row: row[place], False)
    return functions.compile_call(tree, scope, compile_value, bring_to, common_of, remembered)


def method(tree, scope):
    if isinstance(tree.operand, str):
        return static_method(tree, scope)
    inner = compile_value(tree.operand, scope)
    if inner.type is None or inner.type.name not in UDTS:
        raise errors.SqlError(258, f"Cannot call methods on {inner.type}.", 15, ends="batch")
    name, evaluate = inner.type.name, inner.evaluate
    sample = {"ToString": "text", "STAsText": "text", "STAsBinary": "bytes", "STSrid": "int", "GetLevel": "int",
              "Lat": "float", "Long": "float", "STX": "float", "STY": "float"}.get(tree.name)
    if sample is None or tree.arguments:
        raise errors.SqlError(6506, f"Could not find method '{tree.name}' for type '{name}'", ends="batch")
    kind = {"text": sql_types.nvarchar(sql_types.MAX), "bytes": sql_types.varbinary(sql_types.MAX), "int": sql_types.INT,
            "float": sql_types.FLOAT}[sample]
    return Compiled(kind, lambda row: None if (raw := evaluate(row)) is None else udts.call(name, raw, tree.name)[1], False)


def static_method(tree, scope):
    values = [compile_value(argument, scope) for argument in tree.arguments]
    name, kind = tree.operand, SqlType(tree.operand, sql_types.MAX)
    if name in ("geography", "geometry") and tree.name == "Point" and len(values) == 3:
        def point(row):
            first, second, srid = (float(value.evaluate(row)) for value in values)
            x, y = (second, first) if name == "geography" else (first, second)
            return udts.point(name, x, y, int(srid))
        return Compiled(kind, point, False)
    if name in UDTS and tree.name in ("Parse", "STGeomFromText"):
        return Compiled(kind, lambda row: udts.parse(name, values[0].evaluate(row)), False)
    raise errors.SqlError(6506, f"Could not find method '{tree.name}' for type '{name}'", ends="batch")


def star(tree, scope):
    raise errors.syntax("*")


COMPILERS = {
    syntax.Literal: literal, syntax.Variable: variable, syntax.ColumnRef: column, syntax.Unary: unary, syntax.Binary: binary,
    syntax.IsNull: is_null, syntax.In: membership, syntax.Between: between, syntax.Like: like, syntax.Exists: exists,
    syntax.Scalar: scalar, syntax.Case: case, syntax.Cast: cast, syntax.Collate: collate, syntax.Call: call,
    syntax.Method: method, syntax.Star: star,
}
