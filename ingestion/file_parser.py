"""The Parser that reads the stored file in a sandboxed child."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from ingestion.blobs import Blobs
from ingestion.parsing.parse import Parsed, ParseLimits, parse
from ingestion.parsing.server import ForkServer
from ingestion.records import VersionRecord
from retrieval.errors import Unavailable

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FileParser:
    blobs: Blobs
    limits: ParseLimits
    server: ForkServer

    def __call__(
        self, version: VersionRecord, media_type: str, progress: Callable[[int, int], None]
    ) -> Parsed:
        path, filename = self.blobs.path(version.blob), version.filename
        try:
            return parse(self.server, path, media_type, filename, self.limits, progress)
        except Unavailable:
            # The server has ended, over another file or at the hand of an operator.
            log.warning("parser_server_ended", filename=filename)
            return parse(self.server, path, media_type, filename, self.limits, progress)
