"""What an HTML page says of itself: its text, its links, and whether it is a page at all."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml import html as lxml_html

from ingestion.parsing.encoding import decode_html

MAX_PAGE: Final = 8 * 1024 * 1024  # bytes
_UNSEEN: Final = "//script | //style | //noscript | //template | //comment()"
_LITTLE: Final = 600  # characters: an apology, or a form for signing in, and not much else
_PARTS_OF_TITLE: Final = re.compile(r"\s+-+\s+|\s*[|–—·»:_]\s*")
_ERRORS: Final = frozenset(
    (
        "404 error",
        "404 file not found",
        "404 not found",
        "404 page not found",
        "410 gone",
        "500 internal server error",
        "502 bad gateway",
        "503 service temporarily unavailable",
        "503 service unavailable",
        "bad gateway",
        "error 404",
        "file not found",
        "http 404",
        "http error 404",
        "internal server error",
        "not found",
        "page cannot be found",
        "page could not be found",
        "page does not exist",
        "page not found",
        "service unavailable",
        "the page cannot be found",
        "this page could not be found",
        "this page does not exist",
        "page introuvable",
        "seite nicht gefunden",
        "404 找不到页面",
        "404 页面不存在",
        "找不到页面",
        "找不到網頁",
        "页面不存在",
        "頁面不存在",
        "页面未找到",
        "文件不存在",
        "您访问的页面不存在",
    )
)
_BARE: Final = frozenset({"404", "410", "500", "502", "503", "error", "错误", "fehler"})
_SIGN_IN: Final = re.compile(
    r"(?:log|sign)[\s-]?(?:in|on)\b|anmeld(?:en|ung)|connexion|登录|登錄|登入|authenticat", re.I
)


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    text: str  # that people see, spaces folded
    links: tuple[str, ...]  # as written
    base: str  # of <base>, "" without one
    canonical: str  # of <link rel="canonical">, "" without one
    asks_password: bool
    heading: str  # the first one

    @property
    def digest(self) -> str:
        """Equal when people read the same: scripts and tokens in forms may differ."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()

    @property
    def is_error(self) -> bool:
        """An error page in spite of its status 200; a page about errors is none."""
        parts = [_plain(part) for part in _PARTS_OF_TITLE.split(self.title)]
        if parts[0] in _ERRORS:
            return True
        said = {*parts, _plain(self.heading)}
        return len(self.text) < _LITTLE and bool(said & (_ERRORS | _BARE))

    @property
    def is_sign_in(self) -> bool:
        """A form for signing in, not a page that has one in its corner."""
        return self.asks_password and (
            len(self.text) < _LITTLE or bool(_SIGN_IN.search(self.title))
        )


def read_page(content: bytes, charset: str | None) -> Page:
    """Never raises: a page without anything is empty."""
    markup = decode_html(content, charset).replace("\x00", "")
    parser = lxml_html.HTMLParser(no_network=True, encoding="utf-8")
    try:
        root = lxml_html.document_fromstring(markup.encode(errors="replace"), parser=parser)
    except etree.LxmlError:  # nothing but white space or a comment
        return Page("", "", (), "", "", asks_password=False, heading="")
    title = _first(root, "//title")
    for unseen in root.xpath(_UNSEEN):
        if unseen.getparent() is not None:
            unseen.drop_tree()
    body = root.find("body")
    return Page(
        title=title,
        text=_folded(" ".join((root if body is None else body).itertext())),
        links=tuple(_links(root)),
        base=_attribute(root, "//base/@href"),
        canonical=_attribute(root, "//link[translate(@rel,'CANONIL','canonil')='canonical']/@href"),
        asks_password=bool(root.xpath("//input[translate(@type,'PASWORD','pasword')='password']")),
        heading=_first(root, "//h1"),
    )


def stored(content: bytes, charset: str | None) -> bytes:
    """The page as a file, which has no header that says how it is written."""
    if charset is None or charset.lower() in {"utf-8", "utf8", "us-ascii"}:
        return content
    return codecs.BOM_UTF8 + decode_html(content, charset).encode("utf-8", "replace")


def _links(root: lxml_html.HtmlElement) -> Iterator[str]:
    for place in root.xpath("//a[@href] | //area[@href] | //iframe[@src] | //frame[@src]"):
        if "nofollow" not in (place.get("rel") or ""):
            yield str(place.get("href") or place.get("src")).strip()


def _first(root: lxml_html.HtmlElement, path: str) -> str:
    found = root.xpath(path)
    return _folded(found[0].text_content()) if found else ""


def _attribute(root: lxml_html.HtmlElement, path: str) -> str:
    found = root.xpath(path)
    return str(found[0]).strip() if found else ""


def _folded(text: str) -> str:
    return " ".join(text.split())


def _plain(phrase: str) -> str:
    return phrase.casefold().strip(" .!。！?？").removeprefix("sorry, ")
