"""Pages as pictures, for people: of a PDF, and of a file that is a picture itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

import pypdfium2 as pdfium
from PIL import ExifTags, Image

from ingestion.parsing import media, wire
from ingestion.parsing.items import Job, OverLimit, Refused
from ingestion.parsing.ocr.seen import DAMAGED, FORMATS, as_seen, know_formats
from ingestion.parsing.readers.pdf import open_pdf

_TALLEST: Final = 3  # times the width: a strip of paper is drawn smaller
_QUALITY: Final = 80  # of a WebP
_QUICKLY: Final = 0  # effort of its encoder: a page in 50 to 150 ms, and 20 % more bytes
_PAGED: Final = "TIFF"  # of the others only the first frame is read
_MEGA: Final = 1_000_000
_ON_ITS_SIDE: Final = (5, 6, 7, 8)  # values of a camera's note about how it was held


def answer(job: Job, look: wire.Look) -> bytes:
    """The line that goes to the app. Raises: Refused."""
    if job.media_type == media.PDF:
        return _of_pdf(job, look)
    try:
        with _opened(job) as image:
            return _of_picture(job, image, look)
    except DAMAGED as error:
        raise Refused(f"{job.filename} is damaged or incomplete and cannot be shown.") from error


def _of_pdf(job: Job, look: wire.Look) -> bytes:
    document = open_pdf(job)
    try:
        total = min(len(document), job.limits.pages)
        if look.page is None:
            sizes = [document.get_page_size(index) for index in range(total)]
            return wire.encode_sizes([(round(w, 1), round(h, 1)) for w, h in sizes])
        page = document[_index(job, look.page, total)]
        try:
            return _picture(_drawn(page, look.width))
        finally:
            page.close()
    finally:
        document.close()


def _drawn(page: pdfium.PdfPage, width: int) -> Image.Image:
    wide, high = (max(side, 1.0) for side in page.get_size())
    bitmap = page.render(scale=min(width / wide, _TALLEST * width / high))
    try:
        drawn: Image.Image = bitmap.to_pil()
        return drawn.convert("RGB")
    finally:
        bitmap.close()


@contextmanager
def _opened(job: Job) -> Iterator[Image.Image]:
    know_formats()
    with Image.open(job.path, formats=FORMATS) as image:
        yield image


def _of_picture(job: Job, image: Image.Image, look: wire.Look) -> bytes:
    total = getattr(image, "n_frames", 1) if image.format == _PAGED else 1
    if look.page is None:
        total = min(total, job.limits.pages)
        return wire.encode_sizes([_size(image, frame) for frame in range(total)])
    image.seek(_index(job, look.page, total))
    if image.width * image.height > job.limits.pixels:
        raise OverLimit(
            f"{job.filename} has {image.width} by {image.height} pixels; at most "
            f"{job.limits.pixels // _MEGA} million are shown."
        )
    seen = Image.fromarray(as_seen(image)[:, :, ::-1])
    seen.thumbnail((look.width, _TALLEST * look.width), reducing_gap=2.0)
    return _picture(seen)


def _size(image: Image.Image, frame: int) -> tuple[float, float]:
    """As people see it."""
    image.seek(frame)
    width, height = image.size
    turned = image.getexif().get(ExifTags.Base.Orientation) in _ON_ITS_SIDE
    return (height, width) if turned else (width, height)


def _index(job: Job, page: int, total: int) -> int:
    if not 1 <= page <= total:
        raise Refused(f"{job.filename} has no page {page}.")
    return page - 1


def _picture(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "WEBP", quality=_QUALITY, method=_QUICKLY)
    return wire.encode_picture(written.getvalue())
