"""Field, Scope, Compiled: what the names of a query mean, and what an expression becomes.

A row is a tuple; a field is a place in it. A subquery's scope has its outer query as parent and reads the outer row out of
`cell`, which the outer query fills before it runs the inner one.
"""
import dataclasses

from sqlserver import errors


@dataclasses.dataclass
class Field:
    name: str
    type: object
    table: str = ""             # alias, lower case
    nullable: bool = True
    flags: int = 0
    origin: tuple = ()          # parts of the table's name, for text types on the wire
    schema: str = ""


@dataclasses.dataclass
class Compiled:
    type: object                # SqlType; None for the literal NULL
    evaluate: object            # row -> value
    constant: bool = False      # the same for all rows of one statement
    forced: bool = False        # its collation was named with COLLATE


class Scope:
    def __init__(self, fields, execution, parent=None):
        self.fields = fields
        self.execution = execution
        self.parent = parent
        self.cell = [None]
        self.aggregates = None      # {id(call): (place, type)} once rows are grouped
        self.grouped = set()        # places of GROUP BY columns
        self.windows = []
        self.uses_outer = False
        self.by_name = {}
        for place, field in enumerate(fields):
            self.by_name.setdefault(field.name.lower(), []).append(place)

    def places(self, parts):
        name = parts[-1].lower()
        found = self.by_name.get(name, [])
        if len(parts) > 1:
            table = parts[-2].lower()
            found = [place for place in found if self.fields[place].table == table]
            if len(parts) > 2 and parts[-3]:
                found = [place for place in found if self.fields[place].schema.lower() in ("", parts[-3].lower())]
        if len(found) > 1:
            raise errors.SqlError(209, f"Ambiguous column name '{parts[-1]}'.", ends="batch")
        return found

    def resolve(self, parts):
        """(field, evaluate) of a column's name, here or outside."""
        found = self.places(parts)
        if found:
            place = found[0]
            return self.fields[place], lambda row: row[place], place
        scope, depth = self.parent, 0
        while scope is not None:
            found = scope.places(parts)
            if found:
                self.uses_outer = True
                place, cell = found[0], scope.cell
                return scope.fields[place], lambda row: cell[0][place], None
            scope, depth = scope.parent, depth + 1
        if len(parts) > 1 and not any(field.table == parts[-2].lower() for field in self.fields):
            raise errors.SqlError(4104, f"The multi-part identifier \"{'.'.join(parts)}\" could not be bound.", ends="batch")
        raise errors.no_column(parts[-1])
