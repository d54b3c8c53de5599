"""A negation is about the words beside it: another one elsewhere in the sentence is none of it."""

import pytest

from retrieval.facts.names import unstated_names
from retrieval.facts.polarity import contradicts

SOURCE = "Interns may work from home, but they are not insured there."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Interns may not work from home.", SOURCE),
        ("Interns are insured at home.", SOURCE),
        ("Internet2 is not a not-for-profit consortium.", "Internet2 is a not-for-profit one."),
        ("Spin is not the variable.", "Particles do not only possess spatial variables: spin."),
        ("Smoking is allowed.", "Smoking is prohibited."),
        ("实习生不可以在家工作。", "实习生可以在家工作，但不享受保险。"),
        ("员工可以在病假期间工作。", "员工不得在病假期间工作。"),
    ],
)
def test_what_one_denies_and_the_other_says_is_a_contradiction(claim: str, source: str) -> None:
    assert contradicts(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Interns may work from home.", SOURCE),
        ("Interns are not insured at home.", SOURCE),
        (
            "Scottish members vote on laws for England.",
            "Scottish members vote on laws for England, but English ones do not vote on theirs.",
        ),
        ("实习生可以在家工作。", "实习生可以在家工作，但不享受保险。"),
        ("员工病假期间不能工作。", "员工不得在病假期间工作。"),
    ],
)
def test_a_negation_of_something_else_is_none(claim: str, source: str) -> None:
    assert not contradicts(claim, source)


def test_the_parts_of_a_name_stand_together_in_the_source() -> None:
    source = "Maria Keller leads the company. Its lawyer is Anna Berg."
    assert unstated_names("It is led by Maria Keller.", source) == []
    assert unstated_names("It is led by Anna Keller.", source) == ["Anna"]
    assert unstated_names("The lawyer is Anna Berg.", "The lawyer is Anna-Lena M. Berg.") == []
