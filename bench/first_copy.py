"""The first copy of a table, durable and resumable, beside DuckDB's appender alone and DuckDB's own ATTACH copy."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

import attach
from measure import PASSWORD, Report, mb
from driver import Renkei, run_load
from mariadb import Server


def appender_floor(programs, folder, rows):
    done = subprocess.run([programs.renkei.parent / "renkei_appender_floor", folder / "floor.duckdb", str(rows)],
                          check=True, capture_output=True, text=True, timeout=1800)
    return json.loads(done.stdout)


def renkei_copy(programs, server, folder):
    """From the start of the process to the table being live; (seconds, CPU seconds, peak bytes)."""
    renkei = Renkei(programs, folder, PASSWORD).configure("source", server.port, ["copied.*"])
    started = time.monotonic()
    renkei.start()
    renkei.await_live(1200)
    result = time.monotonic() - started, renkei.cpu_seconds(), renkei.peak_memory_bytes()
    renkei.stop()
    return result


def run(programs, quick):
    rows = 500_000 if quick else 5_000_000
    report = Report("first_copy", "First copy",
                    f"One table of {rows:,} rows and 5 columns, MariaDB to a warehouse where it can be queried, from the start of the "
                    "process: chunks in consistent views, durable one by one, resumable. Beside it the same number of rows of "
                    "that shape through DuckDB's appender alone (ready in memory, one commit for each 100,000, a checkpoint), "
                    "and `CREATE TABLE … AS SELECT` from DuckDB's own `ATTACH … (TYPE mysql)`, which is one statement and keeps "
                    "nothing if it is cut off. The best of three, taken in turn.", quick)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-bench-"))
    fetched, why_not = attach.prepare(programs.renkei.parent)
    try:
        with Server(settings={"innodb_buffer_pool_size": "1G"}) as server:
            server.create_capture_user(PASSWORD)
            server.execute("CREATE DATABASE copied")
            run_load(programs, server, "bulk", "copied", "--prepare")
            run_load(programs, server, "bulk", "copied", "--rows", rows)
            ours, floors, peers = [], [], []
            for turn in range(3):
                place = folder / str(turn)
                place.mkdir()
                floors.append(appender_floor(programs, place, rows))
                ours.append(renkei_copy(programs, server, place / "renkei"))
                if fetched:
                    peers.append(attach.copy(fetched, server, "copied", "bulk_rows", place / "attached.duckdb"))
                shutil.rmtree(place)
            seconds, cpu, _ = min(ours)
            peak = max(peak for _, _, peak in ours)
            floor = min(floors, key=lambda one: one["seconds"])
            report.add("rate", f"{rows / seconds:,.0f} rows/s", f"{rows / floor['seconds']:,.0f} rows/s (appender)")
            report.add("of the appender's rate", f"{floor['seconds'] / seconds * 100:.0f} %", aim="≥ 50 %")
            if fetched:
                peer = min(peers, key=lambda one: one["seconds"])
                report.add("beside DuckDB's own ATTACH copy", f"{peer['seconds'] / seconds:.2f} ×",
                           f"{rows / peer['seconds']:,.0f} rows/s (ATTACH)", aim="≥ 1.2 ×")
                report.add("CPU of DuckDB's own ATTACH copy", f"{peer['cpu_seconds'] / rows * 1e6:.2f} s a million")
            else:
                report.add("beside DuckDB's own ATTACH copy", "NOT MEASURED", why_not, aim="≥ 1.2 ×")
            report.add("CPU of renkei", f"{cpu / rows * 1e6:.2f} s a million", f"{floor['cpu_seconds'] / rows * 1e6:.2f} s (appender)")
            report.add("peak memory", mb(peak))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.write()
