"""What a person sees in a cell that holds a number or a date."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

_DIGITS: Final = 15  # that a spreadsheet computes with: 0.1 + 0.2 is 0.3
_QUOTED: Final = re.compile(r'"[^"]*"|\\.')  # words in a format, that are no signs of it
_DECIMALS: Final = re.compile(r"0\.(0+)")
_MIDNIGHT: Final = time()


def number_text(value: float, number_format: str) -> str:
    """Plain digits, which a search finds; a share in percent keeps its sign."""
    signs = _QUOTED.sub("", number_format)
    if "%" in signs:
        decimals = _DECIMALS.search(signs)
        return f"{value * 100:.{len(decimals[1]) if decimals else 0}f}%"
    if isinstance(value, int):
        return str(value)
    text = f"{value:.{_DIGITS}g}"
    return f"{value:.0f}" if "e" in text and abs(value) >= 1 else text


def date_text(value: date | time | timedelta) -> str:
    """ "2024-03-31", with the time of day where there is one."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else f"{value:%Y-%m-%d %H:%M}"
    return str(value) if isinstance(value, timedelta) else value.isoformat()
