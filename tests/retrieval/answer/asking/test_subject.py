"""What a question is about, against what the sources are about."""

import pytest

from retrieval.answer.asking.subject import names_a_title, subject_share

STATION = "大沙地站\n大沙地站是广州地铁五号线的车站，位于黄埔区大沙地西路。"


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("大沙地站有几个出入口？", 1.0),
        ("大沙東站有幾個出入口？", 0.5),  # a near name, in traditional characters
        ("余杭站的建筑有什么特点？", 0.0),
        ("请问大沙地站在哪里？", 1.0),  # politeness is no subject
        ("是什么？", 1.0),  # nothing is named, so nothing is missed
    ],
)
def test_the_first_phrase_of_a_chinese_question_is_looked_for(question: str, share: float) -> None:
    assert subject_share(question, [STATION]) == share


def test_any_of_the_sources_may_have_the_subject() -> None:
    assert subject_share("余杭站在哪里？", [STATION, "余杭站位于杭州。"]) == 1.0


@pytest.mark.parametrize(
    ("question", "title", "named"),
    [
        ("差旅费报销制度规定了什么？", "差旅费报销制度", True),
        ("差旅費報銷制度規定了什麼？", "差旅费报销制度（2024年版）", True),
        ("出差可以报销多少？", "差旅费报销制度", False),
        ("What does the travel policy say about trains?", "Travel policy", True),
        ("How much may a train cost?", "Travel policy", False),
        ("What is it?", "", False),
        ("何时？", "何", False),  # one character names nothing
    ],
)
def test_a_title_is_named_in_full_or_not_at_all(question: str, title: str, named: bool) -> None:
    assert names_a_title(question, [title]) is named
