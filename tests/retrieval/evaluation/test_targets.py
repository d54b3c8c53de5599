from dataclasses import replace

from retrieval.evaluation.targets import Documents, Files, Pages, names_pages
from retrieval.types import ChunkId, DocumentId, Passage
from tests.retrieval.search.passages import a_passage

PAGES = {ChunkId("one"): {1}, ChunkId("two"): {2, 3}, ChunkId("three"): {5}}


def of_file(name: str, filename: str = "plan.pdf") -> Passage:
    passage = a_passage(name)
    chunk = replace(passage.chunk, document=DocumentId(filename))
    return replace(passage, chunk=chunk, filename=filename)


def test_a_document_counts_where_its_first_passage_stands() -> None:
    passages = [of_file("one", "a.pdf"), of_file("two", "a.pdf"), of_file("three", "b.c.pdf")]
    assert Documents().ranking(passages, {}) == ["a.pdf", "b.c.pdf"]
    assert Files().ranking(passages, {}) == ["a", "b.c"]


def test_a_page_is_found_by_the_first_passage_that_stands_on_it() -> None:
    passages = [of_file("three"), of_file("two"), of_file("one")]
    ranking = Pages(PAGES).ranking(passages, {"plan.pdf#p3": 1, "plan.pdf#p1": 1})
    assert ranking == ["three", "plan.pdf#p3", "plan.pdf#p1"]


def test_a_neighbouring_page_counts_only_when_it_is_tolerated() -> None:
    passages = [of_file("three")]
    assert Pages(PAGES, 0).ranking(passages, {"plan.pdf#p4": 1}) == ["three"]
    assert Pages(PAGES, 1).ranking(passages, {"plan.pdf#p4": 1}) == ["plan.pdf#p4"]
    assert Pages(PAGES, 1).ranking(passages, {"plan.pdf#p3": 1}) == ["three"]


def test_the_same_page_of_another_file_is_not_it() -> None:
    passages = [of_file("one", "other.pdf")]
    assert Pages(PAGES).ranking(passages, {"plan.pdf#p1": 1}) == ["one"]


def test_pages_are_told_from_documents_by_their_names() -> None:
    assert names_pages({"plan.pdf#p1": 1})
    assert not names_pages({"2023 Q3 AAPL": 1})
