from collections.abc import Iterator

import pytest

from ingestion.languages import Languages

RULES = {
    "en": "Travel costs are reimbursed within thirty days of the journey.",
    "de": "Reisekosten werden innerhalb von dreißig Tagen nach der Reise erstattet.",
    "fr": "Les frais de déplacement sont remboursés dans les trente jours.",
    "es": "Los gastos de viaje se reembolsan en un plazo de treinta días.",
    "zh": "差旅费用在出差结束后三十天内报销，超过期限的不予受理。",
    "ja": "出張費は三十日以内に精算してください。",
    "ru": "Командировочные расходы возмещаются в течение тридцати дней.",
}


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages()


@pytest.mark.parametrize("code", RULES)
def test_the_language_of_a_text_is_told(languages: Languages, code: str) -> None:
    assert languages.of([RULES[code]]) == code


def test_traditional_and_simplified_are_one_language(languages: Languages) -> None:
    assert languages.of(["鋼絲繩每月檢查一次，斷絲超過百分之十時必須更換。"]) == "zh"


def test_most_of_the_text_decides(languages: Languages) -> None:
    assert languages.of(["Annual leave", *[RULES["de"]] * 20]) == "de"


@pytest.mark.parametrize("texts", [[], [""], ["12 34 — 2024-09-30", "R-1"]])
def test_what_has_no_words_has_no_language(languages: Languages, texts: list[str]) -> None:
    assert languages.of(texts) is None


def test_a_long_text_is_not_read_to_its_end(languages: Languages) -> None:
    def texts() -> Iterator[str]:
        yield RULES["en"] * 1_000
        raise AssertionError("read on")

    assert languages.of(texts()) == "en"
