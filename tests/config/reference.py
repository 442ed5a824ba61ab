"""docs/reference/config.md is what `renkei docs config` prints; with --write it is written."""

import argparse
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference" / "config.md"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    printed = subprocess.run(
        [arguments.build / "renkei", "docs", "config"], capture_output=True, timeout=30, check=True
    ).stdout
    if arguments.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_bytes(printed)
    if PAGE.exists() and PAGE.read_bytes() == printed:
        return 0
    print(f"{PAGE} differs from what the binary prints; write it anew with")
    print(f"  {sys.argv[0]} --build {arguments.build} --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
