"""Whether the gold answer is in what the model is given, with and without what stands around.

    python -m benchmarks.context DATA SAMPLE SET [SET …]

DATA is the folder of the development sets, SAMPLE how many questions of each are asked (seeded). A
set with files is taken in from them; paragraphs are joined again to the articles that they are of.
Held: one of the gold answers stands there (short answers), or the share of the gold answer's words
that do (northwind_pdf, kgrag_10q_pdf, whose gold answers are sentences).
"""

import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from benchmarks.bundled_house import SCOPE, Bench, bundled_house
from retrieval.answer.checking.reading import read_passages
from retrieval.answer.context.making import Context, ContextMaker
from retrieval.answer.context.packing import Room
from retrieval.answer.context.tokens import BYTES_OF_A_WIDE_LETTER, WIDE_LETTER
from retrieval.store.corpus import Corpus
from retrieval.text.language import content_terms

SEED = 4
# Passages and room of the profiles `embedded` and `local`, and of two that nobody ships.
PROFILES = {
    "embedded": (5, Room(900, BYTES_OF_A_WIDE_LETTER)),
    "3,000 tokens": (8, Room(3000, BYTES_OF_A_WIDE_LETTER)),
    "local": (12, Room(8192, WIDE_LETTER)),
    "16,384 tokens": (12, Room(16384, WIDE_LETTER)),
}


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    golds: list[str]
    in_words: bool  # the gold answer is a text of its own, not a quotation

    def held(self, text: str) -> float:
        if self.in_words:
            wanted = set(content_terms(self.golds[0]))
            return len(wanted & set(content_terms(text))) / max(1, len(wanted))
        return float(any(_letters(gold) in _letters(text) for gold in self.golds))


def main() -> None:
    data, sample, names = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    print("| set | profile | context | held | tokens | widened | whole | too long |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        with bundled_house() as bench, tempfile.TemporaryDirectory() as made:
            bench.put(_files(data / name, Path(made)))
            bench.wait()
            _measure(name, list(_questions(data / name))[:sample], bench)


def _measure(name: str, questions: list[Asked], bench: Bench) -> None:
    house = bench.house
    corpus = Corpus(house.platform.database)
    for profile, (passages, room) in PROFILES.items():
        makers = {
            "as found": ContextMaker(None, house.models.embedder, room),
            "widened": ContextMaker(corpus, house.models.embedder, room),
        }
        given: dict[str, list[tuple[Asked, Context]]] = defaultdict(list)
        for asked in questions:
            found = house.platform.searcher.find(asked.question, SCOPE, limit=passages)
            reading = read_passages(asked.question, found.passages, house.models.embedder)
            for way, maker in makers.items():
                given[way].append((asked, maker.make(reading, SCOPE, asked.question)))
        for way, contexts in given.items():
            held = mean(asked.held(context.packed.text) for asked, context in contexts)
            tokens = mean(context.used.tokens for _, context in contexts)
            print(f"| {name} | {profile} | {way} | {held:.3f} | {tokens:.0f} |", end="")
            for counted in ("widened", "whole", "too_long"):
                print(f" {mean(getattr(one.used, counted) for _, one in contexts):.2f} |", end="")
            print()


def _questions(folder: Path) -> Iterator[Asked]:
    """Those that have an answer, in the order of the seed."""
    answers = {row["id"]: row for row in _rows(folder / "answers.jsonl")}
    queries = list(_rows(folder / "queries.jsonl"))
    for place in np.random.default_rng(SEED).permutation(len(queries)):
        query = queries[place]
        answer = answers[query["id"]]
        if answer["answerable"] and answer["answers"]:
            yield Asked(query["text"], answer["answers"], (folder / "files").is_dir())


def _files(folder: Path, made: Path) -> Path:
    if (folder / "files").is_dir():
        return folder / "files"
    articles: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(folder / "corpus.jsonl"):
        articles[row["title"]].append(row)
    for number, (title, rows) in enumerate(articles.items()):
        rows.sort(key=lambda row: str(row["id"]))
        paragraphs = "\n\n".join(" ".join(row["text"].split()) for row in rows)
        (made / f"{number}.md").write_text(f"# {title}\n\n{paragraphs}", encoding="utf-8")
    return made


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


if __name__ == "__main__":
    main()
