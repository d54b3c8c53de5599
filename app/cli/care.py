"""`colophon doctor`, `colophon backup` and `colophon restore`."""

from pathlib import Path
from typing import Any

import httpx
import typer

from app.backup import back_up
from app.care.finding import Finding
from app.cli.connection import connected, said
from app.cli.terminal import FAILED, complaints, console, print_finding, print_json
from app.cli.waiting import wait_for_models
from app.clock import utc_now
from app.models.opening import identity_of
from app.restore import Restored, rebuild_indexes
from app.restore import restore as unpack
from app.settings import Settings


def doctor(settings: Settings, *, repair: bool, deep: bool, as_json: bool) -> None:
    """Prints what is wrong and the command that mends it. Exit code 1: something is wrong."""
    with connected(settings) as client:
        if repair:
            findings = said(client.post("/admin/doctor/repair", timeout=None))
        else:
            findings = said(client.get("/admin/doctor", params={"deep": deep}, timeout=None))
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            print_finding(Finding(**finding))
    if not all(finding["ok"] for finding in findings):
        raise typer.Exit(FAILED)


def backup(settings: Settings, target: Path, *, as_json: bool) -> None:
    """Writes database and originals to one file, while the server runs."""
    report = back_up(settings.data_dir, settings.database_url, target, utc_now())
    if as_json:
        print_json({"path": report.path, "originals": report.blobs, "bytes": report.size})
    else:
        size = report.size / 1e6
        console.print(f"{report.path}: the database and {report.blobs} originals, {size:.1f} MB")


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
    verified = _verify(there) if verify else {"findings": [], "golden": []}
    if as_json:
        print_json({"data_dir": restored.data_dir, "made_at": restored.made_at, **verified})
    else:
        console.print(f"{restored.data_dir}: the state of {restored.made_at[:16]}", markup=False)
        console.print(f"{restored.originals} originals, every byte as it was saved")
        for base in rebuilt:
            lacking = f", {base.without_vector} without a vector" if base.without_vector else ""
            line = f"{base.knowledge_base}: {base.passages} passages indexed{lacking}"
            console.print(line, markup=False, highlight=False)
        _print_verified(verified)
    if not _is_in_order(verified):
        raise typer.Exit(FAILED)


def _verify(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """The doctor's findings, and golden questions beside their figures of before."""
    with connected(settings) as client:
        wait_for_models(client, "search_ready")
        findings = said(client.get("/admin/doctor", params={"deep": True}, timeout=None))
        bases = said(client.get("/admin/knowledge-bases"))
        golden = [found for base in bases if (found := _asked(client, base)) is not None]
    return {"findings": findings, "golden": golden}


def _asked(client: httpx.Client, base: dict[str, Any]) -> dict[str, Any] | None:
    """None for a knowledge base without golden questions."""
    url = f"/admin/knowledge-bases/{base['id']}"
    if not said(client.get(f"{url}/golden-questions")):
        return None
    before = said(client.get(f"{url}/golden-runs"))
    now = said(client.post(f"{url}/golden-runs", timeout=None))
    return {
        "knowledge_base": base["name"],
        "recall_before": before[0]["recall"] if before else None,
        "recall": now["recall"],
    }


def _print_verified(verified: dict[str, list[dict[str, Any]]]) -> None:
    for finding in verified["findings"]:
        print_finding(Finding(**finding))
    for asked in verified["golden"]:
        before = asked["recall_before"]
        was = "never asked before" if before is None else f"{before:.1%} before"
        line = f"{asked['knowledge_base']}: golden questions {asked['recall']:.1%}, {was}"
        console.print(line, markup=False, highlight=False)


def _is_in_order(verified: dict[str, list[dict[str, Any]]]) -> bool:
    finds_less = any(
        asked["recall_before"] is not None and asked["recall"] < asked["recall_before"]
        for asked in verified["golden"]
    )
    return not finds_less and all(finding["ok"] for finding in verified["findings"])


def _tell_of_dump(restored: Restored, dump: Path) -> None:
    complaints.print(
        f"{restored.originals} originals are in {restored.data_dir}. The database is {dump}: read "
        "it into an empty one with pg_restore, then start Colophon with its database_url; the "
        "indexes are built at the start.",
        markup=False,
        soft_wrap=True,
    )
