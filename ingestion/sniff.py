"""sniff: what an uploaded file is. It lives with the parser, which asks it of attachments too."""

from ingestion.parsing.sniff import sniff

__all__ = ["sniff"]
