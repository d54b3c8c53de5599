from collections.abc import Callable

from fastapi.testclient import TestClient

from app.main import routed_app


def test_the_page_lists_every_operation_without_a_script(
    client_of: Callable[..., TestClient],
) -> None:
    answer = client_of().get("/docs")
    assert answer.status_code == 200
    for path, methods in routed_app().openapi()["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in answer.text
    assert "<script" not in answer.text
    assert "list of ApiKeyOut" in answer.text
    assert "SignInIn" in answer.text
