"""Any causal language model of transformers as a LanguageModel."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import AutoModelForCausalLM, Cache

from engine.cards import ModelCard, Role
from engine.models.chat_format import ChatFormat, open_chat_format
from engine.models.devices import Place, device_errors_translated
from engine.models.packed import pack_linears
from engine.models.sampling import Choice
from engine.models.sources import ModelFolder
from engine.runners import Sampling, Turn
from engine.serial import Prompt

_PREFILL = 512  # prompt tokens read between two looks at `cancelled`


@dataclass(frozen=True, slots=True)
class CausalModel:
    model: Any  # a transformers model, without types
    chat: ChatFormat
    ends: frozenset[int]  # end-of-sequence tokens
    default: Choice
    place: Place

    def encode(self, turns: Sequence[Turn]) -> Prompt:
        return self.chat.encode(turns)

    def decode(self, ids: Sequence[int]) -> str:
        return self.chat.decode(ids)

    def generate(
        self, prompt: Prompt, sampling: Sampling, cancelled: Callable[[], bool]
    ) -> Iterator[int]:
        choice = self._choice(sampling)
        randomness = torch.Generator(self.place.device)
        if sampling.seed is None:
            randomness.seed()
        else:
            randomness.manual_seed(sampling.seed)
        self.place.compute_widely()
        logits, cache = self._read(prompt.ids, cancelled)
        self.place.compute_narrowly()
        while logits is not None and not cancelled():
            with device_errors_translated():
                token = choice.sample(logits, randomness)
            if token in self.ends:
                return
            yield token
            logits, cache = self._step((token,), cache)

    def _choice(self, sampling: Sampling) -> Choice:
        default = self.default
        return Choice(
            default.temperature if sampling.temperature is None else sampling.temperature,
            default.top_p if sampling.top_p is None else sampling.top_p,
        )

    def _read(
        self, ids: Sequence[int], cancelled: Callable[[], bool]
    ) -> tuple[torch.Tensor | None, Cache | None]:
        logits, cache = None, None
        for start in range(0, len(ids), _PREFILL):
            if cancelled():
                break
            logits, cache = self._step(ids[start : start + _PREFILL], cache)
        return logits, cache

    def _step(self, ids: Sequence[int], cache: Cache | None) -> tuple[torch.Tensor, Cache]:
        """Logits (vocabulary,) after the last of `ids`, and the cache with them in it."""
        with device_errors_translated(), torch.inference_mode():
            inputs = torch.tensor([ids], device=self.place.device)
            output = self.model(
                input_ids=inputs, past_key_values=cache, use_cache=True, logits_to_keep=1
            )
            return output.logits[0, -1], output.past_key_values


def open_language_model(folder: ModelFolder, place: Place) -> CausalModel:
    """Raises: ModelBroken, OSError, ValueError when the folder holds no such model."""
    chat = open_chat_format(folder)
    model = AutoModelForCausalLM.from_pretrained(
        folder.path,
        dtype=place.dtype,
        attn_implementation="sdpa",
        use_safetensors=True,
        trust_remote_code=False,
        local_files_only=True,
    )
    model = model.to(place.device).eval()
    if place.device.type == "cpu" and place.dtype == torch.bfloat16:
        pack_linears(model)
    settings = model.generation_config
    default = Choice(
        temperature=(settings.temperature or 1.0) if settings.do_sample else 0.0,
        top_p=settings.top_p or 1.0,
    )
    return CausalModel(model, chat, _ends(settings.eos_token_id, chat), default, place)


def _ends(configured: int | list[int] | None, chat: ChatFormat) -> frozenset[int]:
    several = configured if isinstance(configured, list) else [configured]
    return frozenset(
        token for token in (*several, chat.tokenizer.eos_token_id) if token is not None
    )


def language_card(folder: ModelFolder, language: CausalModel) -> ModelCard:
    return ModelCard(
        id=folder.name,
        role=Role.GENERATOR,
        created=int(time.time()),
        max_tokens=language.model.config.max_position_embeddings,
        dtype=language.place.dtype_name,
        revision=folder.revision,
    )
