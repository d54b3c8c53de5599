"""What a decoder is opened from, how tokens are chosen, and how steps are packed."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_decoders import PLACE, Sequence, answer, save_model, tiny_stepper

from engine.batching.plan import Choice, Row
from engine.decoder.batch import pack, pack_singles
from engine.decoder.group import Group
from engine.decoder.opening import Extent, open_stepper
from engine.decoder.sampler import Draw, Scores, draw, likeliest, sample
from engine.decoder.shape import read_shape
from engine.decoder.stepper import DecoderStepper
from engine.errors import ModelBroken

PROMPT = list(range(3, 43))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("qwen2")
    save_model("qwen2", path)
    return path


@pytest.fixture(scope="module")
def stepper(folder: Path) -> DecoderStepper:
    return tiny_stepper(folder)


def changed(folder: Path, to: Path, **changes: object) -> Path:
    """A copy whose config.json says something else."""
    config = json.loads((folder / "config.json").read_text())
    (to / "config.json").write_text(json.dumps({**config, **changes}))
    return to


@pytest.mark.parametrize(
    "changes",
    [
        {"model_type": "mamba"},
        {"use_sliding_window": True},
        {"attention_bias": True},
        {"hidden_act": "gelu"},
        {"quantization_config": {"bits": 4}},
        {"hidden_size": None},
        {"rope_parameters": {"rope_type": "longrope", "rope_theta": 1e4}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_it_cannot_do_is_refused(folder: Path, tmp_path: Path, changes: dict[str, object]):
    with pytest.raises(ModelBroken):
        read_shape(changed(folder, tmp_path, **changes))


def test_the_older_form_of_rope_scaling_is_read(folder: Path, tmp_path: Path):
    old = {
        "rope_parameters": None,
        "rope_theta": 5e5,
        "rope_scaling": {"type": "yarn", "factor": 2},
    }
    rope = read_shape(changed(folder, tmp_path, **old)).rope
    assert (rope["rope_type"], rope["rope_theta"], rope["factor"]) == ("yarn", 5e5, 2)
    assert rope["original_max_position_embeddings"] == 512


@pytest.mark.parametrize("damage", ["absent", "narrow", "torn"])
def test_damaged_weights_are_named(folder: Path, tmp_path: Path, damage: str):
    name = "model.layers.1.mlp.down_proj.weight"
    weights = load_file(folder / "model.safetensors")
    weights[name] = weights[name][:, :1].contiguous()
    if damage == "absent":
        del weights[name]
    save_file(weights, changed(folder, tmp_path) / "model.safetensors")
    if damage == "torn":
        (tmp_path / "model.safetensors").write_bytes(b"torn")
    expected = name if damage != "torn" else "cannot be read"
    with pytest.raises(ModelBroken, match=expected):
        tiny_stepper(tmp_path)


def test_a_cache_without_room_for_one_context_is_refused(folder: Path):
    extent = Extent(cache_bytes=100_000, longest=512, seats=2)
    with pytest.raises(ModelBroken, match="room for"):
        open_stepper(folder, PLACE, Group(), extent, lambda _: None)


def drawn(logits: list[float], choice: Choice, count: int = 400) -> list[int]:
    rows = torch.tensor([logits] * count)
    draws = [Draw(choice, position, np.array([0, 1], np.int32)) for position in range(count)]
    scores = Scores(rows, likeliest(rows))
    return sample(scores, draws, draw, np.random.default_rng(1))[0].int().tolist()


LOGITS = [3.0, 2.0, 1.0, 0.0, -1.0]


def test_frequencies_are_those_of_the_softmax():
    found = torch.bincount(torch.tensor(drawn(LOGITS, Choice(1.0, seed=4), 20_000))) / 20_000
    torch.testing.assert_close(found, torch.softmax(torch.tensor(LOGITS), 0), atol=0.01, rtol=0)


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        (Choice(1.0, top_k=2), {0, 1}),
        (Choice(1.0, top_p=0.7), {0, 1}),
        (Choice(1.0, min_p=0.1), {0, 1, 2}),
        (Choice(1.0, top_p=0.01), {0}),
        (Choice(0.0), {0}),
        (Choice(0.0, repetition_penalty=4.0), {2}),
    ],
)
def test_only_what_the_limits_leave_is_drawn(choice: Choice, kept: set[int]):
    assert set(drawn(LOGITS, choice)) == kept


@pytest.mark.parametrize("choice", [Choice(), Choice(1.0, top_p=0.9), Choice(0, min_p=0.5)])
def test_only_what_a_row_allows_is_drawn_and_its_neighbours_are_free(choice: Choice):
    """The bits reach eight tokens and allow two; of the vocabulary there are eleven."""
    rows = torch.arange(11.0).repeat(300, 1)
    none = np.zeros(0, np.int32)
    draws = [Draw(choice, n, none, b"\x14" if n % 2 else None) for n in range(300)]
    tokens = sample(Scores(rows, likeliest(rows)), draws, draw, np.random.default_rng(2))[0]
    assert set(tokens[1::2].tolist()) == ({2.0, 4.0} if choice.top_p < 1 else {4.0})
    assert tokens[::2].max() == 10


def test_guided_rows_leave_the_others_as_they_are_alone(stepper: DecoderStepper):
    choices = [Choice(), Choice(1.0, seed=5), Choice(), Choice(1.0, seed=6)]
    few = np.packbits(np.arange(512) % 7 == 3, bitorder="little").tobytes()

    def fresh(seat: int) -> Sequence:
        blocks = list(range(seat * 4, seat * 4 + 4))
        return Sequence(seat, list(PROMPT), blocks, choices[seat])

    alone = [answer(stepper, fresh(seat), 12) for seat in (0, 1)]
    together = [fresh(seat) for seat in range(4)]
    for _ in range(12):
        rows = [sequence.row(100) for sequence in together]
        guided = [replace(row, allowed=lambda: few) for row in rows[2:]]
        for sequence, chosen in zip(
            together, stepper.step([*rows[:2], *guided]).read(), strict=True
        ):
            sequence.computed = len(sequence.tokens)
            sequence.tokens.append(chosen.token)
    written = [sequence.tokens[len(PROMPT) :] for sequence in together]
    assert written[:2] == alone
    assert all(token % 7 == 3 for tokens in written[2:] for token in tokens)


def test_a_seed_gives_the_same_tokens_whatever_is_beside_it(stepper: DecoderStepper):
    choice = Choice(1.0, top_p=0.95, repetition_penalty=1.1, seed=11)

    def fresh(seat: int, chosen: Choice) -> Sequence:
        return Sequence(seat, list(PROMPT), list(range(seat * 4, seat * 4 + 4)), chosen)

    alone = answer(stepper, fresh(0, choice), 12)
    beside = [fresh(1, choice), fresh(2, Choice(1.0)), fresh(3, Choice())]
    for _ in range(12):
        rows = [sequence.row(100) for sequence in beside]
        for sequence, chosen in zip(beside, stepper.step(rows).read(), strict=True):
            sequence.computed = len(sequence.tokens)
            sequence.tokens.append(chosen.token)
    assert beside[0].tokens[len(PROMPT) :] == alone
    assert beside[1].tokens[len(PROMPT) :] != alone


def test_log_probabilities_are_the_models_own(stepper: DecoderStepper):
    for choice in (Choice(), Choice(0.5, seed=1), Choice(0.0, repetition_penalty=1.5)):
        rows = torch.randn(3, 50)
        draws = [Draw(choice, position, np.arange(9, dtype=np.int32)) for position in range(3)]
        tokens, logprobs = sample(
            Scores(rows, likeliest(rows)), draws, draw, np.random.default_rng(0)
        )
        expected = rows.log_softmax(-1).gather(1, tokens.long()[:, None])[:, 0]
        torch.testing.assert_close(logprobs.float(), expected)


def test_padding_stores_nothing_and_sees_nothing():
    row = Row(3, (9,), 33, (5, 7), Choice())
    packed = pack_singles([row], 32, 4)
    tokens, positions, slots, seats, lengths, last = packed.numbers.reshape(6, 4).tolist()
    assert (tokens[0], positions[0], slots[0], seats[0], lengths[0]) == (9, 33, 7 * 32 + 1, 3, 34)
    assert slots[1:] == [-1] * 3
    assert lengths[1:] == [0] * 3
    assert last == [0, 1, 2, 3]


def test_rows_of_one_token_come_first_and_chunks_are_cut_into_tiles():
    chunk = Row(0, range(300), 10, range(20), None)
    packed = pack([chunk, Row(1, (5,), 0, (30,), Choice())], 32)
    assert packed.singles == 1
    assert packed.scored == (1,)
    tiles = packed.numbers[-12:].reshape(3, 4).tolist()
    assert tiles == [[0, 1, 128, 10], [0, 129, 128, 138], [0, 257, 44, 266]]
