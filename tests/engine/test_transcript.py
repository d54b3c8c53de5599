from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.reasoning import ReasoningSplitter
from engine.transcript import Detokenizer, StopFinder, Transcript


def bytes_as_tokens(ids: Sequence[int]) -> str:
    """A tokenizer whose tokens are single bytes, the worst case for Chinese."""
    return bytes(ids).decode("utf-8", "replace")


@given(st.text(max_size=30).filter(lambda text: "\ufffd" not in text))
def test_characters_of_many_tokens_come_whole(text: str):
    detokenizer = Detokenizer(bytes_as_tokens)
    pieces = [detokenizer.feed(token) for token in text.encode()]
    assert all("\ufffd" not in piece for piece in pieces)
    assert "".join(pieces) + detokenizer.finish() == text


def test_an_unfinished_character_is_shown_as_broken_at_the_end_only():
    detokenizer = Detokenizer(bytes_as_tokens)
    assert [detokenizer.feed(token) for token in "好".encode()[:2]] == ["", ""]
    assert detokenizer.finish() == "\ufffd"


@given(
    st.text(alphabet="abc", max_size=20),
    st.lists(st.text(alphabet="abc", min_size=1, max_size=4), max_size=3),
)
def test_stop_words_end_the_text_wherever_it_is_cut(text: str, words: list[str]):
    whole = StopFinder(tuple(words))
    expected = whole.feed(text) + whole.finish()
    letters = StopFinder(tuple(words))
    shown = "".join(letters.feed(letter) for letter in text) + letters.finish()
    assert all(word not in shown for word in words)
    assert shown.startswith(expected) or expected.startswith(shown)
    assert letters.stopped == any(word in text for word in words)


def test_stop_words_are_not_looked_for_in_the_reasoning():
    transcript = Transcript(bytes_as_tokens, ReasoningSplitter(inside=True), ("END",))
    pieces = [p for token in b"an END</think>yes END no" for p in transcript.feed(token)]
    pieces += transcript.finish()
    assert "".join(p.reasoning for p in pieces) == "an END"
    assert "".join(p.content for p in pieces) == "yes "
    assert transcript.stopped


@given(
    st.text(alphabet="hm 好é<😀", max_size=12).filter(lambda text: "<" not in text[-1:]),
    st.text(alphabet="yes 好é<😀", max_size=12),
    st.lists(st.integers(0, 200), max_size=6),
)
def test_reasoning_is_the_same_wherever_the_bytes_are_cut(thought, answer, places) -> None:
    """A token is a run of bytes; every single cut, and a few at once, also inside a character."""
    encoded = f"{thought}</think>{answer}".encode()
    size = len(encoded)
    cuts = [[at] for at in range(size + 1)] + [[place % (size + 1) for place in places]]
    for chosen in (*cuts, list(range(size))):
        edges = [0, *sorted(chosen), size]
        tokens = [encoded[a:b] for a, b in pairwise(edges) if a < b]

        def decode(ids: Sequence[int], tokens: list[bytes] = tokens) -> str:
            return b"".join(tokens[one] for one in ids).decode("utf-8", "replace")

        transcript = Transcript(decode, ReasoningSplitter(inside=True), ())
        pieces = [piece for one in range(len(tokens)) for piece in transcript.feed(one)]
        pieces += transcript.finish()
        assert "".join(piece.reasoning for piece in pieces) == thought.strip()
        assert "".join(piece.content for piece in pieces) == answer.lstrip()


def test_tokens_of_the_reasoning_are_counted():
    transcript = Transcript(bytes_as_tokens, ReasoningSplitter(inside=True), ())
    for token in b"hm</think>yes":
        list(transcript.feed(token))
    assert (transcript.tokens, transcript.reasoning_tokens) == (13, 10)
