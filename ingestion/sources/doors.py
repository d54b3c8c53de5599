"""The way to a registered source: its kind, its key, its own folder for what may be lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.sources.credentials import Credentials, credentials_of
from ingestion.sources.fetching import Network
from ingestion.sources.opening import check_location, open_source
from ingestion.sources.port import Source
from ingestion.sources.record import SourceRecord
from ingestion.sources.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Doors:
    sealer: Sealer
    network: Network
    cache: Path  # folder of folders, one a source

    def checked(self, kind: str, location: str, options: Mapping[str, Any]) -> str:
        """The location in its one spelling. Raises: Invalid for what leads nowhere."""
        return check_location(kind, location, options)

    def sealed(self, credentials: Credentials) -> bytes:
        return self.sealer.seal(credentials.as_bytes())

    def opened(self, source: SourceRecord) -> Source:
        """To be closed by the caller.

        Raises: Invalid for a location that leads nowhere any more, Unavailable for credentials
        that another key sealed.
        """
        credentials = None
        if source.credentials is not None:
            credentials = credentials_of(self.sealer.open(source.credentials))
        return open_source(
            source.kind,
            source.location,
            source.options,
            credentials,
            self.network,
            self.cache / source.id,
        )
