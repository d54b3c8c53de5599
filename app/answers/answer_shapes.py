"""Answers, and the steps of making one, as they travel over HTTP."""

from collections.abc import Iterable, Sequence

from app.shapes.asking import (
    AnswerOut,
    CitationOut,
    ConfidenceOut,
    ContextOut,
    ReasoningEvent,
    ScoresOut,
    SentenceEvent,
    SentenceOut,
    StageEvent,
)
from app.shapes.library import BoxOut
from retrieval.answer.events import Checked, Reasoned, Stage
from retrieval.answer.trace import Trace
from retrieval.answers import Answer, Citation, Sentence
from retrieval.types import ATTACHED, Passage


def answer_out(answer: Answer, maintainers: Sequence[str], trace: Trace | None = None) -> AnswerOut:
    return AnswerOut(
        question=answer.question,
        standalone_question=answer.standalone_question,
        outcome=answer.outcome,
        sentences=[_sentence_out(sentence) for sentence in answer.sentences],
        citations=_citations_out(answer.citations),
        closest=_citations_out(answer.closest),
        maintainers=list(maintainers),
        withheld=answer.withheld,
        confidence=ConfidenceOut.model_validate(answer.confidence),
        reasoning=answer.reasoning,
        degraded=answer.degraded,
        seconds=answer.seconds,
        model=answer.model,
        context=ContextOut.model_validate(answer.context) if answer.context else None,
        unanswered=list(answer.unanswered),
        reduced=answer.reduced,
        read=_documents_of(trace.read) if trace else [],
    )


def step_out(event: Stage | Reasoned | Checked) -> StageEvent | ReasoningEvent | SentenceEvent:
    match event:
        case Stage(name, knowledge_bases, passages, queue):
            return StageEvent(
                stage=name,
                knowledge_bases=knowledge_bases,
                passages=passages,
                ahead=queue.ahead if queue else None,
                seconds=queue.seconds if queue else None,
            )
        case Reasoned(text):
            return ReasoningEvent(text=text)
        case Checked(sentence, citations):
            return SentenceEvent(
                sentence=_sentence_out(sentence), citations=_citations_out(citations)
            )


def _documents_of(passages: Iterable[Passage]) -> list[str]:
    """Those that others decide about: an attached file stays its owner's."""
    shelved = (p.chunk for p in passages if p.chunk.knowledge_base != ATTACHED)
    return sorted({chunk.document for chunk in shelved})


def _sentence_out(sentence: Sentence) -> SentenceOut:
    return SentenceOut.model_validate(sentence)


def _citations_out(citations: Iterable[Citation]) -> list[CitationOut]:
    return [
        CitationOut(
            number=citation.number,
            source_kind="attachment" if citation.knowledge_base == ATTACHED else "document",
            chunk_id=citation.chunk,
            knowledge_base_id=citation.knowledge_base,
            document_id=citation.document,
            document_title=citation.document_title,
            filename=citation.filename,
            version_number=citation.version_number,
            page=citation.page,
            headings=list(citation.headings),
            quote=citation.quote,
            first_block=citation.first_block,
            last_block=citation.last_block,
            updated_at=citation.updated_at,
            scores=ScoresOut.model_validate(citation.scores),
            boxes=[BoxOut.model_validate(box) for box in citation.boxes],
            first_line=citation.first_line,
            last_line=citation.last_line,
        )
        for citation in citations
    ]
