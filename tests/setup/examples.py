#!/usr/bin/python3
"""Every file under examples/ passes `renkei check`, so that none of them rots."""
import argparse
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from driver import Programs, add_build_argument  # noqa: E402
from driver.programs import ROOT  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_build_argument(parser)
    programs = Programs(parser.parse_args().build)
    examples = sorted((ROOT / "examples").glob("*.yaml"))
    failed = not examples
    for example in examples:
        done = subprocess.run([programs.renkei, "check", "-c", example], capture_output=True, text=True,
                              env={**os.environ, "SHOP_PASSWORD": "a", "CRM_PASSWORD": "b"})
        print(f"{'ok' if done.returncode == 0 else 'FAILED':7} {example.name}")
        if done.returncode:
            failed = True
            print(done.stdout + done.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
