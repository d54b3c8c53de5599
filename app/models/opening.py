"""The models that the settings ask for: our own engine as a child, or any server by its URL."""

from collections.abc import Iterator, Set
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace

from openai import AsyncOpenAI, OpenAI

from app.models.client import EngineEmbedder, EngineGenerator, EngineReranker
from app.models.former import BothStatuses, FormerModel, NoModels, open_former
from app.models.own_engine import OwnEngine, Wanted
from app.models.second import ANSWER_TIMEOUT, second_generator
from app.models.status import EngineStatus
from app.models.tokens import EngineTokens
from app.models.waits import Waits
from app.ports import ModelStatus
from app.sections import EmbedderModel
from app.settings import Settings
from app.shapes.people import ModelStatusOut
from ingestion.tokens import EstimatedTokens, TokenCounter
from retrieval.ports import Embedder, EmbedderIdentity, Generator, Reranker

EMBED_TIMEOUT = 120.0  # seconds; a batch of passages on two busy cores


@dataclass(frozen=True, slots=True)
class Models:
    """Whatever answers for them: an engine, or the fakes of a test."""

    embedder: Embedder
    generator: Generator
    reranker: Reranker | None
    status: ModelStatus
    engine_url: str  # ends in /v1
    tokens: TokenCounter = field(default_factory=EstimatedTokens)  # of the embedder
    waits: Waits = field(default_factory=Waits)  # of the generator
    second: Generator | None = None  # perhaps somebody else's: see sections.Overflow
    former: FormerModel | None = None  # while a live index is built with it


@contextmanager
def open_models(settings: Settings, *, in_use: Set[str] = frozenset()) -> Iterator[Models]:
    """Returns at once; what loads says so in `status`.

    `in_use`: keys of the embedders that live indexes are built with; the former one is opened when
    it is among them.
    """
    models = settings.models
    with ExitStack() as opened:
        if models.engine_url is not None:
            key = models.api_key.get_secret_value() if models.api_key else "none"
            url = models.engine_url.rstrip("/")
        else:
            wanted = Wanted(models.embedder.model, models.generator, models.reranker)
            engine = OwnEngine.prepared("engine", settings.data_dir, wanted)
            engine.process.start()
            opened.callback(engine.process.stop)
            key, url = engine.key, engine.url
        connected = opened.enter_context(_connected(settings, url, key))
        identity = _former_identity(settings, in_use)
        if identity is None:
            yield connected
            return
        former = opened.enter_context(_former(settings, identity, url, key))
        status = BothStatuses(connected.status, former.status)
        yield replace(connected, former=former, status=status)


@contextmanager
def _former(
    settings: Settings, identity: EmbedderIdentity, url: str, key: str
) -> Iterator[FormerModel]:
    if settings.models.engine_url is None:
        with open_former(settings.data_dir, identity, EMBED_TIMEOUT) as former:
            yield former
        return
    with (
        OpenAI(base_url=url, api_key=key, timeout=EMBED_TIMEOUT, max_retries=0) as client,
        closing(EngineTokens(client, identity)) as tokens,
    ):
        yield FormerModel(EngineEmbedder(client, identity), tokens, NoModels())


def _former_identity(settings: Settings, in_use: Set[str]) -> EmbedderIdentity | None:
    """None unless a live index still needs it."""
    former = settings.models.former
    if former is None or former == settings.models.embedder:
        return None
    identity = identity_of(former)
    return identity if identity.key in in_use else None


@contextmanager
def _connected(settings: Settings, url: str, key: str) -> Iterator[Models]:
    models = settings.models
    # Retries are the workflows' business: a person who waits wants to know at once.
    client = OpenAI(base_url=url, api_key=key, timeout=EMBED_TIMEOUT, max_retries=0)
    answering = AsyncOpenAI(base_url=url, api_key=key, timeout=ANSWER_TIMEOUT, max_retries=0)
    status = EngineStatus(url.removesuffix("/v1"), _expected(settings))
    tokens = EngineTokens(client, identity_of(models.embedder))
    generator = EngineGenerator(answering, models.generator)
    second = second_generator(models.overflow) if models.overflow else None
    status.start()
    try:
        yield Models(
            embedder=EngineEmbedder(client, identity_of(models.embedder)),
            generator=generator,
            reranker=EngineReranker(client, models.reranker) if models.reranker else None,
            status=status,
            engine_url=url,
            tokens=tokens,
            waits=generator.waits,
            second=second,
        )
    finally:
        status.stop()
        tokens.close()
        client.close()


def identity_of(model: EmbedderModel) -> EmbedderIdentity:
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
