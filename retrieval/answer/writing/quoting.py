"""The sources' own words as sentences of an answer, for each part of the question."""

from collections.abc import Iterator, Set

from retrieval.answer.checking.reading import Reading
from retrieval.answer.events import Checked
from retrieval.answer.writing.bibliography import Bibliography
from retrieval.answer.writing.quotes import choose_quotes
from retrieval.answers import Sentence, Verdict


def quote_parts(
    reading: Reading, bibliography: Bibliography, enough: float, done: Set[int]
) -> Iterator[Checked]:
    """Quotes, which nobody has to check.

    For the parts that are not `done` and whose chance to be answered is `enough`. What is cited
    already is not repeated; where that is the best there is for a part, the part has its answer.
    """
    for number, part in enumerate(reading.parts):
        if number in done or part.relevance.answerable < enough:
            continue
        for place, quote in enumerate(choose_quotes(reading.evidence, part.relevance.scores)):
            known = len(bibliography.citations)
            cited = (bibliography.cite(quote.sentences),)
            new = tuple(bibliography.citations[known:])
            if not new and place == 0:
                break
            if new:
                sentence = Sentence(
                    quote.shown, cited, Verdict.SUPPORTED, is_quote=True, starts_paragraph=True
                )
                yield Checked(sentence, new)
