"""What a client needs to count tokens by itself, and who goes first."""

import httpx
import numpy as np
import pytest
from tokenizers import Tokenizer

from engine.runners import Haste
from engine.server.vectors import haste_of

NAME = "multilingual-e5-small"


def test_the_tokenizer_of_the_embedder_counts_as_the_model_does(bundled_server):
    answer = httpx.get(f"{bundled_server}/v1/models/{NAME}/tokenizer")
    tokenizer = Tokenizer.from_str(answer.text)
    text = "passage: 员工每年享有带薪年假15天。 Fifteen days are paid."
    body = {"input": text}
    usage = httpx.post(f"{bundled_server}/v1/embeddings", json=body).json()["usage"]
    assert len(tokenizer.encode(text).ids) == usage["prompt_tokens"]


def test_a_client_that_has_the_tokenizer_gets_nothing_again(bundled_server):
    address = f"{bundled_server}/v1/models/{NAME}/tokenizer"
    tag = httpx.get(address).headers["etag"]
    again = httpx.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_only_the_embedder_hands_out_a_tokenizer(bundled_server):
    address = f"{bundled_server}/v1/models/SmolLM2-135M-Instruct"
    assert httpx.get(address).json()["id"] == "SmolLM2-135M-Instruct"
    assert httpx.get(f"{address}/tokenizer").status_code == 404


def test_passages_in_the_background_get_the_same_vectors(bundled_server):
    texts = [f"passage: the committee met on day {number}" * 5 for number in range(40)]

    def vectors(priority):
        answer = httpx.post(
            f"{bundled_server}/v1/embeddings",
            json={"input": texts},
            headers={"Priority": priority},
            timeout=60,
        )
        return np.array([item["embedding"] for item in answer.json()["data"]], np.float32)

    similar = (vectors("u=6") * vectors("u=1")).sum(axis=1)
    np.testing.assert_allclose(similar, 1, atol=1e-3)


@pytest.mark.parametrize(
    ("priority", "characters", "haste"),
    [
        ("u=1", 1_000_000, Haste.NOW),
        ("u=6, i", 10, Haste.BACKGROUND),
        ("i, u=7", 10, Haste.BACKGROUND),
        ("", 10, Haste.NOW),
        ("nonsense", 1_000_000, Haste.BACKGROUND),
    ],
)
def test_who_waits_is_said_by_the_header_or_else_by_the_size(priority, characters, haste):
    assert haste_of(priority, ["x" * characters]) is haste
