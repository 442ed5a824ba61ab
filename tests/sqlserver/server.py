"""Server: the stand-in as a TDS server on loopback.

    with Server(users={"sa": "secret"}) as server:
        server.sql("CREATE DATABASE shop")
        connect("127.0.0.1", server.port)

From a shell: python3 -m sqlserver.server --port 11433 --password secret --setup setup.sql (PYTHONPATH=tests). The ports are
written as one JSON line on standard output.
"""
import argparse
import json
import pathlib
import shutil
import signal
import socket
import sys
import tempfile
import threading

from sqlserver.certificates import server_context
from sqlserver.connection import Connection
from sqlserver.control import Control, ControlServer
from sqlserver.instance import Instance, Options
from sqlserver.replies import run_sql
from sqlserver.session import Session

ENDING = {signal.SIGINT, signal.SIGTERM}
TLS_MODES = ("not_supported", "on", "required", "strict")


class Server:
    """`tls`: not_supported (all in clear), on (as the client asks), required, strict (TDS 8)."""

    def __init__(self, port=0, tls="not_supported", tls_version_max=None, users=None, options=None, packet_bytes=4096,
                 control_port=None, collation=None):
        self.instance = Instance(options or Options(), **({"collation": collation} if collation else {}))
        self.control = Control(self.instance)
        self.tls = tls
        self.packet_bytes = packet_bytes
        self.protocol_errors = []
        self.folder = tempfile.mkdtemp(prefix="sqlserver-standin-")
        self.tls_context = None
        if tls != "not_supported":
            version = tls_version_max or ("1.3" if tls == "strict" else "1.2")
            self.tls_context = server_context(self.folder, version, tls == "strict")
        for user, password in (users or {"sa": "secret"}).items():
            self.instance.add_login(user, password, user == "sa")
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.control_server = ControlServer(self.control, control_port) if control_port is not None else None
        self.connections = set()
        self.thread = threading.Thread(target=self.accept_all, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def certificate(self):
        return pathlib.Path(self.folder) / "server.pem"

    def sql(self, text, database="master"):
        """Runs a batch in the same process as sa: the rows of its last result."""
        session = Session(self.instance, "sa", database)
        try:
            return run_sql(session, text)
        finally:
            session.close()

    def accept_all(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(self, client)
            self.connections.add(connection)
            threading.Thread(target=self.serve_one, args=(connection,), daemon=True).start()

    def serve_one(self, connection):
        try:
            connection.serve()
        finally:
            self.connections.discard(connection)

    def stop(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        for connection in list(self.connections):
            connection.stream.cut()
        if self.control_server:
            self.control_server.shutdown()
            self.control_server.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--password", default="secret", help="of sa")
    parser.add_argument("--tls", choices=TLS_MODES, default="not_supported")
    parser.add_argument("--tls-version-max", choices=("1.0", "1.1", "1.2", "1.3"))
    parser.add_argument("--compat", choices=("2012", "2014", "2016", "2017", "2019", "2022"), default="2019")
    parser.add_argument("--collation")
    parser.add_argument("--setup", help="a file of batches, separated by lines with GO")
    given = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)   # before any thread begins, so that sigwait gets them
    server = Server(given.port, given.tls, given.tls_version_max, {"sa": given.password}, Options(compat=given.compat),
                    control_port=given.control_port, collation=given.collation)
    if given.setup:
        session = Session(server.instance)
        for batch in pathlib.Path(given.setup).read_text(encoding="utf-8").split("\nGO\n"):
            if batch.strip():
                run_sql(session, batch)
        session.close()
    with server:
        print(json.dumps({"port": server.port, "control_port": server.control_server.port,
                          "certificate": str(server.certificate)}), flush=True)
        try:
            signal.sigwait(ENDING)
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
