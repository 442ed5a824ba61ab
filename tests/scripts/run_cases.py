#!/usr/bin/python3
"""Runs tests/scripts/*.case: SQL into a private MariaDB (MySQL 9 where $RENKEI_MYSQL9 is set, see tests/mysql9), the rows that must then stand in the warehouse.

    tests/scripts/run_cases.py                     every case under every configuration
    tests/scripts/run_cases.py key_swap --under kill

A case is text, in steps that are taken in order ($db stands for its database):
    # what it proves
    === source                    SQL run at the source; the first step runs before Renkei's first start
    === warehouse SELECT …        the rows expected, one a line, values separated by " | ", NULL as NULL,
                                  the empty text as two quotes
    === generations 1             tables (one a line) that were copied anew so many times, less one
    === refused 3                 `check --connect` must end with that code and say each of the lines below
Afterwards `verify` must find both sides equal.
"""
import argparse
import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import pymysql

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from driver import NotAnswered, Programs, Renkei, add_build_argument  # noqa: E402
from mariadb import Server as MariadbServer  # noqa: E402

if os.environ.get("RENKEI_MYSQL9"):
    from mysql9 import Mysql9Server as Server
else:
    Server = MariadbServer

HERE = pathlib.Path(__file__).resolve().parent
PASSWORD = "p@ss:w/rd#1"
PATIENCE_S = 30

@dataclasses.dataclass
class Configuration:
    """How Renkei is treated before each step at the source, and lines for its file."""
    before_source: object = lambda renkei: None
    lines: str = ""
    busy: bool = False  # other tables of the database are written to all the time
    served: bool = True  # False: no server; `run --until-caught-up` before each look, which then must be right at once


CONFIGURATIONS = {
    "plain": Configuration(),
    "restart": Configuration(lambda renkei: renkei.stop(), "hub: {type: embedded, segment_bytes: 64KiB}\n"),
    "kill": Configuration(lambda renkei: renkei.kill()),
    "caught_up": Configuration(served=False),
    "busy": Configuration(busy=True),
}


class Failure(Exception):
    pass


class Noise:
    """Writes to a captured table of the database until it is left, for the changes of the case to stand among others."""

    def __init__(self, server, database):
        self.server, self.database, self.ended = server, database, threading.Event()
        self.thread = threading.Thread(target=self.write, daemon=True)

    def write(self):
        while not self.ended.is_set():
            self.server.execute("REPLACE INTO noise SELECT seq, REPEAT(UUID(), 3) FROM seq_1_to_500;" * 10, self.database)

    def __enter__(self):
        self.server.execute("CREATE TABLE noise (id INT PRIMARY KEY, v VARCHAR(200)) ENGINE=InnoDB", self.database)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join(30)


def parse(path):
    """The steps as (kind, argument, body lines)."""
    steps = []
    for line in path.read_text().splitlines():
        if line.startswith("=== "):
            kind, _, argument = line[4:].partition(" ")
            steps.append((kind, argument.strip(), []))
        elif steps and line.strip():
            steps[-1][2].append(line.rstrip())
    return steps


def show(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) or "''"


def warehouse_rows(renkei, sql):
    done = renkei.command("sql", "--format", "json", sql)
    if done.returncode:
        raise NotAnswered(done.stderr.strip())
    return [" | ".join(map(show, row.values())) for row in json.loads(done.stdout, parse_float=str)]


def look(renkei, sql):
    try:
        return warehouse_rows(renkei, sql)
    except NotAnswered as refusal:
        return [f"(no answer: {refusal})"]


def await_rows(renkei, sql, expected, patience_s):
    """Polls, since applying takes its time; the last answer tells what was wrong."""
    deadline = time.monotonic() + patience_s
    while (got := look(renkei, sql)) != expected:
        if patience_s and not renkei.running:
            raise Failure(f"renkei ended:\n{renkei.last_words()}")
        if time.monotonic() > deadline:
            raise Failure(f"{sql}\nexpected:\n  " + "\n  ".join(expected) + "\ngot:\n  " + "\n  ".join(got) +
                          f"\nlog:\n{renkei.last_words(12)}")
        time.sleep(0.05)


def expect_generations(renkei, expected, tables):
    found = {table["table"]: table["generation"] for table in renkei.status()["tables"]}
    for table in tables:
        if found.get(table) != int(expected):
            raise Failure(f"{table} has generation {found.get(table)} instead of {expected}:\n{renkei.last_words(12)}")


def expect_refusal(renkei, code, texts):
    done = renkei.command("check", "--connect")
    said = done.stdout + done.stderr
    if done.returncode != int(code):
        raise Failure(f"check --connect ended with {done.returncode} instead of {code}:\n{said}")
    for text in texts:
        if text not in said:
            raise Failure(f"check --connect did not say “{text}”:\n{said}")


def run_case(path, configuration, server, renkei):
    database = path.stem
    server.execute(f"DROP DATABASE IF EXISTS {database}; CREATE DATABASE {database}")
    renkei.configure("source", server.port, [f"{database}.*"], extra=configuration.lines)
    with Noise(server, database) if configuration.busy else contextlib.nullcontext():
        refused = take_steps(path, database, configuration, server, renkei)
    if not refused:
        finish(renkei)


def take_steps(path, database, configuration, server, renkei):
    refused = caught_up = False
    for kind, argument, body in parse(path):
        text = "\n".join(body).replace("$db", database)
        if kind == "source":
            if renkei.running:
                configuration.before_source(renkei)
            server.execute(text, database)
            caught_up = False
        elif kind == "refused":
            expect_refusal(renkei, argument, text.splitlines())
            refused = True
        elif kind == "generations":
            if configuration.served:
                expect_generations(renkei, argument, text.splitlines())
        elif kind == "warehouse":
            if configuration.served and not renkei.running:
                renkei.start()
            elif not configuration.served and not caught_up:
                renkei.catch_up(PATIENCE_S)
                caught_up = True
            await_rows(renkei, argument.replace("$db", database), text.splitlines(), PATIENCE_S * configuration.served)
        else:
            raise Failure(f"unknown step “=== {kind}”")
    return refused


def finish(renkei):
    deadline = time.monotonic() + PATIENCE_S
    # A table can be queried a moment before it is told of as live.
    while (compared := renkei.verify()).returncode and "is copying" in compared.stderr + compared.stdout:
        if time.monotonic() > deadline:
            break
    if compared.returncode:
        raise Failure(f"verify ended with {compared.returncode}:\n{compared.stdout}{compared.stderr}")
    if renkei.running and (code := renkei.stop()):
        raise Failure(f"renkei ended with {code} on SIGTERM:\n{renkei.last_words()}")


def run_all(programs, cases, configurations, keep):
    failed = 0
    with Server() as server:
        server.create_capture_user(PASSWORD)
        for name in configurations:
            for path in cases:
                folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-case-"))
                renkei = Renkei(programs, folder, PASSWORD)
                started = time.monotonic()
                try:
                    run_case(path, CONFIGURATIONS[name], server, renkei)
                    outcome = "ok"
                except (Failure, NotAnswered, RuntimeError, subprocess.TimeoutExpired, pymysql.err.MySQLError) as failure:
                    failed += 1
                    outcome = f"FAILED\n{failure}\n"
                finally:
                    if renkei.running:
                        renkei.kill()
                    if not keep:
                        shutil.rmtree(folder, ignore_errors=True)
                print(f"{name:9} {path.stem:28} {time.monotonic() - started:5.1f} s  {outcome}", flush=True)
    return failed


# What a case says that no MySQL server understands, and the one that is of a log without cascades.
MARIADB_ALONE = ("_to_", " INET4", " COMPRESSED", "which the log does not tell")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_build_argument(parser)
    parser.add_argument("cases", nargs="*", help="names of cases (default: all)")
    parser.add_argument("--under", choices=CONFIGURATIONS, action="append", help="the configurations (default: all)")
    parser.add_argument("--keep", action="store_true", help="keep the folders of Renkei")
    arguments = parser.parse_args()
    cases = sorted(path for path in HERE.glob("*.case") if not arguments.cases or path.stem in arguments.cases)
    if Server is not MariadbServer:
        for path in [path for path in cases if any(form in path.read_text() for form in MARIADB_ALONE)]:
            print(f"skipped   {path.stem}: of what MariaDB alone has or does", flush=True)
            cases.remove(path)
    if not cases:
        sys.exit("no such case")
    failed = run_all(Programs(arguments.build), cases, arguments.under or list(CONFIGURATIONS), arguments.keep)
    print(f"{failed} failed" if failed else "all equal")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
