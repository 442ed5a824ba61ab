#!/usr/bin/python3
"""One big transaction under kill -9: every row arrives once, and memory stays within its bound.

First without a sink, where memory is the capture's and the hub's alone, then with the warehouse. Each is killed while the
transaction goes into the log or the warehouse, and started again.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from driver import Programs, Renkei, add_build_argument  # noqa: E402
from mariadb import Server  # noqa: E402

PASSWORD = "p@ss"
ROW_BYTES = 1000
PATIENCE_S = 600
CAPTURE_BYTES_MAX = 256 << 20
SINK_BYTES_MAX = 1 << 30
KILL_AFTER_S = (0.3, 1.0, 2.0)


class Failure(Exception):
    pass


def await_(what, condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(f"{what} did not come about")
        time.sleep(0.05)


def source(renkei):
    status = renkei.peek()
    return status["sources"][0] if status and status["sources"] else {}


def reached(renkei, position):
    if not renkei.running:
        raise Failure(f"renkei ended:\n{renkei.last_words()}")
    return position in str(source(renkei).get("position", ""))


def commit_big(server, rows, first):
    server.execute(f"INSERT INTO big SELECT seq, REPEAT(CHAR(65 + seq % 26), {ROW_BYTES}) FROM seq_{first}_to_{first + rows - 1}",
                   "shop")
    return server.execute("SELECT @@gtid_binlog_pos")[0][0]


def through_kills(renkei, kills, done):
    """Starts and kills; the peak of all lives, once `done`."""
    peaks = []
    for pause in KILL_AFTER_S[:kills]:
        renkei.start()
        time.sleep(pause)
        if not renkei.running:
            raise Failure(f"renkei ended:\n{renkei.last_words()}")
        peaks.append(renkei.peak_memory_bytes())
        renkei.kill()
    renkei.start()
    await_("the end of the transaction", done)
    peaks.append(renkei.peak_memory_bytes())
    return max(peaks)


def show(what, peak, limit, seconds):
    print(f"{what}: peak memory {peak >> 20} MiB of {limit >> 20} MiB, {seconds:.1f} s", flush=True)
    if peak > limit:
        raise Failure(f"{what}: {peak >> 20} MiB of memory, {limit >> 20} MiB allowed")


def run(programs, megabytes, kills):
    rows = megabytes * 1_000_000 // ROW_BYTES
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-big-"))
    try:
        with Server(settings={"max_binlog_size": "1G", "binlog_annotate_row_events": "OFF"}) as server:
            server.create_capture_user(PASSWORD)
            server.execute("CREATE DATABASE shop")
            server.execute(f"CREATE TABLE big (id INT PRIMARY KEY, t VARCHAR({ROW_BYTES}) CHARACTER SET latin1)", "shop")
            capture = Renkei(programs, folder / "capture", PASSWORD).configure("source", server.port, ["shop.*"], sink=None)
            whole = Renkei(programs, folder / "whole", PASSWORD).configure("source", server.port, ["shop.*"])
            for renkei in (capture, whole):
                renkei.start()
                await_("the first position", lambda: source(renkei).get("caught_up"))
            whole.await_live(60)
            capture.stop()
            whole.stop()
            position = commit_big(server, rows, 1)
            started = time.monotonic()
            peak = through_kills(capture, kills, lambda: reached(capture, position))
            show(f"capture of {megabytes} MB", peak, CAPTURE_BYTES_MAX + 3 * ROW_BYTES, time.monotonic() - started)
            capture.stop()
            started = time.monotonic()
            count = f"SELECT count(*), count(DISTINCT id), sum(length(t)), sum(id) FROM shop.big"
            expected = [[str(rows), str(rows), str(rows * ROW_BYTES), str(rows * (rows + 1) // 2)]]
            peak = through_kills(whole, kills, lambda: reached(whole, position) and whole.query(count) == expected)
            show(f"capture and warehouse of {megabytes} MB", peak, CAPTURE_BYTES_MAX + SINK_BYTES_MAX,
                 time.monotonic() - started)
            whole.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_build_argument(parser)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--kills", type=int, default=3)
    arguments = parser.parse_args()
    try:
        run(Programs(arguments.build), arguments.megabytes, arguments.kills)
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
