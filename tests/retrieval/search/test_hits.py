from dataclasses import replace

from retrieval.ports import Hit
from retrieval.search.hits import Hits, fused_passages
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId, Passage
from tests.retrieval.search.passages import a_passage

HR = KnowledgeBaseId("hr")
QUESTION = "How did Apple's net sales change?"


def reports(*, first_page: bool = True) -> dict[ChunkId, Passage]:
    """Two reports that say the same; the first page of one of them says whose it is."""
    texts = {"pear": ["Annual report", "Net sales change"], "apple": ["Apple Inc.", "Net sales"]}
    found = {}
    for document, pages in texts.items():
        for number, text in enumerate(pages):
            passage = a_passage(f"{document}-{number}", text)
            chunk = replace(passage.chunk, document=DocumentId(document))
            found[chunk.id] = replace(passage, chunk=chunk)
    if not first_page:
        del found[ChunkId("apple-0")]
    return found


def order(visible: dict[ChunkId, Passage]) -> list[str]:
    said = [Hit(ChunkId("pear-1"), 0.92), Hit(ChunkId("apple-1"), 0.91)]
    first = [Hit(ChunkId("pear-0"), 0.80), Hit(ChunkId("apple-0"), 0.80)]
    hits = Hits({HR: []}, [{HR: [*said, *first]}], 10)
    return [passage.chunk.id for passage in fused_passages(QUESTION, hits, visible, 10)]


def test_the_report_of_the_company_that_is_asked_about_comes_first() -> None:
    assert order(reports())[0] == "apple-1"


def test_a_first_page_that_may_not_be_seen_says_nothing() -> None:
    assert order(reports(first_page=False))[0] == "pear-1"
