"""What every driver needs: quantiles, the machine's description, and the table that ends up in bench/results/."""
import datetime
import os
import pathlib
import platform
import re
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

PASSWORD = "bench"


def quantile(weighted, share):
    """The smallest value with at least `share` of the weight at or below it; `weighted` is (value, weight) pairs."""
    ordered = sorted(weighted)
    wanted = share * sum(weight for _, weight in ordered)
    seen = 0
    for value, weight in ordered:
        seen += weight
        if seen >= wanted:
            return value
    return float("nan")


def machine():
    info = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*:\s*(.+)", info)
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 1024 / 1024
    return (f"{os.cpu_count()} × {model.group(1).strip() if model else platform.machine()}, {memory:.0f} GiB, "
            f"Linux {platform.release()}")


def commit():
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


class Report:
    """Rows of figures; each shown as soon as it is known and, unless the run was a quick one, written as Markdown."""

    def __init__(self, name, title, about, quick):
        self.quick = quick
        self.path = ROOT / "bench" / "results" / f"{name}.md"
        self.title = title
        self.about = about
        self.rows = []
        print(f"\n{title}\n{about}", flush=True)

    def add(self, figure, value, floor="", aim=""):
        self.rows.append((figure, value, floor, aim))
        print(f"  {figure:58} {value:>22}" + (f"   floor {floor}" if floor else "") + (f"   aim {aim}" if aim else ""),
              flush=True)

    def write(self):
        if self.quick:
            print("  not written: a quick run says that it runs, not how fast", flush=True)
            return
        self.path.parent.mkdir(exist_ok=True)
        lines = [f"# {self.title}", "", self.about, "", "| figure | measured | floor, same run | aim |", "| --- | ---: | ---: | ---: |"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        lines += ["", f"{datetime.date.today().isoformat()}, commit {commit()}, {machine()}. All programs (server, load, renkei, probe) "
                  "share this machine.", ""]
        self.path.write_text("\n".join(lines))
        print(f"  written to {self.path.relative_to(ROOT)}", flush=True)


class SyncFloor:
    """A write and sync of 4 KiB ten times a second beside a measurement: what the disk itself makes everybody wait."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "sync_floor"
        self.milliseconds = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write_on, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(60)
        self.path.unlink(missing_ok=True)

    def _write_on(self):
        with open(self.path, "wb", buffering=0) as file:
            while not self._stop.wait(0.1):
                started = time.monotonic()
                file.write(b"x" * 4096)
                os.fdatasync(file.fileno())
                self.milliseconds.append((time.monotonic() - started) * 1e3)

    def summary(self):
        weighted = [(value, 1) for value in self.milliseconds]
        return f"{quantile(weighted, 0.5):.0f} / {quantile(weighted, 0.99):.0f} / {max(self.milliseconds):.0f} ms"


def mb(size_bytes):
    return f"{size_bytes / 1e6:,.0f} MB"
