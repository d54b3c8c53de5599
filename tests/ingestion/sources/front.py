"""A server in front of another one, which can be told to fail, and counts what is asked."""

from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

ON_THE_WAY = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one packet
    server: "Front"

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):  # any method
            return self.forward
        raise AttributeError(name)

    def forward(self) -> None:
        front = self.server
        front.asked.append((self.command, self.path))
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if front.fails(len(front.asked) - 1, self.command, self.path):
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        backend = HTTPConnection(*front.backend, timeout=10)
        backend.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            backend.putheader(name, value)
        backend.endheaders(content)
        answer = backend.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ON_THE_WAY:
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        backend.close()

    def log_message(self, *_: object) -> None:
        pass


class Front(ThreadingHTTPServer):
    """`fails(n, method, path)` says whether the n-th request, from 0, is answered with 503."""

    daemon_threads = True

    def __init__(self, backend: tuple[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.backend = backend
        self.fails: Callable[[int, str, str], bool] = lambda n, method, path: False
        self.asked: list[tuple[str, str]] = []
        Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        """Stopping twice is harmless."""
        self.shutdown()
        self.server_close()
