"""The official client against a real server with a tiny Qwen2 of random weights."""

import json

import pytest
from engine_servers import client_of
from openai import BadRequestError

ASK = [{"role": "user", "content": "a question"}]


@pytest.fixture
def client(tiny_server):
    with client_of(tiny_server) as client:
        yield client


def test_the_card_says_what_openai_cards_have_no_field_for(client):
    (card,) = client.models.list().data
    assert client.models.retrieve(card.id).id == "tiny-qwen2"
    assert card.owned_by == "colophon"
    assert card.colophon["role"] == "generator"
    assert card.colophon["max_tokens"] == 256
    assert card.colophon["revision"]


def test_streamed_and_whole_answers_say_the_same(client):
    settings = {"model": "tiny-qwen2", "messages": ASK, "max_tokens": 12, "temperature": 0}
    whole = client.chat.completions.create(**settings)
    chunks = list(
        client.chat.completions.create(
            **settings, stream=True, stream_options={"include_usage": True}
        )
    )
    *spoken, last = chunks
    streamed = "".join(
        getattr(chunk.choices[0].delta, "reasoning_content", None) or "" for chunk in spoken
    )
    # Random weights never close the reasoning that the template opened.
    assert streamed == (whole.choices[0].message.reasoning_content or "")
    assert whole.choices[0].message.content == ""
    assert spoken[0].choices[0].delta.role == "assistant"
    assert spoken[-1].choices[0].finish_reason == whole.choices[0].finish_reason == "length"
    assert last.choices == []
    assert last.usage == whole.usage
    assert whole.usage.completion_tokens == 12
    assert whole.usage.completion_tokens_details.reasoning_tokens == 12
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + 12


def test_the_same_seed_gives_the_same_answer_and_another_seed_another(client):
    def said(seed: int) -> str:
        answer = client.chat.completions.create(
            model="", messages=ASK, max_completion_tokens=24, temperature=1.5, top_p=0.95, seed=seed
        )
        return answer.choices[0].message.reasoning_content

    assert said(7) == said(7)
    assert said(7) != said(8)


def test_no_answer_is_longer_than_the_context(client):
    message = {"role": "user", "content": "q" * 200}
    answer = client.chat.completions.create(model="", messages=[message], temperature=0)
    assert answer.usage.total_tokens <= 256


def test_a_prompt_longer_than_the_context_is_refused_with_both_lengths(client):
    message = {"role": "user", "content": "q" * 300}
    with pytest.raises(BadRequestError, match="256"):
        client.chat.completions.create(model="", messages=[message], stream=True)


def test_quoted_control_marks_do_not_end_the_turn(client):
    def length(content: str) -> int:
        message = {"role": "user", "content": content}
        answer = client.chat.completions.create(model="", messages=[message], max_tokens=1)
        return answer.usage.prompt_tokens

    # As a mark it would be one token; as a text it is several.
    assert length("<|end|>") > length("x") + 3


def test_reasoning_of_earlier_turns_does_not_enter_the_prompt(client):
    def length(earlier: str) -> int:
        messages = [*ASK, {"role": "assistant", "content": earlier}, *ASK]
        answer = client.chat.completions.create(model="", messages=messages, max_tokens=1)
        return answer.usage.prompt_tokens

    assert length("<think>long thoughts about it</think>\n\nyes") == length("yes")


def test_text_parts_are_read_like_a_string(client):
    parts = [{"type": "text", "text": "a "}, {"type": "text", "text": "question"}]
    answers = [
        client.chat.completions.create(
            model="default", messages=[{"role": "user", "content": content}], max_tokens=1
        )
        for content in (parts, "a question")
    ]
    assert answers[0].usage == answers[1].usage


def test_pictures_are_refused(client):
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}
    with pytest.raises(BadRequestError):
        client.chat.completions.create(
            model="", messages=[{"role": "user", "content": [picture]}], max_tokens=1
        )


def test_a_budget_closes_the_reasoning_and_the_answer_follows(client):
    answer = client.chat.completions.create(
        model="", messages=ASK, max_tokens=24, extra_body={"thinking_budget": 4}
    )
    usage = answer.usage.completion_tokens_details
    assert 4 <= usage.reasoning_tokens <= 8
    assert answer.choices[0].message.content


def test_a_likelihood_comes_with_every_token_where_it_is_asked_for(client):
    settings = {"model": "", "messages": ASK, "max_tokens": 6, "logprobs": True}
    whole = client.chat.completions.create(**settings).choices[0].logprobs.content
    chunks = client.chat.completions.create(**settings, stream=True)
    streamed = [
        one for chunk in chunks if (found := chunk.choices[0].logprobs) for one in found.content
    ]
    assert 0 < len(whole) <= 6
    assert all(one.logprob <= 0 for one in whole)
    assert [(one.token, round(one.logprob, 3)) for one in streamed] == [
        (one.token, round(one.logprob, 3)) for one in whole
    ]


def test_the_content_follows_a_schema_whatever_the_weights_say(client):
    schema = {
        "type": "object",
        "properties": {"side": {"enum": ["left", "right"]}, "count": {"type": "boolean"}},
        "required": ["side", "count"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "where", "schema": schema}}
    for seed in range(5):
        answer = client.chat.completions.create(
            model="",
            messages=ASK,
            temperature=0 if seed == 0 else 0.7,
            seed=seed,
            response_format=wanted,
            extra_body={"thinking_budget": 3},
        )
        found = json.loads(answer.choices[0].message.content)
        assert (found["side"] in ("left", "right"), type(found["count"])) == (True, bool)
        assert answer.choices[0].finish_reason == "stop"
        assert answer.choices[0].message.reasoning_content


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "json_schema"},
        {"type": "json_object", "json_schema": {"name": "x", "schema": {}}},
        {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "nonsense"}}},
        {"type": "xml"},
    ],
)
def test_a_form_that_nobody_can_follow_is_refused(client, wanted):
    with pytest.raises(BadRequestError) as refused:
        client.chat.completions.create(model="", messages=ASK, response_format=wanted)
    assert refused.value.param == "response_format"
