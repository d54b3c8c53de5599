"""Every kind of source, by its name."""

from collections.abc import Mapping
from pathlib import Path

from ingestion.sources.credentials import Credentials
from ingestion.sources.fetching import Network
from ingestion.sources.folder import Folder, checked_folder
from ingestion.sources.port import Source
from retrieval.errors import Invalid

Options = Mapping[str, object]  # the column sources.options


def check_location(kind: str, location: str, options: Options) -> str:
    """The location as it is stored. Asks no other server.

    Raises: Invalid with a sentence for whoever typed it.
    """
    if kind == "folder":
        return checked_folder(location)
    raise Invalid(f"There is no kind of source called “{kind}”.")


def open_source(
    kind: str,
    location: str,
    options: Options,
    credentials: Credentials | None,
    network: Network,
    cache_dir: Path,
) -> Source:
    """A source to be closed by the caller. Only a Git repository and a web site use `cache_dir`,
    a folder of this source alone that may be lost at any time and is made when missing.

    Raises: Invalid for a wrong location.
    """
    location = check_location(kind, location, options)
    if kind == "folder":
        return Folder(Path(location))
    raise Invalid(f"There is no kind of source called “{kind}”.")
