from retrieval.answer.checking.confidence import Grounds, confidence_of
from retrieval.answer.writing.bibliography import citation_of
from retrieval.answers import ConfidenceLevel, Outcome, Sentence, Verdict
from tests.retrieval.answer.answering_fakes import a_passage

SOLID = Sentence("Leave is 28 days.", (1,), Verdict.SUPPORTED)
WEAK = Sentence(
    "Leave is 28 days and nice.", (1,), Verdict.WEAK, "Only part of it is in the source."
)


def grounds(
    outcome: Outcome = Outcome.ANSWERED,
    answerable: float = 0.98,
    withheld: int = 0,
    *sentences: Sentence,
) -> Grounds:
    citations = tuple(
        citation_of(a_passage(text), n, text) for n, text in enumerate(["A.", "B."], 1)
    )
    return Grounds(
        outcome, answerable, "en", 0.9, sentences or (SOLID,), citations, withheld, degraded=False
    )


def test_doubt_lowers_the_value_and_gives_its_reason() -> None:
    sure = confidence_of(grounds())
    assert sure.level is ConfidenceLevel.HIGH
    assert sure.reasons == ("strong_match", "several_sources")
    doubted = confidence_of(grounds(withheld=2))
    assert doubted.value < sure.value
    assert "some_withheld" in doubted.reasons
    assert confidence_of(grounds(Outcome.ANSWERED, 0.98, 0, WEAK)).value < sure.value
    assert confidence_of(grounds(answerable=0.2)).level is ConfidenceLevel.LOW


def test_a_marked_sentence_costs_what_a_withheld_one_costs() -> None:
    marked = Sentence("Leave is 40 days.", (), Verdict.UNSUPPORTED, "The sources do not say this.")
    doubted = confidence_of(grounds(Outcome.ANSWERED, 0.98, 0, SOLID, marked))
    assert doubted.value == confidence_of(grounds(withheld=1)).value
    assert "some_unsupported" in doubted.reasons


def test_a_refusal_is_the_surer_the_less_the_sources_have() -> None:
    near, far = (confidence_of(grounds(Outcome.NOT_FOUND, chance)) for chance in (0.45, 0.02))
    assert far.value > near.value
    assert far.level is ConfidenceLevel.HIGH
    assert "nothing_found" in far.reasons


def test_the_value_stays_between_never_and_always() -> None:
    assert confidence_of(grounds(answerable=1.0)).value == 0.99
    assert confidence_of(grounds(Outcome.QUOTED, 0.0, 9)).value == 0.01
