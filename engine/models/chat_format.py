"""From a chat to token ids, by the model's own template."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from engine.errors import BadRequest, ModelBroken
from engine.models.sources import ModelFolder
from engine.reasoning import CLOSE, OPEN, opens_reasoning
from engine.runners import Turn
from engine.serial import Prompt


@dataclass(frozen=True, slots=True)
class ChatFormat:
    tokenizer: Any  # PreTrainedTokenizerBase, a class without types
    control: re.Pattern[str]  # what the model would take for its own marks
    reasons: bool

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
        text: str = self.tokenizer.decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text

    def _defused(self, content: str) -> str:
        """A text that quotes `<|im_end|>` must not end the turn that it stands in."""
        return self.control.sub(lambda mark: f"{mark.group()[0]} {mark.group()[1:]}", content)


def open_chat_format(folder: ModelFolder) -> ChatFormat:
    """Raises: ModelBroken, OSError, ValueError."""
    tokenizer = AutoTokenizer.from_pretrained(
        folder.path, trust_remote_code=False, local_files_only=True
    )
    if not isinstance(tokenizer, PreTrainedTokenizerBase) or not tokenizer.chat_template:
        raise ModelBroken("The model has no chat template: it continues texts, it does not chat.")
    known = (*tokenizer.all_special_tokens, *tokenizer.get_added_vocab())
    marks = {mark for mark in known if len(mark) > 2 and not mark.isspace()}
    reasons = {OPEN, CLOSE} <= set(tokenizer.get_vocab()) or OPEN in tokenizer.chat_template
    if reasons:
        marks |= {OPEN, CLOSE}
    ordered = sorted(marks, key=len, reverse=True)
    pattern = "|".join(re.escape(mark) for mark in ordered) or r"(?!)"
    return ChatFormat(tokenizer, re.compile(pattern), reasons)
