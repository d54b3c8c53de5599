"""What a client needs to count tokens by itself, and who goes first."""

import httpx
import numpy as np
import pytest
from tokenizers import Tokenizer

from engine.runners import Haste
from engine.server.chat import sampling_of
from engine.server.shapes import ChatIn
from engine.server.vectors import haste_of
from engine.texts import rough_tokens
from retrieval.answer.context.tokens import estimated_tokens

NAME = "multilingual-e5-small"
GENERATOR = "SmolLM2-135M-Instruct"


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


@pytest.mark.parametrize(
    "text",
    [
        "Employees in Ghent receive 26 working days of paid annual leave per calendar year. ",
        "Two thirds of the Rhine flow through the Waal and the Nieuwe Merwede (De Biesbosch).",
        "| Net sales | 94,930 | 89,498 | 1,234.56 % |\n",
        "def total(rows: list[Row]) -> float:\n    return sum(row.value for row in rows)\n\n",
        "累计工作满十年不满二十年的员工，每年合计享有15天带薪年假。《Employee Handbook》第三章。",
        "https://intranet.example.com/hr/policy?id=7&lang=zh-CN ABC-1023-B GB/T 5972\n",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 ",
        "Überstundenvergütung gemäß § 7; Политика отпусков; 연차 휴가; سياسة الإجازات",
    ],
)
def test_a_text_is_never_longer_for_the_generator_than_it_was_estimated(
    bundled_server, bundled_folder, text
):
    tokenizer = Tokenizer.from_file(str(bundled_folder / "models" / GENERATOR / "tokenizer.json"))
    assert len(tokenizer.encode(text * 8).ids) <= estimated_tokens(text * 8)


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
    assert haste_of(priority, rough_tokens("x" * characters)) is haste


@pytest.mark.parametrize(
    ("header", "body", "priority"),
    [("", 0, 0), ("u=1", 0, 0), ("u=6", 0, -1), ("u=6", 2, -3), ("u=1", -2, 2)],
)
def test_an_answer_that_nobody_waits_for_goes_after_those_of_people(header, body, priority):
    asked = ChatIn(messages=[{"role": "user", "content": "?"}], priority=body)
    assert sampling_of(asked, header).priority == priority
