"""Any CrossEncoder folder with one output as a RerankModel."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from sentence_transformers import CrossEncoder

from engine.cards import ModelCard, Role
from engine.devices import Place, device_errors_translated
from engine.errors import ModelBroken
from engine.models.sources import ModelFolder
from engine.texts import Pair, PairScore

_MAX_TOKENS = 8192  # where neither tokenizer nor configuration sets a sensible limit


@dataclass(frozen=True, slots=True)
class CrossEncoderRanker:
    model: CrossEncoder
    max_tokens: int
    place: Place

    def score(self, pairs: Sequence[Pair]) -> list[PairScore]:
        """Probabilities that the document answers the query."""
        inputs = [(pair.query, pair.document) for pair in pairs]
        self.place.compute_widely()
        with device_errors_translated(), torch.inference_mode():
            scores = self.model.predict(
                inputs,
                batch_size=len(inputs),
                show_progress_bar=False,
                activation_fn=torch.nn.Sigmoid(),
            )
            encoded = self.model.tokenizer(
                [pair.query for pair in pairs], [pair.document for pair in pairs]
            )
        lengths = [min(len(ids), self.max_tokens) for ids in encoded.input_ids]
        return [
            PairScore(float(score), length) for score, length in zip(scores, lengths, strict=True)
        ]


def open_reranker(folder: ModelFolder, place: Place) -> CrossEncoderRanker:
    """Raises: ModelBroken, OSError, ValueError when the folder holds no such model."""
    model = CrossEncoder(
        str(folder.path),
        device=str(place.device),
        trust_remote_code=False,
        local_files_only=True,
        model_kwargs={"dtype": place.dtype, "use_safetensors": True},
    )
    if model.num_labels != 1:
        raise ModelBroken(f"A reranker has one output; this model has {model.num_labels}.")
    model.eval()
    return CrossEncoderRanker(model, min(model.max_length or _MAX_TOKENS, _MAX_TOKENS), place)


def reranker_card(folder: ModelFolder, ranker: CrossEncoderRanker) -> ModelCard:
    return ModelCard(
        id=folder.name,
        role=Role.RERANKER,
        created=int(time.time()),
        max_tokens=ranker.max_tokens,
        dtype=ranker.place.dtype_name,
        revision=folder.revision,
    )
