#!/usr/bin/python3
"""`renkei check --connect` against servers each of which has one thing wrong.

Each must end with the exit code of "the other side cannot be used", name the setting and the statement that mends it,
show no password and leave no file behind. A sound server must pass, or the others prove nothing.
"""
import argparse
import dataclasses
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from driver import Programs, Renkei, add_build_argument  # noqa: E402
from mariadb import Server, free_port  # noqa: E402

PASSWORD = "sEcret:p@ss/1"
TABLES = """CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, note VARCHAR(20)) ENGINE=InnoDB;
INSERT INTO shop.orders VALUES (1, 'one')"""
ALL_GRANTS = "REPLICATION SLAVE, BINLOG MONITOR, SELECT"


@dataclasses.dataclass
class Setup:
    name: str
    says: tuple
    settings: tuple = ()  # server variables as (name, value); a changed set needs a server of its own
    grants: str = ALL_GRANTS
    sql: str = ""
    tables: tuple = ("shop.*",)
    password: str = PASSWORD
    after: str = ""    # SQL once the user is there
    options: str = ""  # more keys of the source
    exit: int = 3


SETUPS = [
    Setup("sound", (), exit=0),
    Setup("binary log off", ("log_bin",), settings=(("log_bin", None),)),
    Setup("statement format", ("binlog_format", "SET GLOBAL binlog_format", "ROW"), settings=(("binlog_format", "STATEMENT"),)),
    Setup("mixed format", ("binlog_format", "SET GLOBAL binlog_format", "ROW"), settings=(("binlog_format", "MIXED"),)),
    Setup("minimal images", ("binlog_row_image", "SET GLOBAL binlog_row_image", "FULL"), settings=(("binlog_row_image", "MINIMAL"),)),
    Setup("no metadata", ("binlog_row_metadata", "SET GLOBAL binlog_row_metadata", "FULL"),
          settings=(("binlog_row_metadata", "NO_LOG"),)),
    Setup("binlog_do_db", ("binlog_do_db",), settings=(("binlog_do_db", "other"),)),
    Setup("binlog_ignore_db", ("binlog_ignore_db",), settings=(("binlog_ignore_db", "shop"),)),
    Setup("no right to the log", ("GRANT REPLICATION SLAVE",), grants="BINLOG MONITOR, SELECT"),
    Setup("no right to its position", ("GRANT BINLOG MONITOR",), grants="REPLICATION SLAVE, SELECT"),
    Setup("no right to the table", ("GRANT SELECT", "shop.orders"), grants="REPLICATION SLAVE, BINLOG MONITOR",
          tables=("shop.orders",)),
    Setup("a table that is not there", ("shop.missing",), tables=("shop.orders", "shop.missing")),
    Setup("no table at all", ("nothing.*",), tables=("nothing.*",)),
    Setup("no key, and changed by a foreign key", ("shop.keyless", "PRIMARY KEY"),
          sql="CREATE TABLE shop.parents (id INT PRIMARY KEY) ENGINE=InnoDB; CREATE TABLE shop.keyless (parent INT, "
              "FOREIGN KEY (parent) REFERENCES shop.parents (id) ON DELETE CASCADE) ENGINE=InnoDB"),
    Setup("no transactions", ("shop.loose", "ENGINE = InnoDB"), sql="CREATE TABLE shop.loose (id INT PRIMARY KEY) ENGINE=MyISAM"),
    Setup("a key that cannot be told from its invalid value", ("shop.places", "place", "ENUM"),
          sql="CREATE TABLE shop.places (place ENUM('', 'a') PRIMARY KEY) ENGINE=InnoDB"),
    Setup("system versioning", ("shop.prices", "SYSTEM VERSIONED"),
          sql="CREATE TABLE shop.prices (id INT PRIMARY KEY) WITH SYSTEM VERSIONING ENGINE=InnoDB"),
    Setup("wrong password", ("renkei",), password="wrong:p@ss/2"),
    Setup("expired password", ("RK2118", "ALTER USER"), after="ALTER USER renkei PASSWORD EXPIRE"),
    Setup("no connection left for the user", ("RK2119", "max_user_connections"),
          after="ALTER USER renkei WITH MAX_USER_CONNECTIONS -1"),
    Setup("the server's own id", ("RK2194", "server_id"), options=", server_id: 1"),
    Setup("a server that does not encrypt", ("RK2103",), options=", tls: {mode: require}", settings=(("skip_ssl", ""),)),
    Setup("an authority that is not there", ("RK2103",), options=", tls: {mode: verify-ca, ca: nowhere.pem}"),
]
MYSQL_SETUPS = [
    Setup("sound MySQL", (), exit=0),
    Setup("MySQL: minimal metadata", ("binlog_row_metadata", "SET GLOBAL binlog_row_metadata", "FULL"),
          settings=(("binlog_row_metadata", "MINIMAL"),)),
    Setup("MySQL: partial JSON", ("binlog_row_value_options", "SET GLOBAL binlog_row_value_options"),
          settings=(("binlog_row_value_options", "PARTIAL_JSON"),)),
    Setup("MySQL: minimal images", ("binlog_row_image", "FULL"), settings=(("binlog_row_image", "MINIMAL"),)),
    Setup("MySQL: binary log off", ("log_bin",), settings=(("log_bin", None), ("disable_log_bin", ""))),
    Setup("MySQL: no right to the log", ("GRANT REPLICATION SLAVE",), grants="REPLICATION CLIENT, SELECT"),
    Setup("MySQL: no right to its position", ("GRANT REPLICATION CLIENT",), grants="REPLICATION SLAVE, SELECT"),
    Setup("MySQL: GTIDs off is said", ("RK2117", "gtid_mode"), settings=(("gtid_mode", "OFF"), ("enforce_gtid_consistency", "OFF")),
          exit=0),
    Setup("MySQL: expired password", ("RK2118", "ALTER USER"), after="ALTER USER renkei PASSWORD EXPIRE"),
]


def judge(setup, renkei):
    """What is wrong with renkei's answer, as texts."""
    before = sorted(path.name for path in renkei.folder.rglob("*"))
    done = renkei.command("check", "--connect")
    said = done.stdout + done.stderr
    wrong = [f"does not say “{text}”" for text in setup.says if text.lower() not in said.lower()]
    if done.returncode != setup.exit:
        wrong.append(f"ends with {done.returncode} instead of {setup.exit}")
    if setup.password in said:
        wrong.append("shows the password")
    if any(sign in said for sign in ("terminate called", "CHECK failed", " at 0x")):
        wrong.append("shows its insides")
    left = sorted(set(path.name for path in renkei.folder.rglob("*")) - set(before))
    if left:
        wrong.append(f"leaves {', '.join(left)} behind")
    return [f"{problem}\n    it said: {said.strip()}" if index == 0 else problem for index, problem in enumerate(wrong)]


def check_one(programs, setup, port):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-setup-"))
    try:
        renkei = Renkei(programs, folder, setup.password).configure("shop", port, setup.tables)
        if setup.options:
            text = renkei.config.read_text()
            renkei.config.write_text(text.replace("type: mysql,", "type: mysql" + setup.options + ",", 1))
        return judge(setup, renkei)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare(server, setup):
    server.execute(f"DROP DATABASE IF EXISTS shop; DROP USER IF EXISTS renkei; {TABLES}; {setup.sql or 'DO 0'}")
    server.create_capture_user(PASSWORD, grants=setup.grants)
    if setup.after:
        server.execute(setup.after)


def at_servers(programs, setups_of_a_kind, server_class):
    by_settings = {}
    for setup in setups_of_a_kind:
        by_settings.setdefault(setup.settings, []).append(setup)
    for settings, setups in by_settings.items():
        with server_class(settings=dict(settings)) as server:
            for setup in setups:
                prepare(server, setup)
                yield setup.name, check_one(programs, setup, server.port)


def all_setups(programs):
    """Yields (name, problems)."""
    if os.environ.get("RENKEI_MYSQL9"):
        from mysql9 import Mysql9Server
        yield from at_servers(programs, MYSQL_SETUPS, Mysql9Server)
        return
    yield from at_servers(programs, SETUPS, Server)
    yield from replica(programs)
    yield "nobody listens", check_one(programs, Setup("nobody listens", ("127.0.0.1",)), free_port())


def replica(programs):
    setup = Setup("a replica that keeps no log of its own", ("log_slave_updates",))
    with Server() as primary, Server(server_id=2, settings={"log_slave_updates": "OFF"}) as follower:
        follower.follow(primary)
        prepare(follower, setup)
        yield setup.name, check_one(programs, setup, follower.port)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_build_argument(parser)
    failed = 0
    for name, problems in all_setups(Programs(parser.parse_args().build)):
        failed += bool(problems)
        print(f"{'FAILED' if problems else 'ok':7} {name}" + "".join(f"\n  {problem}" for problem in problems), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
