"""Whatever is done, in whatever order, and wherever the process dies: the truth and its copies
agree, nothing dead is found, and no text is embedded twice.
"""

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from retrieval.errors import Conflict
from retrieval.history_tables import purged, snapshots
from retrieval.tables import blocks, chunks, documents, versions
from retrieval.types import DocumentId
from tests.ingestion.shelf import BASE
from tests.ingestion.worlds import DAYS, World, prepare

STEPS = 50  # of one life
UPLOADED = ("a.txt", "b.txt", "c.txt")
KEYS = st.sampled_from(UPLOADED)
FILES = st.sampled_from(["x.txt", "y.txt", "z.txt"])
WORDS = st.sampled_from(["quince", "medlar", "plum"])
# Mostly it lives. A deed makes 4 to 60 calls at which it can die.
DEATHS = st.one_of(*[st.none()] * 4, st.integers(1, 12), st.integers(1, 60))
Shown = dict[str, str]  # text by key


class History(RuleBasedStateMachine):
    template: Path  # an empty knowledge base
    steps = 0  # of all lives
    deaths = 0

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir=self.template.parent))
        shutil.copytree(self.template, self.root, dirs_exist_ok=True)
        self.folder = self.root / "followed"
        self.folder.mkdir()
        self.world = World(self.root)
        self.shown: Shown = {}
        self.files: Shown = {}
        self.named: dict[str, dict[str, tuple[str, str]]] = {}  # snapshots: id and text by key
        self.purged: set[str] = set()
        self.age = 0
        self.ever: set[str] = set()
        self.write("anchor.txt", "anchor says nothing.")

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.root)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        self.files[name] = text
        self.ever.add(text)

    def attempt(self, deed: Callable[[], object], after: Shown, at: int | None) -> bool:
        """Done wholly or not at all, also when it dies; says whether it was done."""
        before, listed = self.shown, self.world.listing()
        died = self.world.dies(deed, at)
        type(self).deaths += died
        actual = {key: text for key, (_, text) in self.world.listing().items()}
        if died:
            assert actual in (before, after), (actual, before, after)
        else:
            assert actual == after
        self.shown = actual
        self.follow_snapshots(listed, died)
        return actual == after

    def run_of_the_source(self, after: Shown, at: int | None) -> None:
        """One that died may have done a part: each document is as before or as after it."""
        before, listed = self.shown, self.world.listing()
        died = self.world.dies(self.world.follow, at)
        type(self).deaths += died
        self.shown = {key: text for key, (_, text) in self.world.listing().items()}
        for key in {*self.shown, *before, *after}:
            as_before = died and self.shown.get(key) == before.get(key)
            assert as_before or self.shown.get(key) == after.get(key), (key, before, after)
        self.follow_snapshots(listed, died)

    def follow_snapshots(self, before: dict[str, tuple[str, str]], died: bool) -> None:
        """Names that came are of the state before the deed; names that went are forgotten.

        A run that died half-way takes another one of what it had done by then.
        """
        query = select(snapshots).order_by(snapshots.c.created_at, snapshots.c.id)
        with self.world.database.read() as connection:
            there = connection.execute(query).all()
        came = {row.id: self.world.listing_at(row.revision) for row in there}
        came = {name: shown for name, shown in came.items() if name not in self.named}
        assert died or all(shown == before for shown in came.values())
        self.named = {row.id: {**self.named, **came}[row.id] for row in there}

    def a_snapshot(self, data: st.DataObject) -> str:
        return list(self.named)[data.draw(st.integers(0, len(self.named) - 1))]

    def texts_of(self, document: DocumentId) -> set[str]:
        by_hash = {sha256(text.encode()).hexdigest(): text for text in self.ever}
        query = select(versions.c.blob).where(versions.c.document_id == document)
        with self.world.database.read() as connection:
            return {by_hash[blob] for blob in connection.scalars(query)}

    @rule(key=KEYS, word=WORDS, at=DEATHS)
    def upload(self, key: str, word: str, at: int | None) -> None:
        text = f"{key} says {word}."
        self.ever.add(text)
        if text in self.purged:
            with pytest.raises(Conflict):
                self.world.put(key, text)
        else:
            self.attempt(lambda: self.world.put(key, text), self.shown | {key: text}, at)

    @precondition(lambda self: self.shown)
    @rule(data=st.data(), at=DEATHS)
    def delete(self, data: st.DataObject, at: int | None) -> None:
        key = data.draw(st.sampled_from(sorted(self.shown)))
        document = DocumentId(self.world.id_of(key))
        after = {name: text for name, text in self.shown.items() if name != key}
        self.attempt(lambda: self.world.shelf.removal.remove_document(document), after, at)

    @rule(name=FILES, word=WORDS, vanishes=st.booleans())
    def change_folder(self, name: str, word: str, vanishes: bool) -> None:
        if vanishes:
            (self.folder / name).unlink(missing_ok=True)
            self.files.pop(name, None)
        else:
            self.write(name, f"{name} says {word}.")

    @rule(at=DEATHS)
    def sync(self, at: int | None) -> None:
        followed = {key: text for key, text in self.shown.items() if key not in UPLOADED}
        kept = {key: text for key, text in self.shown.items() if key in UPLOADED}
        if followed.keys().isdisjoint(self.files):
            kept |= followed  # the brake: nothing is left of what this source had
        for name, text in self.files.items():
            if text not in self.purged:
                kept[name] = text
            elif name in self.shown:
                kept[name] = self.shown[name]
        self.run_of_the_source(kept, at)

    @rule(at=DEATHS)
    def snapshot(self, at: int | None) -> None:
        self.attempt(lambda: self.world.snapshots.take(BASE, "manual", "by hand"), self.shown, at)

    @precondition(lambda self: self.named)
    @rule(data=st.data(), at=DEATHS)
    def rollback(self, data: st.DataObject, at: int | None) -> None:
        name = self.a_snapshot(data)
        after = {key: text for key, (_, text) in self.named[name].items()}
        self.attempt(lambda: self.world.back_to(name), after, at)

    @precondition(lambda self: self.named)
    @rule(data=st.data())
    def forget_name(self, data: st.DataObject) -> None:
        name = self.a_snapshot(data)
        self.world.snapshots.remove(name)
        del self.named[name]

    @precondition(lambda self: self.shown)
    @rule(data=st.data(), at=DEATHS)
    def purge(self, data: st.DataObject, at: int | None) -> None:
        key = data.draw(st.sampled_from(sorted(self.shown)))
        document = DocumentId(self.world.id_of(key))
        gone = self.texts_of(document)
        after = {name: text for name, text in self.shown.items() if name != key}
        if self.attempt(lambda: self.world.purge.purge(document), after, at):
            self.purged |= gone
            for shown in self.named.values():
                if key in shown and (shown[key][0] == document or shown[key][1] in gone):
                    del shown[key]

    @rule(days=st.sampled_from([0, DAYS + 1]), at=DEATHS)
    def prune(self, days: int, at: int | None) -> None:
        self.world.clock.now += timedelta(days=days)
        for path in (self.root / "blobs").glob("??/*"):
            os.utime(path, (0, 0))
        self.attempt(self.world.prune, self.shown, at)

    @precondition(lambda self: self.age % 4 == 0)  # each is a start, and a new index
    @rule(at=DEATHS)
    def change_model(self, at: int | None) -> None:
        self.attempt(self.world.reembed, self.shown, at)

    @invariant()
    def the_copies_are_as_the_truth(self) -> None:
        type(self).steps += 1
        self.age += 1
        index = self.world.shelf.index
        assert index.compare(BASE).is_empty
        ids = index.corpus.visible_ids(BASE)
        assert index.lexical.open(BASE).ids() == ids
        assert index.dense.open(BASE, index.embedder_of(BASE)).ids() == ids
        counts = self.world.counts()
        assert (counts.chunks, counts.documents) == (len(self.shown), len(self.shown))
        assert len(ids) == len(self.shown)

    @invariant()
    def what_is_found_is_alive(self) -> None:
        if self.ever:
            asked = random.Random(self.age).choice(sorted(self.ever))
            found = set(self.world.shelf.found(asked))
            assert found <= set(self.shown.values())
            assert asked not in self.shown.values() or asked in found

    @invariant()
    def nothing_purged_is_left_and_nothing_needed_is_missing(self) -> None:
        with self.world.database.read() as connection:
            texts = set(connection.scalars(select(chunks.c.text)))
            texts |= set(connection.scalars(select(blocks.c.text)))
            needed = set(connection.scalars(select(versions.c.blob)))
            tombstones = set(connection.scalars(select(purged.c.blob)))
            unfinished = connection.scalar(
                select(func.count()).where(documents.c.state == "purging")
            )
        assert texts.isdisjoint(self.purged)
        assert not unfinished
        there = set(self.world.shelf.blobs.names())
        assert needed <= there
        assert there.isdisjoint(tombstones)
        assert {sha256(text.encode()).hexdigest() for text in self.purged} == tombstones


@pytest.fixture
def lives(tmp_path: Path) -> Iterator[type[History]]:
    """In memory where the machine has such a folder: it is the order of deeds that is tried."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
        template = Path(folder) / "template"
        template.mkdir()
        prepare(template)
        yield type("HistoryHere", (History,), {"template": template, "steps": 0, "deaths": 0})


def live(lives: type[History], examples: int, *, repeatable: bool) -> None:
    run_state_machine_as_test(
        lives,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=repeatable,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(600)
def test_two_thousand_steps(lives: type[History]) -> None:
    # Of 50 deeds each and the state before them; a few lives are given up half-way.
    live(lives, examples=44, repeatable=True)
    assert lives.steps >= 2_000
    assert lives.deaths >= 100


@pytest.mark.slow
@pytest.mark.timeout(7_200)
def test_many_more_steps(lives: type[History]) -> None:
    live(lives, examples=1_000, repeatable=False)
