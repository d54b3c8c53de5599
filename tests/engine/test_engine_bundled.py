"""The bundled models behind a real server, asked by the official client."""

import base64

import httpx
import numpy as np
import pytest
from engine_servers import client_of

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]


@pytest.fixture
def client(bundled_server):
    with client_of(bundled_server) as client:
        yield client


def vectors(client, texts: list[str]) -> np.ndarray:
    data = client.embeddings.create(model="multilingual-e5-small", input=texts).data
    return np.array([item.embedding for item in data], np.float32)


def test_both_are_ready_and_their_cards_tell_the_identity(client, bundled_server):
    health = httpx.get(f"{bundled_server}/health").json()
    assert health["status"] == "ready"
    embedder, generator = client.models.list().data
    assert embedder.id == "multilingual-e5-small"
    assert embedder.colophon == {
        "role": "embedder",
        "max_tokens": 512,
        "dtype": "bfloat16",
        "revision": "1571fc982750.1",
        "dimension": 384,
        "pooling": "mean",
        "query_prefix": "query: ",
        "passage_prefix": "passage: ",
        "heads": [],
        "gpus": [],
        "cache_tokens": None,
        "seats": None,
    }
    assert generator.id == "SmolLM2-135M-Instruct"


def test_a_head_that_the_model_does_not_have_is_refused(bundled_server):
    body = {"input": "a text", "heads": ["sparse"]}
    refused = httpx.post(f"{bundled_server}/v1/embeddings", json=body)
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "heads"


def test_the_generator_knows_the_capital_of_france(client):
    question = {"role": "user", "content": "What is the capital of France?"}
    answer = client.chat.completions.create(model="default", messages=[question], max_tokens=20)
    assert "Paris" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"


def test_a_stop_word_ends_the_answer_before_it(client):
    question = {"role": "user", "content": "What is the capital of France?"}
    answer = client.chat.completions.create(
        model="default", messages=[question], max_tokens=20, stop=["Paris"]
    )
    assert answer.choices[0].message.content == "The capital of France is "


def test_translations_are_nearer_than_other_topics(client):
    found = vectors(
        client,
        [
            "query: How many days of annual leave do employees have?",
            "passage: Employees have 25 days of annual leave.",
            "passage: 员工每年有25天年假。",
            "passage: The printer is on the third floor.",
            "passage: 打印机在三楼。",
        ],
    )
    question, english, chinese, other, other_chinese = found
    assert min(question @ english, question @ chinese) > max(
        question @ other, question @ other_chinese
    )
    assert english @ chinese > english @ other
    assert other @ other_chinese > other @ english


def test_a_text_has_the_same_vector_alone_and_in_a_batch(client):
    texts = ["passage: short", "passage: " + "a longer passage about holidays " * 20, "query: 年假"]
    together = vectors(client, texts)
    alone = np.concatenate([vectors(client, [text]) for text in texts])
    np.testing.assert_allclose((together * alone).sum(axis=1), 1, atol=1e-3)
    np.testing.assert_array_equal(alone[0], vectors(client, texts[:1])[0])


def test_vectors_are_of_unit_length_in_both_encodings(client, bundled_server):
    body = {"model": "", "input": "query: 年假", "encoding_format": "base64"}
    coded = httpx.post(f"{bundled_server}/v1/embeddings", json=body).json()["data"][0]["embedding"]
    plain = vectors(client, ["query: 年假"])[0]
    np.testing.assert_array_equal(np.frombuffer(base64.b64decode(coded), "<f4"), plain)
    assert abs(np.linalg.norm(plain) - 1) < 1e-5


def test_full_width_and_control_characters_are_folded_as_in_training(client):
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "ABC123")
    found = vectors(client, [f"query: {wide}\u200b年假\x07", "query: ABC123 年假"])
    assert found[0] @ found[1] > 0.9999


def test_a_longer_text_than_the_model_reads_is_cut_and_counted(client, bundled_server):
    answer = client.embeddings.create(model="default", input="holiday " * 2000)
    assert answer.usage.prompt_tokens == 512
    assert "colophon:truncated_inputs_total 1.0" in httpx.get(f"{bundled_server}/metrics").text


def test_a_wrong_dimension_is_refused(bundled_server):
    body = {"input": "x", "dimensions": 100}
    assert httpx.post(f"{bundled_server}/v1/embeddings", json=body).status_code == 400
