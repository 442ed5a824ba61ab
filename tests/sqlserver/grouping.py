"""GROUP BY and aggregates: rows of groups are (a row of the group) + (the aggregates' values)."""
import dataclasses

from sqlserver import conversion, errors, sql_types, syntax
from sqlserver.expressions import compile_value
from sqlserver.operands import bring_to
from sqlserver.functions import AGGREGATES
from sqlserver.tables import key_part


def aggregate_calls(trees):
    """Every aggregate in these expressions, not looking into subqueries."""
    found, stack = [], list(trees)
    while stack:
        tree = stack.pop()
        if isinstance(tree, syntax.Call) and tree.name in AGGREGATES and tree.over is None:
            found.append(tree)
        elif isinstance(tree, (list, tuple)):
            stack += tree
        elif dataclasses.is_dataclass(tree) and not isinstance(tree, (syntax.Select, sql_types.SqlType)):
            stack += [getattr(tree, field.name) for field in dataclasses.fields(tree)]
    return found


def grouped_rows(rows, scope, group, calls):
    """(rows function, {id(call): (place, type)}) over the rows of the source."""
    keys = []
    for tree in group:
        value = compile_value(tree, scope)
        part = key_part(value.type) if value.type else None
        keys.append((value.evaluate, part))
    machines = [aggregate(call, scope) for call in calls]
    width = len(scope.fields)
    places = {id(call): (width + index, machine[0]) for index, (call, machine) in enumerate(zip(calls, machines))}

    def produce():
        groups = {}
        for row in rows():
            key = tuple(None if (found := read(row)) is None else part(found) if part else found for read, part in keys)
            state = groups.get(key)
            if state is None:
                state = groups[key] = (row, [start() for _, start, _, _ in machines])
            for index, (_, _, step, _) in enumerate(machines):
                state[1][index] = step(state[1][index], row)
        if not groups and not group:
            groups[()] = ((None,) * width, [start() for _, start, _, _ in machines])
        for row, states in groups.values():
            yield row + tuple(end(state) for (_, _, _, end), state in zip(machines, states))
    return produce, places


def aggregate(call, scope):
    """(type, start, step(state, row), end) of one aggregate."""
    name = call.name
    if call.star:
        if name not in ("COUNT", "COUNT_BIG"):
            raise errors.syntax("*")
        return (sql_types.BIGINT if name == "COUNT_BIG" else sql_types.INT), int, lambda state, row: state + 1, lambda x: x
    if len(call.arguments) != 1:
        raise errors.refused(name)
    value = compile_value(call.arguments[0], scope)
    read, kind = value.evaluate, value.type or sql_types.INT
    if call.distinct:
        if name not in ("COUNT", "COUNT_BIG"):
            raise errors.refused(f"{name}(DISTINCT")
        part = key_part(kind)
        return (sql_types.BIGINT if name == "COUNT_BIG" else sql_types.INT), set, lambda state, row: (
            state if (found := read(row)) is None else state | {part(found) if part else found}), len
    if name in ("COUNT", "COUNT_BIG"):
        return (sql_types.BIGINT if name == "COUNT_BIG" else sql_types.INT), int, lambda state, row: (
            state + (read(row) is not None)), lambda x: x
    if name in ("MIN", "MAX"):
        return extreme(name, kind, read)
    if name in ("SUM", "AVG"):
        return total(name, kind, value)
    raise errors.refused(name)


def extreme(name, kind, read):
    if kind.name == "bit":
        raise errors.SqlError(8117, f"Operand data type bit is invalid for {name.lower()} operator.", ends="batch")
    part = key_part(kind) or (lambda found: found)

    def step(state, row):
        found = read(row)
        if found is None:
            return state
        if state is None:
            return found
        smaller = part(found) < part(state)
        return found if smaller == (name == "MIN") and part(found) != part(state) else state
    return kind, lambda: None, step, lambda state: state


def total(name, kind, value):
    target = {"tinyint": sql_types.INT, "smallint": sql_types.INT, "real": sql_types.FLOAT,
              "smallmoney": sql_types.SqlType("money")}.get(kind.name, kind)
    if kind.name in ("decimal", "numeric"):
        target = sql_types.SqlType(kind.name, 0, 38, kind.scale if name == "SUM" else max(kind.scale, 6))
    if not kind.is_number or kind.name == "bit":
        raise errors.SqlError(8117, f"Operand data type {kind.name} is invalid for {name.lower()} operator.", ends="batch")
    read = bring_to(value, target).evaluate

    def step(state, row):
        found = read(row)
        return state if found is None else (state[0] + found, state[1] + 1)

    def end(state):
        if not state[1]:
            return None
        found = state[0] if name == "SUM" else state[0] // state[1] if isinstance(state[0], int) else state[0] / state[1]
        return conversion.convert(found, target, target)
    return target, lambda: (0, 0), step, end
