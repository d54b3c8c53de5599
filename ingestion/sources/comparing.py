"""What is listed against what is known: pure, so that every case can be put on a page."""

import hashlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Final

from ingestion.sources.port import Entry
from retrieval.types import DocumentId

LONGEST_ETAG: Final = 80  # what its column takes


@dataclass(frozen=True, slots=True)
class Known:
    """A living document of the source, with the version that is searchable or on its way to be.

    After a rollback that is not the newest one, so the source's state is a change again.
    """

    document: DocumentId
    etag: str | None
    blob: str | None  # None: no version of it can be relied on
    failed: bool  # its newest version could not be read


@dataclass(frozen=True, slots=True)
class Plan:
    added: tuple[Entry, ...]
    doubtful: tuple[Entry, ...]  # changed, or touched only: their bytes will tell
    failed: tuple[Entry, ...]  # unchanged, but worth another try without being fetched
    unchanged: int
    gone: Mapping[str, Known]  # by key


def compare(
    listed: Iterable[Entry], known: Mapping[str, Known], taken: Set[DocumentId] = frozenset()
) -> Plan:
    """Reads `listed` to its end; what it raises half-way comes through.

    `taken`: what this very run took in before it was interrupted; it counts as no one's unchanged.
    """
    added, doubtful, failed, unchanged = [], [], [], 0
    seen = set()
    for entry in listed:
        if entry.key in seen:
            continue
        seen.add(entry.key)
        before = known.get(entry.key)
        if before is None:
            added.append(entry)
        elif entry.etag is None or kept_etag(entry) != before.etag:
            doubtful.append(entry)
        elif before.document in taken:
            continue
        elif before.failed:
            failed.append(entry)
        else:
            unchanged += 1
    gone = {key: before for key, before in known.items() if key not in seen}
    return Plan(tuple(added), tuple(doubtful), tuple(failed), unchanged, gone)


def kept_etag(entry: Entry) -> str | None:
    """As its column can keep it: a long one by its hash."""
    if entry.etag is None or len(entry.etag) <= LONGEST_ETAG:
        return entry.etag
    return hashlib.sha256(entry.etag.encode()).hexdigest()
