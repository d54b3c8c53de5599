"""A model on two processes, over gloo; what is said to them; and what a dead one costs."""

import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_decoders import PLACE, Sequence, answer, save_model, tiny_stepper

from engine.batching.plan import Choice, Chosen, Row
from engine.decoder.opening import Extent
from engine.errors import DeviceFailed, ModelBroken
from engine.ranks.stepper import RankedStepper
from engine.ranks.wire import RowReader, RowWriter, chosen_frame, chosen_in

EXTENT = Extent(cache_bytes=4 << 20, longest=512, seats=8)
PROMPT = list(range(5, 60))
NEW = 12

WORDS = st.lists(st.integers(0, 150_000), min_size=1, max_size=5)
CHOICES = st.builds(
    Choice,
    temperature=st.floats(0, 2),
    top_k=st.integers(0, 100),
    seed=st.none() | st.integers(-(2**63), 2**63 - 1),
)
ROWS = st.builds(Row, st.integers(0, 3), WORDS, st.integers(0, 10_000), WORDS, st.none() | CHOICES)


@settings(deadline=None)
@given(st.lists(st.lists(ROWS, max_size=4, unique_by=lambda row: row.seat), max_size=6))
def test_ranks_read_what_was_written(steps: list[list[Row]]):
    writer, reader = RowWriter(), RowReader()
    for rows in steps:
        found = reader.rows(writer.frame(rows))
        assert [replace(row, tokens=list(row.tokens)) for row in found] == rows


def test_what_a_row_may_choose_reaches_every_rank():
    masks = [None, b"\xff\x00\x00\x80", None, bytes(range(8))]
    rows = [
        Row(seat, [7], 0, [seat], Choice(), mask and partial(bytes, mask))
        for seat, mask in enumerate(masks)
    ]
    found = RowReader().rows(RowWriter().frame(rows))
    assert [row.allowed and row.allowed() for row in found] == masks
    assert [row.blocks for row in found] == [[0], [1], [2], [3]]


def test_chosen_tokens_come_back_as_they_were():
    chosen = [Chosen(151_000, -0.25), Chosen(0, 0.0)]
    assert chosen_in(chosen_frame(chosen)) == chosen


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("qwen2")
    save_model("qwen2", folder)
    return folder


def written(stepper: RankedStepper) -> list[int]:
    return answer(stepper, Sequence(0, list(PROMPT), [3, 1, 2]), NEW, chunk=20)


def test_two_processes_write_what_one_does_and_a_dead_one_costs_one_step(folder: Path):
    expected = answer(tiny_stepper(folder), Sequence(0, list(PROMPT), [3, 1, 2]), NEW, chunk=20)
    shares: list[float] = []
    before = set(psutil.Process().children())
    stepper = RankedStepper(folder, PLACE, 2, EXTENT, shares.append)
    try:
        assert shares[-1] == 1.0
        assert written(stepper) == expected
        ranks = [one for one in psutil.Process().children() if one not in before]
        os.kill(ranks[1].pid, signal.SIGSTOP)  # so that the step cannot end before the kill
        step = stepper.step([Row(0, PROMPT, 0, [3, 1, 2], Choice())])
        os.kill(ranks[1].pid, signal.SIGKILL)
        with pytest.raises(DeviceFailed, match="ask once more"):
            step.read()
        assert not any(one.is_running() for one in ranks)
        assert written(stepper) == expected
    finally:
        stepper.close()
    assert set(psutil.Process().children()) == before


def test_what_a_rank_cannot_load_is_said(folder: Path):
    with pytest.raises(ModelBroken, match="3 ranks"):
        RankedStepper(folder, PLACE, 3, EXTENT, lambda _share: None)
