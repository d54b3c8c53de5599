"""A Colophon whose disk fills at every stage: `python -m tests.app.filling DATA_DIR DISK`.

DISK is "limit" (a limit on the size of files, which needs no rights) or "small" (the data folder is
a small file system of its own). Prints a JSON object: what happened, by stage.
"""

import faulthandler
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from app.backup import back_up
from app.clock import utc_now
from app.house import House
from app.main import create_app
from app.models.opening import Models
from app.settings import Settings
from app.wiring import open_platform
from ingestion.blobs import Blobs, StoredBlob
from ingestion.intake import Starter
from ingestion.jobs import Work
from retrieval.errors import StorageFailed
from retrieval.tables import jobs, knowledge_bases
from retrieval.types import KnowledgeBaseId, Vector
from tests.fakes import EchoGenerator, ReadyModels, WordsEmbedder

BASE = KnowledgeBaseId("base")
PATIENCE = 60.0  # seconds
LONGEST = 140.0  # seconds, of everything: who hangs shows where, also with the interpreter locked
BLOCK = b"\0" * 4096
KEPT = "The lighthouse keeper writes every ship into the blue book."
STAGES = ("upload", "rows", "queue", "vectors", "words", "dense", "commit")


@dataclass
class Disk:
    """What can be filled and emptied again."""

    folder: Path
    small: bool
    fills_at: str = ""

    def reach(self, stage: str) -> None:
        """The work is at this stage now."""
        if stage and stage == self.fills_at:
            self.fills_at = ""
            self.fill()

    def fill(self) -> None:
        if not self.small:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            return
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            try:
                while ballast.write(BLOCK):
                    pass
            except OSError:
                return

    def empty(self) -> None:
        self.fills_at = ""
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        (self.folder / "ballast").unlink(missing_ok=True)


@dataclass
class FillingEmbedder(WordsEmbedder):
    disk: Disk | None = None

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        if self.disk is not None:
            self.disk.reach("vectors")
        return super().embed_passages(texts)


@dataclass(frozen=True)
class FillingBlobs(Blobs):
    disk: Disk | None = None

    def put(
        self,
        content: BinaryIO,
        *,
        max_bytes: int,
        check: Callable[[Path], object] = Path.stat,
    ) -> StoredBlob:
        assert self.disk is not None
        self.disk.reach("upload")
        stored = super().put(content, max_bytes=max_bytes, check=check)
        self.disk.reach("rows")
        return stored


@dataclass
class FillingStarter:
    inner: Starter
    disk: Disk

    def start(self, work: Work) -> None:
        self.disk.reach("queue")
        self.inner.start(work)


class FillingIndex:
    """An opened index of either kind, before and after whose `add` the disk may fill."""

    def __init__(self, inner: object, disk: Disk, before: str, after: str) -> None:
        self._add = inner.add  # type: ignore[attr-defined]  # of either kind
        self.search, self.ids = inner.search, inner.ids  # type: ignore[attr-defined]
        self.remove = inner.remove  # type: ignore[attr-defined]
        self._disk, self._before, self._after = disk, before, after

    def add(self, *entries: object) -> None:
        self._disk.reach(self._before)
        self._add(*entries)
        self._disk.reach(self._after)


@dataclass
class Scene:
    house: House
    disk: Disk
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        platform = self.house.platform
        intake = platform.uploads
        blobs = FillingBlobs(intake.blobs.root, disk=self.disk)  # type: ignore[attr-defined]
        starter = FillingStarter(intake.starter, self.disk)  # type: ignore[attr-defined]
        filling = replace(intake, blobs=blobs, starter=starter)  # type: ignore[type-var]
        self.client = TestClient(
            create_app(replace(platform, uploads=filling)),
            base_url="http://localhost",
            headers={"Authorization": f"Bearer {platform.local_key.token}"},
            raise_server_exceptions=False,
        )
        self.owed = intake.jobs._owed  # type: ignore[attr-defined]

    def lay_wires(self) -> None:
        """The two opened indexes of the knowledge base are exchanged for those that fill."""
        index = self.house.platform.doctor.index  # type: ignore[attr-defined]
        words, dense = index.lexical._opened, index.dense._opened
        words[BASE] = FillingIndex(words[BASE], self.disk, "words", "")
        for name in list(dense):
            dense[name] = FillingIndex(dense[name], self.disk, "dense", "commit")

    def upload(self, name: str, text: str) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(
            f"/api/v1/admin/knowledge-bases/{BASE}/documents", files={"file": (name, text)}
        )
        return answer.status_code, answer.json()

    def finds(self, text: str) -> bool:
        answer = self.client.post("/api/v1/search", json={"question": text, "limit": 3})
        return answer.status_code == 200 and text in answer.text

    def job(self) -> tuple[str, str]:
        """State and error of the newest."""
        query = select(jobs.c.state, jobs.c.error).order_by(jobs.c.created_at.desc()).limit(1)
        with self.house.platform.database.read() as connection:
            row = connection.execute(query).one()
        return row.state, row.error or ""

    def ended(self) -> tuple[str, str]:
        """Of the newest job; how it ended may be known only in memory while the disk is full."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.owed:
                return "failed", next(iter(self.owed.values()))
            state, error = self.job()
            if state in {"done", "failed"}:
                return state, error
            time.sleep(0.05)
        return self.job()

    def faults(self) -> list[str]:
        answer = self.client.get("/api/v1/admin/doctor", params={"deep": True})
        return [f"{f['check']}: {f['detail']} → {f['fix']}" for f in answer.json() if not f["ok"]]

    def halves(self) -> list[str]:
        """Files that are not whole."""
        incoming = self.disk.folder / "blobs" / "incoming"
        return [path.name for path in incoming.iterdir()] if incoming.is_dir() else []

    def play(self, stage: str) -> dict[str, object]:
        text = f"At the stage of {stage} the {stage} was full of {stage}."
        name = f"{stage}.txt"
        self.disk.fills_at = stage
        status, body = self.upload(name, text)
        state, error = self.ended() if status == 202 else ("refused", body["message"])
        full = {
            "status": status,
            "code": body.get("code", ""),
            "state": state,
            "sentence": error,
            "halves": self.halves(),
            "kept": self.finds(KEPT),
            "ghost": state != "done" and self.finds(text),
            "lives": self.client.get("/healthz").status_code,
        }
        self.disk.empty()
        again, _ = self.upload(name, text)
        state, error = self.ended()
        return full | {
            "again": again,
            "then": (state, error),
            "found": self.finds(text),
            "faults": self.faults(),
            "halves_then": self.halves(),
        }

    def delete(self) -> dict[str, object]:
        """A document, while the disk is full and when it is no longer."""
        _, body = self.upload("leaving.txt", "Whoever leaves hands in the key.")
        self.ended()
        address = f"/api/v1/admin/documents/{body['document']['id']}"
        self.disk.fill()
        refused = self.client.delete(address)
        self.disk.empty()
        deleted = self.client.delete(address)
        return {
            "status": refused.status_code,
            "sentence": refused.json()["message"],
            "again": deleted.status_code,
            "found": self.finds("Whoever leaves"),
            "faults": self.faults(),
        }

    def back_up(self, settings: Settings) -> dict[str, object]:
        target = self.disk.folder / "backup.tar.gz"
        self.disk.fill()
        told = ""
        try:
            back_up(settings.data_dir, settings.database_url, target, utc_now())
        except StorageFailed as error:
            told = str(error)
        left = [path.name for path in self.disk.folder.iterdir() if "backup" in path.name]
        self.disk.empty()
        made = back_up(settings.data_dir, settings.database_url, target, utc_now())
        return {"sentence": told, "left": left, "originals": made.blobs}


def main() -> None:
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    folder = Path(sys.argv[1])
    disk = Disk(folder, small=sys.argv[2] == "small")
    settings = Settings(data_dir=folder, uploads={"reserve_bytes": 0})
    embedder = FillingEmbedder(disk=disk)
    models = Models(embedder, EchoGenerator(), None, ReadyModels(), "http://127.0.0.1:9/v1")
    with open_platform(settings, models=models) as house:
        with house.platform.database.write() as connection:
            connection.execute(
                insert(knowledge_bases).values(id=BASE, name="Base", created_at=utc_now())
            )
        house.platform.accounts.create_first_admin()
        scene = Scene(house, disk)
        scene.upload("kept.txt", KEPT)
        scene.ended()
        scene.lay_wires()
        told: dict[str, object] = {stage: scene.play(stage) for stage in STAGES}
        told["deletion"] = scene.delete()
        told["backup"] = scene.back_up(settings)
        disk.fill()  # the house is left with a full disk
    disk.empty()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
