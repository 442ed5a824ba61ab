#!/usr/bin/python3
"""Prints where the programs of MySQL 9 are, fetching them if need be; says why and ends with 77 if they can't be had."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from mysql9 import NotToBeHad, get  # noqa: E402

try:
    print(get().root)
except NotToBeHad as reason:
    print(f"SKIPPED: no MySQL 9 to test against: {reason}", file=sys.stderr)
    sys.exit(77)
