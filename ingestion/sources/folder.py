"""A folder of this machine as a source of documents."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ingestion.sources.port import Entry
from retrieval.errors import Invalid, NotFound, TooLarge, Unavailable

_PIECE: Final = 1024 * 1024
_ODD_BYTE: Final = re.compile(rb"\\x([0-9a-f]{2})")
_NO_LINK: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Folder:
    root: Path

    def entries(self) -> Iterator[Entry]:
        """All regular files below. Hidden ones, links and Office's lock files are left out."""
        if not self.root.is_dir():
            raise Unavailable(f"The folder {self.root} is not there.")
        for folder, subfolders, names in os.walk(self.root, onerror=_refuse_half_listing):
            subfolders[:] = [name for name in subfolders if not hidden(name)]
            for name in names:
                entry = None if hidden(name) else self._entry(Path(folder) / name)
                if entry is not None:
                    yield entry

    def fetch(self, entry: Entry, target: BinaryIO, max_bytes: int) -> None:
        try:
            with open(_path(self.root, entry.key), "rb", opener=_opener) as file:
                _copy(file, target, max_bytes)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound("The file is not there any more.") from error
        except OSError as error:
            raise Unavailable(f"The file cannot be read: {error.strerror}.") from error

    def close(self) -> None:
        """Nothing is held."""

    def _entry(self, path: Path) -> Entry | None:
        """None for a link, a device, and what vanished since its folder was listed."""
        try:
            if path.is_symlink() or not path.is_file():
                return None
            status = path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"{path} cannot be looked at: {error.strerror}.") from error
        etag = f"{status.st_size}-{status.st_mtime_ns}"
        key = _readable(path.relative_to(self.root).as_posix())
        return Entry(key, _readable(path.name), etag, status.st_size)


def hidden(name: str) -> bool:
    """What people do not mean when they say "this folder": ".git", "~$report.docx"."""
    return name.startswith((".", "~$"))


def checked_folder(location: str) -> str:
    """Without links and dots. Raises: Invalid for what is no folder."""
    folder = Path(location)
    if not folder.is_absolute():
        raise Invalid("Please give the whole path of the folder, from the root.")
    try:
        found = folder.is_dir()
    except OSError as error:  # e.g. a name longer than any folder's, or a folder above it is locked
        raise Invalid(f"The folder cannot be looked at: {error.strerror}.") from error
    if not found:
        raise Invalid(f"There is no folder {folder} on the machine that Colophon runs on.")
    return str(folder.resolve())


def _readable(name: str) -> str:
    """Names in an older encoding are no text: their odd bytes are written as \\xb2."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _path(root: Path, key: str) -> Path:
    """Where the entry lies: the inverse of `_readable`."""
    plain = root / key
    if "\\x" not in key or plain.exists():
        return plain
    return root / os.fsdecode(
        _ODD_BYTE.sub(lambda odd: bytes.fromhex(odd[1].decode()), key.encode())
    )


def _copy(file: BinaryIO, target: BinaryIO, max_bytes: int) -> None:
    written = 0
    while piece := file.read(_PIECE):
        written += len(piece)
        if written > max_bytes:
            raise TooLarge(f"The file is larger than {max_bytes:,} bytes.")
        target.write(piece)


def _opener(path: str, _flags: int) -> int:
    """A link that took the file's place since the listing is not followed."""
    return os.open(path, _NO_LINK)


def _refuse_half_listing(error: OSError) -> None:
    raise Unavailable(f"The folder {error.filename} cannot be listed: {error.strerror}.")
