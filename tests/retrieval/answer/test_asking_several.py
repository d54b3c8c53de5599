"""One question that asks several things: each is searched, judged and answered by itself."""

from dataclasses import replace

from retrieval.answer.asking.condense import Turn
from retrieval.answer.asking.gathering import interleaved, parts_of
from retrieval.answer.checking.reading import read_passages
from retrieval.answer.writing.bibliography import Bibliography
from retrieval.answer.writing.quoting import quote_parts
from retrieval.answers import Outcome, Verdict
from tests.retrieval.answer.answering_fakes import OverlapEmbedder, ScriptedGenerator, a_passage
from tests.retrieval.answer.asked import LEADERSHIP, LEAVE, answer_of, events_of, everything_shown

BOTH = "How many days of paid leave does an employee have and who is the CEO of Northlight?"
HALF = "How many days of paid leave does an employee have and who repairs the lift in Lyon?"
NEITHER = "Who repairs the lift in Lyon and what does the parachute cost?"


def test_what_several_searches_found_comes_in_turn_and_once() -> None:
    a, b, c, d = (a_passage(text, name=text) for text in "abcd")
    assert interleaved([(a, b, c), (d, b)]) == (a, d, b, c)
    assert interleaved([(), (a,)]) == (a,)
    assert interleaved([]) == ()


def test_each_part_leans_on_the_part_before_it_or_on_the_conversation() -> None:
    first, second = parts_of("Who signs the contract and when is it sent?", ())
    assert first.alone.searched == "Who signs the contract?"
    assert second.alone.searched == "Who signs the contract? When is it sent?"
    (part,) = parts_of("And in Ghent?", [Turn("What does a hotel in Paris cost?", "")])
    assert part.alone.searched == "What does a hotel in Ghent cost?"


def test_a_follow_up_on_several_things_asks_for_all_of_them_again() -> None:
    history = [Turn("What does a hotel in Paris cost and who books it?", "")]
    first, second = parts_of("And in Ghent?", history)
    assert first.alone.searched == "What does a hotel in Ghent cost?"
    assert second.text == "Who books it?"


def test_both_parts_are_answered_each_from_its_own_source() -> None:
    answer = answer_of(ScriptedGenerator("I do not know."), BOTH, passages=(LEADERSHIP, LEAVE))
    assert answer.outcome is Outcome.QUOTED
    assert {citation.document for citation in answer.citations} == {
        LEADERSHIP.chunk.document,
        LEAVE.chunk.document,
    }
    assert answer.unanswered == ()
    assert "some_unanswered" not in answer.confidence.reasons


def test_the_part_that_the_model_left_out_is_quoted_behind_its_sentence() -> None:
    generator = ScriptedGenerator("Every employee has 28 days of paid leave per year [1].")
    events = events_of(generator, BOTH, passages=(LEADERSHIP, LEAVE))
    answer = events[-1].answer  # type: ignore[union-attr]
    assert answer.outcome is Outcome.ANSWERED
    assert [sentence.is_quote for sentence in answer.sentences] == [False, True]
    assert "Maria Keller" in answer.sentences[1].text
    assert [citation.number for citation in answer.citations] == [1, 2]
    assert everything_shown(events).count("Maria Keller is the CEO") >= 2, "streamed, then whole"


def test_what_a_sentence_rests_on_already_is_not_quoted_again_for_another_part() -> None:
    question = "How many days of paid leave does an employee have?"
    reading = read_passages(question, [LEAVE], OverlapEmbedder())
    twice = replace(reading, asked_parts=reading.parts * 2)
    bibliography = Bibliography(reading.evidence)
    (first, *_) = quote_parts(reading, bibliography, 0.0, frozenset())
    assert first.sentence.text == "Every employee has 28 days of paid leave per year."
    assert list(quote_parts(twice, bibliography, 0.0, {0})) == []


def test_the_half_that_nothing_answers_is_named_and_not_asked_of_the_model() -> None:
    generator = ScriptedGenerator("Every employee has 28 days of paid leave per year [1].")
    answer = answer_of(generator, HALF, passages=(LEADERSHIP, LEAVE))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.unanswered == ("Who repairs the lift in Lyon?",)
    assert "some_unanswered" in answer.confidence.reasons
    assert "lift" not in generator.prompts[0].lower()
    assert all(sentence.verdict is Verdict.SUPPORTED for sentence in answer.sentences)


def test_where_nothing_answers_any_part_it_is_a_refusal_as_ever() -> None:
    generator = ScriptedGenerator("Mr Lift repairs it for 5 euro.")
    answer = answer_of(generator, NEITHER, passages=(LEADERSHIP, LEAVE))
    assert (answer.outcome, answer.unanswered) == (Outcome.NOT_FOUND, ())
    assert answer.closest
    assert generator.prompts == []
