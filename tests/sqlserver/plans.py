"""plan_query: a SELECT as fields and a function that gives its rows, lazily where nothing has to be sorted."""
import itertools
import operator

from sqlserver import conversion, errors, grouping, scan_ranges, sql_types, syntax
from sqlserver.expressions import common_of, compile_condition, compile_expression, compile_value
from sqlserver.joins import join
from sqlserver.operands import bring_to
from sqlserver.scopes import Compiled, Field, Scope
from sqlserver.sources import Source, changes_source, table_source
from sqlserver.tables import key_part


class Plan:
    def __init__(self, fields, rows, uses_outer=False, order=()):
        self.fields = fields
        self.rows = rows
        self.uses_outer = uses_outer
        self.order = order           # places of the result's columns in ORDER BY, counted from 1


def plan_query(execution, query, outer=None, exists=False):
    for name, columns, inner in query.ctes:
        execution.ctes[name.lower()] = (columns, inner)
    if query.unions:
        return plan_union(execution, query, outer)
    return plan_select(execution, query, outer, exists)


def plan_union(execution, query, outer):
    """UNION [ALL]: columns are brought to common types; one UNION without ALL makes the whole distinct."""
    head = syntax.Select(query.items, query.source, query.where, query.group, query.having, query.distinct, query.top)
    plans = [plan_select(execution, head, outer)] + [plan_query(execution, part, outer) for _, part in query.unions]
    if len({len(plan.fields) for plan in plans}) > 1:
        raise errors.SqlError(205, "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number "
                                   "of expressions in their target lists.", ends="batch")
    kinds = [common_of([Compiled(plan.fields[place].type, None) for plan in plans]) for place in range(len(plans[0].fields))]
    fields = [Field(field.name, kind, "", any(plan.fields[place].nullable for plan in plans))
              for place, (field, kind) in enumerate(zip(plans[0].fields, kinds))]
    changes = [[conversion.converter(field.type, kind, explicit=False) if field.type else None
                for field, kind in zip(plan.fields, kinds)] for plan in plans]

    def rows():
        for plan, change in zip(plans, changes):
            if any(change):
                yield from (tuple(one(value) if one else value for one, value in zip(change, row)) for row in plan.rows())
            else:
                yield from plan.rows()
    if not all(is_all for is_all, _ in query.unions):
        everything = rows
        rows = lambda: distinct_rows(everything(), fields)  # noqa: E731
    scope = Scope(fields, execution, outer)
    rows, order = ordered(query, scope, rows, [(field.name.lower(), place) for place, field in enumerate(fields)], None)
    return Plan(fields, limited(query, scope, rows), any(plan.uses_outer for plan in plans), order)


def source_of(execution, tree, outer):
    if tree is None:
        return Source([], lambda low=None, high=None: iter([()]))
    if isinstance(tree, syntax.TableRef):
        if len(tree.name) == 1 and tree.name[0].lower() in execution.ctes:
            columns, inner = execution.ctes[tree.name[0].lower()]
            return derived(execution, inner, tree.alias or tree.name[0], columns, outer)
        return table_source(execution, tree)
    if isinstance(tree, syntax.ChangesRef):
        execution.outer_scope = outer
        return changes_source(execution, tree, compile_value)
    if isinstance(tree, syntax.DerivedRef):
        return derived(execution, tree.query, tree.alias, tree.column_aliases, outer)
    if isinstance(tree, syntax.ValuesRef):
        return values_source(execution, tree, outer)
    if isinstance(tree, syntax.Join):
        left = source_of(execution, tree.left, outer)
        return join(execution, tree, left, lambda scope: source_of(execution, tree.right, scope), outer)
    if isinstance(tree, syntax.FunctionRef):
        return execution.table_function(tree)
    raise errors.refused(type(tree).__name__)


def derived(execution, query, alias, names, outer):
    plan = plan_query(execution, query, outer)
    if names and len(names) != len(plan.fields):
        raise errors.SqlError(8158, f"'{alias}' has more columns than were specified in the column list.", ends="batch")
    fields = [Field(names[place] if names else field.name, field.type, alias.lower(), field.nullable)
              for place, field in enumerate(plan.fields)]
    found = Source(fields, lambda low=None, high=None: plan.rows())
    found.uses_outer = plan.uses_outer
    return found


def values_source(execution, tree, outer):
    scope = Scope([], execution, outer)
    table = [[compile_value(item, scope) for item in row] for row in tree.rows]
    if len({len(row) for row in table}) > 1 or len(tree.column_aliases) != len(table[0]):
        raise errors.SqlError(10709, "The number of columns for each row in a table value constructor must be the same.", 15,
                              ends="batch")
    kinds = [common_of([row[place] for row in table]) for place in range(len(table[0]))]
    readers = [[bring_to(item, kind).evaluate for item, kind in zip(row, kinds)] for row in table]
    fields = [Field(name, kind, tree.alias.lower()) for name, kind in zip(tree.column_aliases, kinds)]
    found = Source(fields, lambda low=None, high=None: (tuple(read(()) for read in row) for row in readers))
    found.uses_outer = True
    return found


class KeyOrder:
    """How scan_ranges asks about the order of a source."""

    def __init__(self, source, scope):
        self.source = source
        self.scope = scope

    def __len__(self):
        return len(self.source.order)

    def place(self, tree):
        if not isinstance(tree, syntax.ColumnRef):
            return None
        found = self.scope.places(tree.parts)
        return self.source.order.index(found[0]) if found and found[0] in self.source.order else None

    def constant(self, place, tree):
        if isinstance(tree, syntax.ColumnRef) or not is_simple(tree):
            return False, None
        field = self.source.fields[self.source.order[place]]
        value = compile_expression(tree, Scope([], self.scope.execution))
        if value.type is None:
            return True, None
        if conversion.common_type(value.type, field.type).name != field.type.name:
            return False, None
        found = bring_to(value, field.type).evaluate(())
        part = self.source.key_parts[place]
        return True, found if part is None or found is None else part(found)


def is_simple(tree):
    return isinstance(tree, (syntax.Literal, syntax.Variable)) or (
        isinstance(tree, syntax.Unary) and tree.sign != "NOT" and is_simple(tree.operand)) or (
        isinstance(tree, syntax.Cast) and is_simple(tree.operand))


def filtered(execution, source, where, outer):
    """(scope, rows function) of FROM and WHERE; only the part of an ordered source that WHERE can select is read."""
    scope = Scope(source.fields, execution, outer)
    if where is None:
        return scope, source.rows
    test = compile_condition(where, scope).evaluate

    def rows():
        narrowed = scan_ranges.key_range(where, KeyOrder(source, scope)) if source.order else (None, None)
        if narrowed == scan_ranges.EMPTY:
            return iter(())
        return filter(test, source.rows(*narrowed))
    return scope, rows


def plan_select(execution, query, outer, exists=False):
    source = source_of(execution, query.source, outer)
    scope, rows = filtered(execution, source, query.where, outer)
    shape = source
    calls = grouping.aggregate_calls([query.items, query.having, [item.expression for item in query.order]])
    if calls or query.group:
        rows, places = grouping.grouped_rows(rows, scope, query.group, calls)
        scope.grouped = {scope.resolve(tree.parts)[2] for tree in query.group if isinstance(tree, syntax.ColumnRef)}
        scope.aggregates = places
        shape = None
        if query.having is not None:
            test, whole = compile_condition(query.having, scope).evaluate, rows
            rows = lambda: filter(test, whole())  # noqa: E731
    windows(query, scope, execution)
    items = expand(query.items, scope)
    values = [compile_value(item.expression, scope) for item in items]
    fields = [result_field(item, value, scope) for item, value in zip(items, values)]
    names = [(item.alias.lower(), place) for place, item in enumerate(items) if item.alias]
    if scope.windows:
        rows = numbered(rows, scope)
        shape = None
    rows, order = ordered(query, scope, rows, names, shape, items, values)
    project = projection(items, values, scope)
    inner = rows
    rows = lambda: map(project, inner())  # noqa: E731
    if query.distinct:
        everything = rows
        rows = lambda: distinct_rows(everything(), fields)  # noqa: E731
    return Plan(fields, limited(query, scope, rows), scope.uses_outer or source.uses_outer, order)


def expand(items, scope):
    """* and t.* become columns."""
    found = []
    for item in items:
        if not isinstance(item.expression, syntax.Star):
            found.append(item)
            continue
        table = item.expression.table
        fields = [field for field in scope.fields if not table or field.table == table[-1].lower()]
        if not fields:
            raise errors.SqlError(107, f"The column prefix '{'.'.join(table)}' does not match with a table name or alias name "
                                       "used in the query.", 15, ends="batch")
        found += [syntax.SelectItem(syntax.ColumnRef((field.table, field.name) if field.table else (field.name,)), None)
                  for field in fields]
    return found


def result_field(item, value, scope):
    tree, kind = item.expression, value.type or sql_types.INT
    if isinstance(tree, syntax.ColumnRef):
        field, _, place = scope.resolve(tree.parts)
        return Field(item.alias or field.name, kind, "", field.nullable, field.flags, field.origin)
    nullable = not (isinstance(tree, syntax.Literal) and tree.value is not None) and not (
        isinstance(tree, syntax.Call) and tree.name in ("COUNT", "COUNT_BIG"))
    if kind.name == "timestamp" or kind.long:
        nullable = True
    return Field(item.alias or "", kind if kind.precision != 1 or kind.name != "bit" else sql_types.BIT, "", nullable)


def projection(items, values, scope):
    places = [scope.places(item.expression.parts)[0] if isinstance(item.expression, syntax.ColumnRef) and
              scope.places(item.expression.parts) else None for item in items]
    if None not in places and places:
        if len(places) == 1:
            place = places[0]
            return lambda row: (row[place],)
        return operator.itemgetter(*places)
    readers = [value.evaluate for value in values]
    return lambda row: tuple([read(row) for read in readers])


def windows(query, scope, execution):
    """ROW_NUMBER() OVER (ORDER BY ...) without PARTITION; other window functions are refused."""
    scope.windows = []
    for item in query.items:
        tree = item.expression
        if isinstance(tree, syntax.Call) and tree.over is not None:
            if tree.name != "ROW_NUMBER" or tree.over[0] or scope.aggregates is not None:
                raise errors.refused(f"{tree.name} OVER")
            scope.windows.append(tree)
            scope.aggregates = {id(tree): (len(scope.fields), sql_types.BIGINT)}
            scope.grouped = set(range(len(scope.fields)))


def numbered(rows, scope):
    keys = sort_keys(scope.windows[0].over[1], scope)

    def produce():
        return (row + (number,) for number, row in enumerate(sort_rows(rows(), keys), 1))
    return produce


def sort_keys(items, scope):
    keys = []
    for item in items:
        value = compile_value(item.expression, scope)
        keys.append((value.evaluate, key_part(value.type) if value.type else None, item.descending))
    return keys


def sort_rows(rows, keys):
    found = list(rows)
    for read, part, descending in reversed(keys):
        def key(row, read=read, part=part):
            value = read(row)
            return (False, 0) if value is None else (True, part(value) if part else value)
        found.sort(key=key, reverse=descending)
    return found


def ordered(query, scope, rows, names, source, items=(), values=()):
    """Rows in the order asked for: as the source gives them where it can. Also the places of ORDER BY in the result."""
    if not query.order:
        return rows, ()
    by_name, keys, trees, places = dict(names), [], [], []
    for item in query.order:
        tree = item.expression
        place = None
        if isinstance(tree, syntax.Literal) and isinstance(tree.value, int):
            place = tree.value - 1
            if not 0 <= place < len(items or scope.fields):
                raise errors.SqlError(108, f"The ORDER BY position number {tree.value} is out of range of the number of items "
                                           "in the select list.", ends="batch")
        elif isinstance(tree, syntax.ColumnRef) and len(tree.parts) == 1 and tree.parts[0].lower() in by_name:
            place = by_name[tree.parts[0].lower()]
        if place is not None and items:
            tree = items[place].expression
        elif place is not None:
            tree = syntax.ColumnRef((scope.fields[place].name,))
        trees.append((tree, item.descending))
        places.append(place)
        value = compile_value(tree, scope)
        keys.append((value.evaluate, key_part(value.type) if value.type else None, item.descending))
    shown = tuple(place + 1 for place in places if place is not None)
    if source is not None and in_order(trees, scope, source):
        return rows, shown
    return (lambda: sort_rows(rows(), keys)), shown


def in_order(trees, scope, source):
    """True if the rows come sorted already: the asked columns are the first ones of the source's order."""
    if len(trees) > len(source.order):
        return False
    for (tree, descending), place in zip(trees, source.order):
        if descending or not isinstance(tree, syntax.ColumnRef) or scope.places(tree.parts) != [place]:
            return False
    return True


def distinct_rows(rows, fields):
    parts = [key_part(field.type) if field.type else None for field in fields]
    seen = set()
    for row in rows:
        key = tuple(value if part is None or value is None else part(value) for value, part in zip(row, parts))
        if key not in seen:
            seen.add(key)
            yield row


def limited(query, scope, rows):
    if query.top is None and query.offset is None:
        return rows
    if query.top is not None and query.offset is not None:
        raise errors.SqlError(10741, "A TOP can not be used in the same query or sub-query as a OFFSET.", 15, ends="batch")
    empty = Scope([], scope.execution)
    count = lambda tree: int(compile_value(tree, empty).evaluate(()))  # noqa: E731

    def produce():
        start = count(query.offset) if query.offset is not None else 0
        size = query.top if query.top is not None else query.fetch
        end = None if size is None else start + count(size)
        if start < 0 or end is not None and end < start:
            raise errors.SqlError(1060, "The number of rows provided for a TOP or FETCH clauses row count parameter must be an "
                                        "integer.", 15)
        return itertools.islice(rows(), start, end)
    return produce
