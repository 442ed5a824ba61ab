#!/usr/bin/python3
"""`new_columns`: a column that comes later passes, is NULL everywhere outside of the source, or waits for a decision."""
import argparse
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from driver import NotAnswered, Programs, Renkei, add_build_argument  # noqa: E402
from mariadb import Server  # noqa: E402

PASSWORD = "p@ss:w/rd#1"
PATIENCE_S = 60
TABLES = ["passed", "masked", "held"]


def expect(renkei, table, rows):
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            got = renkei.query(f"SELECT id, secret FROM shop.{table} ORDER BY id")
        except NotAnswered as refusal:
            got = str(refusal)
        if got == rows:
            return
        if time.monotonic() > deadline:
            sys.exit(f"{table} holds {got} instead of {rows}\n{renkei.last_words()}")
        time.sleep(0.1)


def expect_nowhere(renkei, secrets):
    """Neither the log nor the warehouse nor what was said holds one of them."""
    for path in renkei.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for secret in secrets:
            if secret.encode() in content:
                sys.exit(f"“{secret}” stands in {path}")


def run(server, renkei):
    def configure(held):
        patterns = ["shop.*", {"name": "shop.masked", "new_columns": "mask"}, {"name": "shop.held", "new_columns": held}]
        listed = ", ".join(pattern if isinstance(pattern, str) else
                           "{" + ", ".join(f"{key}: {value}" for key, value in pattern.items()) + "}"
                           for pattern in patterns).replace("shop.*", '"shop.*"')
        renkei.configure("source", server.port, [])
        renkei.config.write_text(renkei.config.read_text().replace("tables: []", f"tables: [{listed}]"))

    server.execute("CREATE DATABASE shop")
    for table in TABLES:
        server.execute(f"CREATE TABLE {table} (id INT PRIMARY KEY, n INT) ENGINE=InnoDB; INSERT INTO {table} VALUES (1, 1)", "shop")
    configure("hold")
    renkei.start()
    renkei.await_live()
    for table in TABLES:
        server.execute(f"ALTER TABLE {table} ADD secret VARCHAR(40) NOT NULL DEFAULT 'default-of-{table}';"
                       f"INSERT INTO {table} VALUES (2, 2, 'value-of-{table}'); UPDATE {table} SET n = 5 WHERE id = 1", "shop")
    expect(renkei, "passed", [["1", "default-of-passed"], ["2", "value-of-passed"]])
    expect(renkei, "masked", [["1", ""], ["2", ""]])
    expect(renkei, "held", [["1", ""], ["2", ""]])
    if "RK2172" not in renkei.log.read_text():
        sys.exit("no notice tells of the columns that are kept back")
    # A new copy reads the rows again, and must not bring them either.
    server.execute("ALTER TABLE masked CONVERT TO CHARACTER SET utf8mb4, MODIFY n VARCHAR(20); INSERT INTO masked VALUES (3, 'x', 'later-of-masked')", "shop")
    expect(renkei, "masked", [["1", ""], ["2", ""], ["3", ""]])
    if (compared := renkei.verify()).returncode:
        sys.exit(f"verify ended with {compared.returncode}:\n{compared.stdout}{compared.stderr}")
    renkei.stop()
    expect_nowhere(renkei, [f"{kind}-of-{table}" for kind in ("default", "value", "later") for table in ("masked", "held")])
    configure("pass")
    renkei.start()
    expect(renkei, "held", [["1", "default-of-held"], ["2", "value-of-held"]])
    expect(renkei, "masked", [["1", ""], ["2", ""], ["3", ""]])
    renkei.stop()
    expect_nowhere(renkei, [f"{kind}-of-masked" for kind in ("default", "value", "later")])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_build_argument(parser)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-new-columns-"))
    with Server() as server:
        server.create_capture_user(PASSWORD)
        renkei = Renkei(Programs(parser.parse_args().build), folder, PASSWORD)
        try:
            run(server, renkei)
        finally:
            if renkei.running:
                renkei.kill()
            shutil.rmtree(folder, ignore_errors=True)
    print("kept back")


if __name__ == "__main__":
    main()
