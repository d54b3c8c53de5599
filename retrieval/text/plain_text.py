"""Takes out what a page or a prompt could obey: mark-up, invisible letters, chat tokens."""

import re
import unicodedata

_IMAGE = re.compile(r"!\[[^\]]*\]\s*\([^)]*\)?")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_AUTOLINK = re.compile(r"<(?:https?|ftp|mailto|javascript|data):[^>]*>?", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*(?:>|$)")
_CHAT_TOKEN = re.compile(
    r"<\s*[|\uff5c][^<>]{0,60}[|\uff5c]\s*>|</?(?:think|s|inst|sys)>", re.IGNORECASE
)
_FENCE = re.compile(r"^\s*(?:```|~~~)[\w-]*\s*$", re.MULTILINE)
_LINE_START = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*•·+]\s+|\d{1,2}[.)、]\s*(?=\D)|\|\s*)+")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)")
_RULE = re.compile(r"^[\s|:*_=-]+$")
_EMPTY_BRACKETS = re.compile(r"[（(]\s*(?:see|见|参见)?\s*[)）]|\[\s*\]|【\s*】")
_BEFORE_PUNCTUATION = re.compile(r"\s+([,.;:!?，。；：！？])")
_BLANKS = re.compile(r"[ \t\u00a0\u3000]+")
# The fence of packing.py, in any width of letters.
_FENCE_LOOK_ALIKE = re.compile(
    r"[<\uff1c\ufe64\u2039\u3008]\s*[/\uff0f]?\s*(?=sources?\b)", re.IGNORECASE
)


def visible(text: str) -> str:
    """Without control, format (bidirectional, zero-width, tag) and private letters; lines stay."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs")
    )


def harmless(text: str) -> str:
    """A source's text for a prompt: it can neither end its own fence nor speak as a chat role."""
    return _CHAT_TOKEN.sub(" ", _FENCE_LOOK_ALIKE.sub("(", visible(text)))


def plain_sentence(text: str) -> str:
    """A generated sentence as plain text on one line, without Markdown, HTML, images and links."""
    text = _CHAT_TOKEN.sub(" ", _FENCE.sub("", visible(text)))
    text = _TAG.sub("", _AUTOLINK.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text))))
    text = _EMPHASIS.sub("", _LINE_START.sub("", text.strip()))
    if _RULE.match(text):
        return ""
    text = text.strip().strip("|").replace("|", " · ")
    text = _BEFORE_PUNCTUATION.sub(r"\1", _EMPTY_BRACKETS.sub("", text))
    return _BLANKS.sub(" ", text.replace("\n", " ")).strip()
