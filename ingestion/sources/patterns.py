"""Which entries of a listing are taken: patterns as in .gitignore."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote, urlsplit

from pathspec import GitIgnoreSpec

from ingestion.sources.port import Entry
from retrieval.errors import Invalid


def matching(
    entries: Iterable[Entry], include: Sequence[str], exclude: Sequence[str]
) -> Iterator[Entry]:
    """Those that `include` matches, all when it is empty, but for those that `exclude` matches.

    What the listing raises half-way comes through. Raises: Invalid for a wrong pattern.
    """
    included, excluded = _spec(include), _spec(exclude)
    for entry in entries:
        path = _path(entry.key)
        if (not include or included.match_file(path)) and not excluded.match_file(path):
            yield entry


def check_patterns(patterns: Sequence[str]) -> None:
    """Raises: Invalid."""
    _spec(patterns)


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise Invalid(f"A pattern cannot be read: {error}.") from error


def _path(key: str) -> str:
    """A page is matched by the path of its URL, a folder of a site as its index.html."""
    if "://" not in key:
        return key
    path = unquote(urlsplit(key).path).lstrip("/")
    return f"{path}index.html" if path.endswith("/") or not path else path
