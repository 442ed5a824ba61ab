"""A private MySQL 9 for tests, where it can be had."""
from mysql9.programs import NotToBeHad, get
from mysql9.server import Mysql9Server

__all__ = ["Mysql9Server", "NotToBeHad", "get"]
