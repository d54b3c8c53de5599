"""The part of the composition root that takes, reads and searches attached files."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.attachments.cited import CitedEverywhere
from app.attachments.forgetting import Forgetting
from app.attachments.held import HeldFiles
from app.attachments.reading import FileReading
from app.attachments.rows import AttachmentRows
from app.attachments.searching import QuestionFiles
from app.attachments.taking import AttachedFiles
from app.clock import Clock, utc_now
from app.models.opening import Models
from app.parse_limits import parse_limits
from app.people.throttle import Throttle
from app.settings import Settings
from app.tokens import new_id
from ingestion.blobs import Blobs
from ingestion.making import Maker
from ingestion.parsing.limits import ParseLimits
from ingestion.parsing.parse import Parsed, parse
from ingestion.parsing.server import ForkServer
from retrieval.answer.asking.inquiry import Finder
from retrieval.answer.placing import CitedTexts
from retrieval.errors import Unavailable
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database

HOUR = 3600.0  # seconds
SCANNED_PAGES = 50  # of one file: each may take seconds of its own


@dataclass(frozen=True, slots=True)
class FileParts:
    settings: Settings
    database: Database
    blobs: Blobs
    parsing: ForkServer
    maker: Maker  # of chunks and vectors
    models: Models
    clock: Clock = utc_now


@dataclass(frozen=True, slots=True)
class OpenedFiles:
    files: AttachedFiles
    of_questions: QuestionFiles
    forgetting: Forgetting

    def cited(self, documents: CitedTexts) -> CitedEverywhere:
        return CitedEverywhere(documents, self.files.rows)

    @property
    def reading(self) -> FileReading:
        return self.files.reading


def open_files(parts: FileParts, knowledge: Finder) -> OpenedFiles:
    settings, limits = parts.settings, parts.settings.attachments
    folder = settings.data_dir / "attachments"
    shutil.rmtree(folder, ignore_errors=True)  # what a crash left of files in reading
    rows = AttachmentRows(parts.database, parts.clock)
    parse_file = _parser(parts.parsing, _limits(settings))
    reading = FileReading(rows, parse_file, parts.maker, limits.max_passages, folder)
    throttle = Throttle(limits.per_hour, HOUR, time.monotonic)
    models, held = parts.models, HeldFiles()
    return OpenedFiles(
        AttachedFiles(rows, reading, held, parts.blobs, limits, throttle, new_id),
        QuestionFiles(
            rows,
            reading,
            limits.per_conversation,
            knowledge,
            Corpus(parts.database),
            models.embedder,
            models.reranker,
            held,
        ),
        Forgetting(rows, limits, held),
    )


def _limits(settings: Settings) -> ParseLimits:
    return replace(
        parse_limits(settings),
        seconds=settings.attachments.seconds,
        pages=settings.attachments.max_pages,
        scanned_pages=SCANNED_PAGES,
    )


def _parser(
    server: ForkServer, limits: ParseLimits
) -> Callable[[Path, str, str, Callable[[int, int], None]], Parsed]:
    def parse_file(
        path: Path, media_type: str, filename: str, progress: Callable[[int, int], None]
    ) -> Parsed:
        try:
            return parse(server, path, media_type, filename, limits, progress)
        except Unavailable:
            # The server has ended, perhaps over another file.
            return parse(server, path, media_type, filename, limits, progress)

    return parse_file
