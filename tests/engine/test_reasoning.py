from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.reasoning import ReasoningSplitter, opens_reasoning, without_reasoning

TEXTS = st.lists(
    st.sampled_from(["<think>", "</think>", "<", "/think>", "<thi", "nk>", " ", "\n", "a", "好"]),
    max_size=12,
).map("".join)


def split(chunks: list[str], *, inside: bool) -> tuple[str, str]:
    splitter = ReasoningSplitter(inside=inside)
    pieces = [piece for chunk in chunks for piece in splitter.feed(chunk)]
    pieces += splitter.finish()
    return "".join(p.reasoning for p in pieces), "".join(p.content for p in pieces)


def cut(text: str, places: list[int]) -> list[str]:
    edges = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


@given(TEXTS, st.lists(st.integers(0, 200), max_size=8), st.booleans())
def test_chunk_boundaries_change_nothing(text: str, places: list[int], inside: bool):
    assert split(cut(text, places), inside=inside) == split([text], inside=inside)


@given(TEXTS, st.booleans())
def test_every_single_split_gives_the_same(text: str, inside: bool):
    whole = split([text], inside=inside)
    for at in range(len(text) + 1):
        assert split([text[:at], text[at:]], inside=inside) == whole
    assert split(list(text), inside=inside) == whole


@given(st.text(alphabet="ab好 <", max_size=20), st.text(alphabet="ab好 <", max_size=20))
def test_what_is_before_the_closing_tag_never_reaches_the_content(thought: str, answer: str):
    reasoning, content = split(list(f"{thought}</think>{answer}"), inside=True)
    assert reasoning == thought.strip()
    assert content == answer.lstrip()


def test_reasoning_that_is_cut_off_stays_reasoning():
    assert split(["I wonder</thi"], inside=True) == ("I wonder</thi", "")


def test_a_model_that_opens_its_reasoning_itself_is_understood():
    assert split(["<think>\nhm\n</think>\n\n42"], inside=False) == ("hm", "42")


def test_a_model_that_thinks_twice_does_not_leak_its_second_thought():
    assert split(["x</think>A<think>y</think>B"], inside=True) == ("xy", "AB")


def test_the_prompt_tells_whether_the_output_starts_inside():
    assert opens_reasoning("<|Assistant|><think>\n")
    assert opens_reasoning("<|Assistant|><think>")
    assert not opens_reasoning("<|Assistant|>")
    assert not opens_reasoning("<think></think>\n")


def test_the_history_keeps_answers_only():
    assert without_reasoning("<think>hm</think>\n\n42") == "42"
    assert without_reasoning("hm</think>42") == "42"
    assert without_reasoning("42<think>cut off") == "42"
    assert without_reasoning("42") == "42"
