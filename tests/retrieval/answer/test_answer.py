"""Only what a source says reaches the screen, with the words it rests on."""

import pytest

from retrieval.answer.events import Finished, Reasoned, Stage
from retrieval.answer.limits import AnswerLimits
from retrieval.answers import Outcome
from tests.retrieval.answer.answering_fakes import (
    ScriptedGenerator,
)
from tests.retrieval.answer.asked import (
    LEAVE,
    WIDE_NUMBER,
    ZH_LEAVE,
    answer_of,
    events_of,
    everything_shown,
)


@pytest.mark.parametrize(
    "invention",
    [
        "The CEO's phone number is 123-456-7890 [1].",
        "The CEO's phone number is 123-456-7890.",
        "Maria Keller's phone number is 1234567890 [1].",
        "You can call the CEO at (123) 456-7890 [1][2].",
        "You can call the CEO Maria Keller at "
        "one two three four five six seven eight nine zero [1].",
        "The CEO Maria Keller can be reached at maria.keller@northlight.example [1].",
        "The CEO Maria Keller can be reached at maria dot keller at northlight dot example [1].",
        "Maria Keller has led the company since 5 March 2019 [1].",
        "The CEO's phone number is +49 30 5550 1234 [2].",
        "The CEO Maria Keller answers at +49 30 5550 1234 [1][2].",
        f"Her number: {WIDE_NUMBER} [1].",
    ],
)
def test_an_invented_number_or_address_is_never_on_the_screen(invention: str) -> None:
    events = events_of(ScriptedGenerator(invention), "What is the CEO's phone number?")
    shown = everything_shown(events)
    for trace in ("123", "456", "7890", WIDE_NUMBER, "one two", "maria.keller", "dot", "5 March"):
        assert trace not in shown
    assert "CEO's phone" not in shown
    assert not ("Keller" in shown and "5550" in shown.split("Keller", 1)[1].split(".")[0])


def test_a_supported_sentence_is_shown_with_the_words_it_rests_on() -> None:
    events = events_of(
        ScriptedGenerator("Every employee has 28 days of paid leave per year [1]."),
        "How many days of paid leave does an employee have?",
    )
    answer = events[-1].answer  # type: ignore[union-attr]
    assert answer.outcome is Outcome.ANSWERED
    (sentence,) = answer.sentences
    assert sentence.text == "Every employee has 28 days of paid leave per year."
    assert sentence.citations == (1,)
    (citation,) = answer.citations
    assert citation.document == LEAVE.chunk.document
    assert citation.quote in LEAVE.chunk.text
    assert "28 days" in citation.quote
    assert answer.text == "Every employee has 28 days of paid leave per year. [1]"


def test_a_sentence_without_a_marker_is_given_the_source_that_says_it() -> None:
    answer = answer_of(
        ScriptedGenerator("Every employee has 28 days of paid leave per year."),
        "How many days of paid leave does an employee have?",
    )
    assert [citation.document for citation in answer.citations] == [LEAVE.chunk.document]


def test_a_wrong_marker_is_corrected() -> None:
    answer = answer_of(
        ScriptedGenerator("Every employee has 28 days of paid leave per year [2]."),
        "How many days of paid leave does an employee have?",
    )
    assert [citation.document for citation in answer.citations] == [LEAVE.chunk.document]


def test_the_stages_come_in_order_and_the_answer_last() -> None:
    events = events_of(
        ScriptedGenerator(
            "Every employee has 28 days of paid leave per year [1].", reasoning="Hm."
        ),
        "How many days of paid leave does an employee have?",
    )
    names = [event.name for event in events if isinstance(event, Stage)]
    assert names == ["searching", "reading", "waiting", "writing"]
    assert [event.text for event in events if isinstance(event, Reasoned)] == ["Hm."]
    assert isinstance(events[-1], Finished)
    assert events[-1].answer.reasoning == "Hm."


def test_when_the_model_makes_everything_up_the_sources_speak_for_themselves() -> None:
    answer = answer_of(
        ScriptedGenerator(
            "Employees get 40 days of leave [1]. Leave is doubled after 10 years [1]."
        ),
        "How many days of paid leave does an employee have per year?",
    )
    assert answer.outcome is Outcome.QUOTED
    assert answer.withheld == 2
    assert answer.sentences[0].is_quote
    assert answer.sentences[0].text == "Every employee has 28 days of paid leave per year."
    assert "quoted_only" in answer.confidence.reasons


def test_a_question_that_no_source_answers_is_refused_without_asking_the_model() -> None:
    generator = ScriptedGenerator("The answer is 42.")
    answer = answer_of(generator, "Which dinosaurs lived in the Cretaceous period?")
    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.sentences == ()
    assert len(answer.closest) == 3
    assert generator.prompts == []


def test_nothing_found_at_all_is_a_refusal() -> None:
    answer = answer_of(ScriptedGenerator("Yes."), "Is there a canteen?", passages=())
    assert (answer.outcome, answer.closest) == (Outcome.NOT_FOUND, ())


def test_a_chinese_question_is_quoted_when_the_model_does_not_write_chinese() -> None:
    generator = ScriptedGenerator("Employees enjoy fifteen days.")
    answer = answer_of(
        generator,
        "员工每年有多少天带薪年假？",
        passages=(ZH_LEAVE,),
        limits=AnswerLimits(languages=frozenset({"en"})),
    )
    assert answer.outcome is Outcome.QUOTED
    assert answer.sentences[0].text == "员工每年享有15天带薪年假。"
    assert generator.prompts == []


def test_an_english_ramble_to_a_chinese_question_is_cut_short() -> None:
    generator = ScriptedGenerator("Leave is a very nice thing to have in life and " * 40)
    answer = answer_of(generator, "员工每年有多少天带薪年假？", passages=(ZH_LEAVE,))
    assert answer.outcome is Outcome.QUOTED
    assert generator.said < 40
    assert generator.closed


def test_a_chinese_answer_is_checked_like_an_english_one() -> None:
    answer = answer_of(
        ScriptedGenerator("员工每年享有15天带薪年假【1】。员工每年享有20天病假【1】。"),
        "员工每年有多少天带薪年假？",
        passages=(ZH_LEAVE,),
    )
    assert [sentence.text for sentence in answer.sentences if sentence.text] == [
        "员工每年享有15天带薪年假。"
    ]
    assert answer.withheld == 1


def test_chatter_repetition_and_half_a_sentence_at_the_end_are_left_out() -> None:
    answer = answer_of(
        ScriptedGenerator(
            "Sure! Based on the sources: Every employee has 28 days of paid leave per year [1]. "
            "Every employee has 28 days of paid leave per year. I hope this helps! Up to 5 days may"
        ),
        "How many days of paid leave does an employee have?",
    )
    assert answer.text == "Every employee has 28 days of paid leave per year. [1]"
    assert answer.withheld == 0
