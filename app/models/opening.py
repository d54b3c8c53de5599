"""The models that the settings ask for: our own engine as a child, or any server by its URL."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from openai import AsyncOpenAI, OpenAI

from app.models.client import EngineEmbedder, EngineGenerator, EngineReranker
from app.models.process import EngineProcess
from app.models.status import EngineStatus
from app.models.tokens import EngineTokens
from app.ports import ModelStatus
from app.sections import EmbedderModel
from app.settings import Settings
from app.shapes.people import ModelStatusOut
from app.tokens import new_token
from ingestion.tokens import EstimatedTokens, TokenCounter
from retrieval.ports import Embedder, EmbedderIdentity, Generator, Reranker

# What the engine unpacks from packages; every other name is a folder or a hub id.
BUNDLED = ("multilingual-e5-small", "SmolLM2-135M-Instruct")
EMBED_TIMEOUT = 120.0  # seconds; a batch of passages on two busy cores
ANSWER_TIMEOUT = 300.0  # seconds between two tokens, the queue included


@dataclass(frozen=True, slots=True)
class Models:
    """Whatever answers for them: an engine, or the fakes of a test."""

    embedder: Embedder
    generator: Generator
    reranker: Reranker | None
    status: ModelStatus
    engine_url: str  # ends in /v1
    tokens: TokenCounter = field(default_factory=EstimatedTokens)  # of the embedder


@contextmanager
def open_models(settings: Settings) -> Iterator[Models]:
    """Returns at once; what loads says so in `status`."""
    models = settings.models
    if models.engine_url is not None:
        key = models.api_key.get_secret_value() if models.api_key else "none"
        with _connected(settings, models.engine_url.rstrip("/"), key) as connected:
            yield connected
        return
    key = new_token("cle_")
    port = _free_port()
    process = EngineProcess(
        _engine_arguments(settings, port, _keep_key(settings.data_dir, key)),
        settings.data_dir / "engine.log",
    )
    process.start()
    try:
        with _connected(settings, f"http://127.0.0.1:{port}/v1", key) as connected:
            yield connected
    finally:
        process.stop()


@contextmanager
def _connected(settings: Settings, url: str, key: str) -> Iterator[Models]:
    models = settings.models
    # Retries are the workflows' business: a person who waits wants to know at once.
    client = OpenAI(base_url=url, api_key=key, timeout=EMBED_TIMEOUT, max_retries=0)
    answering = AsyncOpenAI(base_url=url, api_key=key, timeout=ANSWER_TIMEOUT, max_retries=0)
    status = EngineStatus(url.removesuffix("/v1"), _expected(settings))
    status.start()
    try:
        yield Models(
            embedder=EngineEmbedder(client, _identity(models.embedder)),
            generator=EngineGenerator(answering, models.generator),
            reranker=EngineReranker(client, models.reranker) if models.reranker else None,
            status=status,
            engine_url=url,
            tokens=EngineTokens(client, _identity(models.embedder)),
        )
    finally:
        status.stop()
        client.close()


def _engine_arguments(settings: Settings, port: int, key_file: Path) -> list[str]:
    models = settings.models
    return [
        "--host=127.0.0.1",
        f"--port={port}",
        f"--data-dir={settings.data_dir}",
        f"--embedder={_source(models.embedder.model)}",
        f"--generator={_source(models.generator)}",
        f"--reranker={_source(models.reranker) if models.reranker else 'none'}",
        f"--api-key-file={key_file}",
        f"--exit-with={os.getpid()}",
    ]


def _source(model: str) -> str:
    return "bundled" if model in BUNDLED else model


def _identity(model: EmbedderModel) -> EmbedderIdentity:
    return EmbedderIdentity(
        model=model.model,
        revision=model.revision,
        pooling=model.pooling,
        dtype=model.dtype,
        query_prefix=model.query_prefix,
        passage_prefix=model.passage_prefix,
        dimension=model.dimension,
    )


def _expected(settings: Settings) -> tuple[ModelStatusOut, ...]:
    models = settings.models
    waiting = {"state": "waiting", "progress": 0.0, "detail": ""}
    listed = [
        ModelStatusOut.model_validate(
            {"name": models.embedder.model, "role": "embedder"} | waiting
        ),
        ModelStatusOut.model_validate({"name": models.generator, "role": "generator"} | waiting),
    ]
    if models.reranker:
        reranker = {"name": models.reranker, "role": "reranker"}
        listed.append(ModelStatusOut.model_validate(reranker | waiting))
    return tuple(listed)


def _keep_key(data_dir: Path, key: str) -> Path:
    path = data_dir / "engine.key"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(key)
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
