"""The running server's own door: HTTP over the unix socket in its data folder, as the commands use it."""
import http.client
import socket


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout_s):
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def request(path, method, target, body=None, timeout_s=60):
    """(HTTP status, text); OSError when nobody answers there."""
    connection = _UnixConnection(str(path), timeout_s)
    try:
        connection.request(method, target, body=body.encode() if body is not None else None,
                           headers={"Content-Type": "text/plain; charset=utf-8"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()
