"""The disk fills at every stage, or fails: a sentence, a server that lives on, an intact index.

The disk of these tests is a limit on the size of files, which needs no rights: every write of the
process is refused from then on, as on a full disk.
"""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from errno import EIO, ENOSPC
from pathlib import Path
from sqlite3 import SQLITE_FULL, OperationalError

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import exc, func, select

from app.main import create_app
from app.people.user import User
from app.platform import Platform
from ingestion.blobs import INCOMING, Blobs
from retrieval.errors import StorageFailed, StorageFull
from retrieval.storage import FAILED, FULL, storage_failure, worded_failure
from retrieval.store.database import Database
from retrieval.tables import documents, versions
from tests.app.filling import STAGES
from tests.ingestion.shelf import BASE, Shelf, a_shelf

PATIENCE = 150.0  # seconds
MIB = 1 << 20
SENTENCES = {FULL, FAILED}
AT_THE_DOOR = {"upload", "rows", "queue"}  # where the uploader is told; later, the job is
Told = dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What happened, by stage; one process, which lived through all of them."""
    folder = tmp_path_factory.mktemp("filling")
    command = [sys.executable, "-m", "tests.app.filling", str(folder), "limit"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr[-5_000:]
    found: Told = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.timeout(180)
@pytest.mark.parametrize("stage", STAGES)
def test_a_disk_that_fills_is_told_in_a_sentence_and_takes_nothing_along(
    told: Told, stage: str
) -> None:
    happened = told[stage]
    assert happened["sentence"] in SENTENCES
    if stage in AT_THE_DOOR:
        assert happened["status"] == 507
        assert happened["code"] in {"storage_full", "storage_failed"}
    else:
        assert (happened["status"], happened["state"]) == (202, "failed")
    assert happened["halves"] == []
    assert happened["kept"], "what was there before is no longer found"
    assert not happened["ghost"], "a document that was refused is found"
    assert happened["lives"] == 200


@pytest.mark.timeout(180)
@pytest.mark.parametrize("stage", STAGES)
def test_with_room_again_the_same_upload_works_and_the_index_is_whole(
    told: Told, stage: str
) -> None:
    happened = told[stage]
    assert (happened["again"], happened["then"]) == (202, ["done", ""])
    assert happened["found"]
    assert happened["faults"] == []
    assert happened["halves_then"] == []


@pytest.mark.timeout(180)
def test_a_deletion_on_a_full_disk_is_refused_whole_and_works_later(told: Told) -> None:
    deletion = dict(told["deletion"])
    assert deletion.pop("sentence") in SENTENCES
    assert deletion == {"status": 507, "again": 204, "found": False, "faults": []}


@pytest.mark.timeout(180)
def test_a_backup_without_room_leaves_nothing_behind(told: Told) -> None:
    assert told["backup"] == {
        "sentence": told["backup"]["sentence"],
        "left": [],
        "originals": len(STAGES) + 2,
    }
    assert told["backup"]["sentence"] in SENTENCES


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return a_shelf(Database.open(f"sqlite:///{tmp_path / 'colophon.sqlite3'}"), tmp_path)


def _failing(call: int, number: int) -> Callable[[int], object]:
    """An fsync that fails when it is called for that time."""
    calls = 0

    def fsync(_descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError(number, "as a broken disk says")

    return fsync


@pytest.mark.parametrize(("call", "what"), [(1, "bytes"), (2, "name")])
def test_a_failing_fsync_refuses_the_upload_and_records_nothing(
    shelf: Shelf, call: int, what: str
) -> None:
    failing = replace(shelf.blobs, fsync=_failing(call, EIO))
    intake = replace(shelf.intake, blobs=failing)
    with pytest.raises(StorageFailed, match="refused to store this") as refused:
        intake.accept(BASE, "rules.txt", io.BytesIO(b"Whoever leaves last locks the door."))
    assert not isinstance(refused.value, StorageFull), what
    with shelf.database.read() as connection:
        for table in (documents, versions):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    assert list((shelf.blobs.root / INCOMING).iterdir()) == []
    assert shelf.waiting.works == []
    intake.accept(BASE, "rules.txt", io.BytesIO(b"Whoever leaves last locks the door."))
    shelf.work()
    assert shelf.found("Who locks the door?") == ["Whoever leaves last locks the door."]


def test_a_file_that_would_eat_into_the_reserve_is_refused_before_it_is_read(
    tmp_path: Path,
) -> None:
    blobs = Blobs(tmp_path, reserve=100 * MIB, free=lambda _folder: 101 * MIB)
    blobs.put(io.BytesIO(b"x" * MIB), max_bytes=2 * MIB)
    content = io.BytesIO(b"x" * (MIB + 1))
    with pytest.raises(StorageFull, match="101 MiB are free") as refused:
        blobs.put(content, max_bytes=2 * MIB)
    assert "101 MiB are needed" in str(refused.value)
    assert content.tell() == 0
    assert len(list(blobs.names())) == 1


def test_an_upload_is_refused_by_its_length_before_its_body_is_read(
    platform: Platform, make_user: Callable[..., User]
) -> None:
    make_user("ada", "admin")
    full = Blobs(platform.settings.data_dir, reserve=MIB, free=lambda _folder: 0)
    client = TestClient(
        create_app(replace(platform, blobs=full)),
        base_url="http://localhost",
        headers={"Authorization": f"Bearer {platform.local_key.token}"},
    )
    answer = client.post("/api/v1/admin/knowledge-bases/base/documents", files={"file": b"text"})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert "0 MiB are free" in answer.json()["message"]


def test_errors_of_a_full_disk_are_known_whoever_tells_them() -> None:
    sqlite = OperationalError("database or disk is full")
    sqlite.sqlite_errorcode = SQLITE_FULL
    assert isinstance(storage_failure(sqlite), StorageFull)
    assert isinstance(storage_failure(exc.OperationalError("", {}, sqlite)), StorageFull)
    assert isinstance(storage_failure(OSError(ENOSPC, "")), StorageFull)
    assert type(storage_failure(OSError(EIO, ""))) is StorageFailed
    assert isinstance(worded_failure("No space left on device (os error 28)"), StorageFull)
    assert storage_failure(OperationalError("no such table")) is None
    assert storage_failure(FileNotFoundError(2, "")) is None
    assert storage_failure(None) is None
    assert worded_failure("Collection not found") is None
