"""True and false sentences about a labelled set, made by rule, to try the check of sentences with.

True ones say what the set's own answer says: a sentence of the right paragraph, a part of it, or
the question with its answer put in. False ones are true ones with one thing changed: a number, a
name, a negation, or the answer of another question about the same paragraph.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.answer.asking.asked import Asked, asked_for
from retrieval.evaluation.answer_measures import holds_answer, plain
from retrieval.evaluation.datasets import DatasetQuestion
from retrieval.text.language import is_han
from retrieval.text.sentences import split_sentences

_NUMBER = re.compile(r"(?<![\w.,-])\d{1,4}(?:[.,]\d+)?(?![\w-])")
_NUMBER_IN_HAN = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,])")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
_IS = re.compile(r"\b(is|are|was|were|can|could|will|would|has been|had been)\b(?! not)")
_NOT = re.compile(r"\b(is|are|was|were|can|could|will|would) not\b|\bcannot\b")
_IS_IN_HAN = re.compile(r"(?<![不但还只就可于若凡])(是|可以|能够|属于)(?!否)")
_NOT_IN_HAN = re.compile(r"(不)(是|可以|能够|属于)|没(有)")
# "Who wrote X?" → "Y wrote X."; "When was X built?" → "X was built in Y."
_SUBJECT = re.compile(
    r"^(?:who|which [\w ]{3,20}?|what)(?= (?:is|was|were|are|has|had|can|\w+ed|wrote|led|won|made"
    r"|became|began|gave|took|held)\b)",
    re.IGNORECASE,
)
_WHEN = re.compile(r"^(?:in what year|when) (was|were|is|are) (.{4,60}) (\w+ed|built)\?$", re.I)
_COUNT = re.compile(r"^how many(?= [\w ]+ (?:are|were|was|is|have|had)\b)", re.IGNORECASE)
_ASKS_IN_HAN = re.compile(
    "什么时候|什么时间|哪一年|哪年|何时|什么地方|哪里|何地|什么人|谁|多少|哪个国家|哪国|什么"
)
_COMMA = re.compile(r", |，")


@dataclass(frozen=True, slots=True)
class Claim:
    text: str
    kind: str  # "verbatim", "part", "restated"; "number", "name", "negation", "other fact"

    @property
    def true(self) -> bool:
        return self.kind in ("verbatim", "part", "restated")


def claims_about(
    question: DatasetQuestion, paragraph: str, siblings: Sequence[DatasetQuestion], name: str
) -> Iterator[Claim]:
    """`siblings`: other questions about the paragraph; `name`: one that it does not have."""
    sentences = [span.of(paragraph) for span in split_sentences(paragraph)]
    right = next((s for s in sentences if holds_answer(s, question.answers)), None)
    if right is None:
        return
    yield Claim(right, "verbatim")
    yield from _parts(right, question.answers)
    restated = _restated(question.text, question.answers[0])
    if restated is not None:
        yield Claim(restated, "restated")
    for base in filter(None, (right, restated)):
        yield from _with_another_number(base, paragraph)
        yield from _with_another_name(base, paragraph, name)
        yield from _turned_round(base)
    wrong = _other_answer(question, siblings, right)
    other = None if wrong is None else _restated(question.text, wrong)
    if other is not None:
        yield Claim(other, "other fact")


def asked_of(questions: Sequence[DatasetQuestion]) -> Mapping[str, list[DatasetQuestion]]:
    """By the document that answers them."""
    found: dict[str, list[DatasetQuestion]] = {}
    for question in questions:
        for document in question.relevant:
            found.setdefault(document, []).append(question)
    return found


def _parts(sentence: str, answers: Sequence[str]) -> Iterator[Claim]:
    pieces = _COMMA.split(sentence)
    for end in range(1, len(pieces)):
        head = (", " if not is_han(sentence) else "，").join(pieces[:end])
        if holds_answer(head, answers) and len(plain(head)) > 6:
            yield Claim(head + ("。" if is_han(sentence) else "."), "part")
            return


def _restated(question: str, answer: str) -> str | None:
    text = question.strip().rstrip("?？").strip()
    if is_han(text):
        if len(_ASKS_IN_HAN.findall(text)) != 1 or any(mark in text for mark in "，。；"):
            return None
        return _ASKS_IN_HAN.sub(lambda _: answer, text).rstrip("呢吗") + "。"
    passive = _WHEN.match(f"{text}?")
    if passive is not None:
        verb, thing, done = passive.groups()
        return f"{thing[0].upper()}{thing[1:]} {verb} {done} in {answer}."
    for pattern in (_SUBJECT, _COUNT):
        if pattern.match(text):
            restated = pattern.sub(lambda _: answer, text)
            return f"{restated[0].upper()}{restated[1:]}."
    return None


def _with_another_number(text: str, paragraph: str) -> Iterator[Claim]:
    pattern = _NUMBER_IN_HAN if is_han(text) else _NUMBER
    found = pattern.search(text)
    if found is None:
        return
    digits = found.group()
    for step in (3, 7, 11):
        last = str((int(digits[-1]) + step) % 10)
        if digits[:-1] + last not in paragraph and digits[:-1] + last != "0":
            changed = text[: found.start()] + digits[:-1] + last + text[found.end() :]
            yield Claim(changed, "number")
            return


def _with_another_name(text: str, paragraph: str, name: str) -> Iterator[Claim]:
    found = None if is_han(text) else NAME.search(text)
    if found is not None and name not in paragraph and name != found.group():
        yield Claim(text[: found.start()] + name + text[found.end() :], "name")


def _turned_round(text: str) -> Iterator[Claim]:
    """Exactly one negation more, or one fewer."""
    if is_han(text):
        positive, negative = _NOT_IN_HAN, _IS_IN_HAN
        turned = positive.sub(r"\2\3", text, count=1)
        if turned == text:
            turned = negative.sub(r"不\1", text, count=1)
    else:
        turned = _NOT.sub(lambda m: m.group(1) or "can", text, count=1)
        if turned == text:
            turned = _IS.sub(r"\1 not", text, count=1)
    if turned != text:
        yield Claim(turned, "negation")


def _other_answer(
    question: DatasetQuestion, siblings: Sequence[DatasetQuestion], right: str
) -> str | None:
    """Of a question for the same kind of thing, whose answer the right sentence does not have."""
    wanted = asked_for(question.text)
    for sibling in siblings:
        same_kind = asked_for(sibling.text) is wanted and wanted is not Asked.ANYTHING
        if same_kind and not holds_answer(right, sibling.answers):
            return sibling.answers[0]
    return None
