"""Table: columns, key and rows in versions.

Every key has a chain of (commit number, row or None), newest last; the row of a running transaction is `pending`. A reader
sees the newest entry at or before its view (None: the newest of all). Chains are replaced, never changed in place, so
that readers need no lock. Keys are normalised by type and collation: 'a' = 'A' = 'a ' under CI_AS.

What a reader needs of any kind of table (also a synthetic one): `scan`, `find`, `count_about`, `key_of`.
"""
import bisect
import dataclasses

from sqlserver import collations, text_forms
from sqlserver.sql_types import SqlType


@dataclasses.dataclass
class Column:
    name: str
    type: SqlType
    nullable: bool = True
    column_id: int = 0
    default: object = None          # syntax of the DEFAULT expression
    identity: tuple | None = None   # (seed, increment)
    computed: object = None         # syntax of a computed column
    persisted: bool = False


@dataclasses.dataclass
class Key:
    """The primary key: name and places of its columns in the row; `clustered` for sys.indexes."""
    name: str
    places: tuple
    clustered: bool = True


def key_part(kind):
    """value -> what equality and order of this type look at; None when the value itself will do."""
    if kind.is_text:
        return collations.find(kind.collation or collations.DEFAULT).key
    if kind.name == "uniqueidentifier":
        return text_forms.guid_key
    if kind.name in ("binary", "varbinary"):
        return lambda raw: raw.rstrip(b"\0") if kind.name == "binary" else raw
    if kind.name == "datetimeoffset":
        return lambda value: value[0]
    if kind.name == "sql_variant":
        return lambda value: (value.type.precedence, key_of_variant(value))
    return None


def key_of_variant(value):
    part = key_part(value.type)
    return part(value.value) if part else value.value


class Table:
    def __init__(self, object_id, schema, name, columns, key, created):
        self.object_id = object_id
        self.schema = schema
        self.name = name
        self.key = key
        self.created = created
        self.modified = created
        self.ddl_number = 0          # commit number of the last change of the definition
        self.chains = {}
        self.pending = {}            # key -> (transaction, row or None)
        self.tracking = None
        self.next_identity = None
        self.next_column_id = 1
        self._order = []
        self._order_stale = False
        self._row_number = 0
        self.columns = []
        for column in columns:
            self.add_column(column)

    @property
    def full_name(self):
        return f"{self.schema}.{self.name}"

    def add_column(self, column):
        column.column_id = self.next_column_id
        self.next_column_id += 1
        if column.identity:
            self.next_identity = column.identity[0]
        self.columns = self.columns + [column]
        self.shape_changed()

    def shape_changed(self):
        """To be called after every change of columns or key."""
        self.names = {column.name.lower(): place for place, column in enumerate(self.columns)}
        self.key_parts = [(place, key_part(self.columns[place].type)) for place in self.key.places] if self.key else []

    # Keys

    def key_of(self, row):
        if not self.key:
            self._row_number += 1
            return (self._row_number,)
        return tuple([row[place] if part is None else part(row[place]) for place, part in self.key_parts])

    def key_types(self):
        return [self.columns[place].type for place in self.key.places] if self.key else []

    # Reading. `transaction` sees its own pending rows.

    def find(self, key, view, transaction=None):
        """The row of that key as the reader sees it, or None."""
        mine = self.pending.get(key)
        if mine and transaction is not None and mine[0] is transaction:
            return mine[1]
        return newest(self.chains.get(key, ()), view)

    def order(self):
        """All keys that any reader may see, in key order (some may lead to no row)."""
        if self._order_stale:
            alive = self.chains.keys() | self.pending.keys()
            kept = [key for key in self._order if key in alive]
            kept += alive.difference(kept)
            kept.sort()
            self._order = kept
            self._order_stale = False
        return self._order

    def scan(self, view, transaction=None, low=None, high=None, gate=None):
        """Rows in key order, from `low` to `high` (prefixes of a key: (parts, inclusive)). `gate(table, key)` is called
        before each key that another transaction holds, when the reader takes locks."""
        order = self.order()
        start = 0 if low is None else edge(order, low[0], not low[1])
        end = len(order) if high is None else edge(order, high[0], high[1])
        chains, pending = self.chains, self.pending
        for key in order[start:end]:
            mine = pending.get(key)
            if mine:
                if transaction is not None and mine[0] is transaction:
                    if mine[1] is not None:
                        yield mine[1]
                    continue
                if gate:
                    gate(self, key)
            row = newest(chains.get(key, ()), view)
            if row is not None:
                yield row

    def scan_keys(self, view, transaction=None, low=None, high=None):
        """As scan, but (key, row)."""
        order = self.order()
        start = 0 if low is None else edge(order, low[0], not low[1])
        end = len(order) if high is None else edge(order, high[0], high[1])
        for key in order[start:end]:
            row = self.find(key, view, transaction)
            if row is not None:
                yield key, row

    def count_about(self):
        return len(self.chains)

    # Writing, under the instance's lock. The transaction has locked the key.

    def put_pending(self, key, transaction, row):
        if key not in self.chains and key not in self.pending:
            self._order_stale = True
        self.pending[key] = (transaction, row)

    def drop_pending(self, key):
        del self.pending[key]
        if key not in self.chains:
            self._order_stale = True

    def commit_key(self, key, number, oldest_view):
        """The pending row becomes the newest entry; entries no view can ask for any more go."""
        row = self.pending.pop(key)[1]
        chain = trim(self.chains.get(key, ()) + ((number, row),), oldest_view)
        if chain:
            self.chains[key] = chain
        else:
            self.chains.pop(key, None)
            self._order_stale = True

    def sweep(self, keys, oldest_view):
        """Trims these keys after a view has closed."""
        for key in keys:
            chain = self.chains.get(key)
            if chain is None:
                continue
            chain = trim(chain, oldest_view)
            if chain:
                self.chains[key] = chain
            else:
                del self.chains[key]
                self._order_stale = True

    def replace_rows(self, change, number):
        """A change of the definition rewrites every row; older views get 3961 anyway."""
        chains = {}
        for chain in list(self.chains.values()):
            row = newest(chain, None)
            if row is not None:
                row = change(row)
                chains[self.key_of(row)] = ((number, row),)
        self.chains = chains
        self._order = []
        self._order_stale = True

    def empty(self):
        self.chains = {}
        self._order = []
        self._order_stale = True


def newest(chain, view):
    if view is None:
        return chain[-1][1] if chain else None
    for number, row in reversed(chain):
        if number <= view:
            return row
    return None


def trim(chain, oldest_view):
    """Keeps the newest entry and those a view from `oldest_view` on can see; () when nobody can see a row."""
    if oldest_view is None:
        return chain[-1:] if chain and chain[-1][1] is not None else ()
    keep = len(chain) - 1
    while keep > 0 and chain[keep][0] > oldest_view:
        keep -= 1
    chain = chain[keep:]
    return chain if any(row is not None for _, row in chain) else ()


def edge(order, parts, after):
    """Place of the first key past (`after`) or at the prefix `parts`."""
    size = len(parts)
    finder = bisect.bisect_right if after else bisect.bisect_left
    return finder(order, tuple(parts), key=lambda key: key[:size])
