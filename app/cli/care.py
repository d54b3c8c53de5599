"""`colophon backup` and `colophon restore`."""

from pathlib import Path

import typer

from app.backup import back_up
from app.care.surroundings import named
from app.cli.connection import connected
from app.cli.terminal import FAILED, complaints, console, print_json
from app.cli.verifying import Verified, is_in_order, print_verified, verified
from app.clock import utc_now
from app.models.opening import identity_of
from app.restore import Restored, locked_in, rebuild_indexes
from app.restore import restore as unpack
from app.settings import Settings
from ingestion.sources.sealing import KEY_FILE


def backup(settings: Settings, target: Path, *, with_key: bool, as_json: bool) -> None:
    """Writes database and originals to one file, while the server runs."""
    data_dir, url = settings.data_dir, settings.database_url
    report = back_up(data_dir, url, target, utc_now(), with_key=with_key)
    if as_json:
        told = {"path": report.path, "originals": report.blobs, "bytes": report.size}
        print_json({**told, "locked_sources": report.locked})
        return
    size = report.size / 1e6
    console.print(f"{report.path}: the database and {report.blobs} originals, {size:.1f} MB")
    if report.locked:
        key = "the setting secret_key" if settings.secret_key else f"{data_dir / KEY_FILE}"
        console.print(
            f"The credentials of {report.locked} sources are sealed, and their key is not in the "
            f"backup. Keep {key} in another safe place, or give them again after a restore.",
            markup=False,
            soft_wrap=True,
        )


def restore(settings: Settings, file: Path, data_dir: Path, *, verify: bool, as_json: bool) -> None:
    """Exit code 1: what was restored is not in order, or finds less than before."""
    restored = unpack(file, data_dir.resolve())
    if restored.dump is not None:
        _tell_of_dump(restored, restored.dump)
        return
    address = f"sqlite:///{restored.data_dir / 'colophon.sqlite3'}"
    there = settings.model_copy(update={"data_dir": restored.data_dir, "database_url": address})
    identity = identity_of(settings.models.embedder)
    rebuilt = rebuild_indexes(restored.data_dir, address, identity)
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    locked = locked_in(restored.data_dir, address, secret)
    found = _verified(there) if verify else {"findings": [], "golden": []}
    if as_json:
        told = {"data_dir": restored.data_dir, "made_at": restored.made_at}
        print_json({**told, "locked_sources": locked, **found})
    else:
        console.print(f"{restored.data_dir}: the state of {restored.made_at[:16]}", markup=False)
        console.print(f"{restored.originals} originals, every byte as it was saved")
        for base in rebuilt:
            lacking = f", {base.without_vector} without a vector" if base.without_vector else ""
            line = f"{base.knowledge_base}: {base.passages} passages indexed{lacking}"
            console.print(line, markup=False, highlight=False)
        if locked:
            _tell_of_locked(locked)
        print_verified(found)
    if not is_in_order(found):
        raise typer.Exit(FAILED)


def _verified(settings: Settings) -> Verified:
    with connected(settings) as client:
        return verified(client)


def _tell_of_locked(locations: list[str]) -> None:
    console.print(
        f"{len(locations)} sources need their credentials again, for the key that sealed them is "
        f"not here: {named(locations)}. Put {KEY_FILE} of the old data folder into this one before "
        "Colophon starts, or give them again in the web, under Sources.",
        markup=False,
        soft_wrap=True,
    )


def _tell_of_dump(restored: Restored, dump: Path) -> None:
    complaints.print(
        f"{restored.originals} originals are in {restored.data_dir}. The database is {dump}: read "
        "it into an empty one with pg_restore, then start Colophon with its database_url; the "
        "indexes are built at the start. The credentials of sources open with the key that sealed "
        f"them alone: {KEY_FILE} of the old data folder, or its secret_key.",
        markup=False,
        soft_wrap=True,
    )
