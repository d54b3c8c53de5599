"""Two ranks over gloo choose what one does."""

from pathlib import Path

import pytest
import torch.distributed as dist
from tiny_decoders import Sequence, answer, save_model, tiny_stepper
from torch import multiprocessing

from engine.decoder.group import Group
from engine.decoder.shape import read_shape
from engine.errors import ModelBroken

PROMPT = list(range(5, 60))
NEW = 16


def generated(folder: Path, group: Group) -> list[int]:
    return answer(tiny_stepper(folder, group), Sequence(0, list(PROMPT), [3, 1, 2]), NEW, chunk=20)


def run_rank(rank: int, folders: list[Path], meeting: Path) -> None:
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=2)
    try:
        for folder in folders:
            tokens = generated(folder, Group(rank, 2))
            (folder / f"rank-{rank}").write_text(" ".join(map(str, tokens)))
    finally:
        dist.destroy_process_group()


def test_two_ranks_choose_the_tokens_of_one(tmp_path: Path):
    folders = [tmp_path / kind for kind in ("qwen2", "qwen3")]
    for folder in folders:
        save_model(folder.name, folder)
    multiprocessing.spawn(run_rank, (folders, tmp_path / "meeting"), nprocs=2)
    for folder in folders:
        expected = " ".join(map(str, generated(folder, Group())))
        assert [(folder / f"rank-{rank}").read_text() for rank in (0, 1)] == [expected, expected]


def test_heads_that_cannot_be_shared_evenly_are_refused(tmp_path: Path):
    save_model("qwen2", tmp_path)
    with pytest.raises(ModelBroken, match="3 ranks"):
        Group(0, 3).check(read_shape(tmp_path))
