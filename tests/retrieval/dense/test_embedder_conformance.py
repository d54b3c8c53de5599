"""One suite for the embedders that tests put in the place of a model."""

import numpy as np
import pytest

from retrieval.errors import Unavailable
from retrieval.ports import Embedder
from tests.fakes import WordsEmbedder
from tests.retrieval.answer.answering_fakes import OverlapEmbedder

TEXTS = ("The lift is repaired on Mondays.", "年假是三十天。", "Leave is thirty days a year.")


@pytest.fixture(params=[WordsEmbedder, OverlapEmbedder])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder = request.param()
    return made


def test_vectors_are_of_unit_length_and_as_long_as_the_identity_says(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((3, embedder.identity.dimension), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    question = embedder.embed_question("When is the lift repaired?")
    assert (question.shape, question.dtype) == ((embedder.identity.dimension,), np.float32)
    assert np.linalg.norm(question) == pytest.approx(1.0, abs=1e-5)


def test_they_come_in_the_order_of_the_texts_whatever_is_asked_together(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    alone = [embedder.embed_passages([text])[0] for text in TEXTS]
    assert together == pytest.approx(np.stack(alone), abs=1e-6)
    assert embedder.embed_passages(TEXTS[::-1]) == pytest.approx(together[::-1], abs=1e-6)


def test_what_a_question_is_about_is_nearest(embedder: Embedder) -> None:
    cosines = embedder.embed_passages(TEXTS) @ embedder.embed_question("When is the lift repaired?")
    assert int(np.argmax(cosines)) == 0


def test_of_no_texts_there_are_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.identity.dimension)


@pytest.mark.parametrize("away", [WordsEmbedder(away=True), OverlapEmbedder(away=True)])
def test_one_that_is_away_says_so(away: Embedder) -> None:
    with pytest.raises(Unavailable):
        away.embed_question("?")
    with pytest.raises(Unavailable):
        away.embed_passages(TEXTS)
