"""Where a sentence ends, in English and Chinese, in whole texts and in a growing stream.

The one rule of a boundary looks ahead until what follows cannot change the decision any more,
so a stream gives the same sentences however it is cut into pieces.
"""

import re
from dataclasses import dataclass

# Longest bracket that may be a citation marker: "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]".
LONGEST_MARKER = 40

_NUMBERS = r"\d{1,3}(?:\s*(?:[,，、;；&-]|–|and|和|及)\s*(?:\[?\s*)?\d{1,3})*"
_WORD = r"(?:sources?|passages?|refs?|documents?|来源|出处|资料|文献|段落)"
_BODY = rf"\s*\^?\s*(?:{_WORD}\s*[:：.]?\s*)?{_NUMBERS}\s*"
MARKER = re.compile(
    rf"(?:\[{_BODY}\]|【{_BODY}】|\uff3b{_BODY}\uff3d"
    rf"|[（(]\s*(?:see\s+|见)?{_WORD}\s*[:：.]?\s*[\[【]?\s*{_NUMBERS}\s*[\]】]?\s*[)）])(?!\()",
    re.IGNORECASE,
)
"""[1] · [1, 2] · 【1】 · [Source 3] · （来源1） · (see source 2); never text of a link."""

_OPENERS = {"[": "]", "【": "】", "\uff3b": "\uff3d", "(": ")）", "（": ")）"}
_WIDE_ENDS = "。！？｡"
_NARROW_ENDS = ".!?"
_CLOSERS = "\"'”’」』）)]》"
_NEVER_LAST = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "vs",
        "cf",
        "fig",
        "figs",
        "sec",
        "art",
        "approx",
        "ext",
        "dept",
        "vol",
        "pp",
        "eq",
        "al",
        "e.g",
        "i.e",
        "u.s",
        "u.k",
        "u.n",
    ]
)
_BEFORE_A_NUMBER = frozenset(["no", "nos", "tel", "p", "ph", "art", "sec", "ext", "fig", "ch"])
_LIST_NUMBER = re.compile(r"\s*(?:[-*•]\s*)?[(（]?(?:\d{1,3}|[a-zA-Z])$")
_LIST_LINE = re.compile(r"\s*(?:[-*•·|#>]|\d{1,3}[.)、]|[（(]?[一二三四五六七八九十]{1,3}[)）、])")
_WRAPPED = 30  # columns; a shorter line did not break because the page was full


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is one sentence, without the white space around it."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def next_end(text: str, *, ended: bool) -> int | None:
    """Index just after the first sentence of `text` and its trailing markers; None when undecided.

    A line break ends a sentence. With `ended`, nothing more will come, so nothing stays undecided
    except a rest without an end, which is the caller's.
    """
    for at, character in enumerate(text):
        if character == "\n":
            if text[:at].strip():
                return at
        elif character in _WIDE_ENDS or character in _NARROW_ENDS:
            after = _after_end(text, at, ended=ended)
            if after is None:
                return None
            if after:
                return after
    return None


def split_sentences(text: str) -> list[Span]:
    """The sentences of a document's text; lines that a page width broke are read as one."""
    spans: list[Span] = []
    for start, end in _paragraphs(text):
        at = start
        while at < end:
            step = _next_end_in_paragraph(text[at:end])
            spans.append(_trimmed(text, at, at + step))
            at += step
    return [span for span in spans if span.end > span.start]


def _next_end_in_paragraph(rest: str) -> int:
    if rest.lstrip().startswith("|"):
        return len(rest)  # a row of a table
    # NOTE: same length, so that positions still fit the original.
    return next_end(rest.replace("\n", " "), ended=True) or len(rest)


def _paragraphs(text: str) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    start = at = 0
    for line in text.splitlines(keepends=True):
        follows = text[at + len(line) :]
        at += len(line)
        if not _goes_on(line.rstrip(), follows):
            pieces.append((start, at))
            start = at
    return pieces


def _goes_on(line: str, follows: str) -> bool:
    """Whether the sentence of this line continues on the next one."""
    if not line or line.lstrip().startswith(("|", "#")) or not follows.split("\n", 1)[0].strip():
        return False
    columns = sum(2 if ord(character) > 0x2E7F else 1 for character in line)
    wrapped = columns >= _WRAPPED and line[-1] not in _WIDE_ENDS + _NARROW_ENDS + ":："
    return wrapped and _LIST_LINE.match(follows) is None


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    return Span(start + lead, max(start + lead, start + len(piece.rstrip())))


def _after_end(text: str, at: int, *, ended: bool) -> int | None:
    """Index after the end mark at `at`, 0 when it ends nothing, None when more text is needed."""
    after = at + 1
    while after < len(text) and text[after] in _WIDE_ENDS + _NARROW_ENDS + _CLOSERS:
        after += 1
    if after == len(text):
        return after if ended else None
    follows = _skip_markers(text, after, ended=ended)
    if follows is None:
        return None
    end, following = follows
    if text[at] in _WIDE_ENDS:
        return end
    if end == after and not text[after].isspace():
        return 0  # 3.5, example.com, "?)": the mark is inside a word
    return end if _really_ends(text[:at], following) else 0


def _skip_markers(text: str, at: int, *, ended: bool) -> tuple[int, str] | None:
    """(index after the markers that follow, next character but blanks); None: undecided."""
    end = at
    while True:
        start = end
        while start < len(text) and text[start] in " \t\u3000":
            start += 1
        if start == len(text):
            return (end, "") if ended else None
        following = text[start]
        rest = text[start : start + LONGEST_MARKER].partition("\n")[0]
        marker = MARKER.match(rest) if following in _OPENERS else None
        if not ended and start + len(rest) == len(text) and _may_become_marker(rest, marker):
            return None
        if marker is None:
            return end, following
        end = start + marker.end()


def _may_become_marker(rest: str, marker: re.Match[str] | None) -> bool:
    """Whether more text could make `rest` a marker, or unmake it; it is what has arrived so far."""
    closers = _OPENERS.get(rest[0])
    if closers is None or len(rest) >= LONGEST_MARKER:
        return False
    if marker is not None:
        return marker.end() == len(rest)  # "(" may follow and make it a link
    return not any(closer in rest for closer in closers)


def _really_ends(before: str, following: str) -> bool:
    if following.islower() or _LIST_NUMBER.match(before.rsplit("\n", 1)[-1]):
        return False
    word = re.split(r"[\s(（\[\"“]", before)[-1].lower()
    if word in _NEVER_LAST or (word in _BEFORE_A_NUMBER and following.isdigit()):
        return False
    return not (len(word) == 1 and word.isalpha() and before[-1:].isupper())
