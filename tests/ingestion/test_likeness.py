import pytest

from ingestion.likeness import likeness_of

LEGAL = (
    "This letter and any attachment are confidential and intended solely for the addressee. If you "
    "have received it in error please notify the sender at once and destroy all copies. Registered "
    "office: Example Street 1, court of registration 12345, tax number 987 654 321."
)
CHINESE = (
    "本文件及其附件均属公司机密，仅供收件人本人使用。未经公司书面许可，任何"
    "人不得复制、传播或者向第三方披露本文件的任何内容，违者将承担相应的法律"
    "责任。如误收请立即通知发件人并删除。"
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEGAL, LEGAL.upper()),
        (LEGAL, LEGAL.replace(" ", "\n").replace("solely", " solely ")),
        (f"{LEGAL}\nPage 3 of 12", f"{LEGAL}\nPage 11 of 12"),
        (f"{LEGAL} Printed on 3 March 2024.", f"{LEGAL} Printed on 21 November 2026."),
        (f"{LEGAL} Stand: 03.03.2024", f"{LEGAL} Stand: 21.11.2026"),
        (f"{CHINESE}第 3 页 共 12 页", f"{CHINESE}第11页，共12页"),
        (f"{CHINESE}打印日期：2024年3月1日", f"{CHINESE}打印日期：2026年11月22日"),
    ],
)
def test_texts_that_say_the_same_are_alike(one: str, other: str) -> None:
    assert likeness_of(one) == likeness_of(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEGAL, LEGAL.replace("12345", "12346")),
        (f"{LEGAL} Employees receive 15 days.", f"{LEGAL} Employees receive 25 days."),
        (
            f"{LEGAL} Valid from 1.1.2024 to 31.12.2024",
            f"{LEGAL} Valid from 1.1.2025 to 31.12.2025",
        ),
        (f"{CHINESE}年假15天", f"{CHINESE}年假20天"),
    ],
)
def test_another_number_is_another_text(one: str, other: str) -> None:
    assert "" != likeness_of(one) != likeness_of(other)


@pytest.mark.parametrize(
    "text",
    [
        "Fifteen days are paid.",
        "The meeting took place on 3 March 2024.",
        "| article | price |\n| --- | --- |\n" + "| bolt M8 with washer and nut | 12 |\n" * 20,
        f"{LEGAL}\n\n| article | price |\n| --- | --- |\n| bolt | 12 |",
        "",
    ],
)
def test_facts_and_tables_are_never_boilerplate(text: str) -> None:
    assert likeness_of(text) == ""
