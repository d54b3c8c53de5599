"""Linear layers that keep an 8-bit copy of their weights for reading one token at a time.

Writing an answer on a CPU is bound by the memory: every token reads every weight once. Eight bits
instead of sixteen halve that; the activations stay bfloat16, so the model says the same (measured:
docs/decisions/0003). Long inputs are bound by arithmetic and use the bfloat16 weights.
"""

import torch
from torch import nn
from torch.nn.functional import linear

_FEW = 8  # rows; from here on the bfloat16 product is faster


class PackedLinear(nn.Module):
    """The same function as the `nn.Linear` that it is made of, whose weights it shares."""

    quantised: torch.Tensor
    scale: torch.Tensor

    def __init__(self, plain: nn.Linear) -> None:
        super().__init__()
        self.weight = plain.weight  # (out, in) bfloat16
        self.bias = plain.bias
        weight = plain.weight.detach().float()
        scale = weight.abs().amax(dim=1).clamp(min=1e-12) / 127
        quantised = (weight / scale[:, None]).round().to(torch.int8)
        self.register_buffer("quantised", quantised, persistent=False)
        self.register_buffer("scale", scale.bfloat16(), persistent=False)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """(…, in) to (…, out)."""
        rows = inputs.reshape(-1, inputs.shape[-1])
        if rows.shape[0] >= _FEW:
            return linear(inputs, self.weight, self.bias)
        product = torch._weight_int8pack_mm(rows, self.quantised, self.scale)
        product = product.view(*inputs.shape[:-1], -1)
        return product if self.bias is None else product + self.bias


def pack_linears(model: nn.Module) -> None:
    """Replaces every linear layer in place. For bfloat16 models on a CPU."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, PackedLinear(child))
