"""A data folder out of a backup: checked member by member, whole or not at all."""

import hashlib
import re
import shutil
import tarfile
import zlib
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from pydantic import BaseModel, ValidationError

from app.backup import FORMAT, MANIFEST, POSTGRESQL, SQLITE
from app.care.surroundings import locked_sources
from app.migrations import upgrade
from ingestion.sources.sealing import KEY_FILE, open_sealer
from retrieval.dense.chroma import ChromaIndexes
from retrieval.errors import Conflict, Invalid
from retrieval.indexes.index import Index
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.ports import EmbedderIdentity
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.vectors import VectorStore

BLOB: Final = re.compile(r"blobs/([0-9a-f]{2})/(\1[0-9a-f]{62})")
PIECE: Final = 1 << 20  # bytes
DAMAGED: Final = "This backup is damaged or was not written to its end; nothing was restored"


@dataclass(frozen=True, slots=True)
class Restored:
    data_dir: Path
    made_at: str  # ISO 8601
    originals: int
    dump: Path | None  # of PostgreSQL, still to be read in with pg_restore


@dataclass(frozen=True, slots=True)
class Rebuilt:
    knowledge_base: str
    passages: int
    without_vector: int


class _Listed(BaseModel):
    format: int
    made_at: str
    members: dict[str, str]  # name to sha256


def restore(backup: Path, data_dir: Path) -> Restored:
    """Unpacks beside the target and moves it there when every hash is right.

    Raises: Conflict for a folder that holds anything, Invalid for what is no whole backup.
    """
    if data_dir.exists() and any(data_dir.iterdir()):
        raise Conflict(f"{data_dir} is not empty. A backup is restored into a folder of its own.")
    if not backup.is_file():
        raise Invalid(f"There is no backup {backup}.")
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    unfinished = data_dir.with_name(data_dir.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    try:
        listed = _unpack(backup, unfinished)
        if data_dir.exists():
            data_dir.rmdir()
        unfinished.rename(data_dir)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    dump = data_dir / POSTGRESQL if POSTGRESQL in listed.members else None
    originals = sum(name.startswith("blobs/") for name in listed.members)
    return Restored(data_dir, listed.made_at, originals, dump)


def rebuild_indexes(data_dir: Path, database_url: str, embedder: EmbedderIdentity) -> list[Rebuilt]:
    """Both indexes of every knowledge base out of the database; no model is asked.

    `embedder` counts only where nothing was indexed yet. Raises: Conflict when Colophon runs there.
    """
    with ExitStack() as opened:
        dense = opened.enter_context(closing(ChromaIndexes(data_dir / "vectors")))
        lexical = opened.enter_context(closing(TantivyIndexes(data_dir / "words")))
        database = opened.enter_context(closing(Database.open(database_url)))
        upgrade(database)
        corpus = Corpus(database)
        index = Index(corpus, VectorStore(database), lexical, dense, embedder)
        return [
            Rebuilt(
                base.name,
                passages=len(corpus.visible_ids(base.id)),
                without_vector=len(index.sync(base.id).without_vector),
            )
            for base in corpus.knowledge_bases()
        ]


def locked_in(data_dir: Path, database_url: str, secret: str | None) -> list[str]:
    """Locations of the sources whose credentials must be given again."""
    with closing(Database.open(database_url)) as database:
        return locked_sources(database, open_sealer(data_dir, secret))


def _unpack(backup: Path, folder: Path) -> _Listed:
    """Returns the list of members. Nothing but what a backup has is written."""
    found: dict[str, str] = {}
    listed = b""
    try:
        with tarfile.open(backup, "r:gz") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                if content is None:
                    raise Invalid(f"{DAMAGED}: {member.name} is no file.")
                if member.name == MANIFEST:
                    listed = content.read()
                elif member.name in {SQLITE, POSTGRESQL, KEY_FILE} or BLOB.fullmatch(member.name):
                    found[member.name] = _write(content, folder / member.name)
                else:
                    raise Invalid(f"{DAMAGED}: {member.name} does not belong into it.")
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise Invalid(f"{DAMAGED}: {error}.") from error
    return _checked(listed, found)


def _checked(listed: bytes, found: dict[str, str]) -> _Listed:
    """Every member that is listed, as it is listed, and the originals as they are named."""
    try:
        manifest = _Listed.model_validate_json(listed)
    except ValidationError as error:
        raise Invalid(f"{DAMAGED}: it has no list of what is in it.") from error
    if manifest.format != FORMAT:
        raise Invalid(f"This backup has the format {manifest.format}; {FORMAT} can be restored.")
    wrong = sorted(name for name, sha in manifest.members.items() if found.get(name) != sha)
    if wrong or found.keys() != manifest.members.keys():
        raise Invalid(f"{DAMAGED}: {', '.join(wrong[:3]) or 'it holds more than it lists'}.")
    if not {SQLITE, POSTGRESQL} & found.keys():
        raise Invalid(f"{DAMAGED}: it holds no database.")
    return manifest


def _write(content: IO[bytes], path: Path) -> str:
    """Returns the sha256 of what was written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        path.chmod(0o600)
        while piece := content.read(PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()
