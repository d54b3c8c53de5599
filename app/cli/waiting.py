"""Waits with words: for models that load and for jobs that run."""

import time
from typing import Any

import httpx
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.connection import said
from app.cli.terminal import complaints
from retrieval.errors import Unavailable

POLL_SECONDS = 0.5


def wait_for_models(client: httpx.Client, what: str) -> None:
    """Until `what` ("search_ready" | "answers_ready") holds. Raises: Unavailable when it cannot."""
    status = said(client.get("/status"))
    if status[what]:
        return
    with complaints.status("The models are loading …") as line:
        while not status[what]:
            failed = [model for model in status["models"] if model["state"] == "failed"]
            if failed:
                raise Unavailable(f"{failed[0]['name']} cannot be loaded: {failed[0]['detail']}")
            loading = [model for model in status["models"] if model["state"] == "loading"]
            for model in loading[:1]:
                line.update(f"{model['name']} is loading, {model['progress']:.0%} …")
            time.sleep(POLL_SECONDS)
            status = said(client.get("/status"))


def wait_for_jobs(client: httpx.Client, jobs: list[str]) -> list[dict[str, Any]]:
    """Follows the jobs to their end, with a bar; returns them as they ended."""
    ended: dict[str, dict[str, Any]] = {}
    with _bar() as bar:
        task = bar.add_task("waiting", total=len(jobs))
        while len(ended) < len(jobs):
            listed = {job["id"]: job for job in _recent(client, len(jobs))}
            for job_id in jobs:
                job = listed.get(job_id)
                if job is not None and job["state"] in {"done", "failed"}:
                    ended[job_id] = job
            running = [job for job in listed.values() if job["state"] == "running"]
            label = f"{running[0]['stage']} {running[0]['label']}" if running else "waiting"
            bar.update(task, completed=len(ended), description=label)
            time.sleep(POLL_SECONDS)
    return [ended[job] for job in jobs]


def wait_for_runs(client: httpx.Client, runs: list[str]) -> list[dict[str, Any]]:
    """Follows the runs until their last document is through; returns their reports."""
    with complaints.status("comparing …") as line:
        while True:
            reports = [said(client.get(f"/admin/runs/{run}")) for run in runs]
            going = [one for one in reports if one["state"] == "running" or one["working"]]
            if not going:
                return reports
            taken = going[0]["added"] + going[0]["changed"]
            through = taken - going[0]["working"]
            line.update(escape(f"{going[0]['location']}: {through} of {taken} …"))
            time.sleep(POLL_SECONDS)


def _recent(client: httpx.Client, count: int) -> list[dict[str, Any]]:
    """Enough of the newest jobs to hold those that this command started."""
    items: list[dict[str, Any]] = []
    while len(items) < count + 50:
        page = said(client.get("/admin/jobs", params={"limit": 200, "offset": len(items)}))
        items.extend(page["items"])
        if not page["items"] or len(items) >= page["total"]:
            break
    return items


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=complaints,
        transient=True,
    )
