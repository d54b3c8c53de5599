"""The Parser that reads the stored file in a sandboxed child."""

from collections.abc import Callable
from dataclasses import dataclass

from ingestion.blobs import Blobs
from ingestion.parsing.parse import Parsed, ParseLimits, parse
from ingestion.records import VersionRecord


@dataclass(frozen=True, slots=True)
class FileParser:
    blobs: Blobs
    limits: ParseLimits

    def __call__(
        self, version: VersionRecord, media_type: str, progress: Callable[[int, int], None]
    ) -> Parsed:
        path = self.blobs.path(version.blob)
        return parse(path, media_type, version.filename, self.limits, progress)
