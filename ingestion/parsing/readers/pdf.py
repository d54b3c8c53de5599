"""PDF, page by page through pdfium, the reader of Chromium. Only lines and tables are kept."""

from dataclasses import replace
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingestion.parsing.items import Item, Job, Refused
from ingestion.parsing.ocr.pages import Scans
from ingestion.parsing.pdf_drawn import drawn_on
from ingestion.parsing.pdf_fields import beside_text
from ingestion.parsing.pdf_frame import frame_of
from ingestion.parsing.pdf_furniture import without_furniture
from ingestion.parsing.pdf_layout import lay_out
from ingestion.parsing.pdf_lines import Line, lines_of
from ingestion.parsing.pdf_page import Part, parts_of
from ingestion.parsing.pdf_rulings import rulings_of

_NEEDS_PASSWORD: Final = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)


def read(job: Job) -> list[Item]:
    document = open_pdf(job)
    try:
        total = len(document)
        if total == 0:
            raise Refused(f"{job.filename} is damaged: it has no page that can be read.")
        if total > job.limits.pages:
            raise Refused(f"{job.filename} has {total} pages; at most {job.limits.pages} are read.")
        scans = Scans(job)
        parts = _all_parts(document, total, scans)
    finally:
        document.close()
    if not parts and job.limits.ocr == "off":
        raise Refused(
            f"{job.filename} has no text layer: its pages are pictures, and reading text in "
            "pictures (OCR) is switched off."
        )
    return scans.laid_back(lay_out(without_furniture(parts)))


def open_pdf(job: Job) -> pdfium.PdfDocument:
    """Raises: Refused."""
    try:
        document = pdfium.PdfDocument(job.path)
    except pdfium.PdfiumError as error:
        if error.err_code in _NEEDS_PASSWORD:
            raise Refused(
                f"{job.filename} is encrypted with a password. Save it without one and "
                "upload it again."
            ) from error
        raise Refused(f"{job.filename} is damaged or incomplete and could not be read.") from error
    if document.get_formtype() == raw.FORMTYPE_ACRO_FORM:
        document.init_forms()  # before the first page, or its fields have no values
    return document


def _all_parts(document: pdfium.PdfDocument, total: int, scans: Scans) -> list[Part]:
    parts: list[Part] = []
    for index in range(total):
        page = document[index]
        try:
            parts.extend(_parts(page, index + 1, scans))
        finally:
            page.close()  # otherwise pdfium keeps every page until the document is closed
        scans.job.report(index + 1, total)
    return parts


def _parts(page: pdfium.PdfPage, number: int, scans: Scans) -> list[Part]:
    seen = frame_of(page)
    drawn = drawn_on(page, seen)
    rulings = rulings_of(drawn)
    lines, frame = lines_of(page, number, seen, rulings.upright)
    inline, remarks = beside_text(page, number, frame, lines)
    pictures = scans.pictures(drawn)
    scanned = scans.parts(page, number, lines, pictures)
    if scanned is not None:
        return [*scanned, *inline, *remarks]
    if frame is not seen:
        rulings = rulings_of(drawn_on(page, frame))
    parts = parts_of([*lines, *inline], rulings)
    shown = scans.picture_parts(page, number, lines, pictures)
    return [*parts, *map(_in_picture, shown), *remarks]


def _in_picture(part: Part) -> Part:
    return replace(part, pictured=True) if isinstance(part, Line) else part
