"""Alerts by a real webhook."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ingestion.sources.addresses import resolve
from ingestion.sources.alerts import Channel
from ingestion.sources.fetching import Fetcher, Network
from ingestion.sources.noticing import Notice
from ingestion.sources.webhook import Webhook
from retrieval.errors import Unavailable

HELD = Notice("run:1:held", "held", "/share (Base): 4 of 10 documents vanished.", "source")


class _Hook(BaseHTTPRequestHandler):
    status = 200
    bodies: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(json.loads(body))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


@contextmanager
def _hook(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A web server's URL, and the bodies that are posted to it."""
    with HTTPServer(("127.0.0.1", 0), _Hook) as server:
        server.bodies, server.status = [], status  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook", server.bodies  # type: ignore[attr-defined]
        server.shutdown()


def _webhook(url: str, *allowed: str) -> Channel:
    network = Network(allowed=allowed, seconds=5)
    return Webhook(url, lambda: Fetcher(network, resolve, lambda: 0.0))


def test_a_webhook_gets_what_chat_programs_show() -> None:
    with _hook() as (url, bodies):
        _webhook(url, "127.0.0.0/8").send(HELD)
    assert bodies == [
        {
            "text": "Colophon: /share (Base): 4 of 10 documents vanished.",
            "kind": "held",
            "id": "run:1:held",
            "source_id": "source",
        }
    ]


def test_a_webhook_that_answers_with_an_error_did_not_take_it() -> None:
    with _hook(500) as (url, _), pytest.raises(Unavailable, match="500"):
        _webhook(url, "127.0.0.0/8").send(HELD)


def test_a_webhook_cannot_be_turned_on_the_inside() -> None:
    with _hook() as (url, bodies), pytest.raises(Unavailable, match="inside a network"):
        _webhook(url).send(HELD)
    assert bodies == []
