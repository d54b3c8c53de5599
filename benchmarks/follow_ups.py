"""Whether follow-up questions find what they ask for, over the sample library.

    python -m benchmarks.follow_ups

The labelled set is `tests/retrieval/answer/asking/follow_ups.tsv`. Alone: the follow-up as it was
typed. Together: with the earlier question in front. Rules: as `condense_question` makes it. Found:
share with a right passage among the first five; a quote, first: share of which a quote, or the
first one, is of the right words.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import anyio

from benchmarks.bundled_house import SCOPE, Bench, bundled_house
from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.condense import Turn, condense_question
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import Finished
from retrieval.answer.limits import AnswerLimits
from retrieval.answers import Answer

HERE = Path(__file__).parents[1]
LABELLED = HERE / "tests" / "retrieval" / "answer" / "asking" / "follow_ups.tsv"
SAMPLES = HERE / "app" / "samples"
PASSAGES = 5


@dataclass(frozen=True, slots=True)
class FollowUp:
    language: str
    earlier: str
    question: str
    expected: list[str]  # one of them is enough

    def is_in(self, text: str) -> bool:
        return any(words in text for words in self.expected)


WAYS: dict[str, Callable[[FollowUp], Inquiry]] = {
    "alone": lambda asked: Inquiry(asked.question, SCOPE),
    "together": lambda asked: Inquiry(f"{asked.earlier} {asked.question}", SCOPE),
    "rules": lambda asked: Inquiry(asked.question, SCOPE, [Turn(asked.earlier, "")]),
}


def main() -> None:
    questions = list(_labelled())
    print("| language | way | questions | found | answered | a quote | first |")
    print("|---|---|---|---|---|---|---|")
    with bundled_house() as bench:
        for folder in sorted(path for path in SAMPLES.iterdir() if path.is_dir()):
            bench.put(folder)
        bench.wait()
        for language in ("en", "zh"):
            for way in WAYS:
                asked = [one for one in questions if one.language == language]
                print(f"| {language} | {way} | {len(asked)} | {_row(bench, asked, way)} |")


def _row(bench: Bench, questions: list[FollowUp], way: str) -> str:
    found = answered = quoted = first = 0
    for asked in questions:
        inquiry = WAYS[way](asked)
        searched = condense_question(inquiry.question, inquiry.history).searched
        passages = bench.house.platform.searcher.find(searched, SCOPE, limit=PASSAGES).passages
        found += any(asked.is_in(passage.chunk.text) for passage in passages)
        answer = anyio.run(_answer, bench, inquiry)
        right = [asked.is_in(citation.quote) for citation in answer.citations]
        answered += bool(right)
        quoted += any(right)
        first += any(right[:1])
    shares = [count / len(questions) for count in (found, answered, quoted, first)]
    return " | ".join(f"{share:.2f}" for share in shares)


async def _answer(bench: Bench, inquiry: Inquiry) -> Answer:
    """By quotes alone: what a model makes of them is not what is measured."""
    house = bench.house
    limits = AnswerLimits(passages=PASSAGES, languages=frozenset())
    answerer = Answerer(
        house.platform.searcher, house.models.generator, house.models.embedder, limits
    )
    answers = [e.answer async for e in answerer.answer(inquiry) if isinstance(e, Finished)]
    return answers[0]


def _labelled() -> Iterator[FollowUp]:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            expected = row["expect"].split("|")
            yield FollowUp(row["lang"], row["earlier"], row["follow_up"], expected)


if __name__ == "__main__":
    main()
