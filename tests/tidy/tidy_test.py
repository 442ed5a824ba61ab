"""House rules that no compiler checks. Each finding names file, line, the rule and what to do instead."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES_MAX = 500

# The order in which includes may point: a room may include itself and what stands before it.
LAYERS = [
    ["base"],
    ["base/io"],
    ["telemetry"],
    ["config"],
    ["core"],
    ["duckdb"],
    ["sources/mysql/values"],
    ["sources/mysql/binlog", "sources/mysql/client", "sources/sqlserver/client"],
    ["sources/mysql/snapshot"],
    ["hub/embedded", "sources/mysql", "sources/sqlserver", "sinks/duckdb"],
    ["hub", "sources", "sinks"],
    ["warehouse"],
    ["pipeline"],
    ["verify"],
    ["serve"],
    ["cli"],
]
RANK = {room: rank for rank, rooms in enumerate(LAYERS) for room in rooms}

# Text that has no place in src/, with what takes its place and the files that may have it.
BANNED = [
    (r"std::this_thread::sleep", "wait on a condition with a deadline", ()),
    (r"\b(system_clock|steady_clock|high_resolution_clock)::now", "base::Clock, passed in", ("base/io/",)),
    (r"\b(gettimeofday|std::time|time\(nullptr\)|clock_gettime)\b", "base::Clock, passed in", ("base/io/",)),
    (r"std::(i|o)?fstream\b|\bfopen\(", "base::io::FileSystem", ("base/io/",)),
    (r"\bassert\(", "CHECK", ()),
    (r"\b(TODO|FIXME|XXX|HACK)\b", "do it, or say it in an issue", ()),
    (r"\busing namespace std\b", "names in full", ()),
    (r"std::rand\b|\bsrand\(", "a seeded generator, the seed printed", ()),
]

# A library's header stands only in its adapter.
ADAPTERS = {
    "mysql.h": ("sources/mysql/client/",),
    "mariadb/mysql.h": ("sources/mysql/client/",),
    "sybdb.h": ("sources/sqlserver/client/",),
    "duckdb.h": ("duckdb/",),
    "httplib.h": ("base/io/",),
    "yaml-cpp/": ("config/",),
    "CLI/": ("cli/",),
}

NAMES_BANNED = re.compile(r"(utils?|helpers?|manager|common|misc)\b", re.IGNORECASE)


def room_of(path: pathlib.PurePosixPath) -> str | None:
    """The longest listed room that holds the file (given relative to src/)."""
    best = None
    for room in RANK:
        if str(path.parent) == room or str(path).startswith(room + "/"):
            if best is None or len(room) > len(best):
                best = room
    return best


def check_includes(path, text, findings):
    own = room_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'#include [<"]([^>"]+)[>"]', line)
        if not match:
            continue
        included = match.group(1)
        for header, places in ADAPTERS.items():
            if (included == header or (header.endswith("/") and included.startswith(header))) and not str(
                path
            ).startswith(places):
                findings.append(f"src/{path}:{number}: {included} may only be included in {', '.join(places)}")
        other = room_of(pathlib.PurePosixPath(included))
        if '"' not in line or own is None or other is None or other == own:
            continue
        # A room's codes are those of the rooms inside it too.
        if included == f"{other}/codes.h" and own.startswith(f"{other}/"):
            continue
        if RANK[other] >= RANK[own]:
            findings.append(f"src/{path}:{number}: {own} may not include {other} (see ARCHITECTURE.md, rooms)")


def check_file(path, findings):
    text = (ROOT / "src" / path).read_text()
    count = text.count("\n")
    if count > LINES_MAX:
        findings.append(f"src/{path}: {count} lines; split it along the data's path (at most {LINES_MAX})")
    if NAMES_BANNED.search(path.stem):
        findings.append(f"src/{path}: name the file after what it holds")
    if path.suffix == ".h" and "#pragma once" not in text:
        findings.append(f"src/{path}: #pragma once is missing")
    test = path.name.endswith("_test.cc") or "/testing/" in str(path)
    for pattern, instead, places in BANNED:
        if str(path).startswith(places or ("\0",)):
            continue
        if test and "sleep" not in pattern and "TODO" not in pattern:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(pattern, line):
                findings.append(f"src/{path}:{number}: {pattern!r} is not used here; instead: {instead}")
    check_includes(path, text, findings)


def check_map(findings):
    """ARCHITECTURE.md names every room; every plug-in has its page."""
    map_text = (ROOT / "ARCHITECTURE.md").read_text()
    for cmake in sorted((ROOT / "src").rglob("CMakeLists.txt")):
        room = cmake.parent.relative_to(ROOT / "src")
        if str(room) != "." and f"{room}/" not in map_text:
            findings.append(f"ARCHITECTURE.md does not name src/{room}/")
        if str(room) != "." and "renkei_room" in cmake.read_text() and str(room) not in RANK:
            findings.append(f"src/{room} is in no layer of tests/tidy/tidy_test.py")
    for folder, pages in (("sources", "sources"), ("hub", "hubs"), ("sinks", "sinks")):
        for plugin in sorted((ROOT / "src" / folder).glob("*/CMakeLists.txt")):
            page = ROOT / "docs" / pages / f"{plugin.parent.name}.md"
            if not page.exists():
                findings.append(f"{page.relative_to(ROOT)} is missing: each plug-in has a page")


def check_paths(findings):
    """No file names a folder of one machine."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    for name in listed.stdout.split():
        path = ROOT / name
        if not path.is_file() or name == ".gitignore":
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(r"(?<![\w.])/(work|root|home)/\w", line) and "tidy_test.py" not in name:
                findings.append(f"{name}:{number}: a path of one machine")


def main() -> int:
    findings: list[str] = []
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix in (".h", ".cc"):
            check_file(pathlib.PurePosixPath(path.relative_to(ROOT / "src").as_posix()), findings)
    check_map(findings)
    check_paths(findings)
    for finding in findings:
        print(finding)
    print(f"tidy: {len(findings)} findings" if findings else "tidy: the house rules hold")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
