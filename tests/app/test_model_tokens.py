"""Counting tokens as the engine's embedder does, with a small engine of the test's own."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil
import pytest
from openai import OpenAI
from tokenizers import Tokenizer, models, pre_tokenizers

from app.models.tokenizing import counter_of
from app.models.tokens import EngineTokens
from retrieval.errors import Unavailable
from retrieval.ports import EmbedderIdentity

EMBEDDER = EmbedderIdentity("org/small", "1", "mean", "float32", "query: ", "passage: ", 8)
WORDS = ["[UNK]", "passage", ":", "fifteen", "days"]


def a_tokenizer(words: list[str] = WORDS) -> str:
    tokenizer = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_truncation(2)
    text: str = tokenizer.to_str()
    return text


@contextmanager
def an_engine(answers: Mapping[str, tuple[int, str]]) -> Iterator[tuple[EngineTokens, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = answers.get(self.path, (404, "{}"))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """The test's output stays readable."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        with (
            OpenAI(base_url=url, api_key="none", max_retries=0) as client,
            closing(EngineTokens(client, EMBEDDER)) as tokens,
        ):
            yield tokens, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def counting_children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if child.is_running() and "app.models.token_child" in child.cmdline()
    ]


def test_texts_are_counted_by_the_engines_tokenizer_uncut() -> None:
    card = json.dumps({"id": "org/small", "colophon": {"max_tokens": 100}})
    answers = {
        "/v1/models/org/small": (200, card),
        "/v1/models/org/small/tokenizer": (200, a_tokenizer()),
    }
    with an_engine(answers) as (tokens, asked):
        assert tokens.count(["fifteen days", "one two three four five"]) == [2, 5]
        assert tokens.room == 98  # the prefix takes two
        assert tokens.identity == counter_of(a_tokenizer().encode(), 100, "passage: ").identity
    assert len(asked) == 2


def test_a_tokenizers_process_that_died_is_started_again_and_close_ends_it() -> None:
    with an_engine({"/v1/models/org/small/tokenizer": (200, a_tokenizer())}) as (tokens, _):
        assert tokens.count(["fifteen days"]) == [2]
        [child] = counting_children()
        child.kill()
        child.wait()
        assert tokens.count(["fifteen days", ""]) == [2, 0]
        tokens.close()
        assert counting_children() == []


def test_a_tokenizer_that_cannot_be_read_is_said_so() -> None:
    answers = {"/v1/models/org/small/tokenizer": (200, "{}")}
    with an_engine(answers) as (tokens, _), pytest.raises(Unavailable, match="tokenizer"):
        tokens.count(["fifteen days"])


def test_another_vocabulary_is_another_identity() -> None:
    more = a_tokenizer([*WORDS, "revenue", "Revenue"])
    one = counter_of(a_tokenizer().encode(), 100, "")
    assert one.identity != counter_of(more.encode(), 100, "").identity
    assert one.identity == counter_of(a_tokenizer().encode(), 512, "passage: ").identity


def test_an_engine_without_tokenizers_is_estimated_and_the_identity_says_so() -> None:
    card = json.dumps({"id": "org/small", "max_model_len": 8192})
    with an_engine({"/v1/models/org/small": (200, card)}) as (tokens, _):
        assert tokens.identity == "estimate"
        assert 8000 < tokens.room < 8192
        assert tokens.count(["Fifteen days are paid."]) == [6]


def test_an_engine_that_knows_nothing_of_models_is_taken_for_a_usual_one() -> None:
    with an_engine({}) as (tokens, _):
        assert tokens.identity == "estimate"
        assert 480 < tokens.room < 512


def test_while_the_embedder_loads_nothing_is_guessed() -> None:
    answers = {"/v1/models/org/small": (503, json.dumps({"error": {"message": "loading"}}))}
    with an_engine(answers) as (tokens, _):
        with pytest.raises(Unavailable):
            _ = tokens.identity
        answers["/v1/models/org/small"] = (200, json.dumps({"id": "org/small"}))
        assert tokens.identity == "estimate"
