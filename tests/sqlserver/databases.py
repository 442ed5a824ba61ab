"""Database: names, tables, options, change tracking, commit numbers and views; backup and restore.

`number` counts commits (what views look at); `version` is the change tracking version, raised by commits that touched a
tracked table. `commits` remembers (version, number, time) for retention.
"""
import copy
import dataclasses
import itertools
import uuid

from sqlserver import collations

OBJECT_IDS = itertools.count(245575913, 16)
RETENTION_S = {"DAYS": 86400, "HOURS": 3600, "MINUTES": 60}


@dataclasses.dataclass
class TrackingSettings:
    retention: int = 2
    unit: str = "DAYS"
    auto_cleanup: bool = True

    def seconds(self):
        return self.retention * RETENTION_S[self.unit]


class Database:
    def __init__(self, instance, name, database_id, collation=collations.DEFAULT):
        self.instance = instance
        self.name = name
        self.database_id = database_id
        self.collation = collations.find(collation).name
        self.created = instance.now()
        self.fork = uuid.uuid4()
        self.snapshot_allowed = False
        self.read_committed_snapshot = False
        self.updateable = True
        self.secondary = False           # a readable secondary of an availability group
        self.compatibility = 110 if instance.compat == "2012" else 150
        self.tracking = None
        self.version = 0
        self.number = 0
        self.commits = []
        self.tables = {}                 # object_id -> Table
        self.by_name = {}                # (schema, name) in lower case -> Table
        self.schemas = {"dbo": 1, "sys": 4}
        self.users = {"dbo": None}       # user name (lower case) -> permissions
        self.views = {}                  # commit number -> how many readers
        self.garbage = []
        self.backups = {}                # name -> copied state

    # Names

    def table(self, schema, name):
        return self.by_name.get((schema.lower(), name.lower()))

    def add_table(self, table):
        self.tables[table.object_id] = table
        self.by_name[(table.schema.lower(), table.name.lower())] = table

    def remove_table(self, table):
        self.tables.pop(table.object_id, None)
        self.by_name.pop((table.schema.lower(), table.name.lower()), None)

    def rename_table(self, table, name):
        self.by_name.pop((table.schema.lower(), table.name.lower()))
        table.name = name
        self.by_name[(table.schema.lower(), name.lower())] = table

    # Commits and views, under the instance's lock

    def next_number(self):
        self.number += 1
        return self.number

    def next_version(self, number):
        self.version += 1
        self.commits.append((self.version, number, self.instance.now_s()))
        return self.version

    def version_at(self, view):
        """CHANGE_TRACKING_CURRENT_VERSION for a reader at commit number `view` (None: now)."""
        if view is None or not self.commits:
            return self.version
        last = self.version
        for version, number, _ in reversed(self.commits):
            if number <= view:
                return version
            last = version - 1
        return last

    def open_view(self):
        with self.instance.lock:
            self.views[self.number] = self.views.get(self.number, 0) + 1
            return self.number

    def close_view(self, view):
        with self.instance.lock:
            left = self.views.get(view, 0) - 1
            if left > 0:
                self.views[view] = left
                return
            self.views.pop(view, None)
            oldest = self.oldest_view()
            keep = []
            for number, table, keys in self.garbage:
                table.sweep(keys, oldest)
                if oldest is not None and number > oldest:
                    keep.append((number, table, keys))
            self.garbage = keep

    def oldest_view(self):
        return min(self.views, default=None)

    def remember_garbage(self, table, keys):
        self.garbage.append((self.number, table, list(keys)))

    # Change tracking

    def clean_up(self, version=None):
        """What the background cleanup does: forgets what is older than the retention, or up to `version`."""
        if not self.tracking:
            return None
        if version is None:
            limit = self.instance.now_s() - self.tracking.seconds()
            version = max((one for one, _, when in self.commits if when < limit), default=0)
        version = min(version, self.version)
        self.commits = [entry for entry in self.commits if entry[0] >= version]
        number = self.next_number()
        for table in self.tables.values():
            if table.tracking:
                table.tracking.clean(version, number, bool(self.views))
        return version

    # Backup and restore

    def backup(self, name):
        """Keeps the committed state under that name (and that of its version, as text)."""
        state = {"version": self.version, "commits": list(self.commits), "tracking": copy.copy(self.tracking),
                 "schemas": dict(self.schemas), "users": copy.deepcopy(self.users),
                 "snapshot_allowed": self.snapshot_allowed, "tables": [copy_of(table) for table in self.tables.values()]}
        self.backups[name] = state
        return self.version

    def restore(self, name, new_fork=True, new_date=True):
        """The database is as it was at that backup; versions go back. A failover may keep date and even the fork."""
        state = self.backups[name]
        self.version, self.commits = state["version"], list(state["commits"])
        self.tracking = copy.copy(state["tracking"])
        self.schemas, self.users = dict(state["schemas"]), copy.deepcopy(state["users"])
        self.snapshot_allowed = state["snapshot_allowed"]
        self.tables, self.by_name, self.garbage = {}, {}, []
        for table in state["tables"]:
            self.add_table(copy_of(table))
        self.number += 1
        if new_fork:
            self.fork = uuid.uuid4()
        if new_date:
            self.created = self.instance.now()


def copy_of(table):
    """A table with its committed rows; entries are immutable, so that copying the containers is enough."""
    twin = copy.copy(table)
    twin.pending = {}
    twin.chains = dict(table.chains)
    twin.columns = [copy.copy(column) for column in table.columns]
    twin._order = []
    twin._order_stale = True
    twin.shape_changed()
    if table.tracking:
        tracking = copy.copy(table.tracking)
        tracking.entries, tracking.versions = list(tracking.entries), list(tracking.versions)
        tracking.bulk, tracking.cleanups = list(tracking.bulk), list(tracking.cleanups)
        tracking.column_ids = lambda: column_ids_outside_key(twin)
        twin.tracking = tracking
    return twin


def column_ids_outside_key(table):
    inside = set(table.key.places) if table.key else set()
    return [column.column_id for place, column in enumerate(table.columns) if place not in inside and not column.computed]
