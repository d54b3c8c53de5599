"""For each kind of source a real server that the suite fills, breaks and stops."""

import os
import shutil
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp

from ingestion.sources.asking import basic
from ingestion.sources.credentials import Credentials
from ingestion.sources.folder import Folder
from ingestion.sources.port import Source
from ingestion.sources.webdav import Webdav
from ingestion.sources.website import Website, WebsitePlace
from tests.ingestion.sources.front import Front
from tests.ingestion.sources.git_stage import GitStage
from tests.ingestion.sources.local_site import PDF, LocalSite, Reply
from tests.ingestion.sources.reader import PASSWORD, USER, a_fetcher, no_pause


class FolderStage:
    """Half a listing: the folder below vanishes while it is listed."""

    furniture: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.root = folder / "share"
        self.root.mkdir()

    def put(self, name: str, content: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def delete(self, name: str) -> None:
        (self.root / name).unlink()

    def source(self, password: str = PASSWORD) -> Source:
        return Folder(self.root)

    def key(self, name: str) -> str:
        return name

    def break_half_way(self) -> None:
        shutil.rmtree(self.root / "below")

    def stop(self) -> None:
        shutil.rmtree(self.root)

    def close(self) -> None:
        pass


class WebdavStage:
    """`wsgidav` behind a front."""

    furniture: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.root = folder / "dav"
        self.root.mkdir()
        self.second = 1_700_000_000  # this server's mark knows whole seconds only
        application = WsgiDAVApp(
            {
                "provider_mapping": {"/files": str(self.root)},
                "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
                "http_authenticator": {"accept_digest": False},
                "verbose": 0,
                "logging": {"enable": False},
                "lock_storage": False,
                "property_manager": False,
            }
        )
        self.server = wsgi.Server(("127.0.0.1", 0), application, numthreads=2, shutdown_timeout=0)
        self.server.expiration_interval = 0.02  # of its loop: it stops at once
        self.server.prepare()
        Thread(target=self.server.serve, daemon=True).start()
        self.front = Front(self.server.bind_addr)

    def put(self, name: str, content: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.second += 1
        os.utime(path, (self.second, self.second))

    def delete(self, name: str) -> None:
        (self.root / name).unlink()

    def source(self, password: str = PASSWORD) -> Source:
        return Webdav(f"{self.front.url}/files/", Credentials(USER, password), a_fetcher())

    def key(self, name: str) -> str:
        return name

    def break_half_way(self) -> None:
        self.front.fails = lambda n, method, path: path.startswith("/files/below")

    def stop(self) -> None:
        self.front.stop()

    def close(self) -> None:
        self.front.stop()
        self.server.stop()


class WebsiteStage:
    """Our own server; its home page links to every document, and to a page below."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self.site = LocalSite(authorization=basic(USER, PASSWORD)["Authorization"])
        self.front = Front(("127.0.0.1", self.site.server_port))
        self.furniture: tuple[str, ...] = (f"{self.front.url}/papers/",)
        self.names: dict[str, bytes] = {}
        self._write()

    def put(self, name: str, content: bytes) -> None:
        self.names[name] = content
        self._write()

    def delete(self, name: str) -> None:
        del self.names[name]
        self._write()

    def _write(self) -> None:
        self.site.replies.clear()
        for name, content in self.names.items():
            self.site.replies[f"/papers/{quote(name)}"] = Reply(content, PDF)
        links = "".join(f'<a href="{quote(name)}">{name}</a> ' for name in self.names)
        self.site.page("/papers/", f"<p>Our papers</p>{links}")

    def source(self, password: str = PASSWORD) -> Source:
        place = WebsitePlace(f"{self.front.url}/papers/")
        credentials = Credentials(USER, password)
        return Website(place, credentials, a_fetcher(), no_pause, self.cache)

    def key(self, name: str) -> str:
        return f"{self.front.url}/papers/{quote(name)}"

    def break_half_way(self) -> None:
        self.front.fails = lambda n, method, path: "below" in path

    def stop(self) -> None:
        self.front.stop()

    def close(self) -> None:
        self.front.stop()
        self.site.stop()


KINDS = {  # but for the bucket, which needs a server that is slow to start
    "folder": FolderStage,
    "webdav": WebdavStage,
    "website": WebsiteStage,
    "repository": GitStage,
}
