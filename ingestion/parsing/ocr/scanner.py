"""Scanner: a picture in, its lines out, right way up, with their places."""

from collections.abc import Mapping, Sequence
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
from ingestion.parsing.ocr.models import Models, Picture, Recognised
from ingestion.parsing.ocr.regions import Quads
from ingestion.parsing.ocr.rules import drawn_rules, length_of
from ingestion.parsing.ocr.scan import Scan, Written
from ingestion.parsing.ocr.spacing import Strip, blanks_of, spell
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_rulings import Rulings

_SURE: Final = 0.5  # mean over a line's letters; below that it is a smudge or a drawing
_ASKED: Final = 5  # lines that say which way up they are
_CLEARLY: Final = 0.9  # sure enough of an upright line; one on its head reaches 0.7
_LEAST_SLANT: Final = 0.003  # radians: a fifth of a degree moves a page's edge by half a line

_Said = Mapping[int, Recognised]  # by the place among the quadrilaterals


@dataclass(frozen=True, slots=True)
class Scanner:
    models: Models

    @classmethod
    def load(cls) -> "Scanner":
        return cls(Models.load())

    def read(self, picture: Picture) -> Scan:
        """All that is written in it, upright."""
        quads = self.models.find_lines(picture, closely=True)
        turn, said = self._turn(picture, quads)
        if turn:
            picture = np.ascontiguousarray(np.rot90(picture, turn))
            return self._upright(picture, self.models.find_lines(picture, closely=True), turn, {})
        return self._upright(picture, quads, turn, said)

    def read_rest(self, picture: Picture, known: Sequence[Area]) -> Scan:
        """What is written upright and not at `known` places; letters are 20 pixels high or more."""
        quads = self.models.find_lines(picture, closely=False)
        quads = quads[[not _is_within(quad, known) for quad in quads]] if known else quads
        turn, said = self._turn(picture, quads)
        if turn or not len(quads):
            height, width = picture.shape[:2]
            return Scan((), Rulings(), turn, 0.0, width, height)
        return self._upright(picture, quads, turn, said)

    def _upright(self, picture: Picture, quads: Quads, turn: int, said: _Said) -> Scan:
        slant, rules = slant_of(quads), drawn_rules(picture)
        if abs(slant) >= _LEAST_SLANT:
            straight, moved = straightened(picture, quads, slant)
            found = drawn_rules(straight)
            if length_of(found) >= length_of(rules):  # otherwise a few short lines deceived
                picture, quads, rules, said = straight, moved, found, {}
            else:
                slant = 0.0
        else:
            slant = 0.0
        height, width = picture.shape[:2]
        return Scan(self._lines(picture, quads, said), rules, turn, slant, width, height)

    def _turn(self, picture: Picture, quads: Quads) -> tuple[int, _Said]:
        """How the writing lies: 1 reads down, 2 stands on its head, 3 reads up.

        With it, what has been read of the picture as it is.
        """
        if not len(quads):
            return 0, {}
        long = sorted(
            range(len(quads)), key=lambda index: -float(np.ptp(quads[index], axis=0).max())
        )
        strips = {index: cut(picture, quads[index]) for index in long[:_ASKED]}
        sideways = lies_sideways(quads)
        if sideways:
            down = {index: np.ascontiguousarray(np.rot90(strip)) for index, strip in strips.items()}
            strips = {i: strip for i, strip in down.items() if strip.shape[1] > strip.shape[0]}
        said = {index: self.models.recognise(strip) for index, strip in strips.items()}
        turned = self._on_their_heads(list(strips.values()), list(said.values()))
        return int(sideways) + 2 * turned, {} if sideways else said

    def _on_their_heads(self, strips: Sequence[Picture], said: Sequence[Recognised]) -> bool:
        """Asks the recogniser: the model made for the question errs on one clean page of ten."""
        upright = _sureness(said)
        if upright > _CLEARLY:
            return False
        heads = [np.ascontiguousarray(np.rot90(strip, 2)) for strip in strips]
        return _sureness([self.models.recognise(strip) for strip in heads]) > upright

    def _recognised(
        self, strip: Picture, tall: bool, upright: Recognised | None
    ) -> tuple[Picture, Recognised]:
        """A tall strip is a line that runs up or down, or a single letter."""
        upright = upright or self.models.recognise(strip)
        if not tall:
            return strip, upright
        turned = np.ascontiguousarray(np.rot90(strip))
        said = self.models.recognise(turned)
        runs = len(said.letters) > 1 and said.sure > upright.sure
        return (turned, said) if runs else (strip, upright)

    def _lines(self, picture: Picture, quads: Quads, said_before: _Said) -> tuple[Written, ...]:
        strips: list[Strip] = []
        found: list[tuple[Quads, Recognised]] = []
        for index, quad in enumerate(quads):
            strip, said = self._recognised(
                cut(picture, quad), is_tall(quad), said_before.get(index)
            )
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


def _is_within(quad: Quads, areas: Sequence[Area]) -> bool:
    x, y = (float(middle) for middle in quad.mean(axis=0))
    return any(area.left <= x <= area.right and area.top <= y <= area.bottom for area in areas)


def _sureness(said: Sequence[Recognised]) -> float:
    """Mean over the letters, so that a smudge weighs little."""
    letters = sum(len(one.letters) for one in said)
    return sum(one.sure * len(one.letters) for one in said) / letters if letters else 0.0


def _written(text: str, strip: Strip, place: Quads, sure: float) -> Written:
    left, top = (float(least) for least in place.min(axis=0))
    right, bottom = (float(most) for most in place.max(axis=0))
    return Written(text, left, top, right, bottom, strip.height / _share(strip, text), sure)


def _share(strip: Strip, text: str) -> float:
    """Of the font size, that letters of this kind are high."""
    if strip.is_chinese:
        return 0.9
    return 0.5 if any(letter.islower() for letter in text) else 0.72
