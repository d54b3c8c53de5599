from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


def test_lines_that_the_page_width_broke_are_one_sentence() -> None:
    text = "Employees may carry over up to five days\nuntil the end of March. The rest\nexpires."
    assert sentences(text) == [
        "Employees may carry over up to five days\nuntil the end of March.",
        "The rest\nexpires.",
    ]


def test_short_lines_list_items_and_table_rows_stand_alone() -> None:
    text = "Phone: 12\nMail: a@b.example\n\n- one thing. And more\n- two\n\n| A | B. C |\n| 1 | 2 |"
    assert sentences(text) == [
        "Phone: 12",
        "Mail: a@b.example",
        "- one thing.",
        "And more",
        "- two",
        "| A | B. C |",
        "| 1 | 2 |",
    ]


def test_chinese_sentences_keep_their_closing_quotation_marks() -> None:
    assert sentences("他说：“可以。”然后离开了。真的？") == [
        "他说：“可以。”",
        "然后离开了。",
        "真的？",
    ]


@given(st.text(alphabet="aB1 .。!?\n|-[]（）“”", max_size=80))
def test_spans_lie_in_order_and_lose_nothing_but_white_space(text: str) -> None:
    spans = split_sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())
