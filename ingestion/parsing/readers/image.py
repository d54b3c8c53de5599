"""Pictures as documents: scans, photographs of pages, fax (TIFF of several pages)."""

from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageSequence

from ingestion.parsing.items import Item, Job, OverLimit, Refused
from ingestion.parsing.ocr.models import Picture
from ingestion.parsing.ocr.scanner import Scanner
from ingestion.parsing.ocr.seen import DAMAGED, FORMATS, as_seen, know_formats
from ingestion.parsing.ocr.whole import Pages
from ingestion.parsing.pdf_page import Part

_PAGED: Final = ("TIFF",)  # of the others only the first frame is read
_MEGA: Final = 1_000_000


def read(job: Job) -> list[Item]:
    """Boxes are in pixels of the picture as people see it."""
    if job.limits.ocr == "off":
        raise Refused(
            f"{job.filename} is a picture, and reading text in pictures (OCR) is switched off."
        )
    know_formats()
    try:
        with Image.open(job.path, formats=FORMATS) as image:
            return _items(image, job)
    except DAMAGED as error:
        raise Refused(f"{job.filename} is damaged or incomplete and could not be read.") from error


def _items(image: Image.Image, job: Job) -> list[Item]:
    scanner = Scanner.load()
    total = getattr(image, "n_frames", 1) if image.format in _PAGED else 1
    if total > job.limits.scanned_pages:
        raise OverLimit(
            f"{job.filename} has {total} scanned pages; at most {job.limits.scanned_pages} are "
            "read."
        )
    parts: list[Part] = []
    pages = Pages()
    for number, (picture, shrunk) in enumerate(_frames(image, total, job), 1):
        job.extend()
        parts.extend(pages.parts(scanner.read(picture), picture, number, shrunk))
        job.report(number, total)
    return pages.items(parts)


def _frames(image: Image.Image, total: int, job: Job) -> Iterator[tuple[Picture, float]]:
    """As people see them, and by how much they were shrunk."""
    for _, frame in zip(range(total), ImageSequence.Iterator(image), strict=False):
        width, height = frame.size
        if width * height > job.limits.pixels:
            raise OverLimit(
                f"{job.filename} has {width} by {height} pixels; at most "
                f"{job.limits.pixels // _MEGA} million are read."
            )
        picture = as_seen(frame)
        yield picture, max(picture.shape[:2]) / max(width, height)
