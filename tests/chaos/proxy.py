"""Proxy: a TCP proxy on loopback whose connections can be cut all at once, as a network does."""
import socket
import struct
import threading

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST


class Proxy:
    """Forwards to a loopback port. Each direction of each connection is a daemon thread; cut() may be called anywhere."""

    def __init__(self, target_port):
        self.target_port = target_port
        self._pairs = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Breaks every connection; how many there were."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            self._close(pair)
        return len(pairs)

    def close(self):
        self._listener.close()
        self.cut()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target_port))
            except OSError:
                client.close()
                continue
            pair = (client, server)
            with self._lock:
                self._pairs.add(pair)
            for source, sink in (pair, pair[::-1]):
                threading.Thread(target=self._forward, args=(source, sink, pair), daemon=True).start()

    def _forward(self, source, sink, pair):
        try:
            while data := source.recv(1 << 16):
                sink.sendall(data)
        except OSError:
            pass
        with self._lock:
            self._pairs.discard(pair)
        self._close(pair)

    @staticmethod
    def _close(pair):
        for end in pair:
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
