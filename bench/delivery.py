"""What a change costs end to end: a binary log that waits → hub → DuckDB, in CPU seconds a million changes."""
import pathlib
import shutil
import tempfile
import time

from measure import PASSWORD, Report, mb
from driver import Beacon, NotAnswered, Renkei, run_load
from mariadb import Server


def shown(renkei, database):
    """The beacon's mark, asked of the running server."""
    try:
        return int(renkei.ask(f"SELECT mark FROM {database}.beacon")[0][0])
    except (NotAnswered, IndexError):
        return 0


def one_shape(programs, server, folder, report, name, mode, rows, preload, flags, aim):
    database = f"delivery_{mode}"
    server.execute(f"CREATE DATABASE {database}")
    run_load(programs, server, mode, database, "--prepare", "--preload", preload)
    beacon = Beacon(server, database)
    renkei = Renkei(programs, folder / mode, PASSWORD).configure("source", server.port, [f"{database}.*"]).start()
    renkei.await_live(300)
    beacon.await_arrival(renkei, 60)
    renkei.stop()
    run_load(programs, server, mode, database, "--rows", rows, "--preload", preload, *flags)
    beacon.light()
    started = time.monotonic()
    renkei.start()
    while shown(renkei, database) != beacon.mark:
        if not renkei.running or time.monotonic() - started > 900:
            raise RuntimeError(f"{name}: the warehouse did not catch up:\n{renkei.last_words()}")
        time.sleep(0.05)
    seconds, cpu, peak = time.monotonic() - started, renkei.cpu_seconds(), renkei.peak_memory_bytes()
    compared = renkei.verify()
    if compared.returncode:
        raise RuntimeError(f"{name}: the sides differ:\n{compared.stdout}{compared.stderr}")
    renkei.stop()
    report.add(f"{name}: {rows:,} changes, start to queryable", f"{seconds:.2f} s, {rows / seconds:,.0f} changes/s")
    report.add(f"{name}: CPU of renkei", f"{cpu / rows * 1e6:.2f} s a million", aim=aim)
    report.add(f"{name}: peak memory", mb(peak))


def run(programs, quick):
    report = Report("delivery", "End to end: log to warehouse",
                    "A binary log that waits is read, made durable and applied to DuckDB, from the start of the process until its "
                    "last change can be queried; both sides are compared afterwards (not counted). CPU of the whole process, "
                    "DuckDB's threads and its checkpoints included.", quick)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-bench-"))
    share = 10 if quick else 1
    try:
        with Server(settings={"max_binlog_size": "1G", "binlog_annotate_row_events": "OFF"}) as server:
            server.create_capture_user(PASSWORD)
            one_shape(programs, server, folder, report, "inserts by statements of 1,000", "bulk", 3_000_000 // share, 0,
                      ["--batch", 1000], "≤ 3 s")
            one_shape(programs, server, folder, report, f"20/60/20 in transactions of {100_000 // share:,} on {2_000_000 // share:,} rows",
                      "small", 1_000_000 // share, 2_000_000 // share,
                      ["--batch", 100_000 // share], "≤ 6 s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.write()
