"""Which language a text is in, and which of its words carry meaning."""

import re
from typing import Final, Literal

from retrieval.text.tokens import terms
from retrieval.text.variants import simplified

Language = Literal["en", "zh"]

# Of documents, in ISO 639-1: those that are told apart. Questions are told apart by `language_of`.
_CODES = "ar cs da de el en es fi fr he hi hu id it ja ko nb nl pl pt ro ru sv th tr uk vi zh"
LANGUAGES: Final = frozenset(_CODES.split())

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z]")

# Stems, as `tokens.terms` gives them. Question words are in it: they name what is asked for,
# which `asked.py` reads; no source repeats them.
_STEMS = """
a about abov after again all also although am an and ani anoth answer are as ask at be becam
becaus becom been befor being below between both but by call came can come could current d did
do doe done due dure each either els etc ever everi exact find for from further get give given
go gone got had has have having he her here hers him his how howev i if in into is it it's
itself just kind know let like list ll made main make mani may me might mine more most much must
my name need neither nor now of off often on onc one onli or other our ours out over own per
pleas re regard said same say see shall she should show sinc so some someth sort state such t
take tell than that the their theirs them then there these they thing this those through to too
total toward type under until up upon us use usual v ve veri via want was way we well were what
whatev when where whether which while who whom whose why will with within without would year you
your yours
"""
FUNCTION_STEMS = frozenset(_STEMS.split())

_ZH_FUNCTION = re.compile(
    "请问|请告诉我|告诉我|请列出|什么时候|什么时间|什么样|什么|为什么|为何|怎么样|"
    "怎么办|怎么|怎样|如何|哪一年|哪一个|哪一|哪些|哪个|哪里|哪儿|哪种|哪位|哪|"
    "多少钱|多少|多久|多长|多大|多高|多远|几个|几种|几年|几月|几|是不是|是否|"
    "有没有|能不能|可不可以|可以|能否|何时|何地|何种|何|谁|吗|呢|吧|啊|的|了|"
    "着|过|是|有|在|和|与|及|或|被|把|将|对|从|向|于|以及|以|为|由|给|"
    "让|就|都|也|还|又|才|这个|那个|这些|那些|这|那|其|之|而|但|但是|因为|"
    "所以|如果|那么|一个|一种|一些|我们|你们|他们|我|你|他|她|它|您|公司里|"
    "需要|应该|要"
)


def is_han(text: str) -> bool:
    return _HAN.search(text) is not None


def language_of(text: str) -> Language:
    """Chinese when a quarter of the letters are Han: one of them says more than a Latin one."""
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    return "zh" if han and han * 3 >= latin else "en"


def phrases(text: str) -> list[str]:
    """What function words and marks leave of a Chinese text, in order."""
    return [part for part in re.split(r"\W+", _ZH_FUNCTION.sub(" ", text)) if part]


def content_terms(text: str) -> list[str]:
    """The terms of a text that carry meaning, in order and with repetitions.

    Chinese function words are cut out first, so that no bigram bridges them.
    """
    cut = _ZH_FUNCTION.sub(" ", simplified(text))
    return [term for term in terms(cut) if term not in FUNCTION_STEMS]
