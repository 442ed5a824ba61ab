"""The tree of a batch. Plain data; names are tuples of their parts, as written."""
import dataclasses
from dataclasses import field


def node(cls):
    return dataclasses.dataclass(slots=True, eq=False)(cls)


# Expressions

@node
class Literal:
    value: object
    type: object            # SqlType; None for NULL


@node
class Variable:
    name: str               # '@x' or '@@x', lower case


@node
class ColumnRef:
    parts: tuple


@node
class Star:
    table: tuple            # () for *


@node
class Unary:
    sign: str               # '-', '+', '~', 'NOT'
    operand: object


@node
class Binary:
    sign: str               # + - * / % & | ^ = <> < <= > >= AND OR
    left: object
    right: object


@node
class IsNull:
    operand: object
    negated: bool


@node
class In:
    operand: object
    items: list             # of expressions
    query: object           # or a Select
    negated: bool


@node
class Between:
    operand: object
    low: object
    high: object
    negated: bool


@node
class Like:
    operand: object
    pattern: object
    escape: object
    negated: bool


@node
class Exists:
    query: object


@node
class Scalar:
    query: object           # a subquery used as a value


@node
class Case:
    operand: object
    branches: list          # (when, then)
    otherwise: object


@node
class Cast:
    operand: object
    type: object            # TypeName
    style: object
    lenient: bool           # TRY_CAST, TRY_CONVERT


@node
class Collate:
    operand: object
    collation: str


@node
class Call:
    name: str               # upper case
    arguments: list
    distinct: bool = False
    star: bool = False      # COUNT(*)
    over: object = None     # (partition, order) of ROW_NUMBER and aggregates


@node
class Method:
    operand: object         # of a CLR type: g.STAsText(), or geography::Point(...) with operand = 'geography'
    name: str
    arguments: list
    is_property: bool = False


@node
class TypeName:
    name: str
    arguments: tuple
    collation: str | None = None


# Queries

@node
class SelectItem:
    expression: object
    alias: str | None
    variable: str | None = None      # SELECT @x = ...


@node
class TableRef:
    name: tuple
    alias: str | None
    hints: list
    line: int = 1


@node
class ChangesRef:
    """CHANGETABLE(CHANGES name, since) or CHANGETABLE(VERSION name, (columns), (values))."""
    kind: str
    name: tuple
    since: object
    columns: list
    values: list
    alias: str
    column_aliases: list
    line: int = 1


@node
class DerivedRef:
    query: object
    alias: str
    column_aliases: list


@node
class ValuesRef:
    rows: list
    alias: str
    column_aliases: list


@node
class FunctionRef:
    name: str
    arguments: list
    alias: str | None


@node
class Join:
    kind: str               # INNER LEFT RIGHT FULL CROSS 'CROSS APPLY' 'OUTER APPLY'
    left: object
    right: object
    on: object


@node
class OrderItem:
    expression: object
    descending: bool


@node
class Select:
    items: list
    source: object
    where: object
    group: list
    having: object
    distinct: bool = False
    top: object = None
    order: list = field(default_factory=list)
    offset: object = None
    fetch: object = None
    unions: list = field(default_factory=list)     # further Selects, (is_all, Select)
    into: tuple | None = None
    ctes: list = field(default_factory=list)       # (name, columns, Select)
    options: list = field(default_factory=list)


# Statements. `line` is the line of the first word, `command` names it in DONE.

@node
class Statement:
    kind: str
    line: int
    parts: dict
