"""Waiting, refusing, cancelling: a real server with a scripted model."""

import threading

import httpx
import pytest
from engine_servers import (
    OneModel,
    ScriptedModel,
    client_of,
    scripted_options,
    scripted_server,
    serving,
    wait_until,
    wait_until_ready,
)
from openai import APIStatusError, AuthenticationError, InternalServerError, RateLimitError

from engine.keys import Key
from engine.loading import registry_for
from engine.registry import State

ASK = [{"role": "user", "content": "hi"}]


@pytest.fixture
def model():
    return ScriptedModel("abcdef")


def test_leaving_a_stream_ends_the_generation_and_frees_the_queue(model):
    with scripted_server(OneModel(model)) as url, client_of(url) as client:
        stream = client.chat.completions.create(model="", messages=ASK, stream=True)
        model.gate.release()
        assert [next(stream).choices[0].delta.content for _ in range(2)] == ["", "a"]
        stream.close()
        wait_until(lambda: "num_requests_running{" in metrics(url, "running", 0.0))
        assert model.written == 1
        model.open_gate()
        answer = client.chat.completions.create(model="", messages=ASK)
        assert answer.choices[0].message.content == "abcdef"


def test_hanging_up_on_an_answer_that_is_not_streamed_ends_the_generation(model):
    with scripted_server(OneModel(model)) as url:
        body = {"model": "", "messages": ASK}
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{url}/v1/chat/completions", json=body, timeout=0.5)
        wait_until(lambda: "num_requests_running{" in metrics(url, "running", 0.0))
        assert model.written == 0


def test_a_request_that_leaves_while_it_waits_gives_its_place_to_another(model):
    openers = OneModel(model, max_queue=1)
    with scripted_server(openers) as url, client_of(url) as client:
        first = client.chat.completions.create(model="", messages=ASK, stream=True)
        second = client.chat.completions.create(model="", messages=ASK, stream=True)
        second.close()
        wait_until(lambda: "num_requests_waiting{" in metrics(url, "waiting", 0.0))
        third = client.chat.completions.create(model="", messages=ASK, stream=True)
        model.open_gate()
        for stream in (first, third):
            assert "".join(c.choices[0].delta.content or "" for c in stream) == "abcdef"


def test_a_stream_that_waits_says_how_many_are_before_it(model):
    with scripted_server(OneModel(model)) as url, client_of(url) as client:
        streams = [
            client.chat.completions.create(model="", messages=ASK, stream=True) for _ in range(2)
        ]
        model.gate.release()
        next(streams[0]), next(streams[0])
        opening, waiting = next(streams[1]), next(streams[1])
        assert opening.choices[0].delta.content == ""
        assert waiting.choices == []
        assert waiting.colophon["queue"]["ahead"] == 0
        assert waiting.colophon["queue"]["seconds"] > 0
        model.open_gate()
        for stream in streams:
            assert "".join(text_of(chunk) for chunk in stream).endswith("f")


def text_of(chunk) -> str:
    return chunk.choices[0].delta.content or "" if chunk.choices else ""


def test_a_full_queue_answers_429_with_retry_after(model):
    openers = OneModel(model, max_queue=1)
    with scripted_server(openers) as url, client_of(url) as client:
        running = [
            client.chat.completions.create(model="", messages=ASK, stream=True) for _ in range(2)
        ]
        with pytest.raises(RateLimitError) as refused:
            client.chat.completions.create(model="", messages=ASK)
        assert int(refused.value.response.headers["retry-after"]) > 0
        assert refused.value.code == "queue_full"
        for stream in running:
            stream.close()


def test_a_server_answers_while_its_model_loads(model):
    openers = OneModel(model)
    openers.may_load.clear()
    models = registry_for(scripted_options())
    with serving(models, openers) as url, client_of(url) as client:
        wait_until(lambda: models.statuses()[0].progress == 0.5)
        health = httpx.get(f"{url}/health")
        assert health.status_code == 503
        assert health.json() == {
            "status": "loading",
            "models": [
                {
                    "id": "scripted",
                    "role": "generator",
                    "state": "loading",
                    "progress": 0.5,
                    "detail": "reads the weights",
                }
            ],
        }
        with pytest.raises(InternalServerError) as refused:
            client.chat.completions.create(model="", messages=ASK)
        assert refused.value.status_code == 503
        assert int(refused.value.response.headers["retry-after"]) > 0
        assert refused.value.code == "model_not_ready"
        # Not 404: that would say that another engine than ours is here.
        with pytest.raises(InternalServerError):
            client.models.retrieve("scripted")
        openers.may_load.set()
        wait_until_ready(url)
        assert [card.id for card in client.models.list()] == ["scripted"]


def test_a_model_that_cannot_be_loaded_is_named_with_its_reason():
    class Broken(OneModel):
        def generator(self, report):
            raise OSError("no such folder")

    models = registry_for(scripted_options())
    with serving(models, Broken(ScriptedModel(""))) as url:
        wait_until(lambda: models.statuses()[0].state is State.FAILED)
        health = httpx.get(f"{url}/health").json()
        assert health["status"] == "failed"
        assert health["models"][0]["detail"] == "no such folder"


def test_the_key_is_asked_for_everywhere_but_at_health(model):
    model.open_gate()
    with scripted_server(OneModel(model), {"app": Key(key="s3cret")}) as url:
        with client_of(url, "wrong") as client, pytest.raises(AuthenticationError):
            client.chat.completions.create(model="", messages=ASK)
        with client_of(url, "s3cret") as client:
            client.chat.completions.create(model="", messages=ASK)
        assert httpx.get(f"{url}/metrics").status_code == 401
        assert httpx.get(f"{url}/health").status_code == 200


def test_reasoning_is_kept_apart_in_streams_and_in_whole_answers():
    model = ScriptedModel("hm</think>\n\nyes", reasons=True, inside=True)
    model.open_gate()
    with scripted_server(OneModel(model)) as url, client_of(url) as client:
        message = client.chat.completions.create(model="", messages=ASK).choices[0].message
        assert (message.content, message.reasoning_content) == ("yes", "hm")
        deltas = [
            chunk.choices[0].delta
            for chunk in client.chat.completions.create(model="", messages=ASK, stream=True)
        ]
        thought = "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas)
        assert (thought, "".join(delta.content or "" for delta in deltas)) == ("hm", "yes")


def test_many_clients_at_once_each_get_their_own_answer(model):
    model.open_gate()
    answers: list[str | None] = []
    with scripted_server(OneModel(model, max_queue=20)) as url, client_of(url) as client:

        def ask() -> None:
            answer = client.chat.completions.create(model="", messages=ASK, max_tokens=3)
            answers.append(answer.choices[0].message.content)

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == ["abc"] * 12


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages"),
        ({"messages": ASK, "temperature": 9}, "temperature"),
        ({"messages": ASK, "n": 2}, "n"),
        ({"messages": ASK, "tools": [{}]}, "tools"),
        ({"messages": [{"role": "user", "content": "x" * 100}]}, "messages"),
    ],
)
def test_a_bad_body_is_400_and_names_the_field(model, body, param):
    with scripted_server(OneModel(model)) as url:
        response = httpx.post(f"{url}/v1/chat/completions", json=body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", param)


def test_odd_requests_get_openai_shaped_errors(model):
    with scripted_server(OneModel(model)) as url, client_of(url) as client:
        assert httpx.get(f"{url}/v1/nothing").json()["error"]["code"] == "not_found"
        assert httpx.get(f"{url}/v1/chat/completions").status_code == 404
        unread = httpx.post(f"{url}/v1/chat/completions", content="{not json")
        assert unread.status_code == 400
        endless = httpx.post(f"{url}/v1/chat/completions", content=iter([b"{}"]))
        assert endless.status_code == 413
        with pytest.raises(APIStatusError) as refused:
            client.embeddings.create(model="", input="x")
        assert refused.value.status_code == 404
        with pytest.raises(APIStatusError) as refused:
            client.chat.completions.create(model="other", messages=ASK)
        assert refused.value.code == "model_not_found"


def metrics(url: str, kind: str, value: float) -> str:
    """The lines of the gauge when it has the value, else nothing."""
    lines = httpx.get(f"{url}/metrics").text.splitlines()
    return "\n".join(
        line for line in lines if f"num_requests_{kind}{{" in line and line.endswith(f" {value}")
    )


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_an_unforeseen_error_nobody_waits_in_vain():
    class Faulty(ScriptedModel):
        def step(self, rows):
            raise AttributeError("a bug")

    with scripted_server(OneModel(Faulty("abc"))) as url, client_of(url) as client:
        for expected in (500, 503):
            with pytest.raises(InternalServerError) as refused:
                client.chat.completions.create(model="", messages=ASK)
            assert refused.value.status_code == expected
