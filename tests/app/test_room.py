"""The doctor looks at the disk: room for uploads, and for the copy that a backup makes."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.care.surroundings import MAKE_ROOM, Surroundings
from app.tables import metadata
from ingestion.blobs import MIB, Blobs
from ingestion.sources.sealing import Sealer
from retrieval.dense.soundness import Soundness
from retrieval.store.database import Database
from tests.fakes import VectorsOnDisk


@pytest.fixture
def filled(sqlite: Database) -> Database:
    metadata.create_all(sqlite.engine)
    sqlite.settle()
    return sqlite


def surroundings(database: Database, folder: Path, *, free: int) -> Surroundings:
    blobs = Blobs(folder / "blobs", reserve=256 * MIB, free=lambda _folder: free)
    return Surroundings(database, Sealer(Fernet.generate_key()), blobs, VectorsOnDisk())


def test_a_roomy_disk_is_fine(filled: Database, tmp_path: Path) -> None:
    finding = surroundings(filled, tmp_path, free=5000 * MIB).room()
    assert (finding.ok, finding.fix) == (True, "")
    assert finding.detail == "5,000 MiB are free, 256 MiB of them kept back"


def test_less_than_the_reserve_refuses_uploads(filled: Database, tmp_path: Path) -> None:
    finding = surroundings(filled, tmp_path, free=255 * MIB).room()
    assert (finding.ok, finding.fix) == (False, MAKE_ROOM)
    assert finding.detail.endswith("(uploads.reserve_bytes): uploads are refused")


def test_a_backup_needs_room_for_a_copy_of_the_database(filled: Database, tmp_path: Path) -> None:
    size = Path(str(filled.engine.url.database)).stat().st_size
    finding = surroundings(filled, tmp_path, free=256 * MIB + size - 1).room()
    assert (finding.ok, finding.fix) == (False, MAKE_ROOM)
    assert "too little for a backup" in finding.detail
    assert surroundings(filled, tmp_path, free=256 * MIB + size).room().ok


def test_a_database_on_a_server_needs_no_room_here(postgres: Database, tmp_path: Path) -> None:
    assert surroundings(postgres, tmp_path, free=256 * MIB).room().ok


def test_the_real_disk_says_something(filled: Database, tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    around = Surroundings(filled, Sealer(Fernet.generate_key()), blobs, VectorsOnDisk())
    assert "MiB are free" in around.room().detail


@pytest.mark.parametrize(
    ("state", "ok", "detail", "fix"),
    [
        (Soundness.SOUND, True, "open", ""),
        (Soundness.REOPENS, True, "opened anew with the next search or write", ""),
        (Soundness.WAITS_FOR_ROOM, False, "until then searches go by keywords alone", MAKE_ROOM),
    ],
)
def test_a_vector_index_whose_write_failed_says_what_it_waits_for(
    filled: Database, tmp_path: Path, state: Soundness, ok: bool, detail: str, fix: str
) -> None:
    sealer, blobs = Sealer(Fernet.generate_key()), Blobs(tmp_path / "blobs")
    finding = Surroundings(filled, sealer, blobs, VectorsOnDisk(state)).vector_index()
    assert (finding.ok, finding.fix) == (ok, fix)
    assert finding.detail.endswith(detail)
