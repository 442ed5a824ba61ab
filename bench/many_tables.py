"""500 tables, each of which gets two rows every second."""
import pathlib
import shutil
import tempfile

from freshness import measure
from measure import PASSWORD, Report, mb
from driver import Renkei, run_load
from mariadb import Server


def run(programs, quick):
    tables = 50 if quick else 500
    report = Report("many_tables", "Many tables",
                    f"{tables} tables of 1,000 rows, each gets 2 rows a second in a transaction of its own; 10 of them are probed.", quick)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-bench-"))
    try:
        with Server() as server:
            server.create_capture_user(PASSWORD)
            server.execute("CREATE DATABASE many")
            run_load(programs, server, "manytables", "many", "--prepare", "--tables", tables, "--rows", 1000)
            renkei = Renkei(programs, folder, PASSWORD).configure("source", server.port, ["many.*"]).start()
            report.add(f"first copy of {tables} tables", f"{renkei.await_live(1200):.1f} s")
            probed = [f"paced_{index * (tables // 10):03}" for index in range(10)]
            measure(programs, server, renkei, report, f"{tables} tables", "manytables", "many", probed, 10 if quick else 60,
                    ["--tables", tables, "--rate", 2 * tables], ("", "≤ 2 s"))
            report.add("peak memory (VmHWM)", mb(renkei.peak_memory_bytes()))
            renkei.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.write()
