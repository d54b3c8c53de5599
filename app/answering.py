"""The part of the composition root that answers, and that replays answers."""

import time
from dataclasses import dataclass

from app.answers.answer_runs import AnswerRuns
from app.answers.asking import Asking
from app.answers.conversations import Conversations
from app.answers.explaining import Explaining
from app.answers.limits import answer_limits
from app.answers.openai_chat import OpenAIChat
from app.answers.recall import Recall
from app.answers.turns import Turns
from app.attachments.opening import OpenedFiles
from app.clock import utc_now
from app.library.reading import Reading
from app.library.shelves import Library
from app.models.opening import Models
from app.settings import Settings
from app.tokens import new_id
from retrieval.answer.answerer import Answerer
from retrieval.answer.placing import PlacedAnswers
from retrieval.search.searcher import Searcher
from retrieval.store.cited import CitedBlocks

ANSWERS_PER_PERSON = 3


@dataclass(frozen=True, slots=True)
class Answering:
    conversations: Conversations
    turns: Turns
    recall: Recall
    asking: Asking
    openai: OpenAIChat
    explaining: Explaining


def begin_answering(
    settings: Settings,
    searcher: Searcher,
    models: Models,
    shelves: Library,
    reading: Reading,
    files: OpenedFiles,
) -> Answering:
    checked = Answerer(
        searcher,
        models.generator,
        models.embedder,
        answer_limits(settings),
        surroundings=reading.corpus,
    )
    answerer = PlacedAnswers(checked, files.cited(CitedBlocks(shelves.database)))
    conversations = Conversations(shelves.database, utc_now, new_id)
    turns = Turns(shelves.database, utc_now)
    runs = AnswerRuns(ANSWERS_PER_PERSON)
    recall = Recall(conversations, turns, reading, runs, files.files)
    return Answering(
        conversations=conversations,
        turns=turns,
        recall=recall,
        asking=Asking(
            conversations, turns, recall, shelves, answerer, runs, files.of_questions, new_id
        ),
        openai=OpenAIChat(shelves, answerer, runs, new_id),
        explaining=Explaining(
            shelves, conversations, files.of_questions, checked, runs, new_id, time.monotonic
        ),
    )
