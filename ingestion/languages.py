"""Which language most of a document is written in."""

import threading
from collections.abc import Iterable
from typing import Final

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

from retrieval.text.language import LANGUAGES

ENOUGH: Final = 20_000  # characters; more would take longer and say the same
FEWEST: Final = 10  # letters, below which a guess is worth nothing


class Languages:
    """Trigrams alone tell long texts apart as well as lingua's full models, in 40 MB instead of
    hundreds. They are read when the first document asks."""

    def __init__(self) -> None:
        self._detector: LanguageDetector | None = None
        self._making = threading.Lock()

    def of(self, texts: Iterable[str]) -> str | None:
        """One of `LANGUAGES` (ISO 639-1); None for a document without words."""
        sample = _sample(texts)
        if sum(character.isalpha() for character in sample) < FEWEST:
            return None
        found = self._made().detect_language_of(sample)
        return found.iso_code_639_1.name.lower() if found else None

    def _made(self) -> LanguageDetector:
        with self._making:
            if self._detector is None:
                self._detector = _detector()
            return self._detector


def _sample(texts: Iterable[str]) -> str:
    taken: list[str] = []
    size = 0
    for text in texts:
        taken.append(text[: ENOUGH - size])
        size += len(taken[-1])
        if size >= ENOUGH:
            break
    return "\n".join(taken)


def _detector() -> LanguageDetector:
    wanted = [Language.from_iso_code_639_1(IsoCode639_1.from_str(code)) for code in LANGUAGES]
    return LanguageDetectorBuilder.from_languages(*wanted).with_low_accuracy_mode().build()
