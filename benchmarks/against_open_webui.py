"""Seconds and memory from the first upload to "all searchable": Open WebUI and Colophon in turn.

    python benchmarks/against_open_webui.py --open-webui VENV/bin --embedder FOLDER --files FOLDER

Both start on an empty data folder and embed with the same model: `--embedder` is the folder that
Colophon unpacked (DATA_DIR/models/multilingual-e5-small). Open WebUI keeps its own defaults (chunks
of 1,000 characters). The clock starts when both server and embedder are ready. Bar: <= 0.6.
"""

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

READY_SECONDS = 300.0
DONE_SECONDS = 3600.0
COLOPHON = (sys.executable, "-m", "app.cli", "up", "--no-samples")


class PeakMemory(threading.Thread):
    """Largest resident memory of a process with all its children, in bytes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.root, self.peak = psutil.Process(process.pid), 0

    def run(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            while self.root.is_running():
                self.peak = max(self.peak, self._now())
                time.sleep(0.5)

    def _now(self) -> int:
        total = 0
        for each in (self.root, *self.root.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += each.memory_info().rss
        return total


@contextlib.contextmanager
def started(
    command: tuple[str, ...], environment: dict[str, str], log: Path
) -> Iterator[PeakMemory]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    memory = PeakMemory(process)
    memory.start()
    try:
        yield memory
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def waited(ask: Any, seconds: float, what: str) -> Any:
    """The first answer that is not None. Raises: TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            answer = ask()
            if answer is not None:
                return answer
        time.sleep(0.5)
    raise TimeoutError(f"{what} took longer than {seconds:.0f} s")


def open_webui(
    folder: Path, binaries: Path, embedder: Path, files: list[Path]
) -> tuple[float, int]:
    port = free_port()
    environment = {
        "DATA_DIR": str(folder),
        "RAG_EMBEDDING_MODEL": str(embedder),
        "OFFLINE_MODE": "true",
        "HF_HUB_OFFLINE": "1",
        "WEBUI_SECRET_KEY": "benchmark",
        "ENABLE_OLLAMA_API": "false",
        "ENABLE_OPENAI_API": "false",
        "DO_NOT_TRACK": "true",
        "SCARF_NO_ANALYTICS": "true",
        "ANONYMIZED_TELEMETRY": "false",
    }
    command = (str(binaries / "open-webui"), "serve", "--host", "127.0.0.1", "--port", str(port))
    with (
        started(command, environment, folder / "log") as memory,
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=600) as client,
    ):
        who = {"name": "Admin", "email": "admin@example.com", "password": "benchmark-only-7"}
        signed_up = waited(
            lambda: taken(client.post("/auths/signup", json=who)), READY_SECONDS, "starting"
        )
        client.headers["Authorization"] = f"Bearer {signed_up['token']}"
        about = {"name": "Benchmark", "description": "Benchmark"}
        knowledge = client.post("/knowledge/create", json=about).raise_for_status().json()["id"]
        start = time.monotonic()
        for path in files:
            with path.open("rb") as file:
                sent = client.post("/files/", files={"file": (path.name, file)})
            into_knowledge(client, knowledge, sent.raise_for_status().json()["id"])
        return time.monotonic() - start, memory.peak


def into_knowledge(client: httpx.Client, knowledge: str, file: str) -> None:
    def processed() -> str | None:
        state: str = client.get(f"/files/{file}/process/status").json()["status"]
        return state if state in {"completed", "failed"} else None

    state = waited(processed, DONE_SECONDS, "processing")
    if state != "completed":
        raise RuntimeError(f"Open WebUI could not process {file}: {state}")
    client.post(f"/knowledge/{knowledge}/file/add", json={"file_id": file}).raise_for_status()


def colophon(folder: Path, files: list[Path]) -> tuple[float, int]:
    environment = {
        "COLOPHON_DATA_DIR": str(folder),
        "COLOPHON_SERVER__PORT": str(free_port()),
        "XDG_CONFIG_HOME": str(folder),
    }
    with started(COLOPHON, environment, folder / "log") as memory:
        address = waited(lambda: server_address(folder), READY_SECONDS, "starting")
        headers = {"Authorization": f"Bearer {address['token']}"}
        with httpx.Client(
            base_url=f"{address['url']}/api/v1", headers=headers, timeout=600
        ) as client:
            waited(lambda: embedder_ready(client), READY_SECONDS, "loading the embedder")
            waited(lambda: all_done(client), READY_SECONDS, "the samples")
            about = {"name": "Benchmark"}
            made = client.post("/admin/knowledge-bases", json=about).raise_for_status().json()
            start = time.monotonic()
            for path in files:
                with path.open("rb") as file:
                    client.post(
                        f"/admin/knowledge-bases/{made['id']}/documents",
                        files={"file": (path.name, file)},
                    ).raise_for_status()
            waited(lambda: all_done(client), DONE_SECONDS, "ingestion")
            return time.monotonic() - start, memory.peak


def embedder_ready(client: httpx.Client) -> bool | None:
    models = client.get("/status").json()["models"]
    ready = any(model["role"] == "embedder" and model["state"] == "ready" for model in models)
    return ready or None


def all_done(client: httpx.Client) -> bool | None:
    jobs = client.get("/admin/jobs", params={"limit": 500}).raise_for_status().json()["items"]
    failed = [job["error"] for job in jobs if job["state"] == "failed"]
    if failed:
        raise RuntimeError(failed[0])
    return all(job["state"] == "done" for job in jobs) or None


def server_address(folder: Path) -> Any:
    path = folder / "server.json"
    return json.loads(path.read_text()) if path.is_file() else None


def taken(response: httpx.Response) -> Any:
    return response.json() if response.is_success else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open-webui", type=Path, required=True, help="bin folder of its venv")
    parser.add_argument("--embedder", type=Path, required=True)
    parser.add_argument("--files", type=Path, required=True)
    given = parser.parse_args()
    files = sorted(path for path in given.files.iterdir() if path.is_file())
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
        mine, my_memory = colophon(Path(ours), files)
        print(f"Colophon    {mine:7.1f} s {my_memory / 2**30:6.2f} GiB", flush=True)
        other, other_memory = open_webui(
            Path(theirs), given.open_webui, given.embedder.resolve(), files
        )
        print(f"Open WebUI  {other:7.1f} s {other_memory / 2**30:6.2f} GiB")
    print(
        f"ratio of seconds {mine / other:.2f} (bar 0.6), of memory {my_memory / other_memory:.2f}"
    )


if __name__ == "__main__":
    main()
