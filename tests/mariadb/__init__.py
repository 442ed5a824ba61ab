"""A private MariaDB server for tests, demo and benchmarks: own folder, loopback only, gone afterwards."""
from mariadb.server import Server, free_port

__all__ = ["Server", "free_port"]
