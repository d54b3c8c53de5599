"""What was read in one picture."""

from dataclasses import dataclass

from ingestion.parsing.pdf_rulings import Rulings


@dataclass(frozen=True, slots=True)
class Written:
    """A line of a picture. Lengths in pixels of the picture turned upright and straight."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float  # of its font
    sure: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Scan:
    lines: tuple[Written, ...]  # by their tops
    rules: Rulings
    turn: int  # quarter turns clockwise in which the picture is written
    slant: float  # radians by which its lines fell to the right
    width: int  # of the picture turned upright
    height: int
