"""Sources come, go and come again; what they cannot be is refused."""

from pathlib import Path

import pytest

from ingestion.sources.register import NewSource, SourceChange
from retrieval.errors import Conflict, Invalid, NotFound
from retrieval.store.database import Database
from tests.ingestion.followed import DRY, Followed, counts, follow
from tests.ingestion.listed import Killed
from tests.ingestion.shelf import BASE


@pytest.fixture
def followed(sqlite: Database, tmp_path: Path) -> Followed:
    return follow(sqlite, tmp_path)


def test_two_runs_of_one_source_never_go_on_at_once(followed: Followed) -> None:
    first = followed.shelf.starter.start(followed.source)
    with pytest.raises(Conflict, match="followed just now"):
        followed.shelf.starter.start(followed.source, DRY)
    followed.shelf.work()
    assert followed.shelf.starter.start(followed.source) != first


def test_a_source_that_is_removed_takes_its_documents_and_nothing_else(followed: Followed) -> None:
    followed.shelf.put("own.txt", "Uploaded by hand.")
    followed.run()
    followed.shelf.sources.remove(followed.source)
    assert followed.documents() == {"own.txt"}
    assert followed.shelf.is_in_step()
    with pytest.raises(NotFound):
        followed.shelf.starter.start(followed.source)


def test_a_source_that_is_removed_during_a_run_is_taken_in_no_further(followed: Followed) -> None:
    followed.listed.crash_at = "5.txt"
    run = followed.shelf.starter.start(followed.source)
    with pytest.raises(Killed):
        followed.shelf.work()
    followed.shelf.sources.remove(followed.source)
    with pytest.raises(NotFound):
        followed.shelf.sync.run(followed.source, run)
    followed.shelf.work()
    assert followed.documents() == set()


def test_a_source_that_is_added_again_is_the_old_one_with_its_new_settings(
    followed: Followed, tmp_path: Path
) -> None:
    followed.run()
    followed.shelf.sources.remove(followed.source)
    again = followed.shelf.sources.add(BASE, NewSource(str(tmp_path), exclude=("9.txt",)))
    assert again == followed.source
    assert counts(followed.run()) == {"added": 9}


def test_what_a_source_cannot_be_is_refused(followed: Followed, tmp_path: Path) -> None:
    add = followed.shelf.sources.add
    with pytest.raises(Invalid, match="whole path"):
        add(BASE, NewSource("share"))
    with pytest.raises(Invalid, match="no folder"):
        add(BASE, NewSource(str(tmp_path / "nowhere")))
    with pytest.raises(Conflict):
        add(BASE, NewSource(str(tmp_path)))
    (tmp_path / "other").mkdir()
    with pytest.raises(Invalid, match="names no times"):
        add(BASE, NewSource(str(tmp_path / "other"), cron="at noon"))
    with pytest.raises(Invalid, match="names no times"):
        followed.change(SourceChange(cron="* * * * * *"))
