"""Answers that follow a JSON schema: a model that writes any letter that it may, and real ones."""

import json
from collections.abc import Sequence
from functools import cache
from random import Random

import jsonschema
import numpy as np
import pytest
from batch_runners import Client, running
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_cache import CacheStepper
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from engine.batching.guide import Guides
from engine.batching.language import Habits, Prompt
from engine.batching.plan import Choice, Chosen, Room
from engine.errors import BadRequest
from engine.runners import Failure, Finish, Sampling

END, OPENING, CLOSING = range(3)
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
WORDS = ["{}", '":', '",', "true", "null", "1234567890", "-0", "e9", "\u010a" * 3, "</"]
ROOM = Room(blocks=600, block_tokens=8, seats=8, step_tokens=64)
YEAR = {
    "type": "object",
    "properties": {"year": {"type": "integer", "minimum": 1900, "maximum": 2100}},
    "required": ["year"],
    "additionalProperties": False,
}


@cache
def tokenizer() -> Tokenizer:
    """A token for each byte, and some that hold more."""
    vocabulary = {word: n for n, word in enumerate(["<end>", "<think>", "</think>", *BYTES])}
    merges = []
    for word in WORDS:
        for length in range(2, len(word) + 1):
            if word[:length] not in vocabulary:
                vocabulary[word[:length]] = len(vocabulary)
                merges.append((word[: length - 1], word[length - 1]))
    made = Tokenizer(models.BPE(vocabulary, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(["<end>"])
    made.add_tokens(["<think>", "</think>"])
    return made


class Bytes:
    """The language of `tokenizer`. `begins`: what the template leaves the model in."""

    def __init__(self, *, reasons: bool = False, inside: bool = False) -> None:
        guides = Guides(tokenizer().to_str(), [END], OPENING if reasons else None)
        closing = tokenizer().encode("</think>\n\n").ids if reasons else []
        self.habits = Habits(frozenset({END}), closing, Choice(), guides)
        self._state = (inside, reasons)

    def encode(self, turns: Sequence) -> Prompt:
        text = "".join(turn.content for turn in turns)
        return Prompt(tuple(tokenizer().encode(text).ids), *self._state)

    def decode(self, ids: Sequence[int]) -> str:
        return tokenizer().decode(list(ids), skip_special_tokens=True)


class Wilful(CacheStepper):
    """Writes whatever it may: with the mask any token of it, without one what follows from what it
    reads. It would rather end, where it may, than write for ever.
    """

    def __init__(self, seed: int, room: Room = ROOM) -> None:
        super().__init__(room, unguided)
        self._random = Random(seed)
        self.masks = 0

    def step(self, rows):
        return [
            chosen if row.allowed is None else Chosen(self._any(row.allowed()), -0.5)
            for row, chosen in zip(
                [row for row in rows if row.choice is not None], super().step(rows), strict=True
            )
        ]

    def _any(self, allowed: bytes) -> int:
        self.masks += 1
        bits = np.unpackbits(np.frombuffer(allowed, np.uint8), bitorder="little")
        tokens = np.flatnonzero(bits).tolist()
        assert max(tokens) < tokenizer().get_vocab_size()
        if tokens[0] == END and self._random.random() < 0.5:
            return END
        return self._random.choice(tokens)


def unguided(seen: list[int]) -> int:
    """Thinks while there is reasoning to close, and says nothing that would be JSON."""
    return 3 + (7 * sum(seen) + len(seen)) % 50 if len(seen) % 60 else CLOSING


SCALARS = st.sampled_from(
    [
        {"type": "string", "maxLength": 6},
        {"type": "string", "pattern": "^[a-f]{2,4}$"},
        {"type": "string", "format": "date"},
        {"type": "integer", "minimum": -5, "maximum": 1234},
        {"enum": ["ja", "nein", 'he said "no"', None, 3.5, "\u00fc\u4e2d\U0001f600"]},
        {"const": {"a": [1, "\n"]}},
        {"type": ["boolean", "null"]},
    ]
)


def nested(inner: st.SearchStrategy) -> st.SearchStrategy:
    objects = st.dictionaries(st.sampled_from('abc \u00e9"'), inner, max_size=3).flatmap(
        lambda fields: st.builds(
            lambda needed: {
                "type": "object",
                "properties": fields,
                "required": sorted(needed),
                "additionalProperties": False,
            },
            st.sets(st.sampled_from(sorted(fields))) if fields else st.just(set()),
        )
    )
    arrays = st.builds(
        lambda items, least: {
            "type": "array",
            "items": items,
            "minItems": least,
            "maxItems": least + 1,
        },
        inner,
        st.integers(0, 2),
    )
    either = st.builds(lambda one, other: {"anyOf": [one, other]}, inner, inner)
    return objects | arrays | either


SCHEMAS = st.recursive(SCALARS, nested, max_leaves=5)


@settings(deadline=None, max_examples=40)
@given(st.lists(SCHEMAS, min_size=1, max_size=3), st.integers(0, 10_000), st.booleans())
def test_whatever_a_model_would_write_what_comes_follows_the_schema(schemas, seed, reasons):
    """Beside others that write as they like, and write what they write alone."""
    language = Bytes(reasons=reasons, inside=reasons)
    free = Sampling(max_tokens=90)
    with running(CacheStepper(ROOM, unguided), language) as runner:
        alone = Client()
        alone.ask(runner, "free", free)
        alone.wait()
    clients = [Client() for _ in schemas]
    with running(Wilful(seed), language) as runner:
        beside = Client()
        beside.ask(runner, "free", free)
        for number, (client, schema) in enumerate(zip(clients, schemas, strict=True)):
            client.ask(runner, f"ask{number}", Sampling(schema=schema, reasoning_budget=number * 9))
        for client, schema in zip(clients, schemas, strict=True):
            finish = client.wait()
            assert isinstance(finish, Finish), finish
            assert finish.reason == "stop"
            jsonschema.validate(json.loads(client.content), schema)
            assert bool(finish.reasoning_tokens) == reasons
        beside.wait()
    assert (beside.content, beside.reasoning) == (alone.content, alone.reasoning)


@pytest.mark.parametrize("seed", range(40))
def test_a_model_that_may_reason_or_not_does_either_and_then_follows(seed: int):
    client = Client()
    stepper = Wilful(seed)
    with running(stepper, Bytes(reasons=True)) as runner:
        client.ask(runner, "ask", Sampling(schema=YEAR))
        finish = client.wait()
    assert 1900 <= json.loads(client.content)["year"] <= 2100
    assert "<think>" not in client.content
    thought = finish.reasoning_tokens > 0
    assert stepper.masks < finish.completion_tokens if thought else client.reasoning == ""


def test_both_ways_to_begin_are_among_those():
    """The test above would else not test what it says."""
    guides = Guides(tokenizer().to_str(), [END], OPENING)
    bits = {may: guides.guide(YEAR, may_reason=may).allowed()[0] >> OPENING & 1 for may in (0, 1)}
    assert bits == {0: 0, 1: 1}


def test_a_limit_ends_it_in_the_middle():
    client = Client()
    with running(Wilful(1), Bytes()) as runner:
        client.ask(runner, "ask", Sampling(schema=YEAR, max_tokens=5))
        assert client.wait() == Finish("length", 5, 0)
    assert client.content.startswith("{")


def test_white_space_is_not_written_for_ever():
    space = tokenizer().encode(" ").ids[0]

    class Spacious(Wilful):
        def _any(self, allowed: bytes) -> int:
            spaced = allowed[space // 8] >> space % 8 & 1
            return space if spaced else super()._any(allowed)

    client = Client()
    with running(Spacious(1), Bytes()) as runner:
        client.ask(runner, "ask", Sampling(schema=YEAR))
        assert client.wait().reason == "stop"
    assert len(client.content) < 300


def test_blocks_taken_away_change_nothing():
    room = Room(blocks=16, block_tokens=8, seats=4, step_tokens=64)
    clients = [Client() for _ in range(6)]
    schema = {"type": "array", "items": {"enum": ["ab", "cd"]}, "minItems": 4, "maxItems": 5}
    with running(Wilful(3, room), Bytes()) as runner:
        for number, client in enumerate(clients):
            client.ask(runner, f"ask{number}", Sampling(schema=schema, user=str(number)))
        for client in clients:
            client.wait()
            jsonschema.validate(json.loads(client.content), schema)
        assert runner.load().cache.preemptions > 0


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "nonsense"}, "nonsense"),
        ({"type": "array", "uniqueItems": True}, "uniqueItems"),
        ({"$ref": "https://example.com/schema.json"}, "cannot be followed"),
        ({"$ref": "#"}, "too hard"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "greater than"),
        ({"type": "string", "pattern": "(?=a)b"}, "look-ahead"),
        ({"description": "x" * 70_000}, "at most 64,000"),
        ({"enum": [float("nan")]}, "cannot be"),
        (
            {"allOf": [{"type": "string", "pattern": f"(a|b)*a(a|b){{{n}}}"} for n in range(9)]},
            "cannot be followed",
        ),
    ],
)
def test_schemas_that_nothing_can_follow_are_refused_with_a_reason(schema, says):
    with running(Wilful(1), Bytes()) as runner, pytest.raises(BadRequest, match=says) as refused:
        Client().ask(runner, "ask", Sampling(schema=schema))
    assert refused.value.param == "response_format"


def test_no_depth_and_no_breadth_takes_long_or_ends_the_process():
    guides = Guides(tokenizer().to_str(), [END])
    deep: dict = {}
    for _ in range(5000):
        deep = {"items": deep}
    with pytest.raises(BadRequest, match="cannot be"):
        guides.guide(deep, may_reason=False)
    broad = {f"p{n}": {"type": "string", "pattern": "(a|b)*c{1,90}"} for n in range(900)}
    guides.guide({"properties": broad}, may_reason=False)


def test_a_model_without_one_token_for_the_end_of_reasoning_is_not_guided():
    language = Bytes()
    language.habits = Habits(frozenset({END}), (), Choice())
    with running(Wilful(1), language) as runner, pytest.raises(BadRequest, match="one token"):
        Client().ask(runner, "ask", Sampling(schema=YEAR))


def test_a_grammar_that_grows_too_hard_fails_and_leaves_the_others_alone():
    either = [{"required": [f"k{n}"]} for n in range(2000)]
    item = {"type": "array", "prefixItems": [{"const": 1}, {"anyOf": either}], "minItems": 2}
    hard, easy = Client(), Client()
    with running(Wilful(5), Bytes()) as runner:
        hard.ask(runner, "hard", Sampling(schema=item))
        easy.ask(runner, "easy", Sampling(schema=YEAR))
        end = hard.wait()
        assert easy.wait().reason == "stop"
    assert isinstance(end, Failure)
    assert "too hard" in str(end.error)
