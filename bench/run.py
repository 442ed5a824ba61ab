#!/usr/bin/python3
"""All figures, each beside its floor in the same run, into bench/results/.

    make bench       or       bench/run.py [--quick] [stream first_copy delivery freshness many_tables memory rooms]
"""
import argparse
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measure  # noqa: E402  (puts tests/ on the path)
from driver import Programs, add_build_argument  # noqa: E402
import delivery  # noqa: E402
import first_copy  # noqa: E402
import freshness  # noqa: E402
import many_tables  # noqa: E402
import memory  # noqa: E402
import stream  # noqa: E402

DRIVERS = {"stream": stream.run, "first_copy": first_copy.run, "delivery": delivery.run, "freshness": freshness.run,
           "many_tables": many_tables.run, "memory": memory.run}


def rooms(build):
    """The benchmarks of single rooms, in C++, by name."""
    return {program.name.removeprefix("renkei_").removesuffix("_bench"): program
            for program in sorted(pathlib.Path(build).glob("renkei_*_bench"))}


def run_rooms(programs):
    """Each prints its own floor."""
    for name, program in programs.items():
        print(f"\n{program.name}", flush=True)
        done = subprocess.run([str(program)], capture_output=True, text=True, timeout=1800)
        print(done.stdout + done.stderr, end="", flush=True)
        if done.returncode:
            sys.exit(f"{program.name} ended with {done.returncode}")
        (measure.ROOT / "bench" / "results" / f"{name}_room.md").write_text(
            f"# {program.name}\n\n```\n{done.stdout}```\n\nCommit {measure.commit()}, {measure.machine()}.\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_build_argument(parser)
    parser.add_argument("drivers", nargs="*", metavar="driver",
                        help=", ".join([*DRIVERS, "rooms"]) + " (default: all), or one room: "
                        "durable, hub, apply")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything: to see that it runs, not for figures: printed, not written")
    arguments = parser.parse_args()
    programs = Programs(arguments.build)
    for name in arguments.drivers or [*DRIVERS, "rooms"]:
        if name == "rooms":
            run_rooms(rooms(arguments.build))
        elif name in DRIVERS:
            DRIVERS[name](programs, arguments.quick)
        elif name in rooms(arguments.build):
            run_rooms({name: rooms(arguments.build)[name]})
        else:
            sys.exit(f"no such driver: {name}")


if __name__ == "__main__":
    main()
