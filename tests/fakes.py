"""Fakes of our own ports, shared by the rooms."""

import hashlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.shapes.people import ModelStatusOut
from retrieval.dense.soundness import Soundness
from retrieval.errors import Unavailable
from retrieval.ports import Delta, EmbedderIdentity, Message, Terms
from retrieval.text.tokens import terms
from retrieval.types import Vector

DIMENSION = 64


@dataclass
class WordsEmbedder:
    """Texts that share words are near each other. Remembers what it was asked to embed."""

    embedded: list[str] = field(default_factory=list)
    away: bool = False
    model: str = "words"

    @property
    def identity(self) -> EmbedderIdentity:
        return EmbedderIdentity(self.model, "1", "mean", "float32", "", "", DIMENSION)

    def embed_question(self, question: str) -> Vector:
        if self.away:
            raise Unavailable("The search model does not answer.")
        return _vector(question)

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        if self.away:
            raise Unavailable("The search model does not answer.")
        self.embedded.extend(texts)
        if not texts:
            return np.zeros((0, DIMENSION), np.float32)
        return np.stack([_vector(text) for text in texts])


@dataclass
class EchoGenerator:
    """Says what the test wants said, word by word."""

    says: str = ""
    model: str = "echo"

    async def stream(
        self, messages: Sequence[Message], terms: Terms
    ) -> AsyncGenerator[Delta, None]:
        for word in self.says.split(" ")[: terms.tokens]:
            yield Delta(content=word + " ")


@dataclass
class VectorsOnDisk:
    """What an index on disk says of itself."""

    said: Soundness = Soundness.SOUND

    def soundness(self) -> Soundness:
        return self.said


@dataclass
class ReadyModels:
    """All models are ready, from the start."""

    def models(self) -> list[ModelStatusOut]:
        ready = {"state": "ready", "progress": 1.0, "detail": ""}
        return [
            ModelStatusOut.model_validate({"name": "words", "role": "embedder"} | ready),
            ModelStatusOut.model_validate({"name": "echo", "role": "generator"} | ready),
        ]


def _vector(text: str) -> Vector:
    vector = np.full(DIMENSION, 1e-3, np.float32)
    for term in terms(text):
        place = int.from_bytes(hashlib.sha256(term.encode()).digest()[:4], "big") % DIMENSION
        vector[place] += 1.0
    unit: Vector = vector / np.linalg.norm(vector)
    return unit.astype(np.float32)
