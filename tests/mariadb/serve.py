#!/usr/bin/python3
"""Runs one private MariaDB until SIGTERM, Ctrl-C or the end of its input, and prints where it is as one JSON line.

    tests/mariadb/serve.py --set binlog_format=STATEMENT --database shop
"""
import argparse
import json
import pathlib
import select
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from mariadb import Server  # noqa: E402


def main(server_class=Server):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        help="a server variable; NAME= leaves a variable of ours out")
    parser.add_argument("--database", help="create this database")
    parser.add_argument("--password", default="renkei", help="of the user renkei")
    parser.add_argument("--durable", action="store_true", help="sync at every commit")
    arguments = parser.parse_args()
    settings = {}
    for pair in arguments.set:
        name, _, value = pair.partition("=")
        settings[name] = value or None

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with server_class(settings=settings, durable=arguments.durable) as server:
        server.create_capture_user(arguments.password)
        if arguments.database:
            server.execute(f"CREATE DATABASE `{arguments.database}`")
        print(json.dumps({"port": server.port, "socket": server.socket, "folder": str(server.folder),
                          "pid": server.process.pid,
                          "url": server.url(arguments.database or "", password=arguments.password)}), flush=True)
        try:
            while server.process.poll() is None:
                ready, _, _ = select.select([sys.stdin], [], [], 1)
                if ready and not sys.stdin.read(1):
                    break
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
