"""Dates and times of day as they are written in English and Chinese, in one spelling."""

import re

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
        r"(?:(?P<y>\d{4})\s*年\s*)?(?<!\d)(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*[日号])?",
        rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+(?P<y>\d{{4}}))?(?!\w)",
        rf"\b{_MONTH}\s+{_DAY}(?!\d)(?:,?\s+(?P<y>\d{{4}}))?(?!\w)",
        rf"\b{_MONTH},?\s+(?P<y>\d{{4}})\b",
        r"(?<![\d/.])(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})(?!\d)",
    )
)
_HALF = r"(?:(?P<half>上午|下午|晚上|中午|早上)\s*)?"
TIMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_HALF}(?<![\d:.])(?P<h>\d{{1,2}}):(?P<min>\d{{2}})(?::\d{{2}})?(?:\s*(?P<ap>[ap])\.?m\b\.?)?(?!\d)",
        r"(?<![\d:.])(?P<h>\d{1,2})(?:\.(?P<min>\d{2}))?\s*(?P<ap>[ap])\.?m\b\.?",
        rf"{_HALF}(?<!\d)(?P<h>\d{{1,2}})\s*[点时](?!间|候|长|钟?内)(?:(?P<min>\d{{1,2}})分|(?P<half_past>半))?",
    )
)
_LATER_HALF = ("下午", "晚上", "p")


def date_value(found: re.Match[str]) -> str:
    """`year-month-day`, 0 for what is not said."""
    part = found.groupdict()
    month = part.get("m") or _MONTHS.index(part["month"][:3].lower()) + 1
    return f"{int(part.get('y') or 0)}-{int(month)}-{int(part.get('d') or 0)}"


def time_value(found: re.Match[str]) -> str:
    """`hour:minute` on the clock of 24 hours."""
    part = found.groupdict()
    hour, minute = int(part["h"]), int(part.get("min") or (30 if part.get("half_past") else 0))
    half = part.get("half") or (part.get("ap") or "").lower()
    if half in _LATER_HALF and hour < 12:
        hour += 12
    if half == "a" and hour == 12:
        hour = 0
    return f"{hour}:{minute:02}"


def agrees(claimed: str, written: str) -> bool:
    """Whether everything that the claimed date says is what the written one says."""
    pairs = zip(claimed.split("-"), written.split("-"), strict=True)
    return all(said in ("0", there) for said, there in pairs)


def agrees_without_year(claimed: str, written: str) -> bool:
    return agrees("0" + claimed[claimed.index("-") :], written)
