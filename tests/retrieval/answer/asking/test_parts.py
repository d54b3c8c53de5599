"""Questions that ask several things, and at least as many that only look like it."""

import pytest

from retrieval.answer.asking.parts import MOST_PARTS, split_question

SEVERAL = {
    "How many vacation days do I get and who approves them?": (
        "How many vacation days do I get?",
        "Who approves them?",
    ),
    "What is the hotel limit in Paris, and how do I claim it?": (
        "What is the hotel limit in Paris?",
        "How do I claim it?",
    ),
    "How long is the warranty and does it cover the battery?": (
        "How long is the warranty?",
        "Does it cover the battery?",
    ),
    "Where do I park? Who gives me a badge?": ("Where do I park?", "Who gives me a badge?"),
    "Who signs the contract and when is it sent?": (
        "Who signs the contract?",
        "When is it sent?",
    ),
    "How often is the filter changed, who does it and what does it cost?": (
        "How often is the filter changed?",
        "Who does it?",
        "What does it cost?",
    ),
    "Tell me how many days I get and what the notice period is.": (
        "Tell me how many days I get?",
        "What the notice period is?",
    ),
    "Can I carry over leave, and if so, how many days?": (
        "Can I carry over leave?",
        "How many days?",
    ),
    "Compare the LV-220 and the LV-410": (
        "What about the LV-220?",
        "What about the LV-410?",
    ),
    "What is the difference between the hotel limit in Paris and in Ghent?": (
        "What about the hotel limit in Paris?",
        "What about the hotel limit in Ghent?",
    ),
    "Northwind Standard vs Northwind Health Plus": (
        "What about Northwind Standard?",
        "What about Northwind Health Plus?",
    ),
    "What do PX-1180-B and PX-1190-C cost?": (
        "What do PX-1180-B cost?",
        "What do PX-1190-C cost?",
    ),
    "年假有多少天？由谁批准？": ("年假有多少天？", "由谁批准？"),
    "年假有多少天？还有病假呢？": ("年假有多少天？", "病假呢？"),
    "试用期多长，期间有年假吗？": ("试用期多长？", "期间有年假吗？"),
    "访客要提前多久预约以及在哪里登记？": ("访客要提前多久预约？", "在哪里登记？"),
    "报销单由谁审批，多久到账？": ("报销单由谁审批？", "多久到账？"),
    "保修期是多久，怎么退货，运费谁出？": ("保修期是多久？", "怎么退货？", "运费谁出？"),
    "比较LV-220和LV-410": ("LV-220是什么？", "LV-410是什么？"),
    "年假和病假有什么区别？": ("年假是什么？", "病假是什么？"),
    "比较一线城市和其他城市的住宿标准": (
        "一线城市的住宿标准是什么？",
        "其他城市的住宿标准是什么？",
    ),
    "酒店标准是多少和由谁批准？": ("酒店标准是多少？", "由谁批准？"),
    "PX-1180-B和PX-1190-C的价格是多少？": (
        "PX-1180-B的价格是多少？",
        "PX-1190-C的价格是多少？",
    ),
}

ONE = (
    "What does the research and development department do?",
    "Where are the terms and conditions?",
    "What is the health and safety policy?",
    "When and where is the fire drill?",
    "Who may sign for parts and labour?",
    "How do I report a lost or stolen laptop and badge?",
    "What happens if I lose my badge and when I find it again?",
    "Which days are holidays and are paid?",
    "Is Johnson and Johnson a supplier?",
    "What is the profit and loss of the third quarter?",
    "I work in Ghent. How many days of leave do I get?",
    "How many days of leave do employees in Ghent and Suzhou have?",
    "What do I do when the sensor shows a value between 5 and 10?",
    "Do I need a doctor's note and a form?",
    "Which forms and receipts are needed to claim travel and meals?",
    "What must a visitor bring and sign?",
    "How much has revenue changed, in euro and in percent?",
    "How are nuts and bolts ordered?",
    "Who decides whether and how much is paid?",
    "研发和测试部门的负责人是谁？",
    "条款和条件在哪里？",
    "健康与安全政策是什么？",
    "什么时间和什么地点举行消防演习？",
    "和平饭店的住宿标准是多少？",
    "交通和住宿的报销标准是多少？",
    "无论什么时候离职，都要还什么？",
    "如果电脑丢了，应该联系谁？",
    "在根特工作的员工，年假有多少天？",
    "安装和维护手册里的风速传感器高度是多少？",
    "供应商行为准则对童工和强迫劳动怎么规定？",
    "员工与经理的谈话多久一次？",
)


@pytest.mark.parametrize("question", SEVERAL)
def test_each_thing_that_is_asked_is_a_part(question: str) -> None:
    assert split_question(question) == SEVERAL[question]


@pytest.mark.parametrize("question", ONE)
def test_what_only_has_an_and_in_it_stays_whole(question: str) -> None:
    assert split_question(question) == (question,)


def test_the_set_has_forty_questions_of_which_half_must_not_be_split() -> None:
    assert len(SEVERAL) + len(ONE) >= 40
    assert len(ONE) >= len(SEVERAL)


def test_who_asks_very_many_things_at_once_gets_one_search() -> None:
    question = " ".join(f"What is item {number}?" for number in range(MOST_PARTS + 1))
    assert split_question(question) == (question,)


@pytest.mark.parametrize("question", ["", "?", "？？", "and", "and who", "和", "A vs B?"])
def test_odd_questions_do_no_harm(question: str) -> None:
    assert all(part.strip() for part in split_question(question)) or not question.strip()
