"""Shapes of a question that is replayed stage by stage, for administrators."""

from app.shapes.asking import AnswerOut, FiltersIn, PassageOut, Question, SentenceOut
from app.shapes.base import Ids, In, Out
from retrieval.answers import Checking


class ExplainIn(In):
    question: Question
    knowledge_base_ids: Ids | None = None  # None: all that the asking administrator may read
    filters: FiltersIn = FiltersIn()
    conversation_id: str | None = None  # one's own: its files are searched, too


class StageSecondsOut(Out):
    """`stage` of a search: "embed", "keywords", "meaning", "read", "fuse", "rerank"; of an answer
    those of the event `stage`."""

    stage: str
    seconds: float


class RanksOut(Out):
    """From 1, of a passage among all that a stage scored; null where it did not see it."""

    bm25: int | None
    dense: int | None
    fused: int | None
    final: int


class TracedPassageOut(Out):
    passage: PassageOut
    ranks: RanksOut
    terms: list[str]  # of the question's, that the passage or what stands above it has
    read: bool  # compared with the question sentence by sentence
    given: bool  # to the model
    cited: list[int]  # numbers of the citations in the answer


class SearchTraceOut(Out):
    """One search. A question of several parts has several."""

    question: str
    terms: list[str]  # as the keyword index knows them
    degraded: str | None
    considered: int  # passages that any leg found and that this administrator may read
    passages: list[
        TracedPassageOut
    ]  # best first; those that no stage had near its top are left out
    seconds: list[StageSecondsOut]


class DecisionOut(Out):
    answerable: float  # chance, 0 to 1, that what was read answers
    refuse_below: float
    coverage: float  # share of the question's words, by weight, in the best passage
    checking: Checking


class ExplainOut(Out):
    answer: AnswerOut
    searches: list[SearchTraceOut]
    drafted: list[SentenceOut]  # the model's own, when quotes or a refusal took their place
    decision: DecisionOut | None  # null when it was over before anything was read
    seconds: list[StageSecondsOut]  # of the whole answer, in the order of the stages
    # Names of the conversation's files that were searched, too; empty: it had some, and none is
    # there any more. null: no conversation was named, or one without files.
    files: list[str] | None = None
