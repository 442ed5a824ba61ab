"""How fast a binary log that waits is in the durable hub: two shapes, beside the server's own tool copying the same events."""
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

from measure import PASSWORD, Report, mb
from driver import Renkei, run_load
from mariadb import Server
from mariadb.server import program

POLL_S = 0.02
PATIENCE_S = 600
TURNS = 3  # the one of the middle ratio counts
# Of the rate, of the share of the copy tool's rate, of the CPU.
AIMS = {"bulk": ("≥ 1,500,000 rows/s", "≥ 25 %", ""), "small": ("", "≥ 150 %", "≤ 1.5 s")}


def binlog_files(server):
    return [(name, int(size)) for name, size, *_ in server.execute("SHOW BINARY LOGS")]


def floor_seconds(server, first_file, folder):
    """mariadb-binlog --raw of everything from the file on, the second of two runs, so that the files are warm:
    (seconds, CPU seconds)."""
    for _ in range(2):
        target = pathlib.Path(tempfile.mkdtemp(dir=folder))
        started, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([program("mariadb-binlog"), "--no-defaults", "--raw", "--read-from-remote-server", "--to-last-log",
                        f"--socket={server.socket}", "--user=root", f"--result-file={target}/", first_file],
                       check=True, capture_output=True)
        seconds = time.monotonic() - started
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        shutil.rmtree(target)
    return seconds, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def source_status(renkei):
    status = renkei.peek()
    return status["sources"][0] if status and status["sources"] else {}


def await_position(renkei, position):
    """Waits until the hub holds everything up to the GTID position; (seconds since the call, CPU seconds of renkei)."""
    started = time.monotonic()
    while position not in str(source_status(renkei).get("position", "")):
        if not renkei.running or time.monotonic() - started > PATIENCE_S:
            raise RuntimeError(f"position {position} was not reached:\n{renkei.last_words()}")
        time.sleep(POLL_S)
    return time.monotonic() - started, renkei.cpu_seconds()


def hub_bytes(renkei):
    return sum(file.stat().st_size for file in (renkei.folder / "data").rglob("*") if file.is_file())


def one_shape(programs, server, folder, report, mode, rows, flags):
    database = f"stream_{mode}"
    server.execute(f"CREATE DATABASE {database}")
    run_load(programs, server, mode, database, "--prepare")
    renkei = Renkei(programs, folder / mode, PASSWORD).configure("source", server.port, [f"{database}.*"], sink=None)
    renkei.start()
    while not source_status(renkei).get("caught_up"):
        time.sleep(POLL_S)
    server.execute("CREATE TABLE first_mark (id INT PRIMARY KEY); INSERT INTO first_mark VALUES (1)", database)
    await_position(renkei, server.execute("SELECT @@gtid_binlog_pos")[0][0])
    renkei.stop()
    before = hub_bytes(renkei)
    server.execute("FLUSH BINARY LOGS")
    first_file = binlog_files(server)[-1][0]
    load = run_load(programs, server, mode, database, "--rows", rows, *flags)
    size = sum(bytes_ for name, bytes_ in binlog_files(server) if name >= first_file)
    position = server.execute("SELECT @@gtid_binlog_pos")[0][0]
    shutil.copytree(renkei.folder / "data", folder / "before")
    turns = []
    for _ in range(TURNS):
        floor, floor_cpu = floor_seconds(server, first_file, folder)
        shutil.rmtree(renkei.folder / "data")
        shutil.copytree(folder / "before", renkei.folder / "data")
        renkei.start()
        seconds, cpu = await_position(renkei, position)
        turns.append((seconds / floor, seconds, cpu, floor, floor_cpu, renkei.peak_memory_bytes()))
        renkei.stop()
    shutil.rmtree(folder / "before")
    _, seconds, cpu, floor, floor_cpu, _ = sorted(turns)[TURNS // 2]
    peak = max(turn[-1] for turn in turns)
    written = hub_bytes(renkei) - before
    name = {"bulk": "1,000-row statements", "small": "transactions of 10 one-row changes"}[mode]
    report.add(f"{name}: {rows:,} rows, {mb(size)} of log, start to durable", f"{seconds:.2f} s", f"{floor:.2f} s")
    rate_aim, share_aim, cpu_aim = AIMS[mode]
    report.add(f"{name}: rate", f"{rows / seconds:,.0f} rows/s", f"{rows / floor:,.0f} rows/s", rate_aim)
    report.add(f"{name}: of the copy tool's rate", f"{floor / seconds * 100:.0f} %", aim=share_aim)
    report.add(f"{name}: CPU of renkei; of the copy tool", f"{cpu / rows * 1e6:.2f} s a million rows",
               f"{floor_cpu / rows * 1e6:.2f} s", cpu_aim)
    report.add(f"{name}: peak memory", mb(peak), aim="≤ 256 MB")
    report.add(f"{name}: written by the hub", mb(written))
    report.add(f"{name}: the server took to write it", f"{load['seconds']:.0f} s")


def run(programs, quick):
    report = Report("stream", "Stream to durable hub",
                    "A binary log that waits is read, decoded, written and synced by the hub (no sink), from the start of the "
                    "process. Floor: `mariadb-binlog --raw --read-from-remote-server` of the same events, warm, just before. "
                    f"Of {TURNS} turns the one of the middle ratio.", quick)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="renkei-bench-"))
    try:
        with Server(settings={"max_binlog_size": "1G", "binlog_annotate_row_events": "OFF"}) as server:
            server.create_capture_user(PASSWORD)
            one_shape(programs, server, folder, report, "bulk", 500_000 if quick else 5_000_000, ["--batch", 1000])
            one_shape(programs, server, folder, report, "small", 200_000 if quick else 2_000_000, ["--batch", 10])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.write()
