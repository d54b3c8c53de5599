"""Any sentence-transformers folder as an EmbeddingModel."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling

from engine.cards import ModelCard, Role
from engine.errors import ModelBroken
from engine.models.devices import Place, device_errors_translated
from engine.models.sources import ModelFolder
from engine.texts import TextVector


@dataclass(frozen=True, slots=True)
class SentenceEmbedder:
    model: SentenceTransformer
    place: Place

    def embed(self, texts: Sequence[str]) -> list[TextVector]:
        """Unit vectors of the texts as given, without any prefix."""
        self.place.compute_widely()
        with device_errors_translated(), torch.inference_mode():
            vectors = self.model.encode(
                list(texts),
                prompt="",
                batch_size=len(texts),
                show_progress_bar=False,
                convert_to_numpy=True,
            )
            lengths = [len(ids) for ids in self.model.tokenizer(list(texts)).input_ids]
        # In float32: a bfloat16 vector is of unit length only to two digits.
        vectors = vectors.astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        limit = self.model.max_seq_length or max(lengths)
        return [
            TextVector(vector, min(length, limit), length > limit)
            for vector, length in zip(vectors, lengths, strict=True)
        ]


def open_embedder(folder: ModelFolder, place: Place) -> SentenceEmbedder:
    """Raises: ModelBroken, OSError, ValueError when the folder holds no such model."""
    model = SentenceTransformer(
        str(folder.path),
        device=str(place.device),
        trust_remote_code=False,
        local_files_only=True,
        model_kwargs={"dtype": place.dtype, "use_safetensors": True},
    )
    # The caller puts the prefix; a default one would be put twice.
    model.default_prompt_name = None
    model.eval()
    return SentenceEmbedder(model, place)


def tokenizer_json(folder: ModelFolder, embedder: SentenceEmbedder) -> bytes:
    """The file of the folder; an old folder without one, as transformers converted it."""
    file = folder.path / "tokenizer.json"
    if file.is_file():
        return file.read_bytes()
    converted: str = embedder.model.tokenizer.backend_tokenizer.to_str()
    return converted.encode()


def embedder_card(folder: ModelFolder, embedder: SentenceEmbedder) -> ModelCard:
    model = embedder.model
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise ModelBroken(f"{folder.name} does not say how long its vectors are.")
    pooling = next((part for part in model if isinstance(part, Pooling)), None)
    modes = pooling.pooling_mode if pooling is not None else "own"
    return ModelCard(
        id=folder.name,
        role=Role.EMBEDDER,
        created=int(time.time()),
        max_tokens=model.max_seq_length or 512,
        dtype=embedder.place.dtype_name,
        revision=folder.revision,
        dimension=dimension,
        pooling=modes if isinstance(modes, str) else "+".join(modes),
        query_prefix=model.prompts.get("query") or "",
        passage_prefix=model.prompts.get("passage") or model.prompts.get("document") or "",
    )
