"""/docs: the HTTP interface as a page without scripts, which our content policy would forbid."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

HEAD: Final = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Colophon: HTTP interface</title>
<h1>Colophon: HTTP interface</h1>
<p>Sign a request in with <code>Authorization: Bearer clp_…</code> (an API key of your account).
The schema for tools is at <a href="/openapi.json">/openapi.json</a>.</p>
<table border="1" cellpadding="6"><tr><th>request</th><th>takes</th><th>gives</th><th></th></tr>
"""


def add_api_page(app: FastAPI) -> None:
    app.add_api_route("/docs", _show, include_in_schema=False, response_class=HTMLResponse)


def _show(request: Request) -> HTMLResponse:
    schema: Mapping[str, Any] = request.app.openapi()
    return HTMLResponse(HEAD + "\n".join(_rows(schema)) + "\n</table></html>\n")


def _rows(schema: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            taken = operation.get("requestBody", {}).get("content", {})
            cells = (
                f"<code>{method.upper()} {escape(path)}</code>",
                _shapes(taken),
                "<br>".join(
                    f"{status} {_shapes(response.get('content', {}))}"
                    for status, response in operation["responses"].items()
                    if status != "default"
                ),
                escape(operation.get("description", operation["summary"])),
            )
            yield "<tr><td>" + "</td><td>".join(cells) + "</td></tr>"


def _shapes(content: Mapping[str, Any]) -> str:
    """The names of the shapes, else the media types."""
    names = [_name(media.get("schema", {})) or kind for kind, media in content.items()]
    return escape(", ".join(names))


def _name(schema: Mapping[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"list of {_name(schema['items'])}"
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]
