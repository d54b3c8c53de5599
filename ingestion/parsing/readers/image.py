"""Pictures as documents: scans, photographs of pages, fax (TIFF of several pages)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from ingestion.parsing.items import Item, Job, OverLimit, Refused
from ingestion.parsing.ocr.lines import Sheet, Sizes, Slants, lines_in, rules_in, usual_scale
from ingestion.parsing.ocr.models import Picture
from ingestion.parsing.ocr.scanner import Scanner
from ingestion.parsing.pdf_furniture import without_furniture
from ingestion.parsing.pdf_layout import lay_out
from ingestion.parsing.pdf_page import Part, parts_of

_FORMATS: Final = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
_PAGED: Final = ("TIFF",)  # of the others only the first frame is read
_SIDE: Final = 2600  # pixels of the longer side: more shows no more letters
_SCALABLE: Final = {"1": "L", "P": "RGBA", "PA": "RGBA"}  # others can be made smaller as they are
_MEGA: Final = 1_000_000
_DAMAGED: Final = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError)


def read(job: Job) -> list[Item]:
    """Boxes are in pixels of the picture as people see it."""
    if job.limits.ocr == "off":
        raise Refused(
            f"{job.filename} is a picture, and reading text in pictures (OCR) is switched off."
        )
    Image.init()  # loads the readers of formats, so that some can be asked for by name
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is unpacked
    try:
        with Image.open(job.path, formats=_FORMATS) as image:
            return _items(image, job)
    except _DAMAGED as error:
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
    scales: dict[int, float] = {}
    sizes, slants = Sizes(), Slants()
    for number, (picture, shrink) in enumerate(_frames(image, total, job), 1):
        job.extend()
        scan = scanner.read(picture)
        scale = usual_scale(scan)
        height, width = (side * scale for side in picture.shape[:2])
        sheet = Sheet(number, scale, width, height)
        slants.note(number, scan.slant, width, height)
        found = lines_in(scan, sheet)
        sizes.learn(found)
        parts.extend(parts_of(sizes.settled(found), rules_in(scan, sheet)))
        scales[number] = scale * shrink
        job.report(number, total)
    items = slants.laid_back(lay_out(without_furniture(parts)))
    return [_in_pixels(item, scales) for item in items]


def _frames(image: Image.Image, total: int, job: Job) -> Iterator[tuple[Picture, float]]:
    """Upright as the camera noted it, on white, not too large; and by how much it was shrunk."""
    for _, frame in zip(range(total), ImageSequence.Iterator(image), strict=False):
        width, height = frame.size
        if width * height > job.limits.pixels:
            raise OverLimit(
                f"{job.filename} has {width} by {height} pixels; at most "
                f"{job.limits.pixels // _MEGA} million are read."
            )
        frame.draft("RGB", (_SIDE, _SIDE))  # a JPEG is unpacked no finer than that
        seen = ImageOps.exif_transpose(frame)
        seen = seen.convert(_SCALABLE.get(seen.mode, seen.mode))
        seen.thumbnail((_SIDE, _SIDE), reducing_gap=2.0)
        paper = Image.new("RGB", seen.size, "white")
        coloured = seen.convert("RGBA")
        paper.paste(coloured, mask=coloured.getchannel("A"))
        yield (
            np.ascontiguousarray(np.asarray(paper)[:, :, ::-1]),
            max(seen.size) / max(width, height),
        )


def _in_pixels(item: Item, scales: dict[int, float]) -> Item:
    return replace(
        item,
        boxes=tuple(
            replace(
                box,
                left=round(box.left / scales[box.page], 1),
                top=round(box.top / scales[box.page], 1),
                right=round(box.right / scales[box.page], 1),
                bottom=round(box.bottom / scales[box.page], 1),
            )
            for box in item.boxes
        ),
    )
