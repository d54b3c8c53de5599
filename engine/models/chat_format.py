"""From a chat to token ids and back, by the model's own template, settings and tokenizer."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from engine.batching.guide import Guides
from engine.batching.language import Habits, Prompt
from engine.batching.plan import Choice
from engine.errors import BadRequest, ModelBroken
from engine.reasoning import CLOSE, OPEN, opens_reasoning
from engine.runners import Turn

_SETTINGS = ("config.json", "generation_config.json")


@dataclass(frozen=True, slots=True)
class ChatFormat:
    """A ChatLanguage."""

    tokenizer: Any  # PreTrainedTokenizerBase, a class without types
    control: re.Pattern[str]  # what the model would take for its own marks
    reasons: bool
    habits: Habits

    def encode(self, turns: Sequence[Turn]) -> Prompt:
        """Safe to call from any thread. Raises: BadRequest when the template refuses the chat."""
        messages = [{"role": turn.role, "content": self._defused(turn.content)} for turn in turns]
        try:
            text: str = self.tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True
            )
        except TemplateError as error:
            raise BadRequest(
                f"The model's chat template refuses these messages: {error}", param="messages"
            ) from error
        # NOTE: the backend's encode changes no state; the tokenizer's own call sets its truncation.
        ids = self.tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids
        return Prompt(tuple(ids), self.reasons and opens_reasoning(text), self.reasons)

    def decode(self, ids: Sequence[int]) -> str:
        text: str = self.tokenizer.backend_tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def _defused(self, content: str) -> str:
        """A text that quotes `<|im_end|>` must not end the turn that it stands in."""
        return self.control.sub(lambda mark: f"{mark.group()[0]} {mark.group()[1:]}", content)


def open_chat_format(folder: Path) -> ChatFormat:
    """Raises: ModelBroken, OSError, ValueError."""
    tokenizer = AutoTokenizer.from_pretrained(
        folder, trust_remote_code=False, local_files_only=True
    )
    if not isinstance(tokenizer, PreTrainedTokenizerBase) or not tokenizer.chat_template:
        raise ModelBroken("The model has no chat template: it continues texts, it does not chat.")
    known = (*tokenizer.all_special_tokens, *tokenizer.get_added_vocab())
    marks = {mark for mark in known if len(mark) > 2 and not mark.isspace()}
    reasons = {OPEN, CLOSE} <= set(tokenizer.get_vocab()) or OPEN in tokenizer.chat_template
    if reasons:
        marks |= {OPEN, CLOSE}
    ordered = sorted(marks, key=len, reverse=True)
    config, generation = (_settings(folder / name) for name in _SETTINGS)
    said = (tokenizer.eos_token_id, config.get("eos_token_id"), generation.get("eos_token_id"))
    ends = frozenset(end for ids in said for end in _several(ids))
    closing = tokenizer.backend_tokenizer.encode(f"{CLOSE}\n\n", add_special_tokens=False).ids
    guides = None
    if not reasons or closing[0] == tokenizer.get_vocab().get(CLOSE):
        opening = tokenizer.get_vocab().get(OPEN) if reasons else None
        guides = Guides(tokenizer.backend_tokenizer.to_str(), ends, opening)
    return ChatFormat(
        tokenizer,
        re.compile("|".join(re.escape(mark) for mark in ordered) or r"(?!)"),
        reasons,
        Habits(ends, tuple(closing) if reasons else (), _choice(generation), guides),
    )


def _choice(settings: dict[str, Any]) -> Choice:
    """What generation_config.json says; without it, or without `do_sample`, greedy."""
    penalty = settings.get("repetition_penalty") or 1.0
    if not settings.get("do_sample"):
        return Choice(repetition_penalty=penalty)
    return Choice(
        temperature=settings.get("temperature") or 1.0,
        top_p=settings.get("top_p") or 1.0,
        top_k=settings.get("top_k") or 0,
        min_p=settings.get("min_p") or 0.0,
        repetition_penalty=penalty,
    )


def _settings(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _several(ids: int | list[int] | None) -> list[int]:
    if ids is None:
        return []
    return ids if isinstance(ids, list) else [ids]
