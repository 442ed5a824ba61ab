"""Joins of two sources. The left side keeps its order. An equality over the whole primary key of a table on the right is a
lookup per row (no memory); other equalities are hashed; everything else is a nested loop."""
from sqlserver import conversion, errors, syntax
from sqlserver.expressions import compile_condition, compile_expression
from sqlserver.operands import comparable
from sqlserver.scopes import Scope
from sqlserver.sources import Source


def join(execution, tree, left, right_of, outer):
    """`right_of(scope)` makes the right side; an APPLY's may see the left row through scope."""
    left_scope = Scope(left.fields, execution, outer)
    applied = tree.kind.endswith("APPLY")
    right = right_of(left_scope if applied else outer)
    fields = left.fields + right.fields
    if tree.kind == "RIGHT":
        swapped = join(execution, syntax.Join("LEFT", tree.right, tree.left, tree.on), right, lambda scope: left, outer)
        count = len(right.fields)
        return Source(fields, lambda low=None, high=None: (row[count:] + row[:count] for row in swapped.rows()))
    if applied or tree.kind == "CROSS":
        rows = nested(left, right, None, tree.kind == "OUTER APPLY", left_scope)
    else:
        rows = conditional(execution, tree, left, right, fields, outer)
    found = Source(fields, rows)
    if tree.kind not in ("FULL",):
        found.order, found.key_parts = left.order, left.key_parts
        for field in right.fields if tree.kind in ("LEFT", "OUTER APPLY") else ():
            field.nullable = True
    return found


def conditional(execution, tree, left, right, fields, outer):
    scope = Scope(fields, execution, outer)
    pairs, rest = equalities(tree.on, scope, len(left.fields))
    if tree.kind == "FULL":
        raise errors.refused("FULL JOIN")
    keep = tree.kind == "LEFT"
    if right.lookup and pairs:
        found = lookup(execution, pairs, rest, left, right, scope, keep)
        if found:
            return found
    if pairs:
        return hashed(pairs, rest, left, right, scope, keep)
    return nested(left, right, compile_condition(tree.on, scope).evaluate, keep, None)


def equalities(tree, scope, border):
    """([(left tree, right tree)], remaining conditions) of the conjunction."""
    if isinstance(tree, syntax.Binary) and tree.sign == "AND":
        first, second = equalities(tree.left, scope, border), equalities(tree.right, scope, border)
        return first[0] + second[0], first[1] + second[1]
    if isinstance(tree, syntax.Binary) and tree.sign == "=" and isinstance(tree.left, syntax.ColumnRef) and \
            isinstance(tree.right, syntax.ColumnRef):
        places = [scope.resolve(side.parts)[2] for side in (tree.left, tree.right)]
        if None not in places and (places[0] < border) != (places[1] < border):
            return [(tree.left, tree.right) if places[0] < border else (tree.right, tree.left)], []
    return [], [tree]


def tests_of(conditions, scope):
    return [compile_condition(condition, scope).evaluate for condition in conditions]


def lookup(execution, pairs, rest, left, right, scope, keep):
    places, find = right.lookup
    border = len(left.fields)
    by_place = {}
    for one, two in pairs:
        place = scope.resolve(two.parts)[2] - border
        by_place.setdefault(place, one)
        if place not in places:
            rest = rest + [syntax.Binary("=", one, two)]
    if set(places) - set(by_place):
        return None
    makers = []
    for place, part in zip(places, right.key_parts):
        value = compile_expression(by_place[place], scope)
        target = right.fields[place].type
        if value.type.name != target.name and conversion.common_type(value.type, target).name != target.name:
            return None
        change = conversion.converter(value.type, target, explicit=False) if value.type.name != target.name else None
        makers.append((scope.resolve(by_place[place].parts)[2], change, part))
    tests, empty = tests_of(rest, scope), (None,) * len(right.fields)
    direct = makers[0][0] if len(makers) == 1 and makers[0][1] is None and makers[0][2] is None else None

    def key_of(row):
        key = []
        for place, change, part in makers:
            value = row[place]
            if value is None:
                return None
            value = change(value) if change else value
            key.append(part(value) if part else value)
        return tuple(key)

    def rows(low=None, high=None):
        right_table = right
        right_table.rows_opened = None
        for row in left.rows(low, high):
            key = (row[direct],) if direct is not None else key_of(row)
            found = find(key) if key is not None else None
            if found is not None:
                joined = row + found
                if not tests or all(test(joined) for test in tests):
                    yield joined
                    continue
            if keep:
                yield row + empty
    return rows


def hashed(pairs, rest, left, right, scope, keep):
    border, tests = len(left.fields), tests_of(rest, scope)
    sides = [comparable(compile_expression(one, scope), compile_expression(two, scope)) for one, two in pairs]
    empty, blank = (None,) * len(right.fields), (None,) * border

    def rows(low=None, high=None):
        table = {}
        for found in right.rows():
            whole = blank + found
            key = tuple(side[1](whole) for side in sides)
            if None not in key:
                table.setdefault(key, []).append(found)
        for row in left.rows(low, high):
            key = tuple(side[0](row) for side in sides)
            hit = False
            for found in table.get(key, ()) if None not in key else ():
                joined = row + found
                if not tests or all(test(joined) for test in tests):
                    hit = True
                    yield joined
            if keep and not hit:
                yield row + empty
    return rows


def nested(left, right, test, keep, left_scope):
    empty = (None,) * len(right.fields)

    def rows(low=None, high=None):
        kept = None
        for row in left.rows(low, high):
            hit = False
            if left_scope is not None:
                left_scope.cell[0] = row
            if kept is None or right.uses_outer:
                kept = list(right.rows())
            for found in kept:
                joined = row + found
                if test is None or test(joined):
                    hit = True
                    yield joined
            if keep and not hit:
                yield row + empty
    return rows
