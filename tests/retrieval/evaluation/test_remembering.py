from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.evaluation.remembering import RememberingEmbedder
from retrieval.ports import EmbedderIdentity
from retrieval.store.database import Database
from retrieval.store.vectors import VectorStore
from retrieval.tables import metadata
from retrieval.types import Vector


class Counting:
    """Notes what it is asked for; questions point one way and passages another."""

    def __init__(self, model: str = "counting") -> None:
        self.identity = EmbedderIdentity(model, "1", "mean", "float32", "query: ", "", 2)
        self.asked: list[str] = []

    def embed_question(self, question: str) -> Vector:
        self.asked.append(question)
        return np.array([1, 0], np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        self.asked.extend(texts)
        return np.array([[0, 1]] * len(texts), np.float32)


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    database = Database.open(f"sqlite:///{tmp_path / 'vectors.sqlite3'}")
    metadata.create_all(database.engine)
    return VectorStore(database)


def test_nothing_is_embedded_twice(store: VectorStore) -> None:
    model = Counting()
    first = RememberingEmbedder(model, store).embed_passages(["a", "b", "a"])
    again = RememberingEmbedder(model, store).embed_passages(["b", "c"])
    assert first.shape == (3, 2)
    assert again.tolist() == [[0, 1], [0, 1]]
    assert model.asked == ["a", "b", "c"]


def test_a_question_is_not_taken_for_a_passage_with_the_same_words(store: VectorStore) -> None:
    embedder = RememberingEmbedder(Counting(), store)
    embedder.embed_passages(["leave"])
    assert embedder.embed_question("leave").tolist() == [1, 0]
    assert embedder.embed_question("leave").tolist() == [1, 0]


def test_another_model_remembers_for_itself(store: VectorStore) -> None:
    one, other = Counting("one"), Counting("other")
    RememberingEmbedder(one, store).embed_question("leave")
    RememberingEmbedder(other, store).embed_question("leave")
    assert one.asked == other.asked == ["leave"]
