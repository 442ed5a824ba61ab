#!/usr/bin/python3
"""sysbench oltp_read_write writes to the source while Renkei runs: at the end every table is equal on both sides."""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from driver import Beacon, Programs, Renkei, add_build_argument, differences  # noqa: E402
from mariadb import Server  # noqa: E402

PASSWORD = "p@ss:w/rd#1"


def sysbench(server, tables, rows, *arguments):
    command = ["sysbench", "oltp_read_write", f"--mysql-socket={server.socket}", "--mysql-user=root", "--mysql-db=sbtest",
               f"--tables={tables}", f"--table-size={rows}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"sysbench failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_build_argument(parser)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--tables", type=int, default=4)
    parser.add_argument("--rows", type=int, default=10000)
    arguments = parser.parse_args()
    programs = Programs(arguments.build)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-sysbench-"))
    try:
        with Server() as server:
            server.create_capture_user(PASSWORD)
            server.execute("CREATE DATABASE sbtest")
            sysbench(server, arguments.tables, arguments.rows, "prepare")
            beacon = Beacon(server, "sbtest")
            renkei = Renkei(programs, folder, PASSWORD).configure("source", server.port, ["sbtest.*"]).start()
            output = sysbench(server, arguments.tables, arguments.rows, f"--time={arguments.seconds}", "--threads=4",
                              "--rand-type=uniform", "run")
            print(next(line.strip() for line in output.splitlines() if "transactions:" in line))
            print(f"caught up {beacon.await_arrival(renkei, 120):.1f} s after the last commit")
            found = differences(server, renkei, "sbtest")
            compared = renkei.verify()
            print(compared.stdout.strip())
            code = renkei.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if found or compared.returncode or code:
        sys.exit("\n".join(found) or f"verify ended with {compared.returncode}, run with {code}: {compared.stderr}")
    print("every table is equal")


if __name__ == "__main__":
    main()
