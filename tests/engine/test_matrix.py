from pathlib import Path

import pytest
import torch
from tiny_decoders import Sequence, answer, save_model, tiny_stepper

from engine.decoder.matrix import EightBits, dense
from engine.decoder.plain import PlainProducts
from engine.decoder.stepper import DecoderStepper


@pytest.mark.parametrize("rows", [1, 7, 8, 40])
def test_products_in_eight_bits_are_those_in_sixteen(rows: int):
    torch.manual_seed(0)
    whole = torch.randn(48, 64).bfloat16()
    x, norm, bias = torch.randn(rows, 64).bfloat16(), torch.ones(64).bfloat16(), torch.randn(48)
    products = PlainProducts(1e-6)
    expected = products.normed(x, norm, whole, bias.bfloat16())
    found = products.normed(x, norm, EightBits.of(whole, keep=True), bias.bfloat16())
    torch.testing.assert_close(found, expected, rtol=0.02, atol=0.3)


def test_without_the_sixteen_bits_a_matrix_is_half_as_large_and_nearly_the_same():
    torch.manual_seed(0)
    whole = torch.randn(64, 256).bfloat16()
    alone = EightBits.of(whole, keep=False)
    assert alone.nbytes < 0.52 * whole.nbytes
    step = whole.float().abs().amax(dim=1, keepdim=True) / 127
    assert ((dense(alone).float() - whole.float()).abs() <= 0.5 * step + 0.01 * whole.abs()).all()


def test_a_decoder_in_eight_bits_is_nearly_as_sure(tmp_path: Path):
    """Of a token, not of an answer: near ties may fall the other way."""
    save_model("qwen3", tmp_path)
    whole, eight = tiny_stepper(tmp_path), tiny_stepper(tmp_path, eight_bits=True)

    def sureness(stepper: DecoderStepper, seed: int) -> float:
        sequence = Sequence(0, [(seed * n) % 500 for n in range(1, 30)], list(range(8)))
        answer(stepper, sequence, 1)
        return sequence.chosen[0].logprob

    gaps = [abs(sureness(whole, seed) - sureness(eight, seed)) for seed in range(3, 13)]
    assert sum(gaps) / len(gaps) < 0.1
