"""TableTracking: the change tracking of one table, after the documentation.

Every DML operation on a tracked row leaves an entry (version, operation, key, columns, context); the version is given at
commit and is one number for the whole transaction. `changes(since, view)` folds the entries after `since` into one change
per key. A change of the primary key is a delete and an insert. What the fold says:
  last entry D                       D   (also for a row that came and went since)
  first entry I (row unknown before) I
  else                               U   (delete and insert of one key is an update of all columns)
Entries at or below a cleaned version are gone for views that begin after the cleanup; min_valid says so.
"""
import bisect
import dataclasses
import operator
import struct


@dataclasses.dataclass(frozen=True)
class Entry:
    version: int
    number: int                  # commit number, for views
    operation: str
    key: tuple                   # normalised
    values: tuple                # of the key columns
    columns: frozenset | None    # ids of the columns an update wrote; None: not tracked, or insert, delete
    context: bytes | None


@dataclasses.dataclass(frozen=True)
class BulkEntry:
    """One update of the keys first..last of a synthetic table."""
    version: int
    number: int
    first: int
    last: int


@dataclasses.dataclass
class Change:
    version: int
    creation_version: int | None
    operation: str
    columns: bytes | None
    context: bytes | None
    values: tuple

    def row(self):
        return (self.version, self.creation_version, self.operation, self.columns, self.context) + self.values


class TableTracking:
    def __init__(self, begin_version, track_columns, internal_id, created, column_ids):
        self.begin_version = begin_version
        self.min_valid = begin_version
        self.cleanup_version = 0
        self.track_columns = track_columns
        self.internal_id = internal_id   # object_id of the side table: another one after each enabling
        self.created = created
        self.column_ids = column_ids     # ids of all columns outside of the key, asked when changes are read
        self.entries = []
        self.versions = []               # of the entries, for bisect
        self.bulk = []
        self.cleanups = []               # (commit number, version): what a view from that number on no longer sees

    def add(self, entry):
        self.entries.append(entry)
        self.versions.append(entry.version)

    def add_bulk(self, entry):
        self.bulk.append(entry)

    def reset(self, version):
        """TRUNCATE: as if tracking had just been enabled."""
        self.begin_version = self.min_valid = version
        self.entries, self.versions, self.bulk = [], [], []

    def clean(self, version, number, views_open):
        """Forgets entries up to `version`; views older than commit `number` still see them."""
        if version <= self.cleanup_version:
            return
        self.cleanup_version = version
        self.min_valid = max(self.min_valid, version)
        self.cleanups.append((number, version))
        if not views_open:
            place = bisect.bisect_right(self.versions, version)
            self.entries, self.versions = self.entries[place:], self.versions[place:]
            self.bulk = [entry for entry in self.bulk if entry.version > version]

    def floor(self, view):
        """The version at or below which this reader finds nothing more."""
        return max((version for number, version in self.cleanups if view is None or number <= view), default=-1)

    def visible(self, since, view):
        since = max(-1 if since is None else since, self.floor(view))
        entries = self.entries[bisect.bisect_right(self.versions, since):]
        if view is not None:
            entries = [entry for entry in entries if entry.number <= view]
        bulk = [entry for entry in self.bulk if entry.version > since and (view is None or entry.number <= view)]
        return entries, bulk

    def changes(self, since, view):
        """Rows of CHANGETABLE(CHANGES ...), in the order of version and key; what they are is settled now."""
        return self._folded(*self.visible(since, view))

    def _folded(self, entries, bulk):
        folded = {}
        for entry in entries:
            state = folded.get(entry.key)
            if state is None:
                folded[entry.key] = [entry]
            else:
                state.append(entry)
        if not bulk:
            for _, row in sorted(map(self.folded_row, folded.values()), key=operator.itemgetter(0)):
                yield row
            return
        ordered = sorted(((self.fold(state), key) for key, state in folded.items()),
                         key=lambda pair: (pair[0].version, pair[1]))
        yield from self._with_bulk(ordered, bulk)

    def folded_row(self, entries):
        """((version, key) to sort by, the row); the common case of one entry goes the short way."""
        first = entries[0]
        if len(entries) > 1 or (self.track_columns and first.operation == "U"):
            return (entries[-1].version, first.key), self.fold(entries).row()
        operation = first.operation
        row = (first.version, first.version if operation == "I" else None, operation, None, first.context) + first.values
        return (first.version, first.key), row

    def fold(self, entries):
        """One change of the entries of one key."""
        first, last = entries[0], entries[-1]
        created = max((entry.version for entry in entries if entry.operation == "I"), default=None)
        if last.operation == "D":
            operation = "D"
        else:
            operation = "I" if first.operation == "I" else "U"
        mask = None
        if operation == "U" and self.track_columns and all(entry.operation == "U" for entry in entries):
            mask = column_mask(frozenset().union(*(entry.columns for entry in entries)), self.column_ids())
        return Change(last.version, created, operation, mask, last.context, last.values)

    def _with_bulk(self, ordered, bulk):
        """Merges bulk updates in: a key belongs to the newest entry that names it."""
        singles = {key[0]: change for change, key in ordered}
        place = 0
        for index, entry in enumerate(bulk):
            while place < len(ordered) and ordered[place][0].version < entry.version:
                change, key = ordered[place]
                place += 1
                if not covered(key[0], change.version, bulk):
                    yield change.row()
            later = bulk[index + 1:]
            for key in range(entry.first, entry.last + 1):
                if key in singles and singles[key].version > entry.version:
                    continue
                if later and any(other.first <= key <= other.last for other in later):
                    continue
                yield (entry.version, None, "U", None, None, key)
        for change, key in ordered[place:]:
            if not covered(key[0], change.version, bulk):
                yield change.row()

    def changes_from(self, since, view, version, key, inclusive):
        """As changes, from the place (version, key) on: skips a bulk update's beginning without walking it."""
        entries, bulk = self.visible(since, view)
        if len(bulk) == 1 and not entries and bulk[0].version == version and key is not None:
            first = max(bulk[0].first, key + (0 if inclusive else 1))
            for place in range(first, bulk[0].last + 1):
                yield (version, None, "U", None, None, place)
            return
        yield from self._folded(entries, bulk)

    def version_of(self, key, view):
        """(version, columns, context) of the latest change of one key, or three NULLs."""
        entries, bulk = self.visible(None, view)
        mine = [entry for entry in entries if entry.key == key]
        if mine:
            change = self.fold(mine[-1:])
            return change.version, change.columns, change.context
        hits = [entry.version for entry in bulk if entry.first <= key[0] <= entry.last]
        return (max(hits), None, None) if hits else (None, None, None)


def covered(key, version, bulk):
    return any(entry.version > version and entry.first <= key <= entry.last for entry in bulk)


def column_mask(changed, all_ids):
    """SYS_CHANGE_COLUMNS: opaque to clients; NULL when every column outside of the key changed."""
    if set(all_ids) <= set(changed):
        return None
    return b"\0\0\0\0" + b"".join(struct.pack("<I", number) for number in sorted(changed))


def in_mask(column_id, mask):
    if mask is None:
        return 1
    return int(column_id in struct.unpack(f"<{len(mask) // 4}I", mask)[1:])
