"""Scanner: a picture in, its lines out, right way up, with their places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ingestion.parsing.ocr.crops import (
    cut,
    ink_of,
    is_tall,
    lies_sideways,
    slant_of,
    straightened,
)
from ingestion.parsing.ocr.models import Models, Picture, Quads, Recognised
from ingestion.parsing.ocr.rules import drawn_rules
from ingestion.parsing.ocr.scan import Scan, Written
from ingestion.parsing.ocr.spacing import Strip, blanks_of, spell

_SURE: Final = 0.5  # mean over a line's letters; below that it is a smudge or a drawing
_ASKED: Final = 5  # lines that say which way up they are
_CLEARLY: Final = 0.9  # sure enough of an upright line; one on its head reaches 0.7
_LEAST_SLANT: Final = 0.003  # radians: a fifth of a degree moves a page's edge by half a line


@dataclass(frozen=True, slots=True)
class Scanner:
    models: Models

    @classmethod
    def load(cls) -> "Scanner":
        return cls(Models.load())

    def read(self, picture: Picture) -> Scan:
        quads = self.models.find_lines(picture)
        turn = self._turn(picture, quads)
        if turn:
            picture = np.ascontiguousarray(np.rot90(picture, turn))
            quads = self.models.find_lines(picture)
        slant = slant_of(quads)
        if abs(slant) < _LEAST_SLANT:
            slant = 0.0
        else:
            picture, quads = straightened(picture, quads, slant)
        height, width = picture.shape[:2]
        lines = self._lines(picture, quads)
        return Scan(lines, drawn_rules(picture), turn, slant, width, height)

    def _turn(self, picture: Picture, quads: Quads) -> int:
        """How the writing lies: 1 reads down, 2 stands on its head, 3 reads up."""
        if not len(quads):
            return 0
        sideways = lies_sideways(quads)
        long = sorted(quads, key=lambda quad: -float(np.ptp(quad, axis=0).max()))[:_ASKED]
        strips = [cut(picture, quad) for quad in long]
        if sideways:
            down = [np.ascontiguousarray(np.rot90(strip)) for strip in strips]
            strips = [strip for strip in down if strip.shape[1] > strip.shape[0]]
        return int(sideways) + 2 * self._on_their_heads(strips)

    def _on_their_heads(self, strips: Sequence[Picture]) -> bool:
        """Asks the recogniser: the model made for the question errs on one clean page of ten."""
        upright = self._sureness(strips)
        if upright > _CLEARLY:
            return False
        heads = [np.ascontiguousarray(np.rot90(strip, 2)) for strip in strips]
        return self._sureness(heads) > upright

    def _sureness(self, strips: Sequence[Picture]) -> float:
        said = [self.models.recognise(strip).sure for strip in strips]
        return float(np.mean(said)) if said else 0.0

    def _recognised(self, strip: Picture, tall: bool) -> tuple[Picture, Recognised]:
        """A tall strip is a line that runs up or down, or a single letter."""
        upright = self.models.recognise(strip)
        if not tall:
            return strip, upright
        turned = np.ascontiguousarray(np.rot90(strip))
        said = self.models.recognise(turned)
        runs = len(said.letters) > 1 and said.sure > upright.sure
        return (turned, said) if runs else (strip, upright)

    def _lines(self, picture: Picture, quads: Quads) -> tuple[Written, ...]:
        strips: list[Strip] = []
        found: list[tuple[Quads, Recognised]] = []
        for quad in quads:
            strip, said = self._recognised(cut(picture, quad), is_tall(quad))
            if said.letters and said.sure >= _SURE:
                blanks, height = blanks_of(ink_of(strip))
                strips.append(Strip(said.letters, blanks, height))
                found.append((quad, said))
        written = [
            _written(text, strip, place, said.sure)
            for text, strip, (place, said) in zip(spell(strips), strips, found, strict=True)
            if text
        ]
        return tuple(sorted(written, key=lambda line: (line.top, line.left)))


def _written(text: str, strip: Strip, place: Quads, sure: float) -> Written:
    left, top = (float(least) for least in place.min(axis=0))
    right, bottom = (float(most) for most in place.max(axis=0))
    return Written(text, left, top, right, bottom, strip.height / _share(strip, text), sure)


def _share(strip: Strip, text: str) -> float:
    """Of the font size, that letters of this kind are high."""
    if strip.is_chinese:
        return 0.9
    return 0.5 if any(letter.islower() for letter in text) else 0.72
