"""A proxy before the server that counts flights, and cuts the line where a test wants it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType


class Proxy:
    """Passes bytes between a TCP port of its own and the server's socket.

    ``cut_answer_to``: cut behind the first message that holds these bytes, so that the server works
    on and its answer finds nobody. ``cut_after``: cut when so many bytes were sent in all.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres?gssencmode=disable"
        self.port: int = port
        self.flights = 0
        self.sent = 0
        self.cut_answer_to: bytes | None = None
        self.cut_after: int | None = None
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._run, daemon=True).start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cut everything."""
        self._listener.close()
        for end in self._sockets:
            _shut(end)
        for thread in self._threads:
            thread.join()
        for end in self._sockets:
            end.close()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
            self._sockets += [client, server]
            for pump in (self._forth, self._back):
                thread = threading.Thread(target=pump, args=(client, server), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _forth(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(1 << 16):
                self.flights += data[:1] not in (b"\0", b"X")  # opening and closing are none
                if self.cut_after is not None and self.sent + len(data) > self.cut_after:
                    server.sendall(data[: max(0, self.cut_after - self.sent)])
                    break
                self.sent += len(data)
                last = self.cut_answer_to is not None and self.cut_answer_to in data
                if last:  # before the server hears of it, or its answer might slip through
                    self.cut_answer_to = None
                    _shut(client)
                server.sendall(data)
                if last:
                    return
        _shut(client)
        _shut(server)

    def _back(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(1 << 16):
                client.sendall(data)
        _shut(client)
        _shut(server)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
