"""What only Git has: branches, pointers instead of files, links, a copy that can be lost."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from dulwich import porcelain

from ingestion.sources.credentials import Credentials
from ingestion.sources.git_wire import GitWire
from ingestion.sources.port import Entry
from ingestion.sources.repository import Repository
from retrieval.errors import Invalid, Unavailable
from tests.ingestion.sources.git_stage import GitStage
from tests.ingestion.sources.local_site import LocalSite, Reply
from tests.ingestion.sources.reader import PASSWORD, USER, a_fetcher


@pytest.fixture
def git(tmp_path: Path) -> Iterator[GitStage]:
    with closing(GitStage(tmp_path)) as stage:
        stage.put("a.md", b"first")
        yield stage


def _source(git: GitStage, branch: str | None = None) -> Repository:
    url = f"{git.front.url}/papers.git"
    wire = GitWire(url, Credentials(USER, PASSWORD), a_fetcher())
    return Repository(url, branch, wire, git.cache)


def _listed(source: Repository) -> dict[str, Entry]:
    with closing(source):
        return {entry.key: entry for entry in source.entries()}


def _fetched(source: Repository, entry: Entry) -> bytes:
    target = BytesIO()
    with closing(source):
        source.fetch(entry, target, 1000)
    return target.getvalue()


def test_a_branch_can_be_followed(git: GitStage) -> None:
    porcelain.branch_create(str(git.work), "old")
    git.put("b.md", b"second")
    assert set(_listed(_source(git))) == {"a.md", "b.md"}
    assert set(_listed(_source(git, "old"))) == {"a.md"}
    with pytest.raises(Unavailable, match="no branch “nope”"):
        _listed(_source(git, "nope"))


def test_an_unchanged_repository_sends_no_file_again(git: GitStage) -> None:
    first = _listed(_source(git))
    git.front.asked.clear()
    assert _listed(_source(git)) == first
    packs = [path for method, path in git.front.asked if method == "POST"]
    assert len(packs) <= 1  # what there is, asked once; no pack


def test_only_the_last_state_is_copied(git: GitStage) -> None:
    git.put("large.bin", os.urandom(300_000))
    git.delete("large.bin")
    assert set(_listed(_source(git))) == {"a.md"}
    copied = sum(path.stat().st_size for path in git.cache.rglob("*") if path.is_file())
    assert copied < 200_000


def test_a_lost_or_damaged_copy_is_made_anew(git: GitStage) -> None:
    first = _listed(_source(git))
    shutil.rmtree(git.cache)
    assert _listed(_source(git)) == first
    for pack in git.cache.rglob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(b"damaged")
    with pytest.raises(Unavailable):
        _fetched(_source(git), first["a.md"])
    assert _listed(_source(git)) == first


def test_a_pointer_to_a_large_file_is_not_taken_for_the_file(git: GitStage) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n"
    git.put("film.pdf", pointer)
    entries = _listed(_source(git))
    with pytest.raises(Invalid, match="Git LFS"):
        _fetched(_source(git), entries["film.pdf"])


def test_links_are_left_out(git: GitStage) -> None:
    (git.work / "link.md").symlink_to("/etc/passwd")
    git._commit([str(git.work / "link.md")])
    assert set(_listed(_source(git))) == {"a.md"}


def test_a_history_that_was_rewritten_is_followed(git: GitStage) -> None:
    _listed(_source(git))
    shutil.rmtree(git.work / ".git" / "refs" / "heads")
    (git.work / ".git" / "refs" / "heads").mkdir()
    git.put("new.md", b"begun anew")
    assert "new.md" in _listed(_source(git))


@pytest.mark.parametrize("where", ["/", "/login", "/gone", "/team/docs"])
def test_a_page_is_no_repository(site: LocalSite, tmp_path: Path, where: str) -> None:
    site.page("/info/refs?service=git-upload-pack", "Welcome")
    site.redirect("/login/info/refs?service=git-upload-pack", "/users/sign_in")
    site.redirect("/team/docs/info/refs?service=git-upload-pack", "http://10.0.0.1/x")
    url = site.url + where
    source = Repository(url, None, GitWire(url, None, a_fetcher()), tmp_path / "cache")
    with pytest.raises(Unavailable):
        _listed(source)


def test_user_and_token_do_not_follow_to_another_server(site: LocalSite, tmp_path: Path) -> None:
    other = LocalSite()
    lines = (b"# service=git-upload-pack\n", None, b"version 2\n", b"ls-refs\n", b"fetch\n", None)
    offer = b"".join(
        b"0000" if line is None else b"%04x%s" % (len(line) + 4, line) for line in lines
    )
    refs = "/info/refs?service=git-upload-pack"
    other.replies[f"/moved{refs}"] = Reply(offer, "application/x-git-upload-pack-advertisement")
    site.redirect(f"/docs{refs}", f"{other.url}/moved{refs}")
    url = f"{site.url}/docs"
    wire = GitWire(url, Credentials(USER, PASSWORD), a_fetcher())
    with pytest.raises(Unavailable):
        _listed(Repository(url, None, wire, tmp_path / "cache"))
    other.stop()
    assert "authorization" in site.asked[0].headers
    assert [asked.path for asked in other.asked] == [f"/moved{refs}", "/moved/git-upload-pack"]
    assert not any("authorization" in asked.headers for asked in other.asked)
