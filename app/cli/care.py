"""`colophon doctor` and `colophon backup`."""

from pathlib import Path

import typer

from app.backup import back_up
from app.care.finding import Finding
from app.cli.connection import connected, said
from app.cli.terminal import FAILED, console, print_finding, print_json
from app.clock import utc_now
from app.settings import Settings
from retrieval.errors import Invalid


def doctor(settings: Settings, *, repair: bool, as_json: bool) -> None:
    """Prints what is wrong and the command that mends it. Exit code 1: something is wrong."""
    with connected(settings) as client:
        if repair:
            findings = said(client.post("/admin/doctor/repair"))
        else:
            findings = said(client.get("/admin/doctor"))
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            print_finding(Finding(**finding))
    if not all(finding["ok"] for finding in findings):
        raise typer.Exit(FAILED)


def backup(settings: Settings, target: Path, *, as_json: bool) -> None:
    """Writes database and originals to one file, while the server runs."""
    prefix = "sqlite:///"
    if not settings.database_url.startswith(prefix):
        raise Invalid("Please back up PostgreSQL with pg_dump, and the folder “blobs” beside it.")
    database_file = Path(settings.database_url.removeprefix(prefix))
    report = back_up(settings.data_dir, database_file, target, utc_now())
    if as_json:
        print_json({"path": report.path, "originals": report.blobs, "bytes": report.size})
    else:
        size = report.size / 1e6
        console.print(f"{report.path}: the database and {report.blobs} originals, {size:.1f} MB")
