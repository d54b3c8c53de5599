"""The formats that Colophon reads: media type, name for people, usual endings of file names."""

from dataclasses import dataclass
from typing import Final

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML: Final = "text/html"
MARKDOWN: Final = "text/markdown"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
EML: Final = "message/rfc822"
PLAIN: Final = "text/plain"


@dataclass(frozen=True, slots=True)
class Format:
    media_type: str
    name: str  # "a PDF", as used in a sentence
    suffixes: tuple[str, ...]
    reader: str  # module in `readers`


FORMATS: Final = (
    Format(PDF, "a PDF", (".pdf",), "pdf"),
    Format(DOCX, "a Word document", (".docx", ".docm", ".dotx"), "docx"),
    Format(PPTX, "a PowerPoint presentation", (".pptx", ".pptm", ".ppsx"), "pptx"),
    Format(XLSX, "an Excel workbook", (".xlsx", ".xlsm"), "xlsx"),
    Format(HTML, "a web page", (".html", ".htm", ".xhtml"), "html"),
    Format(MARKDOWN, "a Markdown text", (".md", ".markdown"), "markdown"),
    Format(CSV, "a CSV table", (".csv",), "delimited"),
    Format(TSV, "a TSV table", (".tsv", ".tab"), "delimited"),
    Format(EML, "an e-mail", (".eml",), "email"),
    Format(PLAIN, "a plain text", (".txt", ".text", ".log"), "text"),
)

READ: Final = "PDF, DOCX, PPTX, XLSX, HTML, Markdown, CSV, TSV, EML and plain text"


def format_of(media_type: str) -> Format | None:
    return next((known for known in FORMATS if known.media_type == media_type), None)


def format_of_suffix(suffix: str) -> Format | None:
    """`suffix` with its dot, in lower case."""
    return next((known for known in FORMATS if suffix in known.suffixes), None)
