import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.plain_text import InertStream, inert
from tests.injection.rendered import active_parts

PIECES = ("[", "]", "(", ")", "!", "<", ">", "/", ":", "x", "http:", "//", "www.", " ", "\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Stop when temperature <T or level > 3.", "Stop when temperature < T or level > 3."),
        ("See [3] and f(x), 1 < 2, a[0], R&D.", "See [3] and f(x), 1 < 2, a[0], R&D."),
        ("https://portal.example/leave", "https://portal.example/leave"),
        ("![a](b) [c][d]\n[d]: e", "![a] (b) [c] [d]\n[d] : e"),
    ],
)
def test_every_word_stays_and_what_leads_nowhere_stays_as_it_is(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_nothing_of_it_is_rendered(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert active_parts(inert(text)) == []
    assert inert(text).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_a_stream_is_the_same_however_it_was_cut(pieces: list[str]) -> None:
    whole, cut, letters = InertStream(), InertStream(), InertStream()
    shown = whole.feed("".join(pieces))
    assert "".join(cut.feed(piece) for piece in pieces) == shown
    assert "".join(letters.feed(letter) for letter in "".join(pieces)) == shown
    assert "://" not in shown
    assert active_parts(shown) == []
