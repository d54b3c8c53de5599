import random
from collections.abc import Iterator

import pytest
from tiny_decoders import (
    MODELS,
    Sequence,
    advance,
    answer,
    expected_tokens,
    save_model,
    tiny_stepper,
)
from transformers import PreTrainedModel

from engine.decoder.stepper import DecoderStepper

LENGTHS = (1, 7, 33, 300)  # the last more than attend at once on a CPU
NEW = 24
Opened = tuple[PreTrainedModel, DecoderStepper]


@pytest.fixture(scope="module", params=sorted(MODELS))
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = tmp_path_factory.mktemp(request.param)
    model = save_model(request.param, folder)
    return model, tiny_stepper(folder)


def prompts() -> Iterator[list[int]]:
    choose = random.Random(3)
    for length in LENGTHS:
        yield [choose.randrange(512) for _ in range(length)]


def sequences(stepper: DecoderStepper) -> list[Sequence]:
    """The four prompts; each has every fourth block, in an order of its own."""
    made = []
    for seat, prompt in enumerate(prompts()):
        blocks = list(range(seat, min(stepper.room.blocks, 64), len(LENGTHS)))
        random.Random(seat).shuffle(blocks)
        made.append(Sequence(seat, list(prompt), blocks))
    return made


def test_greedy_tokens_are_those_of_transformers(opened: Opened):
    model, stepper = opened
    for sequence, prompt in zip(sequences(stepper), prompts(), strict=True):
        assert answer(stepper, sequence, NEW) == expected_tokens(model, prompt, NEW)


def test_together_is_the_same_as_alone(opened: Opened):
    _, stepper = opened
    alone = [answer(stepper, sequence, NEW) for sequence in sequences(stepper)]
    together = sequences(stepper)
    for _ in range(NEW):
        advance(stepper, together, [10_000] * len(together))
    assert [[c.token for c in s.chosen] for s in together] == alone


def test_chunks_among_answers_are_the_same_as_whole_prompts(opened: Opened):
    _, stepper = opened
    whole = [answer(stepper, sequence, NEW) for sequence in sequences(stepper)]
    mixed = sequences(stepper)
    choose = random.Random(5)
    while any(len(s.chosen) < NEW for s in mixed):
        choose.shuffle(mixed)
        running = [s for s in mixed if len(s.chosen) < NEW][: choose.randint(1, 4)]
        advance(stepper, running, [choose.randint(1, 40) for _ in running])
    mixed.sort(key=lambda s: s.seat)
    assert [[c.token for c in s.chosen] for s in mixed] == whole


def test_a_prefix_in_shared_blocks_need_not_be_computed_again(opened: Opened):
    _, stepper = opened
    first = sequences(stepper)[3]
    expected = answer(stepper, first, NEW)
    size = stepper.room.block_tokens
    shared = LENGTHS[3] // size
    fresh = list(range(64, 64 + 8))
    second = Sequence(
        5, first.tokens[: LENGTHS[3]], first.blocks[:shared] + fresh, computed=shared * size
    )
    assert answer(stepper, second, NEW) == expected
