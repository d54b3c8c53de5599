"""Folders of questions with known answers, in the format that the evaluation reads.

`corpus.jsonl` {id, title, text, lang}, `queries.jsonl` {id, text, lang}, `qrels.tsv` (question,
document, relevance; a header line) and, if there, `answers.jsonl` {id, answers, answerable}.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from typing import Any

from retrieval.errors import Invalid

CROSSED = "qrels_crosslingual.tsv"


@dataclass(frozen=True, slots=True)
class DatasetDocument:
    id: str
    title: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class DatasetQuestion:
    id: str
    text: str
    language: str
    relevant: Mapping[str, int]  # document id → relevance; empty when the corpus has no answer
    answers: tuple[str, ...]
    # Of answers.jsonl, where it says so: "answerable", "adversarial_unanswerable", "out_of_corpus".
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    name: str
    documents: tuple[DatasetDocument, ...]
    questions: tuple[DatasetQuestion, ...]

    def narrowed(self, *, documents: str, questions: str) -> "Dataset":
        """Only documents of one language and questions of one language ("en", "zh")."""
        return replace(
            self,
            name=f"{self.name} {questions} → {documents}",
            documents=tuple(d for d in self.documents if d.language == documents),
            questions=tuple(q for q in self.questions if q.language == questions),
        )


def read_tasks(folder: Path) -> list[Dataset]:
    """A task for each pair of languages that the set has: they are never mixed.

    `qrels_crosslingual.tsv`, if there, names the relevant documents in the other language.
    Raises: Invalid when the folder does not hold a text corpus in this format.
    """
    whole = read_dataset(folder)
    languages = sorted({document.language for document in whole.documents})
    if len(languages) == 1:
        return [whole]
    tasks = [whole.narrowed(documents=name, questions=name) for name in languages]
    if (folder / CROSSED).is_file():
        crossed = read_dataset(folder, qrels=CROSSED)
        tasks += [
            crossed.narrowed(documents=there, questions=here)
            for here, there in permutations(languages, 2)
        ]
    return tasks


def read_dataset(
    folder: Path, *, qrels: str = "qrels.tsv", queries: str = "queries.jsonl"
) -> Dataset:
    """Raises: Invalid when the folder does not hold a text corpus in this format."""
    if not (folder / "corpus.jsonl").is_file():
        raise Invalid(f"{folder.name} has no corpus.jsonl, so it is no labelled set.")
    relevance = _relevance(folder / qrels)
    answers_file = folder / "answers.jsonl"
    answers = {row["id"]: row for row in _rows(answers_file)} if answers_file.is_file() else {}
    documents = [
        DatasetDocument(row["id"], row.get("title", ""), row["text"], row.get("lang", ""))
        for row in _rows(folder / "corpus.jsonl")
    ]
    questions = [
        DatasetQuestion(
            row["id"],
            row["text"],
            row.get("lang", ""),
            relevance.get(row["id"], {}),
            tuple(answers.get(row["id"], {}).get("answers", ())),
            answers.get(row["id"], {}).get("kind", ""),
        )
        for row in _rows(folder / queries)
    ]
    return Dataset(folder.resolve().name, tuple(documents), tuple(questions))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise Invalid(f"{path.name}, line {number}, is not JSON.") from error
        if not isinstance(row, dict) or "id" not in row:
            raise Invalid(f"{path.name}, line {number}, has no id.")
        yield row


def _relevance(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        if number == 1:
            continue
        parts = line.split("\t")
        if len(parts) != 3 or not parts[2].isdecimal():
            raise Invalid(f"{path.name}, line {number}, is not question, document, relevance.")
        question, document, relevance = parts
        found.setdefault(question, {})[document] = int(relevance)
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered from 1, without blank ones."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read.") from error
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
