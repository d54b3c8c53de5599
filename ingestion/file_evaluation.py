"""Whether each file of a folder is read, or refused, as the folder's manifest says.

`manifest.tsv` has the columns `file`, `expect_kind`, `expect` and `must_not_contain`, and any
others. Kinds: `contains` (the text holds `expect`, white space aside), `ocr` (the same, with the
spaces between words), `reject` (refused, for the reason `expect`), `contains_or_reject`, and
`reject_or_safe` (refused, or read without `must_not_contain`).
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final

from ingestion.parsing.limits import ParseLimits
from ingestion.parsing.parse import Parsed, parse
from ingestion.parsing.server import ForkServer
from ingestion.parsing.sniff import sniff
from retrieval.errors import Invalid, KnowledgeBaseError

_MANIFEST: Final = "manifest.tsv"
_COLUMNS: Final = ("file", "expect_kind", "expect")
_SPACES: Final = re.compile(r"\s+")
_SHOWN: Final = 60  # characters of a text that was found or not
# A reason of the manifest, and what our sentences say for it.
_REASONS: Final = {"corrupt": "damaged", "too large": "too large", "not a pdf": "is not a PDF"}


class Kind(StrEnum):
    CONTAINS = "contains"
    OCR = "ocr"
    REJECT = "reject"
    CONTAINS_OR_REJECT = "contains_or_reject"
    REJECT_OR_SAFE = "reject_or_safe"


@dataclass(frozen=True, slots=True)
class Expectation:
    file: str
    kind: Kind
    expect: str
    must_not_contain: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    file: str
    expected: str
    outcome: str
    seconds: float
    ok: bool


def read_manifest(folder: Path) -> list[Expectation]:
    """Raises: Invalid."""
    path = folder / _MANIFEST
    if not path.is_file():
        raise Invalid(f"There is no {_MANIFEST} in {folder}.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise Invalid(f"{path} has no column {', '.join(missing)}.")
        return [_expectation(row) for row in rows]


def _expectation(row: dict[str, str]) -> Expectation:
    kinds = [kind.value for kind in Kind]
    if row["expect_kind"] not in kinds:
        raise Invalid(
            f"The manifest expects “{row['expect_kind']}” of {row['file']}; it can expect "
            f"{', '.join(kinds)}."
        )
    if PurePath(row["file"]).name != row["file"]:
        raise Invalid(f"The manifest names {row['file']}, which is not a file of its own folder.")
    kind = Kind(row["expect_kind"])
    return Expectation(row["file"], kind, row["expect"], row.get("must_not_contain") or "")


def evaluate_files(
    server: ForkServer, folder: Path, limits: ParseLimits, clock: Callable[[], float]
) -> Iterator[Finding]:
    """One finding for each row, in the order of the manifest; `clock` gives seconds.

    Raises: Invalid.
    """
    for expected in read_manifest(folder):
        path = folder / expected.file
        if not path.is_file():
            raise Invalid(f"The manifest names {expected.file}, which is not in {folder}.")
        begun = clock()
        try:
            parsed = parse(server, path, sniff(path, expected.file), expected.file, limits)
        except KnowledgeBaseError as refusal:
            outcome, ok = f"refused: {refusal}", _is_refusal_expected(expected, str(refusal))
        else:
            outcome, ok = _judge(expected, parsed)
        seconds = clock() - begun
        words = f"{expected.kind}: {_shortened(expected.expect)}"
        yield Finding(expected.file, words, outcome, seconds, ok)


def _is_refusal_expected(expected: Expectation, sentence: str) -> bool:
    if expected.kind in (Kind.CONTAINS_OR_REJECT, Kind.REJECT_OR_SAFE):
        return True
    if expected.kind is not Kind.REJECT:
        return False
    reason = expected.expect.lower()
    words = next((ours for theirs, ours in _REASONS.items() if reason.startswith(theirs)), reason)
    return words.lower() in sentence.lower()


def _judge(expected: Expectation, parsed: Parsed) -> tuple[str, bool]:
    """What is said of a file that was read, and whether that is right."""
    text = "\n".join((parsed.title, *(block.text for block in parsed.blocks)))
    forbidden = expected.must_not_contain
    if forbidden and _bare(forbidden) in _bare(text):
        return f"read, with “{_shortened(forbidden)}” in it", False
    if expected.kind is Kind.REJECT:
        return f"read, as: {_shortened(text)}", False
    if expected.kind is Kind.REJECT_OR_SAFE:
        return "read, without what must not be in it", True
    # Spaces between words are what a bad reader of pictures leaves out.
    alike = _single_spaced if expected.kind is Kind.OCR else _bare
    if alike(expected.expect) in alike(text):
        return "found", True
    return f"not found in: {_shortened(text)}", False


def _bare(text: str) -> str:
    return _SPACES.sub("", text)


def _single_spaced(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _shortened(text: str) -> str:
    line = _single_spaced(text)
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
