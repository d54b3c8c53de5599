"""A picture of any format that is read, as people see it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS: Final = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
DAMAGED: Final = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError)
_SIDE: Final = 2600  # pixels of the longer side: more shows no more letters
_SCALABLE: Final = {"1": "L", "P": "RGBA", "PA": "RGBA"}  # others can be made smaller as they are


def know_formats() -> None:
    """Call before `Image.open`, and compare the size with a limit before `as_seen`."""
    Image.init()  # loads the readers of formats, so that some can be asked for by name
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is unpacked


def as_seen(frame: Image.Image) -> NDArray[np.uint8]:
    """Upright as the camera noted it, on white, not too large; (height, width, 3), BGR.

    Raises: one of `DAMAGED`.
    """
    frame.draft("RGB", (_SIDE, _SIDE))  # a JPEG is unpacked no finer than that
    seen = ImageOps.exif_transpose(frame)
    seen = seen.convert(_SCALABLE.get(seen.mode, seen.mode))
    seen.thumbnail((_SIDE, _SIDE), reducing_gap=2.0)
    paper = Image.new("RGB", seen.size, "white")
    coloured = seen.convert("RGBA")
    paper.paste(coloured, mask=coloured.getchannel("A"))
    return np.ascontiguousarray(np.asarray(paper)[:, :, ::-1])
