"""The part of the composition root that answers, and that replays answers."""

import time
from dataclasses import dataclass, replace

from prometheus_client import CollectorRegistry

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
from app.library.leaving import Leaving
from app.library.reading import Reading
from app.library.shelves import Library
from app.models.opening import Models
from app.models.overflow import Overflowing
from app.settings import Settings
from app.tokens import new_id
from retrieval.answer.answerer import Answerer
from retrieval.answer.limits import Crowd
from retrieval.answer.placing import PlacedAnswers
from retrieval.ports import Generator
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


@dataclass(frozen=True, slots=True)
class AnsweringParts:
    """What answers are made of."""

    settings: Settings
    searcher: Searcher
    models: Models
    shelves: Library
    reading: Reading
    files: OpenedFiles

    def begun(self, registry: CollectorRegistry) -> Answering:
        models, database, files = self.models, self.shelves.database, self.files
        # Nothing but what people ask ever meets the second model.
        near = Answerer(
            self.searcher,
            models.generator,
            models.embedder,
            answer_limits(self.settings),
            surroundings=self.reading.corpus,
        )
        checked = replace(
            near,
            generator=_with_second(self.settings, models),
            crowd=_crowd(self.settings, models),
        )
        answerer = PlacedAnswers(checked, files.cited(CitedBlocks(database)))
        leaving = Leaving.counted(database, self.shelves.audit, registry) if models.second else None
        conversations = Conversations(database, utc_now, new_id)
        turns = Turns(database, utc_now)
        runs = AnswerRuns(ANSWERS_PER_PERSON)
        recall = Recall(conversations, turns, self.reading, runs, files.files)
        asking = Asking(
            conversations,
            turns,
            recall,
            self.shelves,
            answerer,
            runs,
            files.of_questions,
            new_id,
            leaving,
        )
        explaining = Explaining(
            self.shelves,
            conversations,
            turns,
            files.of_questions,
            near,
            runs,
            new_id,
            time.monotonic,
        )
        openai = OpenAIChat(self.shelves, answerer, runs, new_id, leaving)
        return Answering(conversations, turns, recall, asking, openai, explaining)


def _with_second(settings: Settings, models: Models) -> Generator:
    wishes = settings.models.overflow
    if wishes is None or models.second is None:
        return models.generator
    return Overflowing(models.generator, models.second, wishes)


def _crowd(settings: Settings, models: Models) -> Crowd:
    wishes = settings.models.overflow
    relieved = models.second is not None and wishes is not None and "slow" in wishes.when
    return Crowd(models.waits.longest, settings.models.patience, relieved)
