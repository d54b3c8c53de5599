import csv
from pathlib import Path

import pytest

from retrieval.answer.asking.condense import Standalone, Turn, condense_question
from retrieval.answer.asking.rewriting import resolved, rewritten

FOLLOW_UPS = Path(__file__).with_name("follow_ups.tsv")

LEAVE = "How many days of annual leave do I get in Ghent?"
HOTEL = "How much may a hotel in Paris cost?"
PRICE = "What is the price of PX-1180-B?"
REVENUE = "How much revenue did we make in the third quarter of 2026?"
TEN_YEARS = "工作满十年的员工有多少天带薪年假？"

REPLACED = [
    (LEAVE, "And in Suzhou?", "How many days of annual leave do I get in Suzhou?"),
    (LEAVE, "in Suzhou?", "How many days of annual leave do I get in Suzhou?"),
    (HOTEL, "What about in New York?", "How much may a hotel in New York cost?"),
    (PRICE, "And the PX-1042-A?", "What is the price of PX-1042-A?"),
    (REVENUE, "And in the second quarter?", REVENUE.replace("third", "second")),
    (TEN_YEARS, "那满二十年的呢？", TEN_YEARS.replace("十年", "二十年")),
    ("陪产假有多少天？", "那婚假呢？", "婚假有多少天？"),
    ("LV-220-S的单价是多少？", "LV-410呢？", "LV-410的单价是多少？"),
    (
        "供应商的来料合格率不能低于多少？",
        "准时交货率呢？",
        "供应商的准时交货率不能低于多少？",
    ),
]

UNSURE = [
    (LEAVE, "And for managers?"),
    (LEAVE, "Why?"),
    (LEAVE, "What about sick leave?"),
    (LEAVE, "And in the case that I leave the company before the end of the year?"),
    ("Who signs in Ghent and who signs in Suzhou?", "And in Paris?"),
    (PRICE, "And the LV-220?"),
    ("Do PX-1180-B and PX-1042-A fit?", "And PX-1360?"),
    (TEN_YEARS, "病假呢？"),
    (TEN_YEARS, "那满三个月的呢？"),
    ("访客要提前多久预约？", "超过五人的团体呢？"),
    ("产假和陪产假各有多少天？", "婚假怎么申请？"),
]


@pytest.mark.parametrize(("earlier", "follow_up", "alone"), REPLACED)
def test_what_a_follow_up_changes_is_put_into_the_question_before(
    earlier: str, follow_up: str, alone: str
) -> None:
    assert rewritten(follow_up, earlier) == alone
    assert condense_question(follow_up, [Turn(earlier, "")]) == Standalone(alone)


@pytest.mark.parametrize(("earlier", "follow_up"), UNSURE)
def test_where_no_rule_is_sure_nothing_is_rewritten(earlier: str, follow_up: str) -> None:
    assert rewritten(follow_up, earlier) is None


@pytest.mark.parametrize(
    ("earlier", "follow_up", "alone"),
    [
        (PRICE, "How long does it take to deliver?", "How long does PX-1180-B take to deliver?"),
        (
            "How long must a password be?",
            "How often must it be changed?",
            "How often must a password be changed?",
        ),
        ("What is the LV-220?", "And what does it weigh?", "what does LV-220 weigh?"),
        ("LV-410的单价是多少？", "它多重？", "LV-410多重？"),
        (LEAVE, "When does it expire?", "When does it expire?"),
        ("Do PX-1180-B and PX-1042-A fit?", "What does it cost?", "What does it cost?"),
        (PRICE, "Is it like PX-1042-A?", "Is it like PX-1042-A?"),
    ],
)
def test_a_pronoun_becomes_what_it_means_only_when_that_is_sure(
    earlier: str, follow_up: str, alone: str
) -> None:
    assert resolved(follow_up, earlier) == alone


def test_a_rewritten_question_can_be_followed_by_another() -> None:
    history = [Turn(HOTEL, ""), Turn("And in Zurich?", "")]
    alone = condense_question("And in London?", history)
    assert alone == Standalone("How much may a hotel in London cost?")


def test_no_code_or_figure_of_a_follow_up_is_ever_lost() -> None:
    with FOLLOW_UPS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) >= 30
    for row in rows:
        searched = condense_question(row["follow_up"], [Turn(row["earlier"], "")]).searched
        exact = [word for word in row["follow_up"].split() if any(c.isdigit() for c in word)]
        assert all(word.strip("?？呢的吗怎么办以上") in searched for word in exact), row
