from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.tokens import LONGEST_TERM, terms


def test_english_words_meet_in_their_stem() -> None:
    assert terms("Reimbursements") == terms("reimbursement") == terms("REIMBURSEMENT")


def test_a_possessive_is_its_word() -> None:
    assert terms("the company's") == terms("the company’s") == terms("the company")


def test_chinese_becomes_bigrams() -> None:
    assert terms("钢丝绳") == ["钢丝", "丝绳"]


def test_traditional_characters_meet_simplified_ones() -> None:
    assert terms("鋼絲繩檢查規程") == terms("钢丝绳检查规程")
    assert terms("電腦軟體") == terms("电脑软体")


def test_a_lone_chinese_character_is_itself() -> None:
    assert terms("盐 5 盐") == ["5", "盐", "盐"]


def test_full_width_forms_are_ordinary_ones() -> None:
    assert terms("\uff21\uff22\uff23\uff11\uff12") == terms("abc12")


def test_words_inside_chinese_text_are_found() -> None:
    assert "iphone15" in terms("新款iPhone15手机")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("R-1023-B", "r1023b"),
        ("GB/T 5972", "GB/T5972"),
        ("GB/T 5972-2016", "GBT 5972-2016"),
        ("ISO 9001", "iso9001"),
        ("2024-09-30", "2024/09/30"),
        ("COVID-19", "covid19"),
        ("1,000,000", "1000000"),
    ],
)
def test_a_code_is_one_term_however_it_is_written(written: str, asked: str) -> None:
    whole = {term for term in set(terms(written)) & set(terms(asked)) if len(term) > 5}
    assert whole


def test_a_code_is_kept_whole_besides_its_parts() -> None:
    assert set(terms("R-1023-B")) == {"r", "1023", "b", "r1023b"}


def test_two_dates_do_not_share_their_whole_term() -> None:
    assert "2024-09-30" in terms("2024-09-30")
    assert "2024-09-30" not in terms("2024-09-03")


def test_a_hyphenated_word_is_only_its_parts() -> None:
    assert terms("state-of-the-art") == terms("state of the art")


def test_a_run_of_encoded_data_becomes_one_short_term() -> None:
    assert [len(term) for term in terms("A" * 10_000)] == [LONGEST_TERM]


@pytest.mark.parametrize("text", ["", "  \n", "？！…", "-/-", "'s"])
def test_text_without_words_has_no_terms(text: str) -> None:
    assert [term for term in terms(text) if term != "s"] == []


@given(st.text())
def test_no_term_is_empty_or_holds_white_space(text: str) -> None:
    for term in terms(text):
        assert term
        assert term.split() == [term]


def test_many_threads_get_the_same_terms() -> None:
    texts = [f"running runners ran {n} GB/T {n} 钢丝绳" for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(terms, texts)) == [terms(text) for text in texts]
