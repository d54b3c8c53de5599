"""The live searcher, and what it needs to be ready: a part of the wiring."""

from collections.abc import Set
from concurrent.futures import Executor

import structlog

from app.models.opening import Models
from app.settings import Settings
from retrieval.indexes.index import Index
from retrieval.indexes.nearest import NearestVectors
from retrieval.search.prefilter import Prefilter
from retrieval.search.searcher import Searcher
from retrieval.store.live import LiveEmbedders
from retrieval.store.scoping import ScopedDocuments
from retrieval.types import ChunkId, KnowledgeBaseId

log = structlog.get_logger()


def open_searcher(settings: Settings, index: Index, models: Models, sweeping: Executor) -> Searcher:
    """Over the live indexes. What `sweeping` is given may wait."""

    def sweep(knowledge_base: KnowledgeBaseId, ghosts: Set[ChunkId]) -> None:
        sweeping.submit(index.sweep, knowledge_base, sorted(ghosts))

    former = models.former.embedder if models.former else None
    return Searcher(
        index.corpus,
        index.lexical,
        index.dense,
        models.embedder,
        models.reranker,
        settings.search.candidates,
        on_ghosts=sweep,
        live=LiveEmbedders(index.corpus.database, models.embedder, former),
        prefilter=Prefilter(ScopedDocuments(index.corpus.database), NearestVectors(index.entries)),
    )


def sync_indexes(index: Index, prefilter: Prefilter | None) -> None:
    """What a crash left half-done, or a lost index folder, is mended before anyone notices."""
    for knowledge_base in index.corpus.knowledge_bases():
        if prefilter is not None:
            embedder = index.embedder_of(knowledge_base.id)
            prefilter.nearest.hold(knowledge_base.id, embedder)
    for knowledge_base in index.corpus.knowledge_bases():
        difference = index.sync(knowledge_base.id)
        if difference.without_vector:
            log.warning(
                "passages without a vector of this embedder; run: colophon doctor --repair",
                knowledge_base=knowledge_base.name,
                passages=len(difference.without_vector),
            )
