"""What `colophon restore --verify` asks a Colophon that runs on what was restored."""

from typing import Any

import httpx

from app.care.finding import Finding
from app.care.surroundings import CREDENTIALS
from app.cli.connection import said
from app.cli.terminal import console, print_finding
from app.cli.waiting import wait_for_models

Verified = dict[str, list[dict[str, Any]]]  # "findings" of the doctor, "golden" questions


def verified(client: httpx.Client) -> Verified:
    """The doctor's findings, and golden questions beside their figures of before."""
    wait_for_models(client, "search_ready")
    findings = said(client.get("/admin/doctor", params={"deep": True}, timeout=None))
    bases = said(client.get("/admin/knowledge-bases"))
    golden = [found for base in bases if (found := asked_again(client, base)) is not None]
    return {"findings": findings, "golden": golden}


def asked_again(client: httpx.Client, base: dict[str, Any]) -> dict[str, Any] | None:
    """None for a knowledge base without golden questions."""
    url = f"/admin/knowledge-bases/{base['id']}"
    if not said(client.get(f"{url}/golden-questions")):
        return None
    runs = said(client.get(f"{url}/golden-runs"))
    before = [run for run in runs if run["configuration"] == "live"]
    now = said(client.post(f"{url}/golden-runs", params={"reason": "restore"}, timeout=None))
    return {
        "knowledge_base": base["name"],
        "recall_before": before[0]["recall"] if before else None,
        "recall": now["recall"],
    }


def print_verified(verified: Verified) -> None:
    for finding in verified["findings"]:
        print_finding(Finding(**finding))
    for asked in verified["golden"]:
        before = asked["recall_before"]
        was = "never asked before" if before is None else f"{before:.1%} before"
        line = f"{asked['knowledge_base']}: golden questions {asked['recall']:.1%}, {was}"
        console.print(line, markup=False, highlight=False)


def is_in_order(verified: Verified) -> bool:
    finds_less = any(
        asked["recall_before"] is not None and asked["recall"] < asked["recall_before"]
        for asked in verified["golden"]
    )
    # Credentials are not in a backup, and the restore says itself which must be given again.
    faults = [f for f in verified["findings"] if not f["ok"] and f["check"] != CREDENTIALS]
    return not finds_less and not faults
