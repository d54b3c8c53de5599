import numpy as np

from retrieval.answer.asking.question import asking
from retrieval.answer.checking.evidence import evidence_of
from retrieval.answer.checking.relevance import features
from retrieval.answer.checking.signals import SIGNALS, answer_signals
from tests.retrieval.answer.answering_fakes import a_passage

QUESTION = "How often should the funnel of the LV-410 be cleaned?"
SENTENCE = "Clean the funnel every three months. The mast needs no care."


def figures_missing(title: str) -> float:
    evidence = evidence_of([a_passage(SENTENCE, title=title)])
    question = asking(QUESTION, None, 0.0)
    rows = features(question, evidence)
    found = answer_signals(question, evidence, rows, np.array([1.0, 0.0], np.float32))
    return float(found[SIGNALS.index("figures")])


def test_a_code_of_the_question_may_stand_in_the_title_alone() -> None:
    assert figures_missing("LV-410 maintenance schedule") == 0
    assert figures_missing("LV-500 maintenance schedule") == 1
