"""The key of the sources' credentials: not in a backup unless it is asked for, and missed aloud."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from app.care.surroundings import GIVE_AGAIN, Surroundings
from app.cli import care
from app.migrations import upgrade
from app.settings import Settings
from ingestion.blobs import Blobs
from ingestion.sources.sealing import KEY_FILE, Sealer, open_sealer
from retrieval.store.database import Database
from retrieval.tables import knowledge_bases, sources
from tests.fakes import VectorsOnDisk

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECRET = "a secret of the settings, long enough"


@pytest.fixture
def old(tmp_path: Path) -> Settings:
    folder = tmp_path / "old"
    folder.mkdir()
    return Settings(data_dir=folder, database_url=address(folder))


@pytest.fixture
def new(old: Settings, tmp_path: Path) -> Settings:
    folder = tmp_path / "new"
    return old.model_copy(update={"data_dir": folder, "database_url": address(folder)})


def address(folder: Path) -> str:
    return f"sqlite:///{folder / 'colophon.sqlite3'}"


def filled(settings: Settings) -> Sealer:
    """One source that needs to be signed in to, one that was and is removed, and one without."""
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    sealer = open_sealer(settings.data_dir, secret)
    sealed = sealer.seal(b"me and my password")
    with closing(Database.open(settings.database_url)) as database:
        upgrade(database)
        with database.write() as connection:
            connection.execute(insert(knowledge_bases).values(id="b", name="B", created_at=NOW))
            for location, credentials, removed in [
                ("s3://share", sealed, None),
                ("s3://former", sealed, NOW),
                ("/folder", None, None),
            ]:
                connection.execute(
                    insert(sources).values(
                        id=location,
                        knowledge_base_id="b",
                        kind="s3",
                        location=location,
                        credentials=credentials,
                        created_at=NOW,
                        removed_at=removed,
                    )
                )
    return sealer


def moved(old: Settings, new: Settings, tmp_path: Path, *, with_key: bool = False) -> None:
    care.backup(old, tmp_path / "backup.tar.gz", with_key=with_key, as_json=False)
    care.restore(new, tmp_path / "backup.tar.gz", new.data_dir, verify=False, as_json=False)


def test_a_backup_holds_no_key_and_the_restore_says_what_must_be_given_again(
    old: Settings, new: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(old)
    moved(old, new, tmp_path)
    said = " ".join(capsys.readouterr().out.split())
    assert "The credentials of 1 sources are sealed, and their key is not in the backup." in said
    assert f"Keep {old.data_dir / KEY_FILE} in another safe place" in said
    assert "1 sources need their credentials again" in said
    assert "s3://share." in said
    assert "s3://former" not in said
    key = (old.data_dir / KEY_FILE).read_bytes()
    assert (new.data_dir / KEY_FILE).read_bytes() != key


def test_with_the_key_a_backup_is_whole(
    old: Settings, new: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(old)
    moved(old, new, tmp_path, with_key=True)
    assert "credentials" not in capsys.readouterr().out
    assert (new.data_dir / KEY_FILE).read_bytes() == (old.data_dir / KEY_FILE).read_bytes()


def test_a_secret_of_the_settings_is_kept_apart_by_whoever_wrote_it(
    old: Settings, new: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = {"secret_key": SecretStr(SECRET)}
    old, new = old.model_copy(update=secret), new.model_copy(update=secret)
    filled(old)
    moved(old, new, tmp_path, with_key=True)
    said = capsys.readouterr().out
    assert "Keep the setting secret_key in another safe place" in " ".join(said.split())
    assert "again" not in said.partition("passages indexed")[2]


def locked_out(folder: Path) -> Sealer:
    (folder / KEY_FILE).unlink()
    return open_sealer(folder, None)


def as_it_was(folder: Path) -> Sealer:
    return open_sealer(folder, None)


@pytest.mark.parametrize(("change", "ok"), [(as_it_was, True), (locked_out, False)])
def test_the_doctor_names_the_sources_whose_credentials_do_not_open(
    old: Settings, change: Callable[[Path], Sealer], ok: bool
) -> None:
    filled(old)
    with closing(Database.open(old.database_url)) as database:
        finding = Surroundings(
            database, change(old.data_dir), Blobs(old.data_dir / "blobs"), VectorsOnDisk()
        ).credentials()
    assert finding.ok is ok
    if ok:
        assert finding.detail == "those of 1 sources can be opened"
    else:
        assert finding.detail.startswith("1 of 1 sources have credentials that another key sealed")
        assert finding.detail.endswith(": s3://share")
        assert finding.fix == GIVE_AGAIN
