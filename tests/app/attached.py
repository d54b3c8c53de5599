"""Attached files with real parts: the sandbox, the chunker, SQL; only the embedder is a fake."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient

from app.attachments.opening import FileParts, OpenedFiles, open_files
from app.models.opening import Models
from app.platform import Platform
from ingestion.blobs import Blobs
from ingestion.chunking import Chunker
from ingestion.embedding import MissingVectors
from ingestion.making import Maker
from ingestion.tokens import EstimatedTokens
from retrieval.answer.asking.inquiry import Finder
from retrieval.store.vectors import VectorStore
from tests.app.visitors import wait_until
from tests.fakes import EchoGenerator, ReadyModels, WordsEmbedder
from tests.ingestion.parsed import SERVER

FILES = "/api/v1/attachments"


def furnished_files(
    platform: Platform, clock: Callable[[], datetime], blobs: Blobs, knowledge: Finder
) -> OpenedFiles:
    embedder = WordsEmbedder()
    vectors = MissingVectors(VectorStore(platform.database), embedder)
    maker = Maker(Chunker(EstimatedTokens()), vectors)
    models = Models(embedder, EchoGenerator(), None, ReadyModels(), "http://127.0.0.1:9/v1")
    parts = FileParts(platform.settings, platform.database, blobs, SERVER, maker, models, clock)
    return open_files(parts, knowledge)


def attach(client: TestClient, name: str, content: str | bytes) -> dict[str, Any]:
    """As it is when it was read, or could not be."""
    taken = client.post(FILES, files={"file": (name, content)})
    assert taken.status_code == 202, taken.text
    attachment: str = taken.json()["id"]
    wait_until(lambda: client.get(f"{FILES}/{attachment}").json()["state"] != "reading")
    read: dict[str, Any] = client.get(f"{FILES}/{attachment}").json()
    return read
