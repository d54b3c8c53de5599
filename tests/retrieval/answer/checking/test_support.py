from collections.abc import Sequence

import pytest

from retrieval.answer.checking.citations import Draft
from retrieval.answer.checking.evidence import evidence_of
from retrieval.answer.checking.support import Finding, SupportCheck
from retrieval.answers import Verdict
from retrieval.types import Passage
from tests.retrieval.answer.answering_fakes import a_passage

LEAVE = a_passage(
    "Annual leave is 25 days per year. Sick leave with pay is 10 days per year. "
    "Employees must not work during sick leave. Requests are sent to Anna Berg before 1 March.",
    title="Leave policy",
)
TRAVEL = a_passage(
    "A hotel may cost at most EUR 1,200 per week. The car allowance is 40% of the fuel price. "
    "Write to travel@north.example or see https://north.example/travel for the form R-1023-B.",
    title="Travel policy",
)
ZH = a_passage(
    "试用期为三个月。员工不得在病假期间工作。每次出差的补贴为二百元，由王芳经理批准。",
    title="员工手册",
)
SOURCES = (LEAVE, TRAVEL, ZH)


def found(text: str, *numbers: int, passages: Sequence[Passage] = SOURCES) -> Finding:
    check = SupportCheck(evidence_of(passages), lambda text: None)
    return check.check(Draft(text, numbers, starts_paragraph=True))


@pytest.mark.parametrize(
    "text",
    [
        "Annual leave is 25 days per year.",
        "Annual leave is twenty-five days per year.",
        "Employees have annual leave of 25 days per year.",
        "A hotel may cost at most €1200 per week.",
        "A hotel may cost at most 1,200 euros per week.",
        "The car allowance is 40 percent of the fuel price.",
        "Requests are sent to Anna Berg before March 1.",
        "Employees must not work during sick leave.",
        "Write to travel@north.example for the form R-1023-B.",
        "试用期为3个月。",
        "试用期为三个月。",
        "每次出差的补贴为200元。",
        "员工不得在病假期间工作。",
    ],
)
def test_what_a_source_says_is_supported_however_it_is_spelled(text: str) -> None:
    assert found(text).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "text",
    [
        "Annual leave is 26 days per year.",
        "Annual leave is twenty-six days per year.",
        "Annual leave is 25 weeks per year.",
        "A hotel may cost at most $1200 per week.",
        "A hotel may cost at most EUR 12,000 per week.",
        "The car allowance is 40 euros of the fuel price.",
        "Requests are sent to Anna Berg before 2 March.",
        "Requests are sent to Anna Berg before 1 April.",
        "Requests are sent to Anna Berg before 1 March 2027.",
        "Requests are sent to Anna Bergmann before 1 March.",
        "Requests are sent to John Smith before 1 March.",
        "Write to travel@south.example for the form R-1023-B.",
        "Write to travel@north.example for the form R-1023-C.",
        "See https://north.example/expenses for the form R-1023-B.",
        "Call +49 30 123 4567 for the form R-1023-B.",
        "Sick leave with pay is 25 days per year.",
        "Annual leave is 10 days per year.",
        "Employees must work during sick leave.",
        "The moon is made of green cheese.",
        "试用期为六个月。",
        "试用期为三年。",
        "员工可以在病假期间工作。",
        "每次出差的补贴为二百元，由李强经理批准。",
        "每次出差的补贴为200美元。",
    ],
)
def test_a_wrong_figure_name_or_sense_is_withheld(text: str) -> None:
    finding = found(text, 1, 2, 3)
    assert finding.verdict is Verdict.WITHHELD
    assert finding.window is None
    assert finding.reason is not None


def test_figures_of_two_neighbours_may_be_told_together_but_not_exchanged() -> None:
    prices = a_passage("The sensor PX-1 costs 84 euros. The cable PX-2 costs 12 euros.")
    together = found(
        "The sensor PX-1 costs 84 euros and the cable PX-2 costs 12 euros.", passages=(prices,)
    )
    exchanged = found("The cable PX-2 costs 84 euros.", passages=(prices,))
    assert together.verdict is Verdict.SUPPORTED
    assert exchanged.verdict is Verdict.WITHHELD


def test_the_reason_does_not_repeat_the_figure_that_nobody_wrote() -> None:
    assert (
        found("Annual leave is 99 days per year.").reason
        == "The sources do not have a figure of it."
    )


def test_a_sentence_that_says_more_than_its_source_is_weak() -> None:
    finding = found("Annual leave is 25 days per year, which motivates.")
    assert finding.verdict is Verdict.WEAK
    assert finding.window is not None


def test_the_cited_passage_is_kept_when_two_say_the_same() -> None:
    twin = a_passage("Annual leave is 25 days per year.", title="Welcome")
    for number in (1, 2):
        finding = found("Annual leave is 25 days per year.", number, passages=(LEAVE, twin))
        assert finding.window is not None
        assert finding.window.passage == number


def test_a_cell_is_supported_by_its_row_and_the_header_of_the_table() -> None:
    table = a_passage(
        "| Part number | Description | Price (EUR) |\n| --- | --- | --- |\n"
        "| PX-1 | Heater | 84.50 |\n| PX-2 | Cable | 12.00 |",
        title="Spare parts",
    )
    finding = found("The price of the heater PX-1 is 84.50 euros.", passages=(table,))
    assert finding.verdict is Verdict.SUPPORTED
    assert finding.window is not None
    assert finding.window.first == finding.window.last
    swapped = found("The price of the cable PX-2 is 84.50 euros.", passages=(table,))
    assert swapped.verdict is Verdict.WITHHELD
