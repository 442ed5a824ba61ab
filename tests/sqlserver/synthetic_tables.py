"""SyntheticTable: rows by formula, so that ten million of them cost no memory.

Keys are the integers 1..count. `formula(key, generation)` gives the row; a bulk update is one transaction over a range of
keys that raises their generation, kept as one entry with its commit number. Rows written one by one lie on top.
"""
from sqlserver.tables import Table, newest


class SyntheticTable(Table):
    def __init__(self, object_id, schema, name, columns, key, created, count, formula):
        super().__init__(object_id, schema, name, columns, key, created)
        self.count = count
        self.formula = formula
        self.bulk = ()               # (commit number, first key, last key), oldest first

    def generation(self, key, view):
        return sum(1 for number, first, last in self.bulk if first <= key <= last and (view is None or number <= view))

    def base_row(self, key, view):
        return self.formula(key, self.generation(key, view)) if 1 <= key <= self.count else None

    def find(self, key, view, transaction=None):
        mine = self.pending.get(key)
        if mine and transaction is not None and mine[0] is transaction:
            return mine[1]
        chain = self.chains.get(key)
        if chain:
            number = max((entry[0] for entry in chain if view is None or entry[0] <= view), default=None)
            if number is not None and not self._bulk_after(key[0], number, view):
                return newest(chain, view)
        return self.base_row(key[0], view) if len(key) == 1 and isinstance(key[0], int) else None

    def _bulk_after(self, key, number, view):
        return any(number < bulk and first <= key <= last and (view is None or bulk <= view)
                   for bulk, first, last in self.bulk)

    def scan(self, view, transaction=None, low=None, high=None, gate=None):
        first, last = self._range(low, high)
        touched = self.chains.keys() | self.pending.keys()
        if touched:
            for key in range(first, last + 1):
                if (key,) in touched:
                    if gate and (key,) in self.pending and self.pending[(key,)][0] is not transaction:
                        gate(self, (key,))
                    row = self.find((key,), view, transaction)
                else:
                    row = self.base_row(key, view)
                if row is not None:
                    yield row
            return
        if not self.bulk:
            yield from map(self.formula, range(first, last + 1), _zeros())
            return
        for key in range(first, last + 1):
            yield self.base_row(key, view)

    def scan_keys(self, view, transaction=None, low=None, high=None):
        for row in self.scan(view, transaction, low, high):
            yield self.key_of(row), row

    def _range(self, low, high):
        top = max([self.count] + [key[0] for key in self.chains] + [key[0] for key in self.pending])
        first, last = 1, top
        if low is not None and low[0]:
            first = max(1, low[0][0] + (0 if low[1] else 1))
        if high is not None and high[0]:
            last = min(top, high[0][0] - (0 if high[1] else 1))
        return int(first), int(last)

    def count_about(self):
        return self.count


def _zeros():
    while True:
        yield 0
