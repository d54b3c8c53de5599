"""Golden questions of a knowledge base, and runs that ask them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from app.api.deps import AdminUser, PlatformDep
from app.people.audit import Entry
from app.shapes.history import (
    GoldenQuestionIn,
    GoldenQuestionOut,
    GoldenQuestionsIn,
    GoldenRunDetailOut,
    GoldenRunOut,
)
from ingestion.quality.configuration import Configuration, Order
from retrieval.errors import Conflict
from retrieval.types import KnowledgeBaseId

router = APIRouter(prefix="/admin", tags=["quality"])


@router.get("/knowledge-bases/{knowledge_base_id}/golden-questions")
def list_golden_questions(
    knowledge_base_id: str, _admin: AdminUser, platform: PlatformDep
) -> list[GoldenQuestionOut]:
    return platform.golden.of(knowledge_base_id)


@router.post("/knowledge-bases/{knowledge_base_id}/golden-questions", status_code=201)
def add_golden_question(
    knowledge_base_id: str, body: GoldenQuestionIn, user: AdminUser, platform: PlatformDep
) -> GoldenQuestionOut:
    return platform.golden.add(user, knowledge_base_id, [body])[0]


@router.post("/knowledge-bases/{knowledge_base_id}/golden-questions/import", status_code=201)
def import_golden_questions(
    knowledge_base_id: str, body: GoldenQuestionsIn, user: AdminUser, platform: PlatformDep
) -> list[GoldenQuestionOut]:
    """All of them or none."""
    return platform.golden.add(user, knowledge_base_id, body.questions)


@router.delete("/golden-questions/{question_id}", status_code=204)
def delete_golden_question(question_id: str, user: AdminUser, platform: PlatformDep) -> None:
    platform.golden.remove(user, question_id)


@router.get("/knowledge-bases/{knowledge_base_id}/golden-runs")
def list_golden_runs(
    knowledge_base_id: str, _admin: AdminUser, platform: PlatformDep
) -> list[GoldenRunOut]:
    """The newest hundred, newest first."""
    return platform.golden.runs(knowledge_base_id)


@router.post("/knowledge-bases/{knowledge_base_id}/golden-runs", status_code=201)
def run_golden_questions(
    knowledge_base_id: str,
    user: AdminUser,
    platform: PlatformDep,
    reason: Literal["manual", "restore"] = "manual",
    order: Order = Order.LIVE,
    candidates: Annotated[int | None, Query(ge=10, le=500)] = None,
) -> GoldenRunOut:
    """Asks every golden question now, and waits for the figures. `reason`: kept beside them.

    `order` and `candidates` rank otherwise than people are answered, to compare; nothing changes.
    """
    name = platform.library.get(knowledge_base_id).name
    configuration = Configuration(order, candidates)
    base = KnowledgeBaseId(knowledge_base_id)
    if platform.golden_asking.run(base, reason, configuration) is None:
        raise Conflict("This knowledge base has no golden questions yet.")
    detail = {"reason": reason, "configuration": configuration.label}
    platform.audit.note(Entry("golden_question.run", name, user, detail))
    return platform.golden.runs(knowledge_base_id)[0]


@router.get("/golden-runs/{run_id}")
def get_golden_run(run_id: str, _admin: AdminUser, platform: PlatformDep) -> GoldenRunDetailOut:
    """With the rank of each question, to compare two runs."""
    return platform.golden.run(run_id)
