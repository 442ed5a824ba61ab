"""Instance: one SQL Server: logins, databases, sessions, the clock, the one lock of the model, and its switches.

Where the documentation leaves open what a server does, a switch of `Options` chooses; tests run with both settings.
Everything that changes the model holds `lock`; waiting (locks, WAITFOR) releases it.
"""
import dataclasses
import datetime
import threading
import time

from sqlserver import collations, permissions
from sqlserver.databases import Database
from sqlserver.errors import SqlError
from sqlserver.locks import Locks

BUILDS = {"2012": (11, 0, 7001), "2014": (12, 0, 6024), "2016": (13, 0, 6300), "2017": (14, 0, 3456), "2019": (15, 0, 4316),
          "2022": (16, 0, 4085)}


@dataclasses.dataclass
class Options:
    compat: str = "2019"                    # "2012" refuses newer syntax and functions
    truncate_takes_version: bool = True     # TRUNCATE raises the version, so that every earlier client is invalid
    functions_begin_view: bool = True       # CHANGE_TRACKING_CURRENT_VERSION() begins a SNAPSHOT view
    changes_wait_for_writers: bool = True   # CHANGETABLE under READ COMMITTED waits for uncommitted changes
    hide_insert_delete: bool = False        # a row that came and went since the baseline is not reported at all
    torn_reads: bool = True                 # READ COMMITTED: each source of a statement is read at its own moment


class Instance:
    def __init__(self, options=None, collation=collations.DEFAULT, name="STANDIN"):
        self.options = options or Options()
        self.compat = self.options.compat
        self.build = BUILDS[self.compat]
        self.name = name
        self.collation = collation
        self.lock = threading.RLock()
        self.condition = threading.Condition(self.lock)
        self.locks = Locks(self.condition)
        self.clock_offset_s = 0.0
        self.stopped_clock_s = None
        self.databases = {}
        self.logins = {"sa": {"password": None, "sysadmin": True}}
        self.sessions = {}
        self.next_spid = 51
        self.faults = None
        self.events = []                    # callables(point, session) of tests, see faults.py
        for system in ("master", "tempdb", "model", "msdb"):
            self.create_database(system)
        self.databases["master"].snapshot_allowed = True

    # The clock: real time moved by an offset, or standing still where a test has set it.

    def now_s(self):
        return (time.time() if self.stopped_clock_s is None else self.stopped_clock_s) + self.clock_offset_s

    def now(self):
        return datetime.datetime.fromtimestamp(self.now_s(), datetime.timezone.utc).replace(tzinfo=None)

    def monotonic(self):
        return time.monotonic()

    def advance_clock(self, seconds):
        self.clock_offset_s += seconds

    # Databases and logins

    def create_database(self, name, collation=None):
        if name.lower() in self.databases:
            raise SqlError(1801, f"Database '{name}' already exists. Choose a different database name.", state=3)
        number = max((one.database_id for one in self.databases.values()), default=0) + 1
        database = Database(self, name, number, collation or self.collation)
        self.databases[name.lower()] = database
        return database

    def database(self, name):
        return self.databases.get(name.lower())

    def add_login(self, name, password, sysadmin=False):
        self.logins[name.lower()] = {"password": password, "sysadmin": sysadmin, "name": name}

    def add_user(self, database, name, *grants, roles=()):
        """A user of the login of that name; grants are (permission, scope) as in permissions.py."""
        held = permissions.Permissions(set(grants), set(), set(roles))
        database.users[name.lower()] = held
        return held

    def open_session(self, login, database):
        """(session's number, login record); SqlError 18456 or 4060 when it may not be."""
        with self.lock:
            spid = self.next_spid
            self.next_spid += 1
            return spid

    def check_login(self, user, password):
        record = self.logins.get(user.lower())
        if record is None or record["password"] is None or record["password"] != password:
            raise SqlError(18456, f"Login failed for user '{user}'.", 14, ends="connection")
        return record

    def version_text(self):
        major, minor, build = self.build
        return (f"Microsoft SQL Server {self.compat} (RTM) - {major}.{minor}.{build}.0 (X64) \n\tJan  1 2020 00:00:00 \n\t"
                "Copyright (C) Microsoft Corporation\n\tStand-in of a test suite, no SQL Server, on Linux")
