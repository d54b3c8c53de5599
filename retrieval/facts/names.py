"""Proper names in a sentence that its source does not have."""

import re

from retrieval.text.language import FUNCTION_STEMS
from retrieval.text.tokens import terms

_WORD = re.compile(r"[^\W\d_][\w'’&-]*")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯"
    "于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖"
    "邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
_TITLE = "先生|女士|经理|总监|主任|总裁|博士|教授|院长|部长|主管|老师|工程师|担任|负责"
_PERSON_ZH = re.compile(f"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?(?={_TITLE}|是(?!否))")
_LATIN_IN_HAN = re.compile(r"[A-Za-z][A-Za-z'’-]{2,}")
_SIDE_BY_SIDE = re.compile(r"(?<![.?!] )(?<!^)\b(?=([A-Z][a-z]+) ([A-Z][a-z]+)\b)\w+")
APART = 3  # terms between the parts of one name
_HAN = re.compile(r"[\u4e00-\u9fff]")


def unstated_names(sentence: str, source: str) -> list[str]:
    """Names of the sentence that no word of the source stands for, as written.

    English: a capitalised word inside of a sentence, or the first one when another follows it.
    Chinese: a surname and given name before a title, and words in Latin letters.
    """
    words = set(terms(source))
    lost = [name for name in _names(sentence) if not _stated(name, words, source)]
    return lost or _strangers(sentence, source)


def _strangers(sentence: str, source: str) -> list[str]:
    """Names that stand side by side in the sentence and nowhere near each other in the source."""
    if _HAN.search(sentence):
        return []
    places: dict[str, list[int]] = {}
    for at, term in enumerate(terms(source)):
        places.setdefault(term, []).append(at)
    return [
        pair.group()
        for pair in _SIDE_BY_SIDE.finditer(sentence)
        if not _are_near(places, *(terms(pair.group(n))[-1:] for n in (1, 2)))
    ]


def _are_near(places: dict[str, list[int]], first: list[str], second: list[str]) -> bool:
    if not first or not second:
        return True
    return any(
        abs(one - other) <= APART
        for one in places.get(first[0], [])
        for other in places.get(second[0], [])
    )


def _names(sentence: str) -> list[str]:
    if _HAN.search(sentence):
        return [*_PERSON_ZH.findall(sentence), *_LATIN_IN_HAN.findall(sentence)]
    found = [(match.group(), match.start()) for match in _WORD.finditer(sentence)]
    names: list[str] = []
    for at, (word, _) in enumerate(found):
        follows = at + 1 < len(found) and found[at + 1][0][0].isupper()
        shouted = len(word) > 1 and word.isupper()
        if word[0].isupper() and (at > 0 or follows or shouted):
            names.append(word)
    return names


def _stated(name: str, words: set[str], source: str) -> bool:
    wanted = [term for term in terms(name) if term not in FUNCTION_STEMS and len(term) > 1]
    if _HAN.search(name):
        return name in source
    return all(term in words for term in wanted)
