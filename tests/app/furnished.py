"""A house with two knowledge bases, documents in them, and a scripted answerer.

Real: SQLite, corpus, revisions, blobs, intake, removal, sources, keyword search. Scripted: the
model's answers. Recorded instead of run: background work.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import insert, update

from app.answers.answer_runs import AnswerRuns
from app.answers.asking import Asking
from app.answers.conversations import Conversations
from app.answers.openai_chat import OpenAIChat
from app.answers.quotations import StoredQuotations
from app.answers.recall import Recall
from app.answers.turns import Turns
from app.attachments.opening import OpenedFiles
from app.care.gone import Gone
from app.care.traces import StoredTraces
from app.library.alerts_view import AlertsView
from app.library.documents_view import DocumentsView
from app.library.facets import Facets
from app.library.jobs_view import JobsView
from app.library.pages_view import PagesView
from app.library.reading import Reading
from app.library.run_reports import RunReports
from app.library.shelves import Library
from app.library.snapshots_view import SnapshotsView
from app.library.source_readers import SourceReaders
from app.library.sources_view import SourcesView
from app.library.tags import Tags
from app.people.user import User
from app.platform import Platform
from app.shapes.library import KnowledgeBaseIn
from app.tokens import new_id
from ingestion.blobs import Blobs
from ingestion.history.purge import Purge
from ingestion.history.rollback import Rollback
from ingestion.history.snapshots import Snapshots
from ingestion.intake import Intake
from ingestion.jobs import Jobs
from ingestion.page_pictures import PagePictures
from ingestion.parsing.limits import ParseLimits
from ingestion.removal import Removal
from ingestion.schedule import Schedule
from ingestion.sources.alerts import Alerts
from ingestion.sources.doors import Doors
from ingestion.sources.fetching import Network
from ingestion.sources.register import Sources
from ingestion.sources.sealing import Sealer
from ingestion.sources.starting import RunStarter
from retrieval.answer.events import Checked, Finished, Reasoned, Stage
from retrieval.answers import Citation
from retrieval.dense.memory import MemoryIndexes
from retrieval.indexes.index import Index
from retrieval.indexes.nearest import NearestVectors
from retrieval.lexical.memory import MemoryLexicalIndexes
from retrieval.search.prefilter import Prefilter
from retrieval.search.searcher import Searcher
from retrieval.store.corpus import Corpus
from retrieval.store.revisions import commit
from retrieval.store.scoping import ScopedDocuments
from retrieval.store.vectors import VectorStore
from retrieval.tables import blocks, chunks, documents, versions
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId, Scores
from tests.app.attached import furnished_files
from tests.app.scripted import (
    RecordedWork,
    ScriptedAnswers,
    a_sentence,
    an_answer,
)
from tests.fakes import WordsEmbedder
from tests.ingestion.parsed import SERVER

MAX_BYTES = 64 * 1024
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class House:
    platform: Platform
    answers: ScriptedAnswers
    work: RecordedWork
    index: Index
    ada: User
    handbook: str
    board: str  # only its group may read it
    board_group: str
    files: OpenedFiles
    embedder: WordsEmbedder  # of documents and questions; away until a test lets it come
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add_document(
        self, knowledge_base: str, title: str, text: str, content: bytes = b"bytes"
    ) -> Citation:
        """A searchable document of one chunk, as a citation of it."""
        document, version, chunk = new_id(), new_id(), ChunkId(new_id())
        blob = self.platform.uploads.blobs.put(BytesIO(content), max_bytes=MAX_BYTES)
        place = {"knowledge_base_id": knowledge_base, "document_id": document}
        with self.platform.database.write() as connection:
            connection.execute(
                insert(documents).values(
                    id=document,
                    knowledge_base_id=knowledge_base,
                    key=title,
                    title=title,
                    state="searchable",
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
            connection.execute(
                insert(versions).values(
                    id=version,
                    document_id=document,
                    number=1,
                    filename=title,
                    media_type="text/html",
                    size=blob.size,
                    blob=blob.sha256,
                    created_at=NOW,
                )
            )
            connection.execute(
                update(documents).where(documents.c.id == document).values(live_version_id=version)
            )
            connection.execute(
                insert(blocks).values(
                    version_id=version, ordinal=0, kind="paragraph", text=text, headings=[]
                )
            )
            connection.execute(
                insert(chunks).values(
                    id=chunk,
                    version_id=version,
                    ordinal=0,
                    text=text,
                    context="",
                    headings=[],
                    first_block=0,
                    last_block=0,
                    embedded_sha256=hashlib.sha256(text.encode()).hexdigest(),
                    chunker="test",
                    **place,
                )
            )
            commit(
                connection,
                KnowledgeBaseId(knowledge_base),
                born=[chunk],
                died=[],
                reason="test",
                now=NOW,
            )
        return Citation(
            number=next(self.numbers),
            chunk=chunk,
            knowledge_base=KnowledgeBaseId(knowledge_base),
            document=DocumentId(document),
            document_title=title,
            filename=title,
            version_number=1,
            page=None,
            headings=(),
            quote=text,
            first_block=0,
            last_block=0,
            updated_at=NOW,
            scores=Scores(),
        )

    def will_answer(self, *sentences: tuple[str, Sequence[Citation]]) -> None:
        """Scripts a whole answer out of sentences and what each rests on."""
        checked = [
            Checked(a_sentence(text, citations), tuple(citations)) for text, citations in sentences
        ]
        cited = tuple(dict.fromkeys(c for _, citations in sentences for c in citations))
        answer = replace(
            an_answer("?"),
            sentences=tuple(event.sentence for event in checked),
            citations=cited,
            reasoning="The sources say so.",
        )
        self.answers.script = [
            Stage("searching", knowledge_bases=1),
            Stage("writing", passages=2),
            Reasoned("The sources say so."),
            *checked,
            Finished(answer),
        ]


def furnish(platform: Platform, clock: Callable[[], datetime], folder: Path, ada: User) -> House:
    """The platform with every part that questions and documents need."""
    database, audit = platform.database, platform.audit
    corpus = Corpus(database)
    lexical, dense = MemoryLexicalIndexes(), MemoryIndexes()
    embedder = WordsEmbedder(away=True)
    index = Index(corpus, VectorStore(database), lexical, dense, embedder.identity)
    prefilter = Prefilter(ScopedDocuments(database), NearestVectors(index.entries))
    blobs, work, answers = Blobs(folder / "blobs"), RecordedWork(), ScriptedAnswers()
    jobs, removal = Jobs(database, clock), Removal(database, index, clock)
    schedule = Schedule("0 2 * * *")
    doors = Doors(Sealer(Fernet.generate_key()), Network(), folder / "sources")
    runs = AnswerRuns(per_owner=2)
    library = Library(database, audit, clock, new_id, lambda _live: False)
    documents_view = DocumentsView(database)
    reading = Reading(database, corpus, documents_view)
    conversations, turns = Conversations(database, clock, new_id), Turns(database, clock)
    searcher = Searcher(corpus, lexical, dense, embedder, None, 20, prefilter=prefilter)
    files = furnished_files(platform, clock, blobs, searcher)
    recall = Recall(conversations, turns, reading, runs, files.files)
    snapshots = Snapshots(database, 3, new_id, clock)
    furnished = replace(
        platform,
        library=library,
        documents=documents_view,
        tags=Tags(database, audit),
        facets=Facets(database),
        reading=reading,
        pages=PagesView(reading, PagePictures(blobs, ParseLimits(), SERVER)),
        jobs=JobsView(database),
        sources_view=SourcesView(database, schedule),
        conversations=conversations,
        turns=turns,
        recall=recall,
        asking=Asking(
            conversations, turns, recall, library, answers, runs, files.of_questions, new_id
        ),
        attachments=files.files,
        openai=OpenAIChat(library, answers, runs, new_id),
        searcher=searcher,
        uploads=Intake(database, blobs, jobs, work, MAX_BYTES, new_id),
        removals=removal,
        sources=Sources(database, removal, doors, new_id, clock),
        source_runs=RunStarter(database, jobs, work, schedule, new_id, clock),
        source_readers=SourceReaders(database),
        run_reports=RunReports(database),
        alerts=AlertsView(database),
        alert_test=Alerts(database, (), schedule, timedelta(hours=26), clock),
        blobs=blobs,
        snapshots=snapshots,
        snapshots_view=SnapshotsView(database),
        rollback=Rollback(database, index, snapshots, clock),
        purge=Purge(database, blobs, index, StoredTraces(StoredQuotations()), clock),
        gone=Gone(database, index, blobs, folder),
    )
    board_group = platform.groups.create("Board", ada).id
    handbook = library.create(
        ada,
        KnowledgeBaseIn(name="Handbook", maintainer="Hana", reader_group_ids=["everyone"]),
    )
    board = library.create(
        ada, KnowledgeBaseIn(name="Board", maintainer="Boris", reader_group_ids=[board_group])
    )
    return House(
        furnished, answers, work, index, ada, handbook.id, board.id, board_group, files, embedder
    )
