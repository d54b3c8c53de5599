"""Attached files outlive a restart and are in no index: the whole platform, with real indexes."""

import io
from pathlib import Path

from sqlalchemy import insert

from app.attachments.taking import AttachedFiles
from app.backup import back_up
from app.clock import utc_now
from app.house import House
from app.people.accounts import NewAccount
from app.restore import restore
from app.settings import Settings
from app.tables import attachments
from app.wiring import open_platform
from retrieval.tables import knowledge_bases
from retrieval.types import KnowledgeBaseId, Scope
from tests.app.ingesting import fake_models, unfinished
from tests.app.visitors import wait_until

BASE = KnowledgeBaseId("base")
CANARY = "canary-4711"
LETTER = f"The deposit of the bungalow is {CANARY} crowns."


def is_ready(files: AttachedFiles, owner: str, attachment: str) -> bool:
    return files.get(owner, attachment).state == "ready"


def furnished(house: House) -> tuple[str, str]:
    """An owner with a conversation that has a file, and a file that a crash left half-read."""
    platform = house.platform
    owner = platform.accounts.create(NewAccount("eve", "Eve", "a long pass", "employee"), None).id
    with platform.database.write() as connection:
        connection.execute(insert(knowledge_bases).values(id=BASE, name="B", created_at=utc_now()))
    platform.uploads.accept(BASE, "rule.txt", io.BytesIO(b"The deposit of a locker is a crown."))
    files = platform.attachments
    read = files.take(owner, "lease.txt", io.BytesIO(LETTER.encode())).id
    wait_until(lambda: is_ready(files, owner, read))
    conversation = platform.conversations.start(owner, "How much?").id
    platform.turns.add("turn", conversation, "How much?")
    platform.asking.files.attach([read], conversation, "turn")
    with platform.database.write() as connection:
        connection.execute(
            insert(attachments).values(
                id="half",
                user_id=owner,
                filename="half.txt",
                media_type="text/plain",
                size=4,
                state="reading",
                content=b"Half a letter.",
                created_at=utc_now(),
            )
        )
    wait_until(lambda: unfinished(house) == 0)
    return owner, conversation


def quoted(house: House, owner: str, conversation: str) -> list[str]:
    files = house.platform.asking.files.searched(owner, conversation)
    assert files is not None
    found = files.finder.find(
        "What is the deposit of the bungalow?", Scope(frozenset({BASE})), limit=3
    )
    return [passage.chunk.text for passage in found.passages]


def test_a_restart_keeps_them_and_reads_on_and_no_index_has_them(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with open_platform(settings, models=fake_models()) as house:
        owner, conversation = furnished(house)
        before = quoted(house, owner, conversation)
        backup = back_up(settings.data_dir, settings.database_url, tmp_path / "b.tgz", utc_now())
    assert before[0] == LETTER

    with open_platform(settings, models=fake_models()) as house:
        assert quoted(house, owner, conversation) == before
        wait_until(lambda: is_ready(house.platform.attachments, owner, "half"))
        index = house.platform.doctor.index
        held = index.lexical.open(BASE).ids() | index.dense.open(BASE, index.embedder).ids()
        assert len(held) == 1
        found = house.platform.searcher.find(CANARY, Scope(frozenset({BASE})), limit=9)
        assert CANARY not in str(found)

    for folder in ("words", "vectors", "blobs", "attachments"):
        there = (tmp_path / "data" / folder).rglob("*")
        assert [f for f in there if f.is_file() and CANARY.encode() in f.read_bytes()] == []
    assert restore(backup.path, tmp_path / "restored").originals == 1
    kept = (tmp_path / "restored" / "colophon.sqlite3").read_bytes()
    assert CANARY.encode() in kept
