"""Commit to queryable, for every row, at a steady pace; and what it costs."""
import pathlib
import shutil
import tempfile
import time

from measure import PASSWORD, Report, SyncFloor, mb
from probe import Probe, summary
from driver import Load, Renkei, run_load
from mariadb import Server

SINK = "type: duckdb, path: warehouse.duckdb, freshness_aim: 200ms"


def cpu_share(renkei, load):
    """Renkei's CPU as a share of a core until the load ends."""
    cpu, started = renkei.cpu_seconds(), time.monotonic()
    load.wait()
    return (renkei.cpu_seconds() - cpu) / (time.monotonic() - started)


def measure(programs, server, renkei, report, name, mode, database, probed, seconds, flags, aims=("", "")):
    """One load of so many seconds beside a running Renkei."""
    alone = cpu_share(renkei, Load(programs, server, mode, database, "--seconds", seconds / 4, *flags))
    journal = renkei.folder / "journal.csv"
    probe = Probe(renkei.ask, database, probed).start()
    cpu, started = renkei.cpu_seconds(), time.monotonic()
    with SyncFloor(renkei.folder) as disk:
        load = Load(programs, server, mode, database, "--seconds", seconds, "--journal", journal, *flags).wait()
    cpu, elapsed = renkei.cpu_seconds() - cpu, time.monotonic() - started
    last = {table: server.execute(f"SELECT MAX(seq) FROM {table}", database)[0][0] for table in probed}
    deadline = time.monotonic() + 120
    while any(not probe.seen[table] or probe.seen[table][-1][0] < last[table] for table in probed) and time.monotonic() < deadline:
        time.sleep(0.05)
    probe.stop()
    measured, missing = probe.freshness(journal)
    if missing:
        raise RuntimeError(f"{name}: {missing} rows were not seen within 120 s")
    if not measured:
        raise RuntimeError(f"{name}: the load wrote nothing: the server was not ready for it within {seconds} s")
    result = summary(measured)
    report.add(f"{name}: freshness p50 of {result['rows']:,} rows", f"{result['p50']:.0f} ms", aim=aims[0])
    report.add(f"{name}: p99", f"{result['p99']:.0f} ms", aim=aims[1])
    report.add(f"{name}: longest", f"{result['max']:.0f} ms")
    report.add(f"{name}: the disk meanwhile, 4 KiB and sync, p50 / p99 / longest", disk.summary())
    report.add(f"{name}: written", f"{load['rows'] / load['seconds']:,.0f} rows/s")
    report.add(f"{name}: CPU of renkei; with the probe's {probe.answers / elapsed:.0f} queries a second",
               f"{alone * 100:.0f} %; {cpu / elapsed * 100:.0f} % of a core")
    status = renkei.status()["sinks"][0]["freshness_ms"]
    report.add(f"{name}: as renkei itself reports it, p50 / p99", f"{status['p50']} / {status['p99']} ms")


def idle(renkei, report):
    cpu = renkei.cpu_seconds()
    time.sleep(5)
    report.add("idle: CPU of renkei", f"{(renkei.cpu_seconds() - cpu) / 5 * 100:.1f} % of a core")


def run(programs, quick):
    big = 1_000_000 if quick else 10_000_000
    seconds = 10 if quick else 60
    report = Report("freshness", "Freshness: commit to queryable",
                    f"10 tables, one with {big:,} rows; half inserts, half updates of random keys of the whole table; `freshness_aim: "
                    "200ms`. Each row carries the load's clock just before its transaction was sent, and counts as queryable when "
                    "the answer to a query through the running server has arrived at the probe.", quick)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-bench-"))
    try:
        with Server(settings={"innodb_buffer_pool_size": "1G"}) as server:
            server.create_capture_user(PASSWORD)
            server.execute("CREATE DATABASE paced")
            run_load(programs, server, "paced", "paced", "--prepare", "--preload", big)
            renkei = Renkei(programs, folder, PASSWORD).configure("source", server.port, ["paced.*"], sink=SINK).start()
            copied = renkei.await_live(1200)
            report.add(f"first copy of {big + 90_000:,} rows", f"{copied:.1f} s, {(big + 90_000) / copied:,.0f} rows/s")
            idle(renkei, report)
            tables = [f"paced_{index:03}" for index in range(10)]
            measure(programs, server, renkei, report, "1,000 rows/s", "paced", "paced", tables, seconds, ["--rate", 1000],
                    ("≤ 200 ms", "≤ 1 s"))
            measure(programs, server, renkei, report, "10,000 rows/s", "paced", "paced", tables, seconds,
                    ["--rate", 10000, "--batch", 50], ("≤ 200 ms", "≤ 1 s"))
            measure(programs, server, renkei, report, "10,000 rows/s, last 200k keys", "paced", "paced", tables, seconds,
                    ["--rate", 10000, "--batch", 50, "--recent", 200_000])
            report.add("peak memory (VmHWM)", mb(renkei.peak_memory_bytes()), aim="≤ 1 GiB + 256 MB")
            started = time.monotonic()
            compared = renkei.verify()
            if compared.returncode:
                raise RuntimeError(f"the sides differ:\n{compared.stdout}{compared.stderr}")
            report.add("verify: both sides equal, found in", f"{time.monotonic() - started:.1f} s")
            renkei.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.write()
