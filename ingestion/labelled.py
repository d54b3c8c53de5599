"""The files of a labelled set, ingested by the very pipeline that reads uploads."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert

from ingestion.blobs import Blobs
from ingestion.chunking import Chunker
from ingestion.embedding import MissingVectors
from ingestion.file_parser import FileParser
from ingestion.intake import Intake
from ingestion.jobs import Jobs, Work
from ingestion.making import Maker, Makers
from ingestion.parsing.limits import ParseLimits
from ingestion.parsing.server import ForkServer
from ingestion.pipeline import Pipeline
from ingestion.tokens import TokenCounter
from retrieval.answer.places import boxes_of
from retrieval.dense.chroma import ChromaIndexes
from retrieval.evaluation.indexed import KNOWLEDGE_BASE, Progress
from retrieval.indexes.index import Index
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.ports import Embedder
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.vectors import VectorStore
from retrieval.tables import knowledge_bases
from retrieval.types import Chunk, ChunkId

MOST_BYTES = 1 << 30  # of one file


@dataclass(frozen=True, slots=True)
class Workshop:
    """What ingestion needs; `folder` and `database` are empty and go with the evaluation."""

    database: Database
    folder: Path
    embedder: Embedder
    counter: TokenCounter
    server: ForkServer
    limits: ParseLimits
    clock: Callable[[], datetime]
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """ingestion.intake.Starter that only remembers: the work is done here, one after the other."""

    works: list[Work] = field(default_factory=list)

    def start(self, work: Work) -> None:
        self.works.append(work)


@contextmanager
def ingested(
    files: Sequence[Path], workshop: Workshop, progress: Progress
) -> Iterator[tuple[Index, dict[ChunkId, Set[int]]]]:
    """The index of a knowledge base with these files, and the pages that each chunk stands on.

    Raises: Unavailable while the embedder does not answer, Unsupported and Invalid for a file that
    cannot be read.
    """
    database, folder = workshop.database, workshop.folder
    with (
        closing(TantivyIndexes(folder / "words")) as lexical,
        closing(ChromaIndexes(folder / "vectors")) as dense,
    ):
        store = VectorStore(database)
        index = Index(Corpus(database), store, lexical, dense, workshop.embedder.identity)
        with database.write() as connection:
            row = {"id": KNOWLEDGE_BASE, "name": "Evaluation", "created_at": workshop.clock()}
            connection.execute(insert(knowledge_bases).values(row))
        _ingest(files, workshop, index, progress)
        yield index, _pages(index.corpus)


def _ingest(files: Sequence[Path], workshop: Workshop, index: Index, progress: Progress) -> None:
    blobs = Blobs(workshop.folder / "blobs")
    jobs, waiting = Jobs(workshop.database, workshop.clock), _Waiting()
    intake = Intake(workshop.database, blobs, jobs, waiting, MOST_BYTES, workshop.new_id)
    vectors = MissingVectors(index.vectors, workshop.embedder)
    pipeline = Pipeline(
        workshop.database,
        blobs,
        jobs,
        index,
        Makers(workshop.database, Maker(Chunker(workshop.counter), vectors)),
        FileParser(blobs, workshop.limits, workshop.server),
        time.monotonic,
    )
    for path in files:
        with path.open("rb") as content:
            intake.accept(KNOWLEDGE_BASE, path.name, content)
    for done, work in enumerate(waiting.works, start=1):
        if work.version is not None:
            pipeline.parse(work.id, work.version)
            pipeline.commit(work.id, work.version)
        progress("ingesting files", done, len(waiting.works))


def _pages(corpus: Corpus) -> dict[ChunkId, Set[int]]:
    chunks = corpus.passages(sorted(corpus.visible_ids(KNOWLEDGE_BASE))).values()
    by_version: dict[str, list[Chunk]] = {}
    for passage in chunks:
        by_version.setdefault(passage.chunk.version, []).append(passage.chunk)
    return {
        chunk: pages
        for found in by_version.values()
        for chunk, pages in _pages_of_each(corpus, found)
    }


def _pages_of_each(corpus: Corpus, chunks: Sequence[Chunk]) -> Iterable[tuple[ChunkId, Set[int]]]:
    """By the lines of the chunk's own words: a table may go on for pages, and it be one row."""
    blocks = corpus.blocks(chunks[0].version)
    for chunk in chunks:
        own = blocks[chunk.first_block : chunk.last_block + 1]
        lines = {box.page for box in boxes_of(chunk.text, own)}
        yield chunk.id, lines or {block.page for block in own if block.page is not None}
