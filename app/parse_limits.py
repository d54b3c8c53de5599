"""From the settings to what one file may take of the machine, for the server and the commands."""

from app.settings import Settings
from ingestion.parsing.limits import ParseLimits


def parse_limits(settings: Settings) -> ParseLimits:
    return ParseLimits(
        seconds=settings.parsing.seconds,
        memory_bytes=settings.parsing.memory_bytes,
        unpacked_bytes=settings.uploads.max_unpacked_bytes,
        pages=settings.parsing.max_pages,
        ocr=settings.parsing.ocr,
    )
