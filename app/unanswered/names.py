"""Takes the names of this house's people out of what others read of a question."""

import re
from collections.abc import Iterable
from typing import Final

SOMEBODY: Final = "…"
SHORTEST: Final = 2  # characters; a shorter name stands in too many words
_LATIN: Final = re.compile(r"\w", re.ASCII)


def without_names(text: str, names: Iterable[str]) -> str:
    """Whole names only, whatever their case: "Ann" leaves "annual" alone."""
    for name in sorted(set(names), key=len, reverse=True):
        if len(name) >= SHORTEST:
            text = re.sub(_whole(name), SOMEBODY, text, flags=re.IGNORECASE)
    return text


def _whole(name: str) -> str:
    """A Latin name ends where Han characters begin; a Chinese one stands between them."""
    before = "(?<![a-z0-9_])" if _LATIN.match(name[0]) else ""
    after = "(?![a-z0-9_])" if _LATIN.match(name[-1]) else ""
    return f"{before}{re.escape(name)}{after}"
