"""Server: one private mariadbd with its own temporary data folder, a free loopback port and a unix socket.

    with Server() as server:
        server.execute("CREATE DATABASE shop")
        server.create_capture_user("secret")
        print(server.url("shop", password="${SHOP_PASSWORD}"))

Works as root and as a normal user. `settings` overrides any server variable (None leaves it out), so that a test
can break exactly one. The server dies with the process that started it; the folder is removed by stop().
"""
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pymysql
from pymysql.constants import CLIENT

PROGRAM_FOLDERS = "/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/bin"

# What Renkei asks of a source.
CAPTURE_SETTINGS = {
    "log_bin": "binlog",
    "binlog_format": "ROW",
    "binlog_row_image": "FULL",
    "binlog_row_metadata": "FULL",
    "gtid_strict_mode": "ON",
}
# Small, and safe against kill -9 of the server (not against power loss, unless `durable`).
PLAIN_SETTINGS = {
    "bind_address": "127.0.0.1",
    "skip_name_resolve": "ON",
    "character_set_server": "utf8mb4",
    "collation_server": "utf8mb4_general_ci",
    "innodb_buffer_pool_size": "256M",
    "innodb_log_file_size": "256M",
    "max_allowed_packet": "256M",
    "performance_schema": "OFF",
}


def free_port():
    """A loopback port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    path = shutil.which(name, path=PROGRAM_FOLDERS)
    if not path:
        raise RuntimeError(f"{name} is not installed: run tools/setup.sh, or `apt-get install mariadb-server`")
    return path


def die_with_parent():
    """For preexec_fn: the child gets SIGKILL when the thread that started it ends."""
    ctypes.CDLL("libc.so.6").prctl(1, signal.SIGKILL)


class Server:
    def __init__(self, settings=None, server_id=1, durable=False, folder=None):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="renkei-mariadb-"))
        self.socket = str(self.folder / "server.sock")
        self.port = free_port()
        self.server_id = server_id
        self.process = None
        sync = {"innodb_flush_log_at_trx_commit": "1", "sync_binlog": "1"}
        lazy = {"innodb_flush_log_at_trx_commit": "2", "sync_binlog": "0"}
        self.settings = {**PLAIN_SETTINGS, **CAPTURE_SETTINGS, **(sync if durable else lazy), **(settings or {})}

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    @property
    def data(self):
        return self.folder / "data"

    @property
    def log(self):
        return self.folder / "server.log"

    def start(self, timeout_s=60):
        """Starts (first installing the data folder) and returns when the server answers."""
        if not self.data.exists():
            self._install()
        command = [*self._program(), f"--datadir={self.data}", f"--socket={self.socket}", f"--port={self.port}",
                   f"--pid-file={self.folder}/server.pid", f"--server-id={self.server_id}", f"--tmpdir={self.folder}"]
        command += [f"--{name.replace('_', '-')}" + (f"={value}" if value else "")
                    for name, value in self.settings.items() if value is not None]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent)
        self._await_answer(timeout_s)
        return self

    def stop(self, remove=True):
        """Ends the server cleanly, and its folder unless told otherwise. May be called twice."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if remove:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def restart(self):
        self.stop(remove=False)
        self.start()

    def connect(self, database=None, user="root", password="", tcp=False):
        place = {"host": "127.0.0.1", "port": self.port} if tcp else {"unix_socket": self.socket}
        return pymysql.connect(user=user, password=password, database=database, charset="utf8mb4", autocommit=True,
                               client_flag=CLIENT.MULTI_STATEMENTS, read_timeout=600, **place)

    def execute(self, sql, database=None):
        """Runs one or more statements as root; the rows of the last result."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                rows = cursor.fetchall()
                while cursor.nextset():
                    rows = cursor.fetchall()
                return rows
        finally:
            connection.close()

    def create_capture_user(self, password, user="renkei", grants="REPLICATION SLAVE, BINLOG MONITOR, SELECT"):
        """The user Renkei connects as, with the least rights."""
        quoted = pymysql.converters.escape_string(password)
        self.execute(f"CREATE USER IF NOT EXISTS '{user}'@'%' IDENTIFIED BY '{quoted}'")
        if grants:
            self.execute(f"GRANT {grants} ON *.* TO '{user}'@'%'")

    def url(self, database="", user="renkei", password="", port=None):
        return f"mysql://{user}:{password}@127.0.0.1:{port or self.port}/{database}"

    def follow(self, primary, user="follower"):
        """Makes this server a replica of the other, by GTID."""
        primary.create_capture_user("follow", user=user, grants="REPLICATION SLAVE")
        self.execute(f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={primary.port}, MASTER_USER='{user}', "
                     "MASTER_PASSWORD='follow', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1; START SLAVE")

    def _program(self):
        return [program("mariadbd"), "--no-defaults", *(["--user=root"] if os.geteuid() == 0 else [])]

    def _install(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [program("mariadb-install-db"), "--no-defaults", f"--datadir={self.data}", "--skip-test-db",
                   "--auth-root-authentication-method=normal", "--innodb-log-file-size=8M",
                   "--innodb-flush-log-at-trx-commit=2", "--innodb-use-native-aio=0", f"--tmpdir={self.folder}"]
        if os.geteuid() == 0:
            command.append("--user=root")
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"mariadb-install-db failed:\n{done.stdout}{done.stderr}")

    def _await_answer(self, timeout_s):
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                self.connect().close()
                return
            except pymysql.err.OperationalError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)
