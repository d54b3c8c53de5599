"""Reads a generated text as it comes: whole sentences, with the passages that they cite."""

import re
from dataclasses import dataclass

from retrieval.text.plain_text import plain_sentence
from retrieval.text.sentences import MARKER, next_end

_ENDS = tuple("。！？｡.!?：:;；\"'”’」』）)…")
_DIGITS = re.compile(r"\d+")
_WORD = r"(?:sources?|passages?|documents?|contexts?|excerpts?|texts?)"
# "According to source 2, …" names a passage without brackets.
_LEAD_IN = re.compile(
    rf"^(?:(?:according\s+to|based\s+on|as\s+(?:stated|mentioned|noted|described)\s+(?:in|by)|as\s+per|per|from|in)"
    rf"\s+(?:the\s+)?(?:provided\s+|given\s+)?{_WORD}(?:\s+(?:provided|given|above))?"
    rf"\s*(?:no\.?\s*|number\s+)?(?P<n>\d{{1,3}})?\s*[,:]\s*"
    rf"|(?:根据|依据|按照|如)(?:所?提供的|上述)?(?:来源|资料|文档|段落|内容|文件)\s*(?P<zh>\d{{1,3}})?"
    rf"(?:中?的(?:内容|信息)|中|所述|所示|可知)*[，,：:]\s*)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    rf"^(?:{_WORD}\s+(?P<n>\d{{1,3}})\s+(?:states?|says?|mentions?|notes?)\s+that\s+"
    r"|(?:来源|资料|段落)\s*(?P<zh>\d{1,3})\s*(?:指出|提到|说明|显示)[，,：:]?\s*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A generated sentence that nobody has checked yet. `numbers` name passages that exist."""

    text: str
    numbers: tuple[int, ...]
    starts_paragraph: bool
    finished: bool = True  # it has an end; the rest of a stream that was cut off has none


class CitationReader:
    """Feed it the pieces of one stream. However it was cut, the drafts are the same.

    A marker is never shown, not even half of one: a sentence leaves only when all that belongs
    to it has arrived. A number that names no passage is dropped.
    """

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._held = ""
        self._new_line = True

    def feed(self, piece: str) -> list[Draft]:
        self._held += piece
        return self._take(ended=False)

    def finish(self) -> list[Draft]:
        """The sentences that were still held back, the last perhaps without an end."""
        drafts = self._take(ended=True)
        if self._held.strip():
            drafts.append(self._read(self._held))
        self._held = ""
        return [draft for draft in drafts if draft.text]

    def _take(self, *, ended: bool) -> list[Draft]:
        drafts: list[Draft] = []
        while (end := next_end(self._held, ended=ended)) is not None:
            drafts.append(self._read(self._held[:end]))
            self._held = self._held[end:]
        return [draft for draft in drafts if draft.text]

    def _read(self, raw: str) -> Draft:
        blank = raw[: len(raw) - len(raw.lstrip())]
        starts, self._new_line = self._new_line or "\n" in blank, False
        cited = [int(n) for marker in MARKER.findall(raw) for n in _DIGITS.findall(marker)]
        text, named = _without_lead_in(plain_sentence(MARKER.sub("", raw)))
        if not text:
            self._new_line = starts
        known = [n for n in dict.fromkeys([*cited, *named]) if 1 <= n <= self._passages]
        return Draft(text, tuple(known), starts, finished=text.endswith(_ENDS))


def _without_lead_in(text: str) -> tuple[str, list[int]]:
    for pattern in (_LEAD_IN, _SUBJECT):
        if found := pattern.match(text):
            rest = text[found.end() :]
            number = found.group("n") or found.group("zh")
            return rest[:1].upper() + rest[1:], [int(number)] if number else []
    return text, []
