"""What a request leaves behind: a line in the log, figures, and what its key may still have."""

import json
import logging
from pathlib import Path

import httpx
import pytest
from engine_servers import OneModel, ScriptedModel, client_of, scripted_server, wait_until
from openai import APIError, RateLimitError
from prometheus_client.parser import text_string_to_metric_families

from engine.__main__ import request_log
from engine.batching.plan import Row
from engine.errors import DeviceFailed
from engine.keys import Key

SECRET = "the salary of Ms Vandenberghe"
ASK = [{"role": "user", "content": SECRET}]


@pytest.fixture
def model():
    model = ScriptedModel("hm</think>yes!", reasons=True, inside=True)
    model.open_gate()
    return model


def last(lines: list[str], count: int) -> dict:
    """The last of so many lines; the log comes after the answer."""
    wait_until(lambda: len(lines) >= count)
    assert len(lines) == count
    return json.loads(lines[-1])


def test_a_request_leaves_one_line_without_any_text(model):
    lines: list[str] = []
    with (
        scripted_server(OneModel(model), {"app": Key(key="k")}, lines) as url,
        client_of(url, "k") as client,
    ):
        answer = client.chat.completions.create(model="", messages=ASK, user="jan@example.com")
        line = last(lines, 1)
        assert {key: line[key] for key in sorted(line) if not key.endswith("_ms")} == {
            "cached_tokens": 0,
            "completion_tokens": 14,
            "event": "request",
            "finish_reason": "stop",
            "id": answer.id.removeprefix("chatcmpl-"),
            "key": "app",
            "model": "scripted",
            "path": "/v1/chat/completions",
            "prompt_tokens": len(SECRET),
            "reasoning_tokens": 10,
            "status": 200,
            "user": line["user"],
        }
        assert 0 <= line["queue_ms"] <= line["ttft_ms"] <= line["total_ms"]
        client.chat.completions.create(model="", messages=ASK, user="jan@example.com")
        again = last(lines, 2)
        assert again["user"] == line["user"]
        assert again["cached_tokens"] == len(SECRET) // 8 * 8
        stream = client.chat.completions.create(model="", messages=ASK, stream=True, user="other")
        assert len(list(stream)) > 2
        streamed = last(lines, 3)
        assert streamed["user"] != line["user"]
        assert {**streamed, "id": 0}.keys() == line.keys()
    text = "".join(lines)
    assert not [word for word in ("salary", "Vanden", "hm", "yes", "jan@") if word in text]


def test_who_leaves_is_paid_for_and_said(model):
    model = ScriptedModel("abcdef")
    lines: list[str] = []
    keys = {"app": Key(key="k", tokens_per_minute=500)}
    with scripted_server(OneModel(model), keys, lines) as url, client_of(url, "k") as client:
        stream = client.chat.completions.create(model="", messages=ASK, stream=True)
        model.gate.release(2)
        said = ""
        while said != "ab":
            said += next(stream).choices[0].delta.content or ""
        stream.close()
        line = last(lines, 1)
        assert (line["finish_reason"], line["status"]) == ("cancelled", 200)
        assert line["completion_tokens"] >= 2
        wait_until(lambda: figures(url)["num_requests_running"] == 0)
        used = 500 - int(health(url)["x-ratelimit-remaining-tokens"])
        assert line["prompt_tokens"] <= used + 5
        assert figures(url)["generation_tokens_total"] == line["completion_tokens"]


def health(url: str) -> httpx.Headers:
    return httpx.get(f"{url}/v1/models", headers={"Authorization": "Bearer k"}).headers


def test_errors_are_said_with_their_code(model):
    lines: list[str] = []
    with scripted_server(OneModel(model), {"app": Key(key="k")}, lines) as url:
        known = {"Authorization": "Bearer k"}
        path = f"{url}/v1/chat/completions"
        assert httpx.post(path, json={"messages": ASK}).status_code == 401
        line = last(lines, 1)
        assert (line["status"], line["error"]) == (401, "invalid_api_key")
        assert "key" not in line
        httpx.post(path, json={"messages": ASK, "model": "nobody's"}, headers=known)
        assert last(lines, 2)["error"] == "model_not_found"
        httpx.get(f"{url}/v1/{SECRET}", headers=known)
        line = last(lines, 3)
        assert (line["status"], line["error"], line["path"]) == (404, "not_found", "")
        httpx.get(f"{url}/health")
        httpx.get(f"{url}/metrics", headers=known)
        assert len(lines) == 3
    assert "salary" not in "".join(lines)
    assert "nobody" not in "".join(lines)


@pytest.mark.parametrize("stream", [False, True])
def test_a_failure_of_the_device_is_no_leave(stream: bool):
    class Broken(ScriptedModel):
        def step(self, rows: list[Row]):
            raise DeviceFailed("no memory")

    lines: list[str] = []
    with (
        scripted_server(OneModel(Broken("x")), lines=lines) as url,
        client_of(url) as client,
        pytest.raises(APIError, match="no memory"),
    ):
        list(client.chat.completions.create(model="", messages=ASK, stream=stream))
    line = last(lines, 1)
    assert (line["error"], line["finish_reason"]) == ("device_failed", "error")
    assert line["status"] == (200 if stream else 500)


def test_a_key_gets_what_it_may_have_and_then_429_with_a_time(model):
    keys = {"few": Key(key="k", requests_per_minute=2), "all": Key(key="a")}
    lines: list[str] = []
    with scripted_server(OneModel(model), keys, lines) as url, client_of(url, "k") as client:
        for left in ("1", "0"):
            raw = client.chat.completions.with_raw_response.create(model="", messages=ASK)
            assert raw.headers["x-ratelimit-remaining-requests"] == left
            assert raw.headers["x-request-id"] == raw.parse().id.removeprefix("chatcmpl-")
        with pytest.raises(RateLimitError, match="2 requests a minute") as refused:
            client.chat.completions.create(model="", messages=ASK)
        assert refused.value.code == "rate_limit_exceeded"
        headers = refused.value.response.headers
        assert 28 <= int(headers["retry-after"]) <= 30
        assert headers["x-ratelimit-reset-requests"] in ("1m0s", "59s")
        assert last(lines, 3)["error"] == "rate_limit_exceeded"
        with client_of(url, "a") as other:
            other.chat.completions.create(model="", messages=ASK)


def figures(url: str) -> dict[str, float]:
    """The generator's figures by their names after the colon, or the first of several."""
    found: dict[str, float] = {}
    text = httpx.get(f"{url}/metrics", headers={"Authorization": "Bearer k"}).text
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name.removeprefix("colophon:"), sample.value)
    return found


def test_figures_have_vllms_names_and_count(model):
    with scripted_server(OneModel(model)) as url, client_of(url) as client:
        for _ in range(3):
            client.chat.completions.create(model="", messages=ASK)
        found = figures(url)
    counted = {
        "num_requests_running": 0,
        "num_requests_waiting": 0,
        "kv_cache_usage_perc": 0,
        "prompt_tokens_total": 3 * len(SECRET),
        "generation_tokens_total": 3 * 14,
        "request_success_total": 3,
        "prefix_cache_queries_total": 3 * len(SECRET),
        "prefix_cache_hits_total": 2 * (len(SECRET) // 8 * 8),
        "num_preemptions_total": 0,
        "time_to_first_token_seconds_count": 3,
        "request_queue_time_seconds_count": 3,
        "e2e_request_latency_seconds_count": 3,
    }
    assert {name: found[name] for name in counted} == counted
    assert found["inter_token_latency_seconds_count"] >= 3
    # Each answer is one step that reads and writes, 13 that write, and one that finds the end.
    assert found["iteration_tokens_total_count"] == 3 * 15
    assert found["iteration_tokens_total_sum"] == found["computed_tokens_total"]


def test_lines_of_the_log_are_json_and_nothing_else(capsys, tmp_path: Path):
    log = request_log()
    logging.getLogger("engine.requests").setLevel(logging.INFO)
    try:
        log('{"event": "request"}')
    finally:
        logging.getLogger("engine.requests").handlers.clear()
    assert capsys.readouterr().err == '{"event": "request"}\n'
