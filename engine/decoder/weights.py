"""The weights of a decoder: how they lie in memory, and how they are read from safetensors."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors import SafetensorError, safe_open

from engine.decoder.group import Group
from engine.decoder.matrix import EightBits, FourBits, Matrix, dense
from engine.decoder.packing import Packing
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

    def product(rows: int, columns: int) -> Matrix:
        if shape.packing is None:
            return empty(rows, columns)
        on, size = place.device, (rows, columns // shape.packing.group)
        return FourBits(
            torch.empty((rows, columns // 8), dtype=torch.int32, device=on),
            torch.empty(size, dtype=torch.uint8, device=on),
            torch.empty(size, dtype=torch.float16, device=on),
            place.dtype,
        )

    hidden, ranks = shape.hidden, group.ranks
    embedding = empty(shape.vocabulary, hidden)
    layers = tuple(
        Layer(
            input_norm=empty(hidden),
            qkv=product(shape.qkv_rows // ranks, hidden),
            qkv_bias=empty(shape.qkv_rows // ranks) if shape.qkv_bias else None,
            query_norm=empty(shape.head_dim) if shape.qk_norm else None,
            key_norm=empty(shape.head_dim) if shape.qk_norm else None,
            output=product(hidden, shape.heads * shape.head_dim // ranks),
            post_norm=empty(hidden),
            gate_up=product(2 * shape.intermediate // ranks, hidden),
            down=product(hidden, shape.intermediate // ranks),
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
            source = _Checkpoint(folder, group, shape.packing, stack)
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
    source.rows(layer.qkv, [f"{name}weight" for name in qkv])
    if layer.qkv_bias is not None:
        source.rows(layer.qkv_bias, [f"{name}bias" for name in qkv])
    if layer.query_norm is not None and layer.key_norm is not None:
        source.whole(layer.query_norm, f"{prefix}self_attn.q_norm.weight")
        source.whole(layer.key_norm, f"{prefix}self_attn.k_norm.weight")
    source.columns(layer.output, f"{prefix}self_attn.o_proj.weight")
    gates = [f"{prefix}mlp.{name}_proj.weight" for name in ("gate", "up")]
    source.rows(layer.gate_up, gates)
    source.columns(layer.down, f"{prefix}mlp.down_proj.weight")


class _Slice(Protocol):
    """What safetensors reads from the disk when it is indexed."""

    def get_shape(self) -> list[int]: ...

    def __getitem__(self, part: slice | tuple[slice, slice]) -> torch.Tensor: ...


class _Checkpoint:
    """All *.safetensors of a folder, memory-mapped. Fills tensors; raises ModelBroken."""

    def __init__(
        self, folder: Path, group: Group, packing: Packing | None, stack: ExitStack
    ) -> None:
        self._group = group
        self._packing = packing
        self._files: dict[str, Any] = {}  # by the name of the tensor
        for path in sorted(folder.glob("*.safetensors")):
            opened = stack.enter_context(safe_open(path, framework="pt"))
            self._files.update(dict.fromkeys(opened.keys(), opened))

    def whole(self, target: torch.Tensor, name: str) -> None:
        _fill(target, self._slice(name)[:], name)

    def rows(self, target: Matrix, names: Sequence[str]) -> None:
        """This rank's rows of each, one below the other."""
        if isinstance(target, FourBits):
            self._four(target, names, inputs=False)
            return
        parts = []
        for name in names:
            source = self._slice(name)
            parts.append(source[self._group.own(source.get_shape()[0])])
        _fill(dense(target), torch.cat(parts) if len(parts) > 1 else parts[0], names[0])

    def columns(self, target: Matrix, name: str) -> None:
        if isinstance(target, FourBits):
            self._four(target, [name], inputs=True)
            return
        source = self._slice(name)
        _fill(dense(target), source[:, self._group.own(source.get_shape()[1])], name)

    def _four(self, target: FourBits, names: Sequence[str], *, inputs: bool) -> None:
        """Of each, this rank's inputs or outputs. Taken apart and packed anew on the device."""
        if self._packing is None:
            raise ModelBroken("Only weights in four bits can be read as such.")
        numbers, zeros, scales = [], [], []
        for name in names:
            stem = name.removesuffix("weight")
            numbers.append(self._packing.numbers(self._own(f"{stem}qweight", inputs, target)))
            zeros.append(self._packing.zeros(self._own(f"{stem}qzeros", inputs, target)))
            scales.append(self._own(f"{stem}scales", inputs, target).t())
        read = FourBits.of(torch.cat(numbers), torch.cat(zeros), torch.cat(scales), target.dtype)
        _fill(target.words, read.words, names[0])
        _fill(target.zeros, read.zeros, names[0])
        _fill(target.scales, read.scales, names[0])

    def _own(self, name: str, inputs: bool, target: FourBits) -> torch.Tensor:
        """On the device of the target; (inputs, outputs) or what belongs to them."""
        source = self._slice(name)
        rows, columns = source.get_shape()
        own = (slice(0, rows), slice(0, columns))
        own = (self._group.own(rows), own[1]) if inputs else (own[0], self._group.own(columns))
        return source[own].to(target.words.device)

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
