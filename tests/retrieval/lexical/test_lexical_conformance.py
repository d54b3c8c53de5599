"""One suite for every keyword index."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval.lexical.memory import MemoryLexicalIndexes
from retrieval.lexical.rarity import together
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.ports import Hit, LexicalEntry, LexicalIndex, LexicalIndexes
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId

HR = KnowledgeBaseId("hr")
BOARD = KnowledgeBaseId("board")

LIBRARY = {
    "leave": ("Annual leave", "Employees have 25 days of annual leave per year."),
    "travel": ("Travel costs", "Train tickets are reimbursed within 30 days of the journey."),
    "sick": ("Sick leave", "A doctor's note is needed from the third day of illness."),
    "rope": ("钢丝绳检查", "钢丝绳每月检查一次，断丝超过百分之十时必须更换。"),
    "crane": ("起重机", "起重机的操作人员必须持有有效证件。"),
    "salt": ("调料", "盐 与 糖 分开存放。"),
    "part": ("Spare parts", "The sealing ring R-1023-B conforms to GB/T 5972-2016."),
    "date": ("Audit", "The audit of 2024-09-30 found no deviation."),
}


def full_width(text: str) -> str:
    """As typed by an input method that was left in full-width mode."""
    return "".join(
        chr(ord(character) + 0xFEE0) if character != " " else "\u3000" for character in text
    )


def an_entry(
    name: str, text: str, title: str = "", headings: str = "", document: str = "book"
) -> LexicalEntry:
    return LexicalEntry(ChunkId(name), text, title, headings, DocumentId(document))


def names(index: LexicalIndex, question: str, limit: int = 10) -> list[str]:
    return [hit.chunk for hit in index.search(question, limit)]


@pytest.fixture(params=["tantivy", "memory"])
def indexes(request: pytest.FixtureRequest, tmp_path: Path) -> LexicalIndexes:
    return TantivyIndexes(tmp_path) if request.param == "tantivy" else MemoryLexicalIndexes()


@pytest.fixture
def library(indexes: LexicalIndexes) -> LexicalIndex:
    index = indexes.open(HR)
    index.add([an_entry(name, text, title) for name, (title, text) in LIBRARY.items()])
    return index


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How many days of annual leave do I have?", "leave"),
        ("are train journeys reimbursed", "travel"),
        ("钢丝绳什么时候更换？", "rope"),
        ("操作起重机需要什么证件", "crane"),
        ("盐", "salt"),
        ("r1023b", "part"),
        ("GB/T 5972", "part"),
        ("what happened on 2024/09/30", "date"),
        (full_width("annual leave"), "leave"),
    ],
)
def test_a_question_finds_its_text(library: LexicalIndex, question: str, name: str) -> None:
    assert names(library, question)[0] == name


def test_hits_come_best_first_with_positive_scores(library: LexicalIndex) -> None:
    scores = [hit.score for hit in library.search("annual leave days of the year", 10)]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_only_texts_that_share_a_term_are_found(library: LexicalIndex) -> None:
    assert names(library, "crocodile") == []
    assert names(library, "reimbursed") == ["travel"]


@pytest.mark.parametrize("question", ["", "   ", "？！", '"', "()", "-"])
def test_a_question_without_terms_finds_nothing(library: LexicalIndex, question: str) -> None:
    assert library.search(question, 10) == []


@pytest.mark.parametrize("question", ["id:leave", "body:*", 'leave AND NOT "', "/.*/", "[a TO z]"])
def test_query_syntax_is_only_words(library: LexicalIndex, question: str) -> None:
    assert set(names(library, question)) <= {"leave", "sick", "date", "travel", "part"}


def test_no_more_than_the_limit_is_found(library: LexicalIndex) -> None:
    assert len(names(library, "days leave the of", 2)) == 2
    assert names(library, "leave", 0) == []


def test_a_removed_text_is_not_found(library: LexicalIndex) -> None:
    library.remove([ChunkId("leave"), ChunkId("never there")])
    assert "leave" not in names(library, "annual leave")


def test_a_removed_text_can_come_back(library: LexicalIndex) -> None:
    title, text = LIBRARY["leave"]
    library.remove([ChunkId("leave")])
    library.add([an_entry("leave", text, title)])
    assert names(library, "annual leave days").count("leave") == 1


def test_adding_the_same_again_makes_no_double(library: LexicalIndex) -> None:
    title, text = LIBRARY["leave"]
    before = library.ids()
    library.add([an_entry("leave", text, title), an_entry("leave", text, title)])
    assert names(library, "annual leave days").count("leave") == 1
    assert library.ids() == before


def test_ids_are_those_added_and_not_removed(library: LexicalIndex) -> None:
    assert library.ids() == set(LIBRARY)
    library.remove([ChunkId("leave"), ChunkId("rope")])
    assert library.ids() == set(LIBRARY) - {"leave", "rope"}


def test_ids_include_a_text_without_words(library: LexicalIndex) -> None:
    library.add([an_entry("blank", "…")])
    assert "blank" in library.ids()


@pytest.mark.parametrize("wanted", [1, 3, 40])
def test_of_the_wanted_documents_none_is_missed(indexes: LexicalIndexes, wanted: int) -> None:
    index = indexes.open(HR)
    words = [f"leave {'day ' * (n % 5)}{'rule ' * (n % 3)}number{n}" for n in range(80)]
    index.add([an_entry(f"c{n}", words[n], document=f"d{n % 40}") for n in range(80)])
    everywhere = index.search("day of leave by rule", 80)
    documents = {DocumentId(f"d{n}") for n in range(wanted)}
    inside = [hit for hit in everywhere if int(hit.chunk[1:]) % 40 < wanted]
    found = index.search("day of leave by rule", 6, documents)
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in inside[:6]])
    assert {hit.chunk for hit in found} <= {hit.chunk for hit in inside}


def test_in_no_document_nothing_is_found(library: LexicalIndex) -> None:
    assert library.search("annual leave", 5, frozenset()) == []
    assert library.search("annual leave", 5, {DocumentId("never there")}) == []


def test_title_and_headings_are_searched(library: LexicalIndex) -> None:
    library.add([an_entry("x", "Nothing here.", "Parental allowance", "Berlin › Kindergarten")])
    assert names(library, "parental")[0] == names(library, "kindergarten")[0] == "x"


def test_an_empty_index_finds_nothing(indexes: LexicalIndexes) -> None:
    index = indexes.open(HR)
    assert index.search("leave", 5) == []
    assert index.ids() == frozenset()
    index.add([])
    index.remove([])
    assert index.ids() == frozenset()


def test_an_index_of_only_blank_texts_finds_nothing(indexes: LexicalIndexes) -> None:
    index = indexes.open(HR)
    index.add([an_entry("blank", "…")])
    assert index.search("leave", 5) == []


def test_a_term_in_most_texts_still_finds_them_all(indexes: LexicalIndexes) -> None:
    index = indexes.open(HR)
    index.add([an_entry(str(n), f"leave rule {n}") for n in range(3)])
    assert len(index.search("leave", 10)) == 3


def test_knowledge_bases_do_not_see_each_other(
    indexes: LexicalIndexes, library: LexicalIndex
) -> None:
    assert indexes.open(BOARD).search("annual leave", 5) == []


def test_a_dropped_knowledge_base_starts_empty(
    indexes: LexicalIndexes, library: LexicalIndex
) -> None:
    indexes.open(BOARD).add([an_entry("b", "merger")])
    indexes.drop(HR)
    assert indexes.open(HR).ids() == frozenset()
    assert indexes.open(BOARD).ids() == {"b"}
    indexes.drop(HR)
    indexes.drop(KnowledgeBaseId("neverthere"))


def test_threads_may_write_and_search_at_once(indexes: LexicalIndexes) -> None:
    index = indexes.open(HR)

    def add_and_search(n: int) -> list[str]:
        index.add([an_entry(f"c{n}", f"number{n} leave")])
        return names(index, f"number{n}")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(add_and_search, range(20)))
    assert found == [[f"c{n}"] for n in range(20)]
    assert index.ids() == {f"c{n}" for n in range(20)}


def test_the_two_implementations_agree_on_the_best_hit(tmp_path: Path) -> None:
    entries = [an_entry(name, text, title) for name, (title, text) in LIBRARY.items()]
    tantivy, reference = TantivyIndexes(tmp_path).open(HR), MemoryLexicalIndexes().open(HR)
    tantivy.add(entries)
    reference.add(entries)
    questions = [text for _, text in LIBRARY.values()] + [title for title, _ in LIBRARY.values()]
    agreed = [q for q in questions if names(tantivy, q, 1) == names(reference, q, 1)]
    assert len(agreed) >= 0.9 * len(questions)


def test_asked_together_a_word_is_as_rare_in_one_index_as_in_all(indexes: LexicalIndexes) -> None:
    workshop, office = indexes.open(HR), indexes.open(BOARD)
    workshop.add([an_entry(f"w{n}", f"The LV-410 is serviced, step {n}.") for n in range(8)])
    workshop.add([an_entry("mount", "Mount the LV-410 with four bolts.")])
    office.add([an_entry(f"o{n}", f"Minutes of meeting {n}.") for n in range(8)])
    office.add([an_entry("board", "A board for the LV-410 is late.")])
    question = "mount the LV-410"
    alone = [index.search(question, 1)[0] for index in (workshop, office)]
    assert alone[1].score > alone[0].score / 2, "the office hardly knows the word"
    everywhere = together(index.spread(question) for index in (workshop, office))
    fair = [index.search(question, 1, None, everywhere)[0] for index in (workshop, office)]
    assert [hit.chunk for hit in fair] == ["mount", "board"]
    assert fair[1].score < fair[0].score / 2


def test_asked_together_with_an_empty_index_nothing_changes(indexes: LexicalIndexes) -> None:
    index, question = indexes.open(HR), "annual leave"
    index.add([an_entry(name, text, title) for name, (title, text) in LIBRARY.items()])
    everywhere = together([index.spread(question), indexes.open(BOARD).spread(question)])
    together_found = index.search(question, 3, None, everywhere)
    assert together_found == [
        Hit(hit.chunk, pytest.approx(hit.score)) for hit in index.search(question, 3)
    ]
    assert indexes.open(BOARD).search(question, 3, None, everywhere) == []
