import pytest

from retrieval.answer.asking.asked import asked_for, gives
from retrieval.facts.figures import figure_set, figures_of


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("1,234.50", "number", "1234.5", ""),
        ("\uff13 天", "number", "3", "day"),
        ("twenty-five days", "number", "25", "day"),
        ("one hundred and five people", "number", "105", "person"),
        ("三百二十天", "number", "320", "day"),
        ("1.5万元", "number", "15000", "cny"),
        ("3 million euros", "number", "3000000", "eur"),
        ("$20", "number", "20", "usd"),
        ("百分之二十", "number", "20", "%"),
        ("5 per cent", "number", "5", "%"),
        ("25km", "number", "25", "km"),
        ("five five five one two three four", "number", "5551234", ""),
        ("5 March 2026", "date", "2026-3-5", ""),
        ("March 5th, 2026", "date", "2026-3-5", ""),
        ("2026年3月5日", "date", "2026-3-5", ""),
        ("2026-03-05", "date", "2026-3-5", ""),
        ("5:30 pm", "time", "17:30", ""),
        ("下午5点半", "time", "17:30", ""),
        ("+49 (30) 555-1234", "digits", "49305551234", ""),
        ("Jane@North.example", "email", "jane@north.example", ""),
        ("jane at north dot example", "email", "jane@north.example", ""),
        ("https://www.north.example/a/.", "url", "north.example/a", ""),
        ("R-1023-B", "code", "r1023b", ""),
    ],
)
def test_a_figure_has_one_spelling(text: str, kind: str, value: str, unit: str) -> None:
    (figure,) = figures_of(text)
    assert (figure.kind, figure.value, figure.unit) == (kind, value, unit)


@pytest.mark.parametrize("text", ["no one knows", "一般情况下统一处理", "一个人", "and so on"])
def test_words_that_only_look_like_numbers_are_none(text: str) -> None:
    assert figures_of(text) == []


def test_a_phone_number_is_found_with_and_without_its_country() -> None:
    source = figure_set("Call +49 30 555 1234.")
    assert source.states(figures_of("(30) 555-1234")[0])
    assert not source.states(figures_of("(30) 555-1235")[0])


def test_a_year_that_stands_in_the_heading_completes_a_date() -> None:
    source = figure_set("Holidays 2026\nThe office is closed on 5 March.")
    assert source.states(figures_of("5 March 2026")[0])
    assert not source.states(figures_of("5 March 2027")[0])


@pytest.mark.parametrize(
    ("question", "answer", "beside"),
    [
        (
            "How often is the coffee machine descaled?",
            "Facilities descales it every second Friday.",
            "The coffee machine stands on the third floor.",
        ),
        ("咖啡机多久清洗一次？", "咖啡机每两周清洗。", "咖啡机在三楼。"),
    ],
)
def test_a_frequency_is_not_any_number(question: str, answer: str, beside: str) -> None:
    asked = asked_for(question)
    assert gives(asked, answer)
    assert not gives(asked, beside)
