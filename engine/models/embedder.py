"""Any sentence-transformers folder as an EmbeddingModel."""

import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Tokenizer

from engine.cards import ModelCard, Role
from engine.devices import Courtesy, Place, device_errors_translated
from engine.errors import ModelBroken
from engine.models.heads import Heads, open_heads
from engine.models.sources import ModelFolder
from engine.runners import Head, Sparse, Vector
from engine.texts import TextVector

_FORWARD_ON_CPU = 512  # tokens, padding included: what the caches hold; more is no faster
_STEP = 16  # lengths are filled up to a multiple: for each new shape the libraries keep code
_FORWARD_ON_GPU = 32_768
_FORWARD_BESIDE = 4096  # while somebody chats: some 5 ms of an H200 in BGE-M3's shape
_USUAL = 512  # tokens that a model reads which does not say


@dataclass(frozen=True, slots=True)
class _Made:
    vector: Vector
    sparse: Sparse | None
    multi_vector: Vector | None


@dataclass(frozen=True, slots=True)
class SentenceEmbedder:
    """Called by several threads at once: nothing here changes after opening."""

    model: SentenceTransformer
    tokenizer: Tokenizer  # cuts at what the model reads
    padding: int  # the id of the token that fills up
    longest: int  # tokens that the model reads
    place: Place
    heads: Heads
    courtesy: Courtesy | None = None  # of one that embeds for the night on a GPU

    def embed(self, texts: Sequence[str], heads: frozenset[Head] = frozenset()) -> list[TextVector]:
        """Unit vectors of the texts as given, without any prefix."""
        with device_errors_translated(), torch.inference_mode():
            encodings = self.tokenizer.encode_batch_fast(list(texts))
            lengths = [len(encoding.ids) for encoding in encodings]
            made: dict[int, _Made] = {}
            for batch in self._batches(lengths):
                with self.courtesy.modestly() if self.courtesy else nullcontext():
                    rows = self._forward([encodings[position].ids for position in batch], heads)
                made.update(zip(batch, rows, strict=True))
        return [
            TextVector(
                made[position].vector,
                lengths[position],
                bool(encoding.overflowing),
                made[position].sparse,
                made[position].multi_vector,
            )
            for position, encoding in enumerate(encodings)
        ]

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Positions, equal lengths together, each batch within what is computed at once."""
        most = _FORWARD_ON_CPU if self.place.device.type == "cpu" else _FORWARD_ON_GPU
        if self.courtesy is not None and self.courtesy.chatting:
            most = _FORWARD_BESIDE
        batch: list[int] = []
        for position in sorted(range(len(lengths)), key=lambda position: lengths[position]):
            if batch and (len(batch) + 1) * lengths[position] > most:
                yield batch
                batch = []
            batch.append(position)
        if batch:
            yield batch

    def _forward(self, ids: Sequence[Sequence[int]], heads: frozenset[Head]) -> list[_Made]:
        """Vectors (dimension,) float32 of unit length."""
        longest = max(map(len, ids))
        width = min(-(-longest // _STEP) * _STEP, max(longest, self.longest))
        tokens = torch.full((len(ids), width), self.padding)
        mask = torch.zeros((len(ids), width), dtype=torch.long)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = torch.tensor(one)
            mask[row, : len(one)] = 1
        device = self.place.device
        features = {"input_ids": tokens.to(device), "attention_mask": mask.to(device)}
        # In float32: a bfloat16 vector is of unit length only to two digits.
        output = self.model(features)
        vectors = output["sentence_embedding"].float().cpu().numpy()
        unit: Vector = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        hidden, nothing = output["token_embeddings"], [None] * len(ids)
        sparse = self.heads.sparse(hidden, ids) if "sparse" in heads else nothing
        several = self.heads.multi_vector(hidden, ids) if "multi_vector" in heads else nothing
        return [_Made(*parts) for parts in zip(unit, sparse, several, strict=True)]


def open_embedder(folder: ModelFolder, place: Place) -> SentenceEmbedder:
    """Raises: ModelBroken, OSError, ValueError when the folder holds no such model."""
    model = SentenceTransformer(
        str(folder.path),
        device=str(place.device),
        trust_remote_code=False,
        local_files_only=True,
        model_kwargs={"dtype": place.dtype, "use_safetensors": True},
    )
    model.eval()
    first = model[0]
    longest = model.max_seq_length or _USUAL
    if place.device.type == "cpu" and longest <= _USUAL and isinstance(first, Transformer):
        # On short texts torch's fused attention is slower on a CPU than plain products.
        first.auto_model.set_attn_implementation("eager")
    fast = model.tokenizer
    # The model's own, not a copy: XLM-RoBERTa's takes 270 MB. Nobody else asks it anything.
    tokenizer: Tokenizer = fast.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    heads = open_heads(folder.path, place, frozenset(fast.all_special_ids))
    return SentenceEmbedder(model, tokenizer, fast.pad_token_id or 0, longest, place, heads)


def tokenizer_json(folder: ModelFolder) -> bytes:
    """Raises: ModelBroken for a folder of the old kind."""
    file = folder.path / "tokenizer.json"
    if not file.is_file():
        raise ModelBroken(f"{folder.name} has no tokenizer.json, which counting tokens needs.")
    return file.read_bytes()


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
        max_tokens=model.max_seq_length or _USUAL,
        dtype=embedder.place.dtype_name,
        revision=folder.revision,
        dimension=dimension,
        pooling=modes if isinstance(modes, str) else "+".join(modes),
        query_prefix=model.prompts.get("query") or "",
        passage_prefix=model.prompts.get("passage") or model.prompts.get("document") or "",
        heads=tuple(sorted(embedder.heads.linear)),
    )
