import json
from pathlib import Path

import pytest

from retrieval.errors import Invalid
from retrieval.evaluation.datasets import read_dataset, read_tasks

DOCUMENTS = [
    {"id": "d1", "title": "Leave", "text": "25 days of leave", "lang": "en"},
    {"id": "d2", "title": "钢丝绳", "text": "每月检查一次", "lang": "zh"},
]
QUESTIONS = [
    {"id": "q1", "text": "How many days of leave?", "lang": "en"},
    {"id": "q2", "text": "多久检查一次？", "lang": "zh"},
    {"id": "q3", "text": "Who is the CEO?", "lang": "en"},
]


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_rows(tmp_path / "corpus.jsonl", DOCUMENTS)
    write_rows(tmp_path / "queries.jsonl", QUESTIONS)
    write_rows(tmp_path / "answers.jsonl", [{"id": "q1", "answers": ["25"]}])
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t1\n")
    return tmp_path


def test_a_folder_is_read_with_relevance_and_answers(folder: Path) -> None:
    dataset = read_dataset(folder)
    assert [document.id for document in dataset.documents] == ["d1", "d2"]
    assert dataset.name == folder.name
    first, _, last = dataset.questions
    assert (first.relevant, first.answers) == ({"d1": 2}, ("25",))
    assert (last.relevant, last.answers) == ({}, ())


def test_answers_may_be_missing(folder: Path) -> None:
    (folder / "answers.jsonl").unlink()
    assert read_dataset(folder).questions[0].answers == ()


def test_other_relevance_can_be_chosen(folder: Path) -> None:
    (folder / "crossed.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td2\t1\n")
    assert read_dataset(folder, qrels="crossed.tsv").questions[0].relevant == {"d2": 1}


def test_a_data_set_can_be_narrowed_to_languages(folder: Path) -> None:
    narrow = read_dataset(folder).narrowed(documents="zh", questions="en")
    assert [document.id for document in narrow.documents] == ["d2"]
    assert [question.id for question in narrow.questions] == ["q1", "q3"]


def test_a_folder_without_a_corpus_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(Invalid, match=r"no corpus\.jsonl"):
        read_dataset(tmp_path)


def test_languages_are_tasks_of_their_own(folder: Path) -> None:
    (folder / "qrels_crosslingual.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td2\t1\n")
    tasks = {task.name.removeprefix(f"{folder.name} "): task for task in read_tasks(folder)}
    assert list(tasks) == ["en → en", "zh → zh", "en → zh", "zh → en"]
    crossed = tasks["en → zh"]
    assert [document.id for document in crossed.documents] == ["d2"]
    assert [question.relevant for question in crossed.questions] == [{"d2": 1}, {}]


def test_a_set_in_one_language_is_one_task(folder: Path) -> None:
    write_rows(folder / "corpus.jsonl", DOCUMENTS[:1])
    assert [task.name for task in read_tasks(folder)] == [folder.name]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("corpus.jsonl", "{broken", "corpus.jsonl, line 1, is not JSON"),
        ("queries.jsonl", '\n{"text": "x"}', "queries.jsonl, line 2, has no id"),
        ("qrels.tsv", "head\nq1 d1 1", "qrels.tsv, line 2"),
    ],
)
def test_a_broken_line_is_named(folder: Path, name: str, content: str, sentence: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(Invalid, match=sentence):
        read_dataset(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "queries.jsonl").unlink()
    with pytest.raises(Invalid, match=r"queries\.jsonl cannot be read"):
        read_dataset(folder)
