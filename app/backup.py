"""A copy of everything that cannot be rebuilt, taken while Colophon runs."""

import hashlib
import json
import os
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import make_url

from app.care.surroundings import locked_sources, sealed_credentials
from ingestion.blobs import Blobs
from ingestion.sources.sealing import KEY_FILE, open_sealer
from retrieval.errors import Conflict, Invalid, Unavailable
from retrieval.storage import storage_errors_told
from retrieval.store.database import Database
from retrieval.tables import versions

FORMAT: Final = 2
MANIFEST: Final = "backup.json"
SQLITE: Final = "colophon.sqlite3"
POSTGRESQL: Final = "colophon.pgdump"


@dataclass(frozen=True, slots=True)
class BackupReport:
    path: Path
    blobs: int
    size: int  # bytes
    locked: int  # sources whose credentials nobody can open with this backup alone


@dataclass(frozen=True, slots=True)
class _Held:
    """What goes into a backup beside the database."""

    blobs: tuple[str, ...]
    key: Path | None
    locked: int  # sources whose credentials that key does not open


def back_up(
    data_dir: Path, database_url: str, target: Path, now: datetime, *, with_key: bool = False
) -> BackupReport:
    """Writes `target` (.tar.gz): the database and the originals; indexes are rebuilt from them.
    `with_key`: also the key of the sources' credentials, for whoever has the backup.

    The database is copied first and at one moment, so every original that it names is there
    already when the originals are copied. The last member is a list with a sha256 of every other.
    Raises: Conflict when the target exists, Invalid when there is nothing to back up, Unavailable
    when PostgreSQL cannot be dumped, StorageFull or StorageFailed by the disk; then
    nothing of it stays.
    """
    if target.exists():
        raise Conflict(f"{target} exists already.")
    unfinished = target.with_name(target.name + ".part")
    key = data_dir / KEY_FILE if with_key and (data_dir / KEY_FILE).is_file() else None
    try:
        with storage_errors_told():
            with TemporaryDirectory(dir=data_dir) as folder:
                copy = _copy_database(database_url, Path(folder))
                held = _held(copy, database_url, key)
                count = _write(unfinished, data_dir, copy, held, now)
            with unfinished.open("rb") as written:
                os.fsync(written.fileno())
            unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return BackupReport(target, count, target.stat().st_size, held.locked)


def _write(unfinished: Path, data_dir: Path, database: Path, held: _Held, now: datetime) -> int:
    """Returns how many originals are in it."""
    blobs = Blobs(data_dir / "blobs")
    members: dict[str, str] = {}
    with tarfile.open(unfinished, "w:gz", compresslevel=1) as archive:
        for path in [database, held.key] if held.key else [database]:
            members[path.name] = _sha256(path)
            archive.add(path, path.name)
        for blob in held.blobs:
            path = blobs.path(blob)
            # One that was purged or forgotten since the database was copied cannot be had.
            if path.is_file():
                name = path.relative_to(data_dir).as_posix()
                members[name] = blob
                archive.add(path, name)
        listed = {"format": FORMAT, "made_at": now.isoformat(), "members": members}
        manifest = database.with_name(MANIFEST)
        manifest.write_text(json.dumps(listed), encoding="utf-8")
        archive.add(manifest, MANIFEST)
    return sum(name.startswith("blobs/") for name in members)


def _copy_database(database_url: str, folder: Path) -> Path:
    url = make_url(database_url)
    if url.drivername.startswith("postgresql"):
        return _dump_postgresql(database_url, folder / POSTGRESQL)
    source_file = Path(url.database or "")
    if not source_file.is_file():
        raise Invalid(f"There is no database at {source_file}.")
    copy = folder / SQLITE
    with (
        closing(sqlite3.connect(source_file)) as source,
        closing(sqlite3.connect(copy)) as destination,
    ):
        source.backup(destination)
    return copy


def _dump_postgresql(database_url: str, copy: Path) -> Path:
    url = make_url(database_url).set(drivername="postgresql")
    password = url.password or ""
    address = url.set(password=None).render_as_string(hide_password=False)
    command = ["pg_dump", "--format=custom", f"--file={copy}", f"--dbname={address}"]
    try:
        subprocess.run(  # noqa: S603  (the address is the setting's)
            command,
            check=True,
            capture_output=True,
            text=True,
            env={"PGPASSWORD": password, "PATH": os.defpath},
        )
    except FileNotFoundError as error:
        raise Unavailable(
            "A backup of PostgreSQL needs its program pg_dump, which is not installed here. "
            "Install the client of the server's version, or dump the database elsewhere and copy "
            "the folder “blobs” beside it."
        ) from error
    except subprocess.CalledProcessError as error:
        reason = str(error.stderr).strip().partition("\n")[0]
        raise Unavailable(f"pg_dump could not copy the database: {reason}") from error
    return copy


def _held(database: Path, database_url: str, key: Path | None) -> _Held:
    """Read from the copy where it can be read; from the running database otherwise."""
    url = f"sqlite:///{database}" if database.name == SQLITE else database_url
    with closing(Database.open(url)) as opened:
        with opened.read() as connection:
            blobs = list(connection.scalars(select(versions.c.blob).distinct()))
        locked = (
            locked_sources(opened, open_sealer(key.parent, None))
            if key is not None
            else list(sealed_credentials(opened))
        )
    return _Held(tuple(blobs), key, len(locked))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
