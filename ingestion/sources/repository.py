"""A branch of a Git repository of documents."""

import shutil
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from dulwich.errors import (
    ApplyDeltaError,
    ChecksumMismatch,
    FileFormatException,
    GitProtocolError,
    NotGitRepository,
    ObjectMissing,
    WrongObjectException,
)
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.pack import UnresolvedDeltas
from dulwich.refs import Ref
from dulwich.repo import Repo

from ingestion.sources.addresses import checked_url
from ingestion.sources.folder import hidden
from ingestion.sources.git_wire import GitWire
from ingestion.sources.port import Entry
from retrieval.errors import Invalid, NotFound, TooLarge, Unavailable

_FOLLOWED: Final = Ref(b"refs/heads/followed")
_MAX_PACKS: Final = 100  # in the cache, one a change; then it is fetched anew
_LARGE_FILE: Final = b"version https://git-lfs.github.com/spec/v1"
_DAMAGED: Final = (
    ApplyDeltaError,
    AssertionError,
    ChecksumMismatch,
    FileFormatException,
    KeyError,
    NotGitRepository,
    ObjectMissing,
    OSError,
    UnresolvedDeltas,
    ValueError,
    WrongObjectException,
    struct.error,
    zlib.error,
)


@dataclass(slots=True)
class Repository:
    """The last state of the branch, without its history, is kept in `cache`."""

    url: str
    branch: str | None  # None: the default one
    wire: GitWire
    cache: Path
    _blobs: dict[str, ObjectID] | None = field(default=None, init=False)  # by key

    def entries(self) -> Iterator[Entry]:
        """All files of the branch; links, submodules and hidden ones are left out."""
        self._blobs = self._updated()
        for key, blob in self._blobs.items():
            yield Entry(key, PurePosixPath(key).name, blob.decode("ascii"))

    def fetch(self, entry: Entry, target: BinaryIO, max_bytes: int) -> None:
        if self._blobs is None:
            self._blobs = self._updated()
        if entry.key not in self._blobs:
            raise NotFound("The file is not in the repository any more.")
        content = self._content(self._blobs[entry.key])
        if content.startswith(_LARGE_FILE):
            raise Invalid(f"{entry.filename} lies in Git LFS, which is not read yet.")
        if len(content) > max_bytes:
            raise TooLarge(f"The file is larger than {max_bytes:,} bytes.")
        target.write(content)

    def close(self) -> None:
        self.wire.close()

    def _updated(self) -> dict[str, ObjectID]:
        """The branch as it is now; a cache that is damaged is fetched anew the next time."""
        try:
            with self._opened() as repository:
                commit = self._fetched(repository)
                return {} if commit is None else _files(repository, commit)
        except GitProtocolError as error:
            raise Unavailable(f"The Git server answered with an error: {error}.") from error
        except NotFound as error:
            raise Unavailable(f"There is no repository {self.url}. Please check it.") from error
        except _DAMAGED as error:
            shutil.rmtree(self.cache, ignore_errors=True)
            raise Unavailable("The repository could not be read whole.") from error

    def _opened(self) -> Repo:
        if len(list(self.cache.glob("objects/pack/*.pack"))) > _MAX_PACKS:
            shutil.rmtree(self.cache)
        if (self.cache / "HEAD").is_file():
            return Repo(str(self.cache), bare=True)
        shutil.rmtree(self.cache, ignore_errors=True)  # begun, and broken off
        self.cache.mkdir(parents=True)
        return Repo.init_bare(str(self.cache))

    def _fetched(self, repository: Repo) -> ObjectID | None:
        """The newest commit with its files; None when the repository is empty."""
        wanted: list[ObjectID] = []

        def wants(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:
            del depth
            wanted.extend(self._chosen(refs))
            return [commit for commit in wanted if commit not in repository.object_store]

        self.wire.fetch(
            "", repository, determine_wants=wants, depth=1, ref_prefix=[b"HEAD", b"refs/heads/"]
        )
        if not wanted:
            return None
        repository.refs[_FOLLOWED] = wanted[0]
        return wanted[0]

    def _chosen(self, refs: Mapping[Ref, ObjectID]) -> list[ObjectID]:
        heads = {name: commit for name, commit in refs.items() if name != b"capabilities^{}"}
        if self.branch is not None:
            name = Ref(b"refs/heads/" + self.branch.encode())
            missing = f"The repository has no branch “{self.branch}”."
        else:
            name = Ref(b"HEAD")
            missing = "The repository has no default branch. Please name one."
        if name in heads:
            return [heads[name]]
        if heads or self.branch is not None:
            raise Unavailable(missing)
        return []

    def _content(self, blob: ObjectID) -> bytes:
        try:
            with Repo(str(self.cache), bare=True) as repository:
                found = repository.object_store[blob]
                return found.data if isinstance(found, Blob) else b""
        except _DAMAGED as error:
            shutil.rmtree(self.cache, ignore_errors=True)
            raise Unavailable("The copy of the repository is damaged; it is made anew.") from error


def checked_repository(location: str) -> str:
    """Raises: Invalid. Only http and https: files and commands are no addresses, and SSH's host
    keys and keys have no place here yet."""
    if location.startswith(("ssh:", "git:", "file:", "/")) or "::" in location.split("/")[0]:
        raise Invalid("A repository is followed over https:// or http://, not in another way.")
    if ":" in location and "://" not in location:
        raise Invalid("Repositories over SSH are not followed yet; please give the https address.")
    url = checked_url(location)
    if url.query or url.fragment:
        raise Invalid("The address of a repository has no “?” and no “#”.")
    return str(url).rstrip("/")


def checked_branch(branch: str | None) -> str | None:
    """Raises: Invalid."""
    if branch is None or branch == "":
        return None
    if branch.startswith(("-", "/", "refs/")) or ".." in branch or not branch.isprintable():
        raise Invalid("This is no name of a branch; please give it as in “main”.")
    return branch


def _files(repository: Repo, commit: ObjectID) -> dict[str, ObjectID]:
    found = repository.object_store[commit]
    if not isinstance(found, Commit):
        raise Unavailable("The branch does not lead to a commit.")
    files = {}
    for entry in repository.object_store.iter_tree_contents(found.tree):
        if entry.path is None or entry.mode is None or entry.sha is None:
            continue
        key = entry.path.decode("utf-8", "backslashreplace")
        if stat.S_ISREG(entry.mode) and not any(hidden(part) for part in key.split("/")):
            files[key] = entry.sha
    return files
