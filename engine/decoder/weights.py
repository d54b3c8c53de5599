"""The weights of a decoder: how they lie in memory, and how they are read from safetensors."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors import SafetensorError, safe_open

from engine.decoder.group import Group
from engine.decoder.matrix import EightBits, Matrix, dense
from engine.decoder.shape import Shape
from engine.devices import Place
from engine.errors import ModelBroken


@dataclass(frozen=True, slots=True)
class Layer:
    """One rank's slice; rows are outputs, columns inputs. Fused: one product instead of three."""

    input_norm: torch.Tensor  # (hidden,)
    qkv: Matrix  # ((heads + 2 kv_heads) * head_dim, hidden): queries, keys, values
    qkv_bias: torch.Tensor | None
    query_norm: torch.Tensor | None  # (head_dim,)
    key_norm: torch.Tensor | None
    output: Matrix  # (hidden, heads * head_dim)
    post_norm: torch.Tensor  # (hidden,)
    gate_up: Matrix  # (2 * intermediate, hidden): gates, then ups
    down: Matrix  # (hidden, intermediate)


@dataclass(frozen=True, slots=True)
class Weights:
    embedding: torch.Tensor  # (vocabulary, hidden), whole on every rank
    layers: tuple[Layer, ...]
    norm: torch.Tensor  # (hidden,)
    head: Matrix  # (vocabulary, hidden), or this rank's rows of it

    @property
    def nbytes(self) -> int:
        """Without the head: it is small, or the embedding once more."""
        parts: list[Matrix] = [self.embedding]
        for layer in self.layers:
            parts += [layer.qkv, layer.output, layer.gate_up, layer.down]
        return sum(part.nbytes for part in parts)


def empty_weights(shape: Shape, group: Group, place: Place) -> Weights:
    """Memory for one rank's slices. Raises: ModelBroken when they cannot be cut."""
    group.check(shape)

    def empty(*size: int) -> torch.Tensor:
        return torch.empty(size, device=place.device, dtype=place.dtype)

    hidden, ranks = shape.hidden, group.ranks
    embedding = empty(shape.vocabulary, hidden)
    layers = tuple(
        Layer(
            input_norm=empty(hidden),
            qkv=empty(shape.qkv_rows // ranks, hidden),
            qkv_bias=empty(shape.qkv_rows // ranks) if shape.qkv_bias else None,
            query_norm=empty(shape.head_dim) if shape.qk_norm else None,
            key_norm=empty(shape.head_dim) if shape.qk_norm else None,
            output=empty(hidden, shape.heads * shape.head_dim // ranks),
            post_norm=empty(hidden),
            gate_up=empty(2 * shape.intermediate // ranks, hidden),
            down=empty(hidden, shape.intermediate // ranks),
        )
        for _ in range(shape.layers)
    )
    head = embedding if shape.tied else empty(shape.vocabulary // ranks, hidden)
    if shape.tied:
        head = embedding[group.own(shape.vocabulary)]
    return Weights(embedding, layers, empty(hidden), head)


def in_eight_bits(weights: Weights, *, keep: bool) -> Weights:
    """Every product; the embedding is looked up and stays. `keep` the sixteen bits beside them."""

    def eight(matrix: Matrix) -> EightBits:
        return EightBits.of(dense(matrix), keep=keep)

    layers = tuple(
        replace(
            layer,
            qkv=eight(layer.qkv),
            output=eight(layer.output),
            gate_up=eight(layer.gate_up),
            down=eight(layer.down),
        )
        for layer in weights.layers
    )
    return replace(weights, layers=layers, head=eight(weights.head))


def load_weights(
    folder: Path, shape: Shape, group: Group, place: Place, report: Callable[[float], None]
) -> Weights:
    """Each rank reads its slices only. `report` takes the share that is read.

    Raises: ModelBroken.
    """
    weights = empty_weights(shape, group, place)
    try:
        with ExitStack() as stack:
            source = _Checkpoint(folder, group, stack)
            source.whole(weights.embedding, "model.embed_tokens.weight")
            source.whole(weights.norm, "model.norm.weight")
            if not shape.tied:
                source.rows(dense(weights.head), ["lm_head.weight"])
            for number, layer in enumerate(weights.layers):
                _load_layer(layer, f"model.layers.{number}.", source)
                report((number + 1) / shape.layers)
    except (OSError, SafetensorError) as error:
        raise ModelBroken(f"The weights in {folder} cannot be read: {error}") from error
    return weights


def _load_layer(layer: Layer, prefix: str, source: "_Checkpoint") -> None:
    qkv = [f"{prefix}self_attn.{name}_proj." for name in "qkv"]
    source.whole(layer.input_norm, f"{prefix}input_layernorm.weight")
    source.whole(layer.post_norm, f"{prefix}post_attention_layernorm.weight")
    source.rows(dense(layer.qkv), [f"{name}weight" for name in qkv])
    if layer.qkv_bias is not None:
        source.rows(layer.qkv_bias, [f"{name}bias" for name in qkv])
    if layer.query_norm is not None and layer.key_norm is not None:
        source.whole(layer.query_norm, f"{prefix}self_attn.q_norm.weight")
        source.whole(layer.key_norm, f"{prefix}self_attn.k_norm.weight")
    source.columns(dense(layer.output), f"{prefix}self_attn.o_proj.weight")
    gates = [f"{prefix}mlp.{name}_proj.weight" for name in ("gate", "up")]
    source.rows(dense(layer.gate_up), gates)
    source.columns(dense(layer.down), f"{prefix}mlp.down_proj.weight")


class _Slice(Protocol):
    """What safetensors reads from the disk when it is indexed."""

    def get_shape(self) -> list[int]: ...

    def __getitem__(self, part: slice | tuple[slice, slice]) -> torch.Tensor: ...


class _Checkpoint:
    """All *.safetensors of a folder, memory-mapped. Fills tensors; raises ModelBroken."""

    def __init__(self, folder: Path, group: Group, stack: ExitStack) -> None:
        self._group = group
        self._files: dict[str, Any] = {}  # by the name of the tensor
        for path in sorted(folder.glob("*.safetensors")):
            opened = stack.enter_context(safe_open(path, framework="pt"))
            self._files.update(dict.fromkeys(opened.keys(), opened))

    def whole(self, target: torch.Tensor, name: str) -> None:
        _fill(target, self._slice(name)[:], name)

    def rows(self, target: torch.Tensor, names: Sequence[str]) -> None:
        """This rank's rows of each, one below the other."""
        parts = []
        for name in names:
            source = self._slice(name)
            parts.append(source[self._group.own(source.get_shape()[0])])
        _fill(target, torch.cat(parts) if len(parts) > 1 else parts[0], names[0])

    def columns(self, target: torch.Tensor, name: str) -> None:
        source = self._slice(name)
        _fill(target, source[:, self._group.own(source.get_shape()[1])], name)

    def _slice(self, name: str) -> _Slice:
        if name not in self._files:
            raise ModelBroken(f"The weights lack {name}.")
        found: _Slice = self._files[name].get_slice(name)
        return found


def _fill(target: torch.Tensor, source: torch.Tensor, name: str) -> None:
    # NOTE: copy_ alone would broadcast what is too small.
    if source.shape != target.shape:
        raise ModelBroken(
            f"{name} has the shape {tuple(source.shape)}; {tuple(target.shape)} is asked for."
        )
    target.copy_(source)
