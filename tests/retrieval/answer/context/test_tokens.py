from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.context.tokens import BYTES_OF_A_WIDE_LETTER, WIDE_LETTER, estimated_tokens


@given(st.text(max_size=400))
def test_no_letter_is_free_of_charge_and_none_costs_more_than_its_bytes(text: str) -> None:
    most = len(text.encode("utf-8", "surrogatepass"))
    assert estimated_tokens(text) <= 1 + 2 * most
    assert estimated_tokens(f"{text}年假") >= estimated_tokens(text)


def test_digits_count_each_and_han_letters_by_the_model() -> None:
    assert estimated_tokens("94930") >= 5
    assert estimated_tokens("年假十五天") >= 5 * BYTES_OF_A_WIDE_LETTER
    assert estimated_tokens("年假十五天", WIDE_LETTER) < 5 * BYTES_OF_A_WIDE_LETTER


def test_english_prose_is_at_most_half_again_too_long() -> None:
    prose = "Employees receive a day of paid leave for each month that they have worked. " * 20
    assert 15 * 20 <= estimated_tokens(prose) <= 15 * 20 * 1.5
