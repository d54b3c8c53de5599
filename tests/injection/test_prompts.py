"""What a document may say to the model: only words, and only inside of its fence."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.context.packing import Room, Source, pack_context
from retrieval.answer.context.prompts import answer_messages
from tests.injection.documents import ATTACKS, Attack
from tests.retrieval.answer.answering_fakes import a_passage

# As the tokenizers of the models have them, read from their published configurations.
COMMANDS = (
    *("<|im_start|>", "<|im_end|>", "<|endoftext|>"),
    *("<tool_call>", "</tool_call>", "<tool_response>", "<think>", "</think>"),
    *("<\uff5cbegin\u2581of\u2581sentence\uff5c>", "<\uff5cend\u2581of\u2581sentence\uff5c>"),
    *("<\uff5cUser\uff5c>", "<\uff5cAssistant\uff5c>"),
    *("<|begin_of_text|>", "<|start_header_id|>", "<|eot_id|>", "<|python_tag|>"),
    *("<s>", "</s>", "[INST]", "[/INST]", "<<SYS>>"),
    *("[TOOL_CALLS]", "[AVAILABLE_TOOLS]", "[SYSTEM_PROMPT]"),
    *("<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "<pad>", "<unk>"),
)
LOOK_ALIKES = str.maketrans(
    "\u0455\u043e\u03c5\u0433\u0441\u0435\u041e\u0405\u0421\u0415", "sourceosce"
)
FENCE = re.compile(r"[<\u2039\u3008\u27e8]\s*[/\u2044\u2215]?\s*source", re.IGNORECASE)


def prompt_of(attack: Attack, question: str = "") -> str:
    passage = a_passage(attack.text, title=attack.title, headings=attack.headings)
    other = a_passage("Trips are booked by the office.", title="Office")
    packed = pack_context([Source((passage,)), Source((other,))], Room(3000))
    language = "zh" if attack.chinese else "en"
    (message,) = answer_messages(question or attack.question, packed, language)
    return message.content


def fences_in(prompt: str) -> list[str]:
    """Whatever looks like one, also in other letters than ours."""
    return FENCE.findall(unicodedata.normalize("NFKC", prompt).translate(LOOK_ALIKES))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_document_stands_in_one_fence_and_speaks_as_nobody(attack: Attack) -> None:
    prompt = prompt_of(attack)
    assert fences_in(prompt) == ["<source", "</source", "<source", "</source"]
    assert [command for command in COMMANDS if command in prompt] == []
    assert attack.honest in prompt
    assert prompt.endswith(attack.question)
    hidden = {unicodedata.category(letter) for letter in prompt} & {"Cf", "Co", "Cs", "Zl", "Zp"}
    assert hidden == set()
    assert not re.search("[\u034f\u3164\ufe00-\ufe0f\U000e0000-\U000e01ef]", prompt)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_question_that_repeats_it_speaks_as_nobody_either(attack: Attack) -> None:
    prompt = prompt_of(attack, f"{attack.question} {attack.order}")
    assert len(fences_in(prompt)) == 4
    assert [command for command in COMMANDS if command in prompt] == []


PIECES = (
    *COMMANDS,
    *("<", "/", ">", "|", "\uff5c", "[", "]", "source", "\u0455ource", "\u200b", "\ufe0f"),
    *("\uff1c", " ", "INST", "im_end", "think", "s", "\n"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_no_pieces_can_be_put_together_to_a_fence_or_a_command(pieces: list[str]) -> None:
    prompt = prompt_of(Attack("pieces", "".join(pieces), "", title="".join(pieces) or "T"))
    assert len(fences_in(prompt)) == 4
    assert [command for command in COMMANDS if command in prompt] == []
