"""All that is either right or wrong in a sentence: numbers, dates, times, addresses, codes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from retrieval.facts.moments import (
    DATES,
    TIMES,
    agrees,
    agrees_without_year,
    date_value,
    time_value,
)
from retrieval.facts.numerals import normal_spelling
from retrieval.facts.units import scale_at, unit_after, unit_before

Kind = Literal["number", "date", "time", "digits", "email", "url", "code"]

FEWEST_DIALLED = 7
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'，。；）)]+|(?<![\w@])[\w-]+(?:\.[\w-]+)*"
    r"\.(?:com|org|net|cn|io|example|eu|de|co|uk|internal|local)\b(?:/[^\s<>\"'，。；）)]*)?",
    re.IGNORECASE | re.ASCII,
)
_PHONE = re.compile(r"(?<!\w)(?<!\d[.,])\+?\(?\d[\d ().\-–/]{5,}\d(?![\w])", re.ASCII)
_YEARS = re.compile(r"(?:1[0-9]|20)\d\d\s*[-–/]\s*(?:1[0-9]|20)\d\d")
_CODE = re.compile(
    r"(?<![\w])(?:[A-Za-z]+[-_/]?\d[A-Za-z0-9]*|\d+[A-Za-z][A-Za-z0-9]*)(?:[-_/.][A-Za-z0-9]+)*",
    re.ASCII,
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|s)", re.IGNORECASE)
_LEADING_NUMBER = re.compile(r"\d+(?=[A-Za-z])")
_CURRENCY_CODE = re.compile(r"(?:usd|eur|gbp|rmb|cny|no|nr)\d+", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<!\d)(?<!\d[.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:st|nd|rd|th)?"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is the one spelling in which two figures are compared, `shown` is as written."""

    kind: Kind
    value: str
    unit: str
    shown: str


@dataclass(frozen=True, slots=True)
class FigureSet:
    """What a source offers. `digits` has every run of seven digits or more, without gaps."""

    figures: frozenset[tuple[Kind, str, str]]
    digits: frozenset[str]

    def states(self, figure: Figure) -> bool:
        """Whether the source has it: the same value, and the same unit where both name one."""
        if figure.kind == "digits":
            return self._dials(figure.value)
        if figure.kind == "date":
            return self._dates(figure.value)
        units = self.units_of(figure)
        if units and (not figure.unit or figure.unit in units or "" in units):
            return True
        return figure.kind == "number" and self._dials(figure.value)

    def units_of(self, figure: Figure) -> set[str]:
        return {
            u for kind, value, u in self.figures if (kind, value) == (figure.kind, figure.value)
        }

    def _dials(self, value: str) -> bool:
        """The same digits; a country code may be missing on either side."""
        return len(value) >= FEWEST_DIALLED and any(
            min(len(run), len(value)) >= FEWEST_DIALLED
            and (run.endswith(value) or value.endswith(run))
            for run in self.digits
        )

    def _dates(self, value: str) -> bool:
        written = [v for kind, v, _ in self.figures if kind == "date"]
        if any(agrees(value, date) for date in written):
            return True
        # "March 5" below the heading "Holidays 2026".
        year_known = ("number", value.split("-")[0], "") in self.figures or value.startswith("0-")
        return year_known and any(agrees_without_year(value, date) for date in written)


def figures_of(text: str) -> list[Figure]:
    """The figures that a text claims; every digit belongs to one of them only."""
    return _taken_apart(text)[0]


def without_figures(text: str) -> str:
    """The words that are left when every figure and its unit is taken out."""
    return _taken_apart(text)[1]


def figure_set(text: str) -> FigureSet:
    """The figures of a source, and besides them the numbers inside of its dates and times."""
    found = figures_of(text)
    figures = {(figure.kind, figure.value, figure.unit) for figure in found}
    for figure in found:
        if figure.kind in ("date", "time"):
            figures |= {("number", str(int(n)), "") for n in re.findall(r"\d+", figure.shown)}
        if figure.kind == "number" and figure.unit in ("", "year"):
            figures.add(("number", figure.value, ""))
    runs = {figure.value for figure in found if figure.kind == "digits"}
    runs |= set(re.findall(r"\d{7,}", normal_spelling(text)))
    runs |= {re.sub(r"\D", "", run) for run in _PHONE.findall(normal_spelling(text))}
    return FigureSet(frozenset(figures), frozenset(runs))


def _taken_apart(text: str) -> tuple[list[Figure], str]:
    rest = normal_spelling(text)
    found: list[Figure] = []
    for reader in _READERS:
        for figure, start, end in list(reader(rest)):
            found.append(figure)
            rest = rest[:start] + "\n" * (end - start) + rest[end:]
    return found, rest


_Reading = Iterator[tuple[Figure, int, int]]


def _emails(text: str) -> _Reading:
    for found in _EMAIL.finditer(text):
        yield Figure("email", found.group().lower(), "", found.group()), *found.span()


def _urls(text: str) -> _Reading:
    for found in _URL.finditer(text):
        shown = found.group().rstrip(".,;:!?")
        value = re.sub(r"^(?:https?://)?(?:www\.)?", "", shown.lower()).rstrip("/")
        yield Figure("url", value, "", shown), found.start(), found.start() + len(shown)


def _dates(text: str) -> _Reading:
    taken: list[tuple[int, int]] = []
    for pattern in DATES:
        for found in pattern.finditer(text):
            start, end = found.span()
            if all(end <= other_start or start >= other_end for other_start, other_end in taken):
                taken.append((start, end))
                yield Figure("date", date_value(found), "", found.group().strip()), start, end


def _times(text: str) -> _Reading:
    taken: list[tuple[int, int]] = []
    for pattern in TIMES:
        for found in pattern.finditer(text):
            start, end = found.span()
            if all(end <= other_start or start >= other_end for other_start, other_end in taken):
                taken.append((start, end))
                yield Figure("time", time_value(found), "", found.group().strip()), start, end


def _phones(text: str) -> _Reading:
    for found in _PHONE.finditer(text):
        shown, digits = found.group(), re.sub(r"\D", "", found.group())
        apart = any(sign in shown for sign in "+()-–") or shown.count(".") > 1
        if apart and len(digits) >= FEWEST_DIALLED and not _YEARS.fullmatch(shown):
            yield Figure("digits", digits, "", shown), *found.span()


def _codes(text: str) -> _Reading:
    for found in _CODE.finditer(text):
        shown = found.group()
        number = _LEADING_NUMBER.match(shown)
        counted = number is not None and unit_after(text, found.start() + number.end())[0]
        scaled = number is not None and scale_at(text, found.start() + number.end())[0] > 1
        if counted or scaled or _ORDINAL.fullmatch(shown) or _CURRENCY_CODE.fullmatch(shown):
            continue
        yield Figure("code", re.sub(r"[-_/.]", "", shown.lower()), "", shown), *found.span()


def _numbers(text: str) -> _Reading:
    for found in _NUMBER.finditer(text):
        factor, after = scale_at(text, found.end())
        unit, end = unit_after(text, after)
        unit = unit_before(text, found.start()) or unit
        value = Decimal(found.group(1).replace(",", "")) * factor
        yield (
            Figure("number", _plain(value), unit, text[found.start() : end].strip()),
            found.start(),
            end,
        )


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


_READERS: tuple[Callable[[str], _Reading], ...] = (
    _emails, _urls, _dates, _phones, _times, _codes, _numbers,
)  # fmt: skip
