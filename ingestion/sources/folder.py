"""A folder of this machine as a source of documents."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import Unavailable


@dataclass(frozen=True, slots=True)
class FolderFile:
    key: str  # path below the folder, with "/"
    path: Path
    etag: str  # changes when size or time of the last change do


@dataclass(frozen=True, slots=True)
class Folder:
    root: Path

    def files(self) -> list[FolderFile]:
        """All regular files below, by key. Hidden ones and links are left out.

        Raises: Unavailable when any part cannot be listed: a half listing would look like a
        deletion of the rest.
        """
        if not self.root.is_dir():
            raise Unavailable(f"The folder {self.root} is not there.")
        return sorted(self._walk(), key=lambda file: file.key)

    def _walk(self) -> Iterator[FolderFile]:
        for folder, subfolders, names in os.walk(self.root, onerror=_refuse_half_listing):
            subfolders[:] = [name for name in subfolders if not name.startswith(".")]
            for name in names:
                path = Path(folder) / name
                if name.startswith((".", "~$")) or path.is_symlink() or not path.is_file():
                    continue
                status = path.stat()
                etag = f"{status.st_size}-{status.st_mtime_ns}"
                yield FolderFile(path.relative_to(self.root).as_posix(), path, etag)


def _refuse_half_listing(error: OSError) -> None:
    raise Unavailable(f"The folder {error.filename} cannot be listed: {error.strerror}.")
