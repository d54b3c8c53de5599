"""Numbers that are written in words, English or Chinese, as digits."""

import re
import unicodedata

_ONES = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: value * 10
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_WORD = "|".join(sorted([*_ONES, *_TENS, *_SCALES], key=len, reverse=True))
_ENGLISH = re.compile(
    rf"(?<![\w-])(?:{_WORD})(?:(?:\s+and\s+|\s*-\s*|\s+)(?:{_WORD}))*(?![\w-])", re.IGNORECASE
)
# "one" is a number only before a unit; elsewhere it is a pronoun.
_COUNTED = re.compile(
    r"\s+(?:(?:working|business|calendar|full|paid)\s+)?"
    r"(?:day|week|month|year|hour|minute|second|time|percent|dollar|euro|pound|yuan|person)s?\b",
    re.IGNORECASE,
)

_DIGITS = {d: value for value, d in enumerate("零一二三四五六七八九")} | {"\u3007": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_CHINESE = re.compile("[零\u3007一二两三四五六七八九十百千万亿]+")
_MEASURE = re.compile(
    "\\s*(?:个?工作日|个?自然日|个月|个?小时|分钟|秒|天|日|周|年|月|号|岁|元|块|美元|欧元|人|次|倍|级|层|楼|点|份|台|公里|米|"
    "千克|公斤|成|折|期|页|条|章|届|世纪|个(?!人|别|性|体)|名|位|种|项|%|\uff05)"
)
_NOT_COUNTED = re.compile("\\s*(?:个|名|位|种|项|次|期|点|条|级|成|份|日|号|层|年级|月底|人)")


_SPELLED_EMAIL = re.compile(
    r"\b([\w.+-]+)\s*[(\[]?\s*\bat\b\s*[)\]]?\s*([\w-]+)\s*(?:[(\[]\s*|\s)dot\s*[)\]]?\s*([a-z]{2,})\b",
    re.IGNORECASE | re.ASCII,
)
_PERCENT_ZH = re.compile(r"百分之\s*(\d+(?:\.\d+)?|[零一二两三四五六七八九十百]+)")


def normal_spelling(text: str) -> str:
    """Full-width forms narrow, spelled numbers and addresses in signs."""
    text = unicodedata.normalize("NFKC", text)
    text = _SPELLED_EMAIL.sub(r"\1@\2.\3", text)
    text = _PERCENT_ZH.sub(lambda found: f"{digits_for_words(found.group(1) + '个')[:-1]}%", text)
    return digits_for_words(text)


def digits_for_words(text: str) -> str:
    """`twenty-five days` → `25 days`, `三百二十天` → `320天`, `five five five` → `555`.

    Words that only look like numbers stay: `no one`, 一般, 统一, 一个.
    """
    return _CHINESE.sub(_chinese_digits, _ENGLISH.sub(_english_digits, text))


def _english_digits(found: re.Match[str]) -> str:
    words = [word for word in re.split(r"[\s-]+", found.group().lower()) if word != "and"]
    if words == ["one"] and not _COUNTED.match(found.string, found.end()):
        return found.group()
    if all(word in _SCALES for word in words):
        return found.group()  # "3 million" has its digits already, "hundreds" has none
    if len(words) > 2 and all(_ONES.get(word, 10) < 10 for word in words):
        return "".join(str(_ONES[word]) for word in words)
    return str(_english_value(words))


def _english_value(words: list[str]) -> int:
    total = current = 0
    for word in words:
        scale = _SCALES.get(word)
        if scale is None:
            current += _ONES.get(word, _TENS.get(word, 0))
        elif scale == 100:
            current = max(current, 1) * 100
        else:
            total, current = total + max(current, 1) * scale, 0
    return total + current


def _chinese_digits(found: re.Match[str]) -> str:
    run = found.group()
    counted = _MEASURE.match(found.string, found.end()) is not None
    if run == "一" and _NOT_COUNTED.match(found.string, found.end()):
        return run
    spoken = len(run) > 2 and all(character in _DIGITS for character in run)
    if spoken or (len(run) == 4 and found.string[found.end() : found.end() + 1] == "年"):
        return "".join(str(_DIGITS.get(character, 0)) for character in run)
    compound = len(run) > 1 and any(c in _DIGITS for c in run) and any(c in _UNITS for c in run)
    if not (counted or compound) or not any(c in _DIGITS or c == "十" for c in run):
        return run
    if found.string[max(0, found.start() - 1) : found.start()].isdigit():
        return run  # 3千万: digits come before, the scale is read with them
    return str(_chinese_value(run))


def _chinese_value(run: str) -> int:
    total = section = digit = 0
    for character in run:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif (unit := _UNITS[character]) >= 10**4:
            total, section, digit = (total + section + digit) * unit, 0, 0
        else:
            section, digit = section + max(digit, 1) * unit, 0
    return total + section + digit
