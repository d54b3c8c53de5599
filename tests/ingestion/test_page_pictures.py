"""Pages as pictures: what is drawn, how large, and inside which fences."""

import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingestion.blobs import Blobs
from ingestion.page_pictures import PagePictures, StoredFile
from ingestion.parsing import media
from ingestion.parsing.errors import Unreadable
from ingestion.parsing.limits import ParseLimits
from retrieval.errors import NotFound
from tests.ingestion.parsed import SERVER
from tests.ingestion.pdf_pages import text_at, write_pdf

MARK = "0 0 0 rg 100 200 50 40 re f\n"  # from the lower left: 360 to 400 of 600 from the top


@pytest.fixture
def pictures(tmp_path: Path) -> PagePictures:
    return PagePictures(Blobs(tmp_path / "blobs"), ParseLimits(), SERVER)


def store(pictures: PagePictures, path: Path, media_type: str = media.PDF) -> StoredFile:
    with path.open("rb") as content:
        blob = pictures.blobs.put(content, max_bytes=1 << 24)
    return StoredFile(blob.sha256, media_type, path.name)


def drawn(pictures: PagePictures, file: StoredFile, page: int = 1, width: int = 600) -> Image.Image:
    return Image.open(io.BytesIO(pictures.picture(file, page, width)))


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is dark."""
    rows, columns = np.nonzero(np.asarray(picture.convert("L")) < 128)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def a_picture(path: Path, size: tuple[int, int], **options: object) -> Path:
    """White, with a dark corner at the upper left."""
    image = Image.new("RGB", size, "white")
    image.paste((0, 0, 0), (0, 0, size[0] // 4, size[1] // 4))
    image.save(path, **options)
    return path


def test_a_page_is_drawn_as_wide_as_asked_and_everything_at_its_place(
    pictures: PagePictures, tmp_path: Path
) -> None:
    file = store(pictures, write_pdf(tmp_path / "a.pdf", ["", MARK]))
    assert pictures.sizes(file) == [(400, 600), (400, 600)]
    picture = drawn(pictures, file, page=2, width=1000)
    assert picture.format == "WEBP"
    assert picture.size == (1000, 1500)
    assert ink(picture) == pytest.approx((250, 900, 375, 1000), abs=2)


def test_a_turned_and_cropped_page_is_drawn_as_people_see_it(
    pictures: PagePictures, tmp_path: Path
) -> None:
    path = write_pdf(tmp_path / "a.pdf", [MARK], page="/Rotate 90/CropBox[0 100 400 500]")
    file = store(pictures, path)
    assert pictures.sizes(file) == [(400, 400)]
    assert ink(drawn(pictures, file)) == pytest.approx((150, 150, 210, 225), abs=2)


def test_a_strip_of_paper_is_drawn_smaller(pictures: PagePictures, tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [text_at(1, 1, "a")], page="/CropBox[0 0 2 600]")
    assert drawn(pictures, store(pictures, path)).size == (6, 1800)


def test_a_photograph_is_shown_upright_in_its_own_pixels(
    pictures: PagePictures, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held a quarter turn to the left
    path = a_picture(tmp_path / "a.jpg", (800, 400), exif=exif)
    file = store(pictures, path, media.JPEG)
    assert pictures.sizes(file) == [(400, 800)]
    picture = drawn(pictures, file)
    assert picture.size == (400, 800)
    assert ink(picture) == pytest.approx((300, 0, 400, 200), abs=3)


def test_each_page_of_a_fax_is_a_page(pictures: PagePictures, tmp_path: Path) -> None:
    pages = [Image.new("L", (300 + 100 * page, 200), "white") for page in range(3)]
    pages[0].save(tmp_path / "a.tiff", save_all=True, append_images=pages[1:])
    file = store(pictures, tmp_path / "a.tiff", media.TIFF)
    assert pictures.sizes(file) == [(300, 200), (400, 200), (500, 200)]
    assert drawn(pictures, file, page=3).size == (500, 200)


@pytest.mark.parametrize("page", [0, 3])
def test_a_page_that_is_not_there_is_refused(
    pictures: PagePictures, tmp_path: Path, page: int
) -> None:
    file = store(pictures, write_pdf(tmp_path / "a.pdf", ["", ""]))
    with pytest.raises(Unreadable, match=f"no page {page}"):
        pictures.picture(file, page, 600)


def test_a_picture_with_too_many_pixels_is_refused(tmp_path: Path) -> None:
    pictures = PagePictures(Blobs(tmp_path / "blobs"), ParseLimits(pixels=10_000), SERVER)
    file = store(pictures, a_picture(tmp_path / "a.png", (200, 200)), media.PNG)
    with pytest.raises(Unreadable, match="200 by 200 pixels"):
        pictures.picture(file, 1, 600)


def test_what_is_damaged_is_told_in_a_sentence(pictures: PagePictures, tmp_path: Path) -> None:
    for name, media_type in (("a.pdf", media.PDF), ("a.png", media.PNG)):
        (tmp_path / name).write_bytes(b"%PDF-1.4 or not")
        with pytest.raises(Unreadable, match="damaged"):
            pictures.sizes(store(pictures, tmp_path / name, media_type))


def test_other_files_and_those_that_are_gone_have_no_pages(
    pictures: PagePictures, tmp_path: Path
) -> None:
    file = store(pictures, write_pdf(tmp_path / "a.pdf", [""]))
    with pytest.raises(NotFound, match="text"):
        pictures.sizes(StoredFile(file.sha256, media.MARKDOWN, "a.md"))
    shutil.rmtree(pictures.blobs.root)
    with pytest.raises(NotFound, match="no longer stored"):
        pictures.sizes(file)
