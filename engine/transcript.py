"""From token ids to what the client may see: whole characters, reasoning apart, up to a stop word.

Pure: no model, no thread. Every runner, serial or scheduled, feeds one Transcript per generation.
"""

from collections.abc import Callable, Iterator, Sequence

from engine.reasoning import ReasoningSplitter, held_back
from engine.runners import Piece

_BROKEN = "\ufffd"  # what an unfinished UTF-8 sequence decodes to


class Detokenizer:
    """Token ids in, text out; a character that needs more tokens waits for them.

    Decoding starts a few tokens back, because some tokenizers write a word's leading space only
    when something stands before it (the way of vLLM's `detokenizer_utils.py`).
    """

    def __init__(self, decode: Callable[[Sequence[int]], str]) -> None:
        self._decode = decode
        self._ids: list[int] = []  # from the start of the context on
        self._shown = 0  # how many of them are shown

    def feed(self, token: int) -> str:
        self._ids.append(token)
        before = self._decode(self._ids[: self._shown])
        after = self._decode(self._ids)
        if after.endswith(_BROKEN) or len(after) <= len(before):
            return ""
        # NOTE: the tokens shown last are the context of the next ones.
        self._ids = self._ids[self._shown :]
        self._shown = len(self._ids)
        return after[len(before) :]

    def finish(self) -> str:
        """What was held back; an unfinished character becomes U+FFFD."""
        before = self._decode(self._ids[: self._shown])
        return self._decode(self._ids)[len(before) :]


class StopFinder:
    """Passes text on up to the first stop word, which may be spread over many chunks."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words
        self._pending = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        if self.stopped:
            return ""
        self._pending += text
        at = min((i for word in self._words if (i := self._pending.find(word)) >= 0), default=-1)
        self.stopped = at >= 0
        cut = at if self.stopped else len(self._pending) - held_back(self._pending, self._words)
        ready, self._pending = self._pending[:cut], self._pending[cut:]
        return ready

    def finish(self) -> str:
        rest = "" if self.stopped else self._pending
        self._pending = ""
        return rest


class Transcript:
    """Feed it every token of a completion but the end-of-sequence one, then finish it."""

    def __init__(
        self,
        decode: Callable[[Sequence[int]], str],
        splitter: ReasoningSplitter | None,  # None: a model that does not reason
        stop: tuple[str, ...],
    ) -> None:
        self._detokenizer = Detokenizer(decode)
        self._splitter = splitter
        self._stop = StopFinder(stop)
        self.tokens = 0
        self.reasoning_tokens = 0

    @property
    def stopped(self) -> bool:
        """True when a stop word was met: nothing more will be shown."""
        return self._stop.stopped

    @property
    def reasoning(self) -> bool:
        """True while the text that comes next is reasoning."""
        return self._splitter is not None and self._splitter.inside

    def feed(self, token: int) -> Iterator[Piece]:
        self.tokens += 1
        if self.reasoning:
            self.reasoning_tokens += 1
        yield from self._show(self._detokenizer.feed(token))

    def finish(self) -> Iterator[Piece]:
        yield from self._show(self._detokenizer.finish())
        if self._splitter is not None:
            yield from self._cut(self._splitter.finish())
        if rest := self._stop.finish():
            yield Piece(content=rest)

    def _show(self, text: str) -> Iterator[Piece]:
        if not text:
            return
        if self._splitter is None:
            yield from self._cut([Piece(content=text)])
        else:
            yield from self._cut(self._splitter.feed(text))

    def _cut(self, pieces: Iterator[Piece] | Sequence[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            if piece.reasoning:
                yield piece
            elif content := self._stop.feed(piece.content):
                yield Piece(content=content)
