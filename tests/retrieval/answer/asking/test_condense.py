import pytest

from retrieval.answer.asking.condense import Turn, condense_question, leans

FIRST = "How many days of annual leave do employees in Ghent have?"


@pytest.mark.parametrize(
    "question",
    [
        "And for managers?",
        "What about part-time staff?",
        "Can it be paid out?",
        "Why?",
        "When do they expire?",
        "Is that paid?",
        "那经理呢？",
        "它什么时候过期？",
        "病假呢？",
        "这个怎么申请？",
    ],
)
def test_a_question_that_points_back_leans_on_the_one_before(question: str) -> None:
    assert condense_question(question, [Turn(FIRST, "26 days.")]).searched == f"{FIRST} {question}"


@pytest.mark.parametrize(
    "question",
    [
        FIRST,
        "How much may a hotel in Paris cost?",
        "Is there a bicycle allowance in Ghent?",
        "What is the warranty of the LV-220 this year?",
        "试用期的员工有年假吗？",
        "上海办事处的报销流程是什么？",
    ],
)
def test_a_question_that_stands_alone_is_searched_alone(question: str) -> None:
    assert (
        condense_question(question, [Turn("What is the dress code?", "None.")]).searched == question
    )
    assert not leans(question)


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands_alone() -> None:
    history = [
        Turn("Old and unrelated topic here?", ""),
        Turn(FIRST, ""),
        Turn("And for managers?", ""),
    ]
    assert condense_question("Why?", history).searched == f"{FIRST} And for managers? Why?"


def test_without_history_nothing_is_put_in_front() -> None:
    assert condense_question(" And for managers? ", []).searched == "And for managers?"
