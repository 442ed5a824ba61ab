"""Mysql9Server: as the private MariaDB server, with the programs of MySQL 9."""
import shutil

from mariadb.server import Server
from mysql9.programs import get

OF_MYSQL = {
    "mysqlx": "OFF",
    "gtid_mode": "ON",
    "enforce_gtid_consistency": "ON",
    "innodb_redo_log_capacity": "128M",
    "innodb_doublewrite": "OFF",
    "performance_schema": "ON",
}
OF_MARIADB = ("gtid_strict_mode", "innodb_log_file_size")


class Mysql9Server(Server):
    def __init__(self, settings=None, server_id=1, durable=False, folder=None):
        without = {name: None for name in OF_MARIADB}
        super().__init__({**without, **OF_MYSQL, **(settings or {})}, server_id, durable, folder)
        self.programs = get()

    def create_capture_user(self, password, user="renkei",
                            grants="REPLICATION SLAVE, REPLICATION CLIENT, SELECT"):
        super().create_capture_user(password, user, grants.replace("BINLOG MONITOR", "REPLICATION CLIENT"))

    def follow(self, primary, user="follower"):
        primary.create_capture_user("follow", user=user, grants="REPLICATION SLAVE")
        self.execute(f"CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={primary.port}, "
                     f"SOURCE_USER='{user}', SOURCE_PASSWORD='follow', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, "
                     "SOURCE_SSL=1; START REPLICA")

    def _program(self):
        return self.programs.command()

    def _install(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.programs.template, self.data)
