#!/usr/bin/python3
"""The private server keeps its promises: settings as asked, committed rows after kill -9, nothing left behind."""
import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from mariadb import Server  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", help="not used here")
    parser.parse_args()
    server = Server(settings={"binlog_row_image": "MINIMAL"})
    with server:
        assert server.execute("SELECT @@binlog_row_image, @@binlog_row_metadata, @@log_bin") == (("MINIMAL", "FULL", 1),)
        server.create_capture_user("p@ss:w/rd")
        server.execute("CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY); INSERT INTO shop.t VALUES (1)")
        position = server.execute("SELECT @@gtid_binlog_pos")
        server.kill()
        server.start()
        assert server.execute("SELECT id FROM shop.t") == ((1,),)
        assert server.execute("SELECT @@gtid_binlog_pos") == position
        connection = server.connect("shop", user="renkei", password="p@ss:w/rd", tcp=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM t")
            assert cursor.fetchall() == ((1,),)
        connection.close()
    assert not server.folder.exists()
    assert server.process.poll() is not None


if __name__ == "__main__":
    main()
