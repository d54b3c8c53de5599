"""A copy of everything that cannot be rebuilt, taken while Colophon runs."""

import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from retrieval.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class BackupReport:
    path: Path
    blobs: int
    size: int  # bytes


def back_up(data_dir: Path, database_file: Path, target: Path, now: datetime) -> BackupReport:
    """Writes `target` (.tar.gz): the database and the originals. Indexes are rebuilt from them.

    The database is copied first and at one moment (SQLite's online backup), so every original
    that it names is there already when the originals are copied.
    Raises: Conflict when the target exists, Invalid when there is nothing to back up.
    """
    if target.exists():
        raise Conflict(f"{target} exists already.")
    if not database_file.is_file():
        raise Invalid(f"There is no database at {database_file}.")
    blobs = 0
    unfinished = target.with_name(target.name + ".part")
    with TemporaryDirectory(dir=data_dir) as folder:
        copy = Path(folder) / "colophon.sqlite3"
        with (
            closing(sqlite3.connect(database_file)) as source,
            closing(sqlite3.connect(copy)) as destination,
        ):
            source.backup(destination)
        manifest = Path(folder) / "backup.json"
        manifest.write_text(json.dumps({"made_at": now.isoformat(), "format": 1}))
        with tarfile.open(unfinished, "w:gz", compresslevel=1) as archive:
            archive.add(manifest, "backup.json")
            archive.add(copy, "colophon.sqlite3")
            for blob in sorted((data_dir / "blobs").glob("??/*")):
                archive.add(blob, str(blob.relative_to(data_dir)))
                blobs += 1
    shutil.move(unfinished, target)
    return BackupReport(target, blobs, target.stat().st_size)
