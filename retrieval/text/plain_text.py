"""Takes out what a page or a prompt could obey: mark-up, invisible letters, chat tokens."""

import re
import unicodedata
from dataclasses import dataclass

_IMAGE = re.compile(r"!\[[^\]]*\]\s*\([^)]*\)?")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_AUTOLINK = re.compile(r"<(?:https?|ftp|mailto|javascript|data):[^>]*>?", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*(?:>|$)")
# Those of ChatML, Qwen, DeepSeek, Llama 2 and 3, Mistral, Gemma and Phi; tokenizers read many of
# them as commands wherever they stand.
_CHAT_TOKEN = re.compile(
    r"<\s*+[|\uff5c][^<>]{0,60}[|\uff5c]\s*>"
    r"|</?(?:think|s|inst|sys|bos|eos|pad|unk|start_of_turn|end_of_turn|tools?|tool_(?:call|response)s?)>"
    r"|\[/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\]",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^\s*(?:```|~~~)[\w-]*\s*$", re.MULTILINE)
_LINE_START = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*•·+]\s+|\d{1,2}[.)、]\s*(?=\D)|\|\s*)+")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)")
_RULE = re.compile(r"^[\s|:*_=-]+$")
_EMPTY_BRACKETS = re.compile(r"[（(]\s*(?:see|见|参见)?\s*[)）]|\[\s*\]|【\s*】")
_BEFORE_PUNCTUATION = re.compile(r"\s+([,.;:!?，。；：！？])")
_BLANKS = re.compile(r"[ \t\u00a0\u3000]+")
# The fence of packing.py in letters of any width, and in Cyrillic or Greek ones that look the same.
_FENCE_LOOK_ALIKE = re.compile(
    r"[<\uff1c\ufe64\u2039\u3008\u27e8\u2329]\s*+[/\uff0f\u2044\u2215]?\s*+"
    r"(?=[s\u0455\uff53][o\u043e\u03bf\uff4f][u\u03c5\uff55][r\u0433\uff52][c\u0441\u03f2\uff43][e\u0435\uff45])",
    re.IGNORECASE,
)
# Letters that have no width, but are no format characters: fillers, selectors of variants.
_NO_WIDTH = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_LINE_SEPARATOR = re.compile("[\u2028\u2029]")
# Where a renderer of Markdown sees a link, an image, what a link's name stands for, or HTML.
_RENDERED = re.compile(r"(?<=\])(?=[(\[:])|(?<=<)(?=[A-Za-z/!?])")
# After what a bare address begins with; renderers make a link of it.
_ADDRESS = re.compile(r"(?<=:/)(?=/)|(?<=www\.)(?=\w)", re.IGNORECASE)
_LONGEST_START = 4  # characters


def visible(text: str) -> str:
    """Without control, format (bidirectional, zero-width, tag) and private letters; lines stay."""
    return "".join(
        character
        for character in _LINE_SEPARATOR.sub("\n", _NO_WIDTH.sub("", text))
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs")
    )


def harmless(text: str) -> str:
    """A source's text for a prompt: it can neither end its own fence nor speak as a chat role."""
    return _FENCE_LOOK_ALIKE.sub("(", _CHAT_TOKEN.sub(" ", visible(text)))


def inert(text: str) -> str:
    """The same words, in which no renderer of Markdown finds an image, a link or HTML.

    For words that are shown as they are, quotes and reasoning: a blank is put in, none is lost.
    """
    return _RENDERED.sub(" ", visible(text))


@dataclass(slots=True)
class InertStream:
    """`inert` of a text that comes in pieces and that nobody checks: no address is a link either.

    However it was cut, the words are the same.
    """

    last: str = ""  # of what was shown, as far as what follows could make a link of it

    def feed(self, piece: str) -> str:
        shown = _ADDRESS.sub(" ", inert(self.last + piece))[len(self.last) :]
        self.last = (self.last + shown)[-_LONGEST_START:]
        return shown


def plain_sentence(text: str) -> str:
    """A generated sentence as plain text on one line, without Markdown, HTML, images and links."""
    text = _CHAT_TOKEN.sub(" ", _FENCE.sub("", visible(text)))
    text = _TAG.sub("", _AUTOLINK.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text))))
    text = _EMPHASIS.sub("", _LINE_START.sub("", text.strip()))
    if _RULE.match(text):
        return ""
    text = text.strip().strip("|").replace("|", " · ")
    text = _BEFORE_PUNCTUATION.sub(r"\1", _EMPTY_BRACKETS.sub("", text))
    text = _RENDERED.sub(" ", text)  # of pieces that the deletions brought together
    return _BLANKS.sub(" ", text.replace("\n", " ")).strip()
