"""Units that stand beside a number, in one spelling for English and Chinese."""

import re

_FORMS: dict[str, str] = {
    "%": "% percent pct 百分点",
    "day": "day days 工作日 自然日 天 日",
    "week": "week weeks 周 星期 礼拜",
    "month": "month months 月",
    "year": "year years yr yrs 周年 年",
    "hour": "hour hours hr hrs h 小时",
    "minute": "minute minutes min mins 分钟",
    "second": "second seconds sec secs 秒",
    "eur": "eur euro euros € 欧元",
    "usd": "usd dollar dollars $ us$ 美元 美金",
    "gbp": "gbp pound pounds £ 英镑",
    "cny": "cny rmb yuan ¥ 人民币 元 块",
    "km": "km kilometre kilometres kilometer kilometers 公里 千米",
    "m": "m metre metres meter meters 米",
    "cm": "cm centimetre centimetres centimeter centimeters 厘米",
    "mm": "mm millimetre millimetres millimeter millimeters 毫米",
    "mile": "mile miles 英里",
    "kg": "kg kilogram kilograms kilo kilos 公斤 千克",
    "g": "g gram grams 克",
    "tonne": "t ton tons tonne tonnes 吨",
    "litre": "l litre litres liter liters 升",
    "degree": "degree degrees ° °c c 摄氏度 度",
    "person": "person people persons 人 名",
    "time": "times 次",
    "kb": "kb",
    "mb": "mb",
    "gb": "gb",
    "tb": "tb",
    "kw": "kw",
    "bar": "bar",
}
UNITS: dict[str, str] = {form: unit for unit, forms in _FORMS.items() for form in forms.split()}
LONGEST_HAN_UNIT = 3

SCALES: dict[str, int] = {
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "万亿": 10**12,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "亿": 10**8,
    "万": 10**4,
}
_SCALE = re.compile(
    r"\s*(?:(万亿|千万|百万|十万|亿|万)|-?(thousand|million|billion|trillion|bn|k)(?![A-Za-z]))",
    re.IGNORECASE,
)
_QUALIFIER = re.compile(
    r"[\s-]*(?:(?:working|business|calendar|consecutive|full|paid|more|additional|us)\s+|个)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"per\s+cent|[a-z]+\$?|[%°$€£¥]c?|[\u4e00-\u9fff]+", re.IGNORECASE)
_BEFORE = re.compile(r"(us\$|[$€£¥]|\b(?:usd|eur|gbp|rmb|cny)|人民币)\s*$", re.IGNORECASE)


def scale_at(text: str, at: int) -> tuple[int, int]:
    """(factor, index after it) of the scale word at `at`: million, 万 …; (1, at) when none is."""
    found = _SCALE.match(text, at)
    if found is None:
        return 1, at
    return SCALES[(found.group(1) or found.group(2)).lower()], found.end()


def unit_after(text: str, at: int) -> tuple[str, int]:
    """(unit, index after it) of the unit that follows a number; ("", at) when none does."""
    qualifier = _QUALIFIER.match(text, at)
    start = qualifier.end() if qualifier else at
    found = _WORD.match(text, start)
    if found is None:
        return "", at
    word = found.group().lower()
    if word.startswith("per"):
        return "%", found.end()
    if word in UNITS:
        return UNITS[word], found.end()
    for length in range(min(LONGEST_HAN_UNIT, len(word)), 0, -1):
        if not word.isascii() and word[:length] in UNITS:
            return UNITS[word[:length]], start + length
    return "", at


def unit_before(text: str, at: int) -> str:
    """The currency that stands directly before a number, or ""."""
    found = _BEFORE.search(text[max(0, at - 6) : at])
    return UNITS[found.group(1).lower()] if found else ""
