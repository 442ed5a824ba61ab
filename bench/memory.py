"""Peak memory through the heaviest things that happen: a big first copy, 64 MB transactions, a long backlog."""
import pathlib
import shutil
import tempfile

from measure import PASSWORD, Report, mb
from driver import Beacon, Load, Renkei, run_load
from mariadb import Server

PARCELS = 1024
SINK = "type: duckdb, path: warehouse.duckdb, memory: 512MB"


def run(programs, quick):
    report = Report("memory", "Memory", "DuckDB `memory: 512MB`, the rest 256 MB. Peak (VmHWM) of the process after each part.", quick)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-bench-"))
    aim = "≤ 512 + 256 MB + 3 × the largest row"
    try:
        with Server() as server:
            server.create_capture_user(PASSWORD)
            server.execute("CREATE DATABASE bank")
            run_load(programs, server, "bank", "bank", "--prepare", "--rows", 100_000 if quick else 1_000_000, "--big-rows", PARCELS)
            run_load(programs, server, "bulk", "bank", "--prepare")
            beacon = Beacon(server, "bank")
            renkei = Renkei(programs, folder, PASSWORD).configure("source", server.port, ["bank.*"], sink=SINK).start()
            renkei.await_live(1200)
            beacon.await_arrival(renkei, 300)
            report.add("first copy, 64 MB of it in rows of 64 KiB", mb(renkei.peak_memory_bytes()), aim=aim)
            load = Load(programs, server, "bank", "bank", "--rate", 100, "--big-every", 4, "--big-rows", PARCELS,
                        "--seconds", 12 if quick else 40)
            big = load.wait()["big"]
            beacon.await_arrival(renkei, 300)
            report.add(f"{big} transactions of {mb(PARCELS * 65536)} (twice that with before images)", mb(renkei.peak_memory_bytes()),
                       aim=aim)
            renkei.stop()
            rows = 300_000 if quick else 3_000_000
            run_load(programs, server, "bulk", "bank", "--rows", rows)
            renkei.start()
            seconds = beacon.await_arrival(renkei, 600)
            report.add(f"a backlog of {rows:,} rows, from start to warehouse in {seconds:.1f} s", mb(renkei.peak_memory_bytes()),
                       aim=aim)
            renkei.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.write()
