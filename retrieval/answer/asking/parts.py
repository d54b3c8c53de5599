"""A question that asks several things, taken apart: each part is searched and judged by itself.

A name may have "and" or 和 in it, so a cut needs a question on both of its sides, two codes of one
form, or words that compare. In doubt the question stays whole: it is still found, only less well.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from retrieval.text.language import content_terms, is_han

MOST_PARTS = 4
_FEWEST_WORDS = 3  # of a question; "when and where" are two words of one
_MOST_WORDS_COMPARED = 12  # a longer side is a story, not a thing
_MOST_LETTERS_COMPARED = 20

_AUX = (
    r"(?:do|does|did|is|are|was|were|can|could|may|must|should|will|would|has|have|isn't|aren't|"
    r"don't|doesn't|can't)"
)
_SUBJECT = (
    r"(?:i|we|you|he|she|it|they|there|this|that|these|those|the|a|an|my|our|your|their|its|his|"
    r"her|any|all|both|employees?|staff|managers?|visitors?|customers?|someone|anyone)"
)
_ASKS = (
    rf"(?:who(?:m|se)?|what|which|how|why|(?:when|where)(?=\s+{_AUX}\b)|{_AUX}(?=\s+{_SUBJECT}\b))"
)
_LINK = (
    r"(?:\s*[,;]\s*(?:and|but|plus)?|\s+(?:and|but|plus|as well as))\s+"
    r"(?:(?:also|if so|then)[,\s]+)?"
)
_NEXT_QUESTION = re.compile(rf"{_LINK}(?={_ASKS}\b)", re.IGNORECASE)
_A_QUESTION = re.compile(
    rf"^(?:and\s+|but\s+|also\s+)?(?:(?:in|at|for|to|by|from|on|with|of|until|since|under)\s+)?"
    rf"(?:who(?:m|se)?|what|which|how|why|when|where|{_AUX}|tell me|explain|show|list)\b",
    re.IGNORECASE,
)
_OPENS_A_CLAUSE = re.compile(
    r"\b(?:whether|if|that|how|what|who|when|where|why|which|and|or|know|decides?|depends?|on)$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^?？]+[?？]+")

_ASKS_ZH = (
    "多少|几[个天年月次种人岁位名倍级层小时分点号]|谁|什么|哪|怎么|怎样|如何|吗|何时|何地|何人|多久|"
    "多长|多大|多高|多远|是否|能否|可否|能不能|可不可以|是不是|有没有|要不要|为什么|为何|呢"
)
_ASKS_IN_ZH = re.compile(_ASKS_ZH)
_NO_MATTER = re.compile("无论|不管|不论|任何")
_LINK_ZH = re.compile(
    "[，,；;、]\\s*(?:还有|另外|以及|并且|而且|同时|那么|那|然后|和|及|又|也)?"
    "|(?:以及|还有|并且|而且|另外)"
    f"|[和与及](?=(?:由|被|向|在|从|需要|要)?(?:{_ASKS_ZH}))"
)
_LEAD_ZH = re.compile("^(?:还有|另外|以及|并且|而且|同时|那么|然后)[，,]?\\s*")

_COMPARED = (
    re.compile(
        r"^(?:please\s+)?(?:compare|contrast)\s+(?P<a>.+?)\s+(?:and|with|to|against|vs\.?)\s+(?P<b>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^.*?\b(?:differences?|distinction)\s+between\s+(?P<a>.+?)\s+and\s+(?P<b>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^how\s+(?:does|do|is|are)\s+(?P<a>.+?)\s+(?:differ(?:ent)?\s+from|compared?\s+(?:to|with))"
        r"\s+(?P<b>.+)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?P<a>.+?)\s+(?:vs\.?|versus)\s+(?P<b>.+)$", re.IGNORECASE),
    re.compile(
        "^(?:请)?(?:比较|对比)(?:一下)?(?P<a>[^和与跟同，]+)[和与跟同](?P<b>[^和与跟同，]+)$"
    ),
    re.compile(
        "^(?P<a>[^和与跟同，]+)[和与跟同](?P<b>[^和与跟同，]+?)(?:之间)?(?:的|有|有什么|有何|有哪些|相比)*"
        "(?:区别|不同|差别|差异|相比).*$"
    ),
)
# Letters, then digits, in one word: PX-1180-B, LV-410. Two that differ in their digits are two.
_CODE = re.compile(r"\b[A-Z]{1,6}(?:[-/ ]?\d[\w-]*)+", re.ASCII)
_AND_BETWEEN = re.compile(r"\s*(?:,|and|or|with|、|和|与|及|或|以及)\s*(?:the\s+)?", re.IGNORECASE)


def split_question(question: str) -> tuple[str, ...]:
    """Its parts in their order, each a question; the question itself when it asks one thing.

    More than `MOST_PARTS` are one: who asks that much at once is not helped by a share of it.
    """
    whole = question.strip()
    compared = _sides(whole) or _codes_apart(whole)
    clauses = _clauses_zh if is_han(whole) else _clauses
    parts = compared or tuple(part for one in _sentences(whole) for part in clauses(one))
    return parts if 1 < len(parts) <= MOST_PARTS else (whole,)


def _sentences(whole: str) -> list[str]:
    """Questions with a mark each; a rest without a mark goes with what stands before it."""
    found = [match.group().strip() for match in _SENTENCE.finditer(whole)]
    consumed = sum(len(match.group()) for match in _SENTENCE.finditer(whole))
    rest = whole[consumed:].strip()
    if not found:
        return [whole]
    if rest:
        found[-1] = f"{found[-1]} {rest}"
    asking = [sentence for sentence in found if _asks(sentence)]
    return [_LEAD_ZH.sub("", sentence) for sentence in found] if asking == found else [whole]


def _asks(text: str) -> bool:
    return bool(content_terms(text)) or bool(_ASKS_IN_ZH.search(text))


def _clauses(sentence: str) -> Iterator[str]:
    start = 0
    for link in _NEXT_QUESTION.finditer(sentence):
        if _is_complete(sentence[start : link.start()]):
            yield _as_question(sentence[start : link.start()])
            start = link.end()
    yield _as_question(sentence[start:])


def _is_complete(left: str) -> bool:
    """Whether what stands before a link is a question of its own."""
    last = re.split(r"[.!]\s+", left.strip())[-1]
    whole = len(last.split()) >= _FEWEST_WORDS and not _OPENS_A_CLAUSE.search(last)
    return whole and _A_QUESTION.match(last) is not None


def _clauses_zh(sentence: str) -> Iterator[str]:
    start = 0
    for link in _LINK_ZH.finditer(sentence):
        left, right = sentence[start : link.start()], sentence[link.end() :]
        both = _ASKS_IN_ZH.search(left) and _ASKS_IN_ZH.search(right)
        if both and content_terms(left) and not _NO_MATTER.search(left):
            yield _as_question_zh(left)
            start = link.end()
    yield _as_question_zh(sentence[start:])


def _sides(whole: str) -> tuple[str, ...]:
    """The two things that are compared, each as a question; empty when nothing is."""
    text = whole.rstrip(" ?？.。!")
    for pattern in _COMPARED:
        if found := pattern.match(text):
            sides = found.group("a").strip(), found.group("b").strip()
            if all(map(_is_a_thing, sides)):
                return _things_asked(*_completed(*sides), is_han(whole))
    return ()


def _is_a_thing(side: str) -> bool:
    if is_han(side):
        return len(side) <= _MOST_LETTERS_COMPARED and not _ASKS_IN_ZH.search(side)
    short = len(side.split()) <= _MOST_WORDS_COMPARED
    return short and " and " not in f" {side} " and bool(content_terms(side) or side[:1].isupper())


def _completed(first: str, second: str) -> tuple[str, str]:
    """ "the limit in Paris" and "Ghent" are the limits in Paris and in Ghent."""
    if "的" in second and "的" not in first:
        return first + second[second.index("的") :], second
    bare = re.sub(r"^(?:in|at|for|of|on|from)\s+", "", second, flags=re.IGNORECASE)
    head = re.match(r"(?P<head>.+\s(?:in|at|for|of|on|from)(?:\s+the)?)\s+\S.*$", first)
    if head and len(bare.split()) <= len(first.split()) - len(head["head"].split()) + 1:
        return first, f"{head['head']} {re.sub(r'^the ', '', bare)}"
    return first, second


def _things_asked(first: str, second: str, in_han: bool) -> tuple[str, ...]:
    if in_han:
        return f"{first}是什么？", f"{second}是什么？"
    return f"What about {first}?", f"What about {second}?"


def _codes_apart(whole: str) -> tuple[str, ...]:
    """One question for each of two or three codes of one form that stand side by side."""
    found = list(_CODE.finditer(whole))
    between = [whole[a.end() : b.start()] for a, b in pairwise(found)]
    kinds = {re.sub(r"\d+", "0", match.group()[:3]) for match in found}
    if len(found) < 2 or len(kinds) > 1 or not all(map(_AND_BETWEEN.fullmatch, between)):
        return ()
    before, after = whole[: found[0].start()], whole[found[-1].end() :]
    return tuple(f"{before}{match.group()}{after}" for match in found)


def _as_question(text: str) -> str:
    bare = text.strip(" ,;.?")
    return f"{bare[:1].upper()}{bare[1:]}?"


def _as_question_zh(text: str) -> str:
    return f"{_LEAD_ZH.sub('', text.strip(' ，；。、,;.?？'))}？"
