"""A repository on dulwich's server, which the suite fills, breaks and stops."""

import base64
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from dulwich import porcelain
from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

from ingestion.sources.credentials import Credentials
from ingestion.sources.git_wire import GitWire
from ingestion.sources.port import Source
from ingestion.sources.repository import Repository
from tests.ingestion.sources.front import Front
from tests.ingestion.sources.reader import PASSWORD, USER, a_fetcher


class GitStage:
    """dulwich's server behind a user and a password and a front."""

    furniture: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.work = folder / "work"
        self.cache = folder / "cache"
        self.repository = Repo.init(str(self.work), mkdir=True)
        chain = make_wsgi_chain(DictBackend({"/papers.git": self.repository}))
        self.server = make_server(
            "127.0.0.1", 0, _signed(chain), server_class=_Threaded, handler_class=_Quiet
        )
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.front = Front(("127.0.0.1", self.server.server_port))

    def put(self, name: str, content: bytes) -> None:
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._commit([str(path)])

    def delete(self, name: str) -> None:
        porcelain.remove(str(self.work), [str(self.work / name)])
        self._commit([])

    def _commit(self, paths: list[str]) -> None:
        if paths:
            porcelain.add(str(self.work), paths)
        someone = b"A Writer <writer@example.com>"
        porcelain.commit(str(self.work), message=b"x", author=someone, committer=someone)

    def source(self, password: str = PASSWORD) -> Source:
        url = f"{self.front.url}/papers.git"
        wire = GitWire(url, Credentials(USER, password), a_fetcher())
        return Repository(url, None, wire, self.cache)

    def key(self, name: str) -> str:
        return name

    def break_half_way(self) -> None:
        self.front.fails = lambda n, method, path: method == "POST"

    def stop(self) -> None:
        self.front.stop()

    def close(self) -> None:
        self.front.stop()
        self.server.shutdown()
        self.server.server_close()
        self.repository.close()


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _signed(application):
    wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    def guarded(environ, start_response):
        if environ.get("HTTP_AUTHORIZATION") != wanted:
            start_response("401 Unauthorized", [("Content-Type", "text/plain")])
            return [b"no"]
        return application(environ, start_response)

    return guarded
