"""What kind of thing a question wants, and whether a text has one of that kind."""

import re
from enum import StrEnum

from retrieval.facts.figures import figures_of


class Asked(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    DATE = "date"
    FREQUENCY = "frequency"
    NUMBER = "number"
    PERSON = "person"
    ANYTHING = "anything"


# First match wins: "how many days" before "when", an address before a number.
_QUESTIONS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    (
        Asked.EMAIL,
        re.compile(
            r"\be-?mail(?:s| address(?:es)?)?\b(?=[^.]*\?|$)|邮箱|电子邮件地址|邮件地址", re.I
        ),
    ),
    (
        Asked.PHONE,
        re.compile(
            r"\b(?:tele)?phone(?: number)?s?\b|\bmobile number\b|\bextension\b|\bhotline\b|\bfax\b|"
            r"电话|手机号|热线|分机|传真",
            re.I,
        ),
    ),
    (Asked.URL, re.compile(r"\b(?:website|web address|url)\b|网址|链接地址", re.I)),
    (
        Asked.FREQUENCY,
        re.compile(r"\bhow (?:often|frequently)\b|多久.{0,12}一次|每隔多久|频率", re.I),
    ),
    (
        Asked.NUMBER,
        re.compile(
            r"\bhow (?:many|much|long|old|far|tall|high|large|big)\b|"
            r"\bwhat (?:percentage|percent|number|amount|fraction)\b|"
            r"多少|多久|多长|多大|多高|多远|[^上下星]几(?:个|天|年|次|种|人|岁|位|名|倍|级|层|小时|分钟|元|月|日|点)|百分之几|百分比",
            re.I,
        ),
    ),
    (
        Asked.DATE,
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|time|decade)\b|\bdeadline\b|"
            r"什么时候|何时|哪一?年|哪一?天|哪一?月|几月|几号|几点|什么时间|日期|哪个月|时间是",
            re.I,
        ),
    ),
    (Asked.PERSON, re.compile(r"^\s*who(?:m|se)?\b|谁|何人|哪位", re.I)),
)
_TIMELIKE = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|today|century|spring|summer|autumn|winter|daily|weekly|monthly|"
    r"annual(?:ly)?|yearly|quarter(?:ly)?|immediately|after|before|during|within|until)\b|"
    r"[周星]期?[一二三四五六日天]|年|月|日|季度|世纪|立即|之前|之后|以前|时期|期间|朝",
    re.I,
)
_COUNTLIKE = re.compile(
    r"\b(?:one|two|three|few|several|half|third|quarter|dozen|once|twice|daily|weekly|monthly|most|all|none|no|many)\b|"
    r"[一二两三四五六七八九十百千万半数几]",
    re.I,
)
_OFTEN = re.compile(
    r"\b(?:every|each|per|once|twice|times|hourly|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|"
    r"always|never|regularly)\b|每|次",
    re.I,
)
_NAMELIKE = re.compile(r"(?<!^)\b[A-Z][a-z]+|[\u4e00-\u9fff]{2,}")


def asked_for(question: str) -> Asked:
    for asked, pattern in _QUESTIONS:
        if pattern.search(question):
            return asked
    return Asked.ANYTHING


# Kinds of figures that are an answer, and words that are one without digits.
_GIVES: dict[Asked, tuple[frozenset[str], re.Pattern[str] | None]] = {
    Asked.PHONE: (frozenset({"digits"}), re.compile(r"\d{3,}")),
    Asked.EMAIL: (frozenset({"email"}), None),
    Asked.URL: (frozenset({"url"}), None),
    Asked.DATE: (frozenset({"date", "time", "number"}), _TIMELIKE),
    Asked.FREQUENCY: (frozenset(), _OFTEN),
    Asked.NUMBER: (frozenset({"number", "time", "date"}), _COUNTLIKE),
    Asked.PERSON: (frozenset(), _NAMELIKE),
}


def gives(asked: Asked, text: str) -> bool:
    """Whether a text has something that could be the answer; generous, except for addresses."""
    if asked not in _GIVES:
        return True
    kinds, words = _GIVES[asked]
    if words is not None and words.search(text):
        return True
    return any(figure.kind in kinds for figure in figures_of(text))
