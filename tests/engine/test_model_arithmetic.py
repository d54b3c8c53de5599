import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from engine.models.packed import PackedLinear, pack_linears
from engine.models.sampling import Choice


def test_packed_layers_compute_what_plain_ones_do():
    torch.manual_seed(0)
    plain = nn.Linear(64, 48).bfloat16()
    packed = PackedLinear(plain)
    for rows in (1, 7, 8, 40):
        inputs = torch.randn(2, rows, 64).bfloat16()[:1]
        expected, found = plain(inputs), packed(inputs)
        assert found.shape == expected.shape
        torch.testing.assert_close(found, expected, rtol=0.02, atol=0.03)


def test_every_linear_layer_is_packed_and_shares_its_weights():
    model = nn.Sequential(nn.Linear(32, 32), nn.Sequential(nn.ReLU(), nn.Linear(32, 8))).bfloat16()
    weight = model[0].weight
    pack_linears(model)
    assert not any(isinstance(module, nn.Linear) for module in model.modules())
    assert model[0].weight is weight


LOGITS = st.lists(st.floats(-20, 20), min_size=2, max_size=12)


@given(LOGITS, st.integers(0, 1000))
def test_greedy_takes_the_likeliest_whatever_the_seed(logits: list[float], seed: int):
    tensor = torch.tensor(logits)
    token = Choice(0, 0.5).sample(tensor, torch.Generator().manual_seed(seed))
    assert tensor[token] == tensor.max()


@given(LOGITS, st.floats(0.01, 1), st.floats(0.1, 2), st.integers(0, 1000))
def test_a_sampled_token_lies_in_the_nucleus(
    logits: list[float], top_p: float, temperature: float, seed: int
):
    tensor = torch.tensor(logits)
    token = Choice(temperature, top_p).sample(tensor, torch.Generator().manual_seed(seed))
    probabilities = torch.softmax(tensor / temperature, dim=-1)
    likelier = probabilities[probabilities > probabilities[token]].sum()
    assert likelier < top_p + 1e-5
