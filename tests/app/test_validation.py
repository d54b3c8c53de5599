from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError

from app.people.user import User
from app.shapes.asking import AskIn, SearchIn
from app.shapes.library import KnowledgeBaseIn
from app.shapes.people import PasswordChangeIn, UserIn, UserPatchIn
from app.validation import explain

USER = {"username": "eve", "display_name": "Eve", "password": "long enough"}


@pytest.mark.parametrize(
    ("shape", "body", "sentence"),
    [
        (AskIn, {"question": "x" * 4001}, "The question may have at most 4,000 characters."),
        (AskIn, {"question": "  "}, "The question must not be empty."),
        (AskIn, {}, "The question is missing."),
        (AskIn, {"question": 5}, "The question must be text."),
        (AskIn, {"question": None}, "The question must be text."),
        (
            AskIn,
            {"question": "?", "knowledge_base_ids": "hr"},
            "The knowledge base ids must be a list.",
        ),
        (AskIn, {"question": "?", "admin": 1}, "There is no field called “admin” here."),
        (SearchIn, {"question": "?", "limit": 51}, "The limit must be at most 50."),
        (SearchIn, {"question": "?", "limit": 0}, "The limit must be at least 1."),
        (SearchIn, {"question": "?", "limit": "many"}, "The limit must be a whole number."),
        (UserIn, USER | {"role": "god"}, "The role must be 'admin' or 'employee'."),
        (
            UserIn,
            USER | {"username": "e ve"},
            "The username contains characters that are not allowed.",
        ),
        (UserPatchIn, {"disabled": "perhaps"}, "The disabled must be true or false."),
        (
            PasswordChangeIn,
            {"current": "x", "new": "short"},
            "The new password must have at least 10 characters.",
        ),
        (
            KnowledgeBaseIn,
            {"name": "n", "suggested_questions": ["?"] * 21},
            "The suggested questions may have at most 20 entries.",
        ),
        (
            KnowledgeBaseIn,
            {"name": "n", "suggested_questions": ["?", "x" * 301]},
            "The suggested questions may have at most 300 characters.",
        ),
        (AskIn, [], "Send the request as a JSON object (Content-Type: application/json)."),
    ],
)
def test_the_first_problem_becomes_a_sentence(shape: type, body: object, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(shape).validate_python(body)
    assert explain(refusal.value.errors()) == sentence


def test_an_unforeseen_problem_is_still_a_sentence() -> None:
    assert explain([{"type": "new_in_pydantic", "loc": ("body", "name")}]) == (
        "The name is not valid."
    )
    assert explain([]) == "The request could not be read."


def test_what_was_sent_is_never_repeated(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    body = {"username": "eve", "password": {"hunter2": "hunter2"}}
    answer = client_of().post("/api/v1/session", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"{", "application/json", "The request is not valid JSON."),
        (
            b'{"username": "a"}',
            "text/plain",
            "Send the request as a JSON object (Content-Type: application/json).",
        ),
        (
            b"",
            "application/json",
            "Send the request as a JSON object (Content-Type: application/json).",
        ),
        (b'{"a": ' * 100_000, "application/json", "The request could not be read."),
    ],
)
def test_bodies_that_are_no_json_get_a_sentence(
    client_of: Callable[..., TestClient], content: bytes, kind: str, sentence: str
) -> None:
    answer = client_of().post("/api/v1/session", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["message"]) == (400, sentence)
