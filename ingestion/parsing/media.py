"""The formats that Colophon reads: media type, name for people, usual endings of file names."""

from dataclasses import dataclass
from typing import Final

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOC: Final = "application/msword"
PPT: Final = "application/vnd.ms-powerpoint"
XLS: Final = "application/vnd.ms-excel"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
ODP: Final = "application/vnd.oasis.opendocument.presentation"
RTF: Final = "application/rtf"
EPUB: Final = "application/epub+zip"
HTML: Final = "text/html"
MHTML: Final = "multipart/related"
MARKDOWN: Final = "text/markdown"
RST: Final = "text/x-rst"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
EML: Final = "message/rfc822"
MSG: Final = "application/vnd.ms-outlook"
PLAIN: Final = "text/plain"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
TIFF: Final = "image/tiff"
WEBP: Final = "image/webp"
BMP: Final = "image/bmp"
GIF: Final = "image/gif"
ZIP: Final = "application/zip"  # not a document; it is read where it is attached to one


@dataclass(frozen=True, slots=True)
class Format:
    media_type: str
    name: str  # "a PDF", as used in a sentence
    suffixes: tuple[str, ...]
    reader: str  # module in `readers`
    is_text: bool = False  # that a person could write in an editor


FORMATS: Final = (
    Format(PDF, "a PDF", (".pdf",), "pdf"),
    Format(DOCX, "a Word document", (".docx", ".docm", ".dotx", ".dotm"), "docx"),
    Format(PPTX, "a PowerPoint presentation", (".pptx", ".pptm", ".ppsx", ".potx"), "pptx"),
    Format(XLSX, "an Excel workbook", (".xlsx", ".xlsm", ".xltx"), "xlsx"),
    Format(DOC, "a Word 97 document", (".doc", ".dot"), "old_office"),
    Format(PPT, "a PowerPoint 97 presentation", (".ppt", ".pps"), "old_office"),
    Format(XLS, "an Excel 97 workbook", (".xls", ".xlt"), "xls"),
    Format(ODT, "an OpenDocument text", (".odt", ".ott"), "odt"),
    Format(ODS, "an OpenDocument workbook", (".ods", ".ots"), "ods"),
    Format(ODP, "an OpenDocument presentation", (".odp", ".otp"), "odp"),
    Format(RTF, "an RTF document", (".rtf",), "rtf"),
    Format(EPUB, "an EPUB book", (".epub",), "epub"),
    Format(HTML, "a web page", (".html", ".htm", ".xhtml"), "html", is_text=True),
    Format(MHTML, "a saved web page", (".mhtml", ".mht"), "mhtml", is_text=True),
    Format(MARKDOWN, "a Markdown text", (".md", ".markdown"), "markdown", is_text=True),
    Format(RST, "a reStructuredText", (".rst", ".rest"), "rst", is_text=True),
    Format(CSV, "a CSV table", (".csv",), "delimited", is_text=True),
    Format(TSV, "a TSV table", (".tsv", ".tab"), "delimited", is_text=True),
    Format(EML, "an e-mail", (".eml",), "email", is_text=True),
    Format(MSG, "an Outlook message", (".msg",), "msg"),
    Format(PLAIN, "a plain text", (".txt", ".text", ".log"), "text", is_text=True),
    Format(PNG, "a PNG picture", (".png",), "image"),
    Format(JPEG, "a JPEG picture", (".jpg", ".jpeg", ".jfif"), "image"),
    Format(TIFF, "a TIFF picture", (".tif", ".tiff"), "image"),
    Format(WEBP, "a WebP picture", (".webp",), "image"),
    Format(BMP, "a BMP picture", (".bmp", ".dib"), "image"),
    Format(GIF, "a GIF picture", (".gif",), "image"),
)

READ: Final = (
    "PDF, DOCX, PPTX, XLSX, DOC, PPT, XLS, ODT, ODS, ODP, RTF, EPUB, HTML, MHTML, Markdown, RST, "
    "CSV, TSV, EML, MSG, plain text and pictures (PNG, JPEG, TIFF, WebP, BMP, GIF)"
)

_CONVERTED: Final = ("old_office", "email", "msg")


def format_of(media_type: str) -> Format | None:
    return next((known for known in FORMATS if known.media_type == media_type), None)


def format_of_suffix(suffix: str) -> Format | None:
    """`suffix` with its dot, in lower case."""
    return next((known for known in FORMATS if suffix in known.suffixes), None)


def starts_programs(media_type: str) -> bool:
    """Whether LibreOffice may be needed: for the file itself, or for one attached to it."""
    known = format_of(media_type)
    return known is not None and known.reader in _CONVERTED
