"""Golden questions: what counts as right, what is measured, and what they decide at the gate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ingestion.chunking import Piece
from ingestion.quality.configuration import Configuration, Order
from ingestion.quality.golden import GoldenQuestion, Measured, is_right
from ingestion.quality.refusing import measure_refusals
from retrieval.errors import Conflict, Unavailable
from retrieval.history_tables import golden_questions, golden_runs
from retrieval.store.database import Database
from retrieval.types import Block, Scope
from tests.ingestion.asked import QUESTIONS, a_shelf_of_three, ask, golden_of, kept
from tests.ingestion.rebuilding import (
    Change,
    LineChunker,
    RandomEmbedder,
    Rebuilding,
    TurnedEmbedder,
    restarted,
)
from tests.ingestion.shelf import BASE, Shelf


@pytest.fixture
def shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    return a_shelf_of_three(sqlite, tmp_path)


def test_a_run_measures_and_keeps_what_readers_would_see(shelf: Shelf) -> None:
    ask(shelf, QUESTIONS)
    measured = golden_of(shelf).run(BASE, "manual")
    assert measured is not None
    assert measured.ranks == {"q0": 1, "q1": 1, "q2": 1, "q3": None}
    assert (measured.recall, measured.reciprocal_rank) == (0.75, 0.75)
    assert kept(shelf) == [("manual", "words", 0.75)]
    assert golden_of(shelf).newest(BASE) == measured


def test_another_way_to_rank_is_measured_beside_the_one_that_answers(shelf: Shelf) -> None:
    ask(shelf, QUESTIONS)
    golden = golden_of(shelf)
    live = golden.run(BASE, "manual")
    for wanted in (
        Configuration(Order.KEYWORDS),
        Configuration(Order.MEANING),
        Configuration(Order.FUSED, candidates=1),
    ):
        measured = golden.run(BASE, "manual", wanted)
        assert measured is not None
        assert measured.ranks["q0"] == 1
    assert golden.newest(BASE) == live
    with shelf.index.corpus.database.read() as connection:
        labels = set(connection.scalars(select(golden_runs.c.configuration)))
    assert labels == {"live", "keywords", "meaning", "fused candidates=1"}


@dataclass
class SureOf:
    """The sources answer what has this word, and nothing else."""

    word: str

    def of(self, question: str, _scope: Scope) -> float:
        return 0.9 if self.word in question else 0.2


def test_a_run_counts_what_is_refused_of_what_must_and_must_not_be(shelf: Shelf) -> None:
    ask(shelf, QUESTIONS)
    with shelf.database.write() as connection:
        this = golden_questions.c.id == "q3"
        values = {"unanswerable": True, "filename": None}
        connection.execute(update(golden_questions).where(this).values(**values))
    golden = replace(golden_of(shelf), chances=SureOf("are"))
    golden.run(BASE, "manual")
    golden.run(BASE, "manual", Configuration(Order.FUSED))
    golden.run(BASE, "model")
    with shelf.database.read() as connection:
        told = list(connection.scalars(select(golden_runs.c.refusals)))
    [refusals] = [each for each in told if each is not None]
    assert refusals == {
        "refuse_below": 0.5,
        "answerable": 3,
        "wrongly_refused": 2,
        "unanswerable": 1,
        "rightly_refused": 1,
        "chances": {"q0": 0.2, "q1": 0.9, "q2": 0.2, "q3": 0.2},
    }


def test_of_very_many_questions_some_are_judged_old_and_new(shelf: Shelf) -> None:
    ask(shelf, [(f"Question {number}?", "leave.txt", None) for number in range(250)])
    judged = measure_refusals(shelf.database, BASE, SureOf("1"))
    assert judged.answerable == len(judged.chances) == 84
    assert {"q0", "q249"} <= judged.chances.keys()


def test_a_stage_that_saw_nothing_of_a_question_has_no_rank_for_it(shelf: Shelf) -> None:
    ask(shelf, [("xylophone", None, "annual leave")])
    words = golden_of(shelf).run(BASE, "manual", Configuration(Order.KEYWORDS))
    assert words is not None
    assert list(words.ranks.values()) == [None]


def test_without_questions_nothing_is_measured(shelf: Shelf) -> None:
    assert golden_of(shelf).run(BASE, "manual") is None
    assert kept(shelf) == []


def test_half_a_search_is_no_figure(shelf: Shelf) -> None:
    ask(shelf, QUESTIONS)
    shelf.embedder.away = True
    with pytest.raises(Unavailable):
        golden_of(shelf).run(BASE, "manual")
    assert kept(shelf) == []


@pytest.mark.parametrize(
    ("filename", "phrase", "right"),
    [
        ("leave.txt", None, True),
        ("LEAVE.TXT", "twenty-six  DAYS", True),
        ("leave.txt", "thirty days", False),
        ("other.txt", "twenty-six days", False),
        (None, "annual\nleave", True),
        (None, "\uff41\uff4e\uff4e\uff55\uff41\uff4c leave", True),
        (None, "annual holidays", False),
    ],
)
def test_both_what_is_named_must_hold(
    shelf: Shelf, filename: str | None, phrase: str | None, right: bool
) -> None:
    found = shelf.index.corpus.passages(sorted(shelf.index.corpus.visible_ids(BASE)))
    passage = next(each for each in found.values() if each.filename == "Leave.txt")
    assert is_right(GoldenQuestion("q", "?", filename, phrase), passage) is right


def test_later_ranks_count_less() -> None:
    measured = Measured({"a": 1, "b": 4, "c": 8, "d": None})
    assert measured.recall == 0.5
    assert measured.reciprocal_rank == pytest.approx((1 + 1 / 4 + 1 / 8) / 4)


def judged(after: Rebuilding) -> str:
    job = after.start()
    after.reindex.build(job, BASE)
    after.reindex.judge(job, BASE)
    return after.told[0]


def test_golden_questions_decide_where_there_are_any(shelf: Shelf) -> None:
    ask(shelf, QUESTIONS)
    told = judged(restarted(shelf, Change(TurnedEmbedder(model="turned"))))
    assert told.startswith("The new index passed. 4 golden questions")
    assert "live index 75%, new index 75%" in told
    assert kept(shelf) == [("model", "turned", 0.75), ("model", "words", 0.75)]


class Forgetful(LineChunker):
    """Drops what some documents say: what golden questions are there to notice."""

    identity = "loses-1"

    def chunk(self, title: str, blocks: Sequence[Block]) -> list[Piece]:
        pieces = super().chunk(title, blocks)
        return [piece for piece in pieces if not piece.text.startswith("Trains")]


def test_an_index_that_loses_an_answer_is_refused_with_both_figures(shelf: Shelf) -> None:
    ask(shelf, QUESTIONS)
    after = restarted(shelf, Change(chunker=Forgetful()))
    with pytest.raises(Conflict, match="live index 75%, new index 50%; at most 2% may be lost"):
        judged(after)
    assert after.pointer()[1] != "loses-1"
    # An admin who knows why may allow more.
    assert "passed" in judged(restarted(shelf, Change(chunker=Forgetful()), margin=0.3))


def test_keywords_cannot_hide_a_broken_model_from_golden_questions(shelf: Shelf) -> None:
    ask(shelf, QUESTIONS[:3])
    with pytest.raises(Conflict, match="does not find passages by their own sentences"):
        judged(restarted(shelf, Change(RandomEmbedder(model="random"))))


def test_where_nobody_can_ask_the_old_index_its_last_figures_count(shelf: Shelf) -> None:
    ask(shelf, QUESTIONS)
    golden_of(shelf).run(BASE, "manual")
    after = restarted(shelf, Change(TurnedEmbedder(model="turned"), former=False))
    assert "live index 75%, new index 75%" in judged(after)
