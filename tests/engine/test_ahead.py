"""A stepper that begins with the next step by itself writes what one does that waits."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_decoders import save_model, tiny_stepper

from engine.batching.plan import Choice, Row
from engine.decoder.ahead import Ahead, Found, next_row
from engine.decoder.stepper import DecoderStepper

CHOICES = [Choice(), Choice(0.8, seed=5), Choice(0.9, top_p=0.9, seed=7), Choice(0, 1, 0, 0, 1.3)]
SIZE = 32


@pytest.fixture(scope="module")
def steppers(tmp_path_factory: pytest.TempPathFactory) -> tuple[DecoderStepper, DecoderStepper]:
    folder: Path = tmp_path_factory.mktemp("qwen2")
    save_model("qwen2", folder)
    waits, ahead = tiny_stepper(folder), tiny_stepper(folder)
    ahead.runs_ahead = True
    return waits, ahead


class Writer:
    """Somebody in a seat, with blocks of his own that the one before him in it had, too."""

    def __init__(self, seat: int, draw: np.random.Generator, choice: Choice) -> None:
        self.seat, self.choice, self.computed = seat, choice, 0
        self.tokens = draw.integers(5, 500, draw.integers(1, 60)).tolist()

    def row(self, count: int) -> Row:
        part = self.tokens[self.computed : self.computed + count]
        end = self.computed + len(part)
        blocks = list(range(4 * self.seat, 4 * self.seat + 1 + end // SIZE))
        choice = self.choice if end == len(self.tokens) else None
        self.computed = end
        return Row(self.seat, part, end - len(part), blocks, choice)


@pytest.mark.parametrize("seed", range(4))
def test_it_writes_the_same_whatever_comes_between(
    seed: int, steppers: tuple[DecoderStepper, DecoderStepper]
):
    draw = np.random.default_rng(seed)
    choices = CHOICES[seed:] + CHOICES[:seed]  # with a penalty nothing is foreseen
    writers = [Writer(seat, draw, choices[seat]) for seat in range(3)]
    for _ in range(60):
        rows = [writer.row(40) for writer in writers if draw.random() < 0.95]
        if not rows:
            continue
        waits, ahead = (stepper.step(rows).read() for stepper in steppers)
        assert [one.token for one in ahead] == [one.token for one in waits]
        assert [one.logprob for one in ahead] == pytest.approx(
            [one.logprob for one in waits], abs=1e-4
        )
        chosen = iter(ahead)
        for row in rows:
            writer = next(one for one in writers if one.seat == row.seat)
            if row.choice is not None:
                writer.tokens.append(next(chosen).token)
            if draw.random() < 0.03:
                writer.tokens[-1] = 77  # by force
            if draw.random() < 0.03 or len(writer.tokens) > 110:
                again = Writer(row.seat, draw, writer.choice)
                writers[writers.index(writer)] = again


def test_only_the_same_context_with_the_token_that_was_told_is_foreseen():
    row = Row(2, (9,), 31, [4, 5], Choice())
    foreseen = next_row(row, [4, 5], SIZE, 512)
    assert foreseen is not None
    ahead = Ahead([foreseen], Found(torch.zeros(2, 1), torch.zeros(2, 1), None))
    asked = Row(2, (11,), 32, [4, 5, 6], Choice())
    seats: list[list[int]] = [[], [1], [4, 5, 6]]
    assert ahead.matching([Row(1, (3,), 0, [1], None), asked], seats, {2: 11}) == {1: 0}
    for other in (
        Row(2, (12,), 32, [4, 5], Choice()),
        Row(2, (11,), 32, [4, 6], Choice()),
        Row(2, (11,), 32, [4, 5], Choice(0.5)),
        Row(2, (11,), 32, [4, 5], Choice(), lambda: b""),
        Row(2, (11, 3), 32, [4, 5], Choice()),
    ):
        assert ahead.matching([other], [[], [], list(other.blocks)], {2: 11}) == {}


@pytest.mark.parametrize(
    "row",
    [
        Row(0, (9,), 31, [4], Choice()),  # the next token has no block
        Row(0, (9,), 511, [4] * 17, Choice()),  # nor does it fit the context
        Row(0, (9,), 3, [4], None),
        Row(0, (9, 8), 3, [4], Choice()),
        Row(0, (9,), 3, [4], Choice(repetition_penalty=1.1)),
        Row(0, (9,), 3, [4], Choice(), lambda: b""),
    ],
)
def test_what_depends_on_more_than_the_token_is_not_foreseen(row: Row):
    assert next_row(row, list(row.blocks), SIZE, 512) is None
