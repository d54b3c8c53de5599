"""Numbers citations in the order of their first use: one number for one quote."""

from retrieval.answer.checking.evidence import Evidence, SourceSentence
from retrieval.answer.checking.reading import Reading
from retrieval.answers import Citation
from retrieval.types import Passage

MOST_CLOSEST = 3


class Bibliography:
    """The citations of one answer. A quote that lies inside one cited before gets its number."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._spans: list[tuple[int, int, int]] = []
        self.citations: list[Citation] = []

    def cite(self, sentences: tuple[SourceSentence, ...]) -> int:
        """The number for neighbouring sentences of one passage."""
        passage = sentences[0].passage
        start, end = sentences[0].span.start, sentences[-1].span.end
        for number, (cited, first, last) in enumerate(self._spans, start=1):
            if cited == passage and first <= start and end <= last:
                return number
        self._spans.append((passage, start, end))
        number = len(self._spans)
        source = self._evidence.passages[passage - 1]
        self.citations.append(citation_of(source, number, source.chunk.text[start:end]))
        return number


def citation_of(passage: Passage, number: int, quote: str) -> Citation:
    chunk = passage.chunk
    return Citation(
        number=number,
        chunk=chunk.id,
        knowledge_base=chunk.knowledge_base,
        document=chunk.document,
        document_title=passage.document_title,
        filename=passage.filename,
        version_number=passage.version_number,
        page=chunk.page,
        headings=chunk.headings,
        quote=quote,
        first_block=chunk.first_block,
        last_block=chunk.last_block,
        updated_at=passage.updated_at,
        scores=passage.scores,
    )


def closest_citations(reading: Reading) -> tuple[Citation, ...]:
    """Up to three passages for a refusal, each with its sentence nearest to the question."""
    best: dict[int, int] = {}
    for i in sorted(
        range(len(reading.relevance.scores)), key=lambda i: -float(reading.relevance.scores[i])
    ):
        best.setdefault(reading.evidence.sentences[i].passage, i)
    return tuple(
        citation_of(
            reading.evidence.passages[passage - 1], number, reading.evidence.sentences[i].text
        )
        for number, (passage, i) in enumerate(list(best.items())[:MOST_CLOSEST], start=1)
    )
