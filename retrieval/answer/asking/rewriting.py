"""A follow-up put into the question that it leans on, where a rule can tell what it replaces.

"And in Ghent?" after "How much may a hotel in Paris cost?" asks how much a hotel in Ghent may cost.
Where no rule is sure, the answer is None: the two questions are then searched together.
"""

import re
from collections.abc import Callable

from retrieval.text.language import is_han

_MOST_WORDS = 7  # of what is put in; a longer follow-up is a question of its own
_MOST_LETTERS = 12

_OPENING = r"^(?:(?:and|but|or|so|ok)\s+)?(?:what about|how about|also)?\s*"
_PREPOSITION = r"(?:in|at|for|on|from|to|by|under|after|before|during|with|within|until)"
_INSIDE = re.compile(
    rf"{_OPENING}(?P<word>{_PREPOSITION})\s+(?P<what>[^?,;.]+)\s*[?.]?$", re.IGNORECASE
)
_THING = re.compile(rf"{_OPENING}(?:the\s+|an?\s+)?(?P<what>[^?,;.]+)\s*[?.]?$", re.IGNORECASE)
_ENDS_A_PHRASE = re.compile(
    rf"\s+(?:{_PREPOSITION}|and|or|is|are|was|were|be|been|do|does|did|may|must|can|could|should|"
    r"will|would|has|have|had|cost|costs|get|take|takes|last|that|which|who|when|if|while)\b"
    r"|[?,;.]|$",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Za-z]{1,6}[-/]?\d[\w-]*", re.ASCII)
_NAME = re.compile(r"(?:(?:the|our|a|an)\s+)?(?:[A-Z0-9][\w'-]*)(?:\s+[A-Z0-9][\w'-]*)*")

# What a question asks about: it stands between an auxiliary and a verb. "How many days does an
# employee have?" asks about days, so it is not among them.
_SUBJECT = re.compile(
    r"^(?:how long|how often|when|where|what(?= is| are))\s+"
    r"(?:must|may|can|could|should|will|would|does|do|did|is|are|was|were)\s+"
    r"(?P<what>(?:an?|the|my|our|your)\s+(?:[\w'-]+\s+){0,3}[\w'-]+)\s+"
    r"(?:be|have|cost|take|last|going|get|receive|work|run|start|end|cover|need|contain|fit|weigh|"
    r"mean|happen|apply|expire)\b",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(?:it|they|them)\b(?!'s)", re.IGNORECASE)
_IT_ZH = re.compile("它们?")
_OPENING_ZH = "^(?:那么?|还有|另外|而)?(?:如果)?"
_THING_ZH = re.compile(f"{_OPENING_ZH}(?P<what>[^？?，。]+?)呢?\\s*[？?。]?$")
_ENDS_ZH = re.compile("呢\\s*[？?。]?$")
_DIGITS_ZH = "[0-9.,一二三四五六七八九十百千万两]"
_AMOUNT_ZH = re.compile(f"{_DIGITS_ZH}+[年月日天元人个台次岁小时]+(?:以[上下内外])?")
_BORDER_ZH = "的在，。；、？有是和与对从由要能可不超满"


def rewritten(follow_up: str, earlier: str) -> str | None:
    """The earlier question with what the follow-up changes; None where no rule is sure."""
    asked, before = follow_up.strip(), earlier.strip()
    rules: tuple[Callable[[str, str], str | None], ...] = (_code, _amount_zh, _thing_zh)
    if not is_han(asked + before):
        rules = (_place, _code)
    for rule in rules:
        if found := rule(asked, before):
            return found if found != before else None
    return None


def resolved(follow_up: str, earlier: str) -> str:
    """The one code of the earlier question, or its subject, for the only pronoun; if that is sure.

    What else it asked still says what this is about, so it stays in front.
    """
    asked, before = follow_up.strip(), earlier.strip()
    pointing = (_IT_ZH if is_han(asked) else _IT).findall(asked)
    meant = _meant(pointing[0], before) if len(pointing) == 1 else ""
    if not meant or _CODE.search(asked):
        return asked
    pattern = rf"\b{pointing[0]}\b" if pointing[0].isascii() else pointing[0]
    return re.sub(r"^(?:and|but|so)\s+", "", re.sub(pattern, meant, asked), flags=re.IGNORECASE)


def _meant(pronoun: str, before: str) -> str:
    """Empty when it may be anything."""
    codes: set[str] = set(_CODE.findall(before))
    if len(codes) == 1:
        return codes.pop()
    subject = _SUBJECT.search(before) if pronoun.lower() == "it" else None
    meant: str = subject["what"] if subject else ""
    return meant


def _place(asked: str, before: str) -> str | None:
    """What stands behind the same preposition, where that stands once."""
    found = _INSIDE.match(asked)
    if found is None or len(found["what"].split()) > _MOST_WORDS:
        return None
    places = list(re.finditer(rf"\b{found['word']}\s+", before, re.IGNORECASE))
    if len(places) != 1:
        return None
    start, rest = places[0].end(), before[places[0].end() :]
    name = _NAME.match(rest)
    end = _ENDS_A_PHRASE.search(rest)
    length = name.end() if name else end.start() if end else len(rest)
    old, new = rest[:length], found["what"].strip()
    return before[:start] + _with_tail(old, new) + rest[length:]


def _with_tail(old: str, new: str) -> str:
    """ "the second quarter" for "the third quarter of 2026" keeps the year."""
    head = new.split()[-1].lower()
    words = old.split()
    at = next((i for i, word in enumerate(words) if word.lower() == head), len(words))
    return " ".join((new, *words[at + 1 :]))


def _code(asked: str, before: str) -> str | None:
    """One code for another of the same form, where each question has one."""
    thing = _THING_ZH.match(asked) if is_han(asked) else _THING.match(asked)
    new, old = _CODE.findall(asked), _CODE.findall(before)
    if thing is None or len(new) != 1 or len(old) != 1 or thing["what"].strip() != new[0]:
        return None
    return before.replace(old[0], new[0]) if _form(new[0]) == _form(old[0]) else None


def _form(code: str) -> str:
    """The letters before the first digit: PX, LV."""
    return re.split(r"[-/\d]", code)[0].upper()


def _amount_zh(asked: str, before: str) -> str | None:
    """满十年 → 满二十年: an amount of the same unit."""
    new, old = _AMOUNT_ZH.findall(asked), _AMOUNT_ZH.findall(before)
    if not _ENDS_ZH.search(asked) or len(new) != 1 or len(old) != 1:
        return None
    thing = _THING_ZH.match(asked)
    around = thing["what"].replace(new[0], "") if thing else "?"
    same = _unit(new[0]) == _unit(old[0]) and set(around) <= set("满超过的在")
    return before.replace(old[0], new[0]) if same else None


def _unit(amount: str) -> str:
    return re.sub(f"{_DIGITS_ZH}|以.", "", amount)


def _thing_zh(asked: str, before: str) -> str | None:
    """陪产假 → 婚假: a thing with the same last letter, at the beginning or behind a 的."""
    thing = _THING_ZH.match(asked)
    if thing is None or not _ENDS_ZH.search(asked) or not 2 <= len(thing["what"]) <= _MOST_LETTERS:
        return None
    new = thing["what"]
    kin = re.compile(f"(?:^|(?<=的))[^{_BORDER_ZH}]{{1,8}}{re.escape(new[-1])}(?=[{_BORDER_ZH}])")
    old = kin.findall(before)
    return before.replace(old[0], new) if len(old) == 1 else None
