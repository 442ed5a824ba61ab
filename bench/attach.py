"""The peer of a first copy: DuckDB's own `ATTACH … (TYPE mysql)`, from PyPI, in a folder of its own under build/."""
import json
import pathlib
import subprocess
import sys
import venv

VERSION = "1.5.5"
PROGRAM = """
import json, resource, sys, time, duckdb
extension, socket, database, table, target = sys.argv[1:]
connection = duckdb.connect(target, config={"allow_unsigned_extensions": "false"})
connection.execute("SET enable_progress_bar = false")
connection.execute(f"LOAD '{extension}'")
connection.execute(f"ATTACH 'socket={socket} user=root database={database}' AS source (TYPE mysql, READ_ONLY)")
started = time.monotonic()
connection.execute(f"CREATE TABLE copied AS SELECT * FROM source.{database}.{table}")
connection.execute("CHECKPOINT")
seconds = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_SELF)
rows = connection.execute("SELECT count(*) FROM copied").fetchone()[0]
print(json.dumps({"rows": rows, "seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime}))
"""


def prepare(build):
    """(python, extension) with DuckDB and its MySQL extension, fetched once; None and the reason where it can't be had."""
    folder = pathlib.Path(build).resolve() / "bench-duckdb"
    python = folder / "bin" / "python"
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
        extension = next(folder.rglob("mysql_scanner.duckdb_extension"), None)
        if extension is None:
            subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary", ":all:",
                            f"duckdb=={VERSION}", f"duckdb-extension-mysql-scanner=={VERSION}"],
                           check=True, capture_output=True, text=True, timeout=600)
            extension = next(folder.rglob("mysql_scanner.duckdb_extension"))
    except (subprocess.SubprocessError, OSError, StopIteration) as error:
        return None, str(getattr(error, "stderr", "") or error).strip()[-300:]
    return (python, extension), ""


def copy(fetched, server, database, table, target):
    python, extension = fetched
    done = subprocess.run([python, "-c", PROGRAM, str(extension), server.socket, database, table, str(target)],
                          capture_output=True, text=True, timeout=1800)
    if done.returncode:
        sys.exit(f"DuckDB's own copy failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)
