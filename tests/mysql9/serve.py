#!/usr/bin/python3
"""As tests/mariadb/serve.py, with MySQL 9."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from mariadb.serve import main  # noqa: E402
from mysql9 import Mysql9Server  # noqa: E402

if __name__ == "__main__":
    main(Mysql9Server)
