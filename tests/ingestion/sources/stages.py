"""For each kind of source a real server that the suite fills, breaks and stops."""

import base64
import os
import shutil
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from urllib.parse import quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import boto3
from cheroot import wsgi
from dulwich import porcelain
from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain
from moto.server import ThreadedMotoServer
from wsgidav.wsgidav_app import WsgiDAVApp

from ingestion.sources.addresses import resolve
from ingestion.sources.asking import basic
from ingestion.sources.bucket import Bucket, bucket_place
from ingestion.sources.credentials import Credentials
from ingestion.sources.fetching import Fetcher, Network
from ingestion.sources.folder import Folder
from ingestion.sources.git_wire import GitWire
from ingestion.sources.port import Source
from ingestion.sources.repository import Repository
from ingestion.sources.webdav import Webdav
from ingestion.sources.website import Website, WebsitePlace
from tests.ingestion.sources.front import Front
from tests.ingestion.sources.local_site import PDF, LocalSite, Reply

USER, PASSWORD = "reader", "the-right-password"
LOCAL = Network(allowed=("127.0.0.0/8",), seconds=5)


def a_fetcher(network: Network = LOCAL) -> Fetcher:
    return Fetcher(network, resolve, clock=lambda: datetime.now(UTC).timestamp())


def no_pause(_seconds: float) -> None:
    pass


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
        self.server.stop()


class Moto:
    """moto's S3, with accounts and rights as at Amazon: it checks every signature."""

    def __init__(self) -> None:
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        self.address = self.server.get_host_and_port()
        self.place = {
            "endpoint_url": "http://{}:{}".format(*self.address),
            "region_name": "us-east-1",
        }
        self.credentials = self._an_account()
        self._check_signatures()
        self.s3 = boto3.client(
            "s3",
            **self.place,
            aws_access_key_id=self.credentials.username,
            aws_secret_access_key=self.credentials.password,
        )
        self.buckets = 0

    def a_bucket(self) -> str:
        self.buckets += 1
        name = f"papers-{self.buckets}"
        self.s3.create_bucket(Bucket=name)
        return name

    def stop(self) -> None:
        self.s3.close()
        self.server.stop()

    def _an_account(self) -> Credentials:
        iam = boto3.client("iam", **self.place, aws_access_key_id="a", aws_secret_access_key="b")
        iam.create_user(UserName=USER)
        everything = (
            '{"Version":"2012-10-17","Statement":'
            '[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
        )
        iam.put_user_policy(UserName=USER, PolicyName="all", PolicyDocument=everything)
        made = iam.create_access_key(UserName=USER)["AccessKey"]
        iam.close()
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"])

    def _check_signatures(self) -> None:
        control = HTTPConnection(*self.address)
        control.request("POST", "/moto-api/reset-auth", b"0")
        control.getresponse().read()
        control.close()


class BucketStage:
    """A bucket behind a front, listed two keys at a time."""

    furniture: tuple[str, ...] = ()

    def __init__(self, folder: Path, moto: Moto) -> None:
        self.moto = moto
        self.front = Front(moto.address)
        self.bucket = moto.a_bucket()
        # The prefix of another folder begins with ours; a marker of a folder is no document.
        moto.s3.put_object(Bucket=self.bucket, Key="shelf2/other.pdf", Body=b"other")
        moto.s3.put_object(Bucket=self.bucket, Key="shelf/", Body=b"")

    def put(self, name: str, content: bytes) -> None:
        self.moto.s3.put_object(Bucket=self.bucket, Key=f"shelf/{name}", Body=content)

    def delete(self, name: str) -> None:
        self.moto.s3.delete_object(Bucket=self.bucket, Key=f"shelf/{name}")

    def source(self, password: str = PASSWORD) -> Source:
        known = self.moto.credentials
        secret = known.password if password == PASSWORD else password
        place = bucket_place(f"s3://{self.bucket}/shelf", self.front.url, None)
        credentials = Credentials(known.username, secret)
        return Bucket(place, credentials, a_fetcher(), lambda: datetime.now(UTC), page=2)

    def key(self, name: str) -> str:
        return name

    def break_half_way(self) -> None:
        self.front.fails = lambda n, method, path: "continuation-token" in path

    def stop(self) -> None:
        self.front.stop()

    def close(self) -> None:
        self.front.server_close()


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
        self.site.stop()


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


KINDS = {  # but for the bucket, which needs a server that is slow to start
    "folder": FolderStage,
    "webdav": WebdavStage,
    "website": WebsiteStage,
    "repository": GitStage,
}
