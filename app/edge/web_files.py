"""Serves the built web: its files, and index.html for every address that the web routes itself."""

from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from retrieval.errors import Invalid, NotFound

FOR_EVER: Final = "public, max-age=31536000, immutable"  # names under assets/ carry a hash
LONGEST: Final = 200  # characters of an address of the web, far below what a file system takes
API_PREFIXES: Final = ("/api/", "/v1/")
NOT_BUILT: Final = """<!doctype html><meta charset="utf-8"><title>Colophon</title>
<h1>The web is not built yet</h1>
<p>Run <code>make web</code> in Colophon's folder, then reload this page.</p>
<p>The HTTP interface works already: see <a href="/openapi.json">/openapi.json</a>.</p>"""


class WebFiles:
    """The router's last resort: an ASGI app for every address that no route has taken."""

    def __init__(self, dist: Path | None) -> None:
        self.dist = dist.resolve() if dist else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if f"{path}/".startswith(API_PREFIXES):
            raise NotFound("There is nothing at this address.")
        if scope["method"] not in ("GET", "HEAD"):
            raise Invalid("This address can only be read.")
        response = await run_in_threadpool(self._response, path)
        await response(scope, receive, send)

    def _response(self, path: str) -> Response:
        index = self.dist / "index.html" if self.dist else None
        if self.dist is None or index is None or not index.is_file():
            return HTMLResponse(NOT_BUILT, 503, {"Cache-Control": "no-store"})
        if "\0" in path or len(path) > LONGEST:  # asking for such a file is an error in Python
            raise NotFound("There is no such file.")
        file = (self.dist / path.lstrip("/")).resolve()
        if file == index:
            return FileResponse(index, headers={"Cache-Control": "no-store"})
        if file.is_relative_to(self.dist) and file.is_file():
            hashed = file.is_relative_to(self.dist / "assets")
            return FileResponse(file, headers={"Cache-Control": FOR_EVER if hashed else "no-cache"})
        if "." in path.rsplit("/", 1)[-1] or path.startswith("/assets/"):
            # A file that is not there must not come back as HTML with 200.
            raise NotFound("There is no such file.")
        return FileResponse(index, headers={"Cache-Control": "no-store"})
