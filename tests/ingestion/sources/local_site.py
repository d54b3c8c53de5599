"""A web site that a test writes: pages, redirects, errors, a password."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

HTML = "text/html; charset=utf-8"
PDF = "application/pdf"


@dataclass
class Reply:
    body: bytes = b""
    kind: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    knows_etag: bool = True

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()}"'


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]  # names in small letters
    status: int
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one packet
    server: "LocalSite"

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):  # any method
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reply = self.server.reply(self.path, self.headers.get("Authorization"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        unchanged = reply.knows_etag and headers.get("if-none-match") == reply.etag
        status = 304 if unchanged and reply.status == 200 else reply.status
        self.server.asked.append(Asked(self.command, self.path, headers, status, body))
        self.send_response(status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.knows_etag and reply.status == 200:
            self.send_header("ETag", reply.etag)
        self.send_header("Content-Type", reply.kind)
        if "Content-Length" not in reply.headers:
            self.send_header("Content-Length", "0" if status == 304 else str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        pass


class LocalSite(ThreadingHTTPServer):
    """`replies` by raw path; what is not in it is `missing`."""

    daemon_threads = True

    def __init__(self, authorization: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: dict[str, Reply | Callable[[], Reply]] = {}
        self.authorization = authorization  # the header that is wanted
        self.missing = Reply(b"<title>404</title>", status=404)
        self.asked: list[Asked] = []
        Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def reply(self, path: str, authorization: str | None) -> Reply:
        if self.authorization is not None and authorization != self.authorization:
            return Reply(b"<title>Unauthorized</title>", status=401)
        found = self.replies.get(path, self.missing)
        return found() if callable(found) else found

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def page(self, path: str, body: str, title: str = "A page", status: int = 200) -> None:
        text = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
        self.replies[path] = Reply(text.encode(), status=status)

    def redirect(self, path: str, target: str, status: int = 302) -> None:
        self.replies[path] = Reply(status=status, headers={"Location": target})

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
