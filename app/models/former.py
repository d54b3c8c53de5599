"""The embedder of before: it answers until no live index is built with it any more."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from openai import OpenAI

from app.models.client import EngineEmbedder
from app.models.own_engine import OwnEngine, Wanted
from app.models.status import EngineStatus
from app.models.tokens import EngineTokens
from app.ports import ModelStatus
from app.shapes.people import ModelStatusOut
from ingestion.tokens import TokenCounter
from retrieval.ports import Embedder, EmbedderIdentity

NAME = "engine-former"


class NoModels:
    """The status of models that run elsewhere, or not any more."""

    def models(self) -> list[ModelStatusOut]:
        return []


def _nothing() -> None:
    """For an embedder that somebody else runs."""


@dataclass(frozen=True, slots=True)
class FormerModel:
    embedder: Embedder
    tokens: TokenCounter
    status: ModelStatus
    stop: Callable[[], None] = _nothing  # gives its memory back; a second call is harmless


@dataclass(frozen=True, slots=True)
class BothStatuses:
    """Of all models, the one before last."""

    current: ModelStatus
    former: ModelStatus

    def models(self) -> list[ModelStatusOut]:
        return [*self.current.models(), *self.former.models()]


@contextmanager
def open_former(
    data_dir: Path, identity: EmbedderIdentity, timeout: float
) -> Iterator[FormerModel]:
    """An engine of its own, with nothing but this embedder. Returns at once.

    `timeout` in seconds, of one request.
    """
    engine = OwnEngine.prepared(NAME, data_dir, Wanted(identity.model))
    expected = ModelStatusOut(
        name=identity.model, role="embedder", state="waiting", progress=0.0, detail=""
    )
    status = EngineStatus(engine.url.removesuffix("/v1"), (expected,))
    client = OpenAI(base_url=engine.url, api_key=engine.key, timeout=timeout, max_retries=0)
    # NOTE: `stop` leaves the client open: a late question must hear that nobody answers, and a
    # closed client would raise what no border translates.
    tokens = EngineTokens(client, identity)
    with client, ExitStack() as running:
        engine.process.start()
        running.callback(engine.process.stop)
        running.callback(tokens.close)
        status.start()
        running.callback(status.forget)
        running.callback(status.stop)
        yield FormerModel(EngineEmbedder(client, identity), tokens, status, running.close)
