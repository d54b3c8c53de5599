"""Golden questions of a knowledge base, and runs that ask them."""

from typing import Literal

from fastapi import APIRouter

from app.api.deps import AdminUser, PlatformDep
from app.people.audit import Entry
from app.shapes.history import (
    GoldenQuestionIn,
    GoldenQuestionOut,
    GoldenQuestionsIn,
    GoldenRunOut,
)
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
) -> GoldenRunOut:
    """Asks every golden question now, and waits for the figures. `reason`: kept beside them."""
    name = platform.library.get(knowledge_base_id).name
    if platform.golden_asking.run(KnowledgeBaseId(knowledge_base_id), reason) is None:
        raise Conflict("This knowledge base has no golden questions yet.")
    platform.audit.note(Entry("golden_question.run", name, user, {"reason": reason}))
    return platform.golden.runs(knowledge_base_id)[0]
