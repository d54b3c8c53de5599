"""What of a stored answer may still be shown (docs/decisions/0007)."""

from collections.abc import Iterable, Iterator

from app.shapes.asking import AnswerOut, CitationOut, SentenceOut
from retrieval.answers import Verdict

SOURCE_GONE = "Its source was removed, or you may no longer read it."


def cited_documents(answers: Iterable[AnswerOut | None]) -> frozenset[str]:
    """Every document, and every attachment, that one of the answers quotes or was made from."""
    known = [answer for answer in answers if answer is not None]
    quoted = {citation.document_id for citation in _citations(known)}
    return frozenset(quoted.union(*(answer.read for answer in known)))


def cited_attachments(answers: Iterable[AnswerOut | None]) -> frozenset[str]:
    """Every attachment that one of the answers quotes."""
    return frozenset(
        citation.document_id
        for citation in _citations(answers)
        if citation.source_kind == "attachment"
    )


def masked(answer: AnswerOut, readable: frozenset[str]) -> AnswerOut:
    """The answer without anything that rests on a document outside `readable`.

    A sentence that cites a lost source is withheld, and so is one that cites nothing: what it
    rests on cannot be told. The reasoning and the rewritten question may repeat the source too,
    also one that was read and not cited.
    """
    if cited_documents([answer]) <= readable:
        return answer
    kept = [citation for citation in answer.citations if citation.document_id in readable]
    closest = [citation for citation in answer.closest if citation.document_id in readable]
    numbers = frozenset(citation.number for citation in kept)
    sentences = [_kept_sentence(sentence, numbers) for sentence in answer.sentences]
    return answer.model_copy(
        update={
            "sentences": sentences,
            "citations": kept,
            "closest": closest,
            "withheld": sum(sentence.verdict is Verdict.WITHHELD for sentence in sentences),
            "standalone_question": answer.question,
            "maintainers": [],
            "reasoning": "",
            "read": [document for document in answer.read if document in readable],
        }
    )


def without_rewriting(answer: AnswerOut) -> AnswerOut:
    """For the other answers of a conversation that lost a source: each follow-up question was
    rewritten, and thought about, with the lost text in view."""
    return answer.model_copy(update={"standalone_question": answer.question, "reasoning": ""})


def answer_text(answer: AnswerOut) -> str:
    """What its sources say of it, as plain text without markers: what a follow-up may look back on.

    What was shown marked as unsupported is no ground for another answer.
    """
    firm = (Verdict.SUPPORTED, Verdict.WEAK)
    return " ".join(sentence.text for sentence in answer.sentences if sentence.verdict in firm)


def _citations(answers: Iterable[AnswerOut | None]) -> Iterator[CitationOut]:
    for answer in answers:
        if answer is not None:
            yield from (*answer.citations, *answer.closest)


def _kept_sentence(sentence: SentenceOut, numbers: frozenset[int]) -> SentenceOut:
    if sentence.verdict is Verdict.WITHHELD:
        return sentence
    if sentence.citations and numbers.issuperset(sentence.citations):
        return sentence
    return SentenceOut(
        text="",
        citations=[],
        verdict=Verdict.WITHHELD,
        reason=SOURCE_GONE,
        is_quote=sentence.is_quote,
        starts_paragraph=sentence.starts_paragraph,
    )
