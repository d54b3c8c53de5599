"""The doctor's checks beyond comparing ids: each tells its fault, and is silent without one."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, update

from app.care.checks import Checks, sampled
from app.care.finding import REPAIR
from retrieval.store.database import Database
from retrieval.tables import documents, jobs
from tests.ingestion.past import Past, a_past
from tests.ingestion.shelf import BASE


@pytest.fixture
def past(sqlite: Database, tmp_path: Path) -> Past:
    past = a_past(sqlite, tmp_path)
    past.put("a.txt", "Leave takes thirty days.")
    past.put("b.txt", "Trains take two hours.")
    return past


@pytest.fixture
def checks(past: Past) -> Checks:
    shelf = past.shelf
    return Checks(shelf.database, shelf.index, shelf.blobs, past.purging, shelf.jobs.clock)


def test_a_healthy_house_has_no_complaints(past: Past, checks: Checks) -> None:
    [base] = past.shelf.index.corpus.knowledge_bases()
    findings = [
        checks.probes(base),
        checks.originals(deep=True),
        checks.leftovers(),
        checks.still(),
        checks.purges(),
    ]
    assert all(finding.ok and not finding.fix for finding in findings)
    assert findings[0].detail == "2 of 2 passages find themselves"


def test_a_passage_under_a_wrong_vector_does_not_find_itself(past: Past, checks: Checks) -> None:
    [base] = past.shelf.index.corpus.knowledge_bases()
    index = past.shelf.index
    dense = index.dense.open(BASE, past.shelf.embedder.identity)
    shown = sorted(index.corpus.visible_ids(BASE))
    dense.remove(shown)
    wrong = np.zeros((2, 64), np.float32)
    wrong[:, 5] = -1.0
    dense.add(shown, wrong)
    finding = checks.probes(base)
    assert (finding.ok, finding.fix) == (False, REPAIR)
    assert finding.detail == "2 of 2 passages do not find themselves"


def test_a_passage_without_its_words_does_not_find_itself(past: Past, checks: Checks) -> None:
    [base] = past.shelf.index.corpus.knowledge_bases()
    index = past.shelf.index
    index.lexical.open(BASE).remove(sorted(index.corpus.visible_ids(BASE)))
    assert not checks.probes(base).ok


def test_a_lost_and_a_changed_original_are_named(past: Past, checks: Checks) -> None:
    lost, changed = sorted(past.shelf.blobs.names())
    past.shelf.blobs.remove(lost)
    past.shelf.blobs.path(changed).write_bytes(b"something else")
    finding = checks.originals(deep=False)
    assert not finding.ok
    assert finding.detail == "2 originals are missing or damaged: a.txt, b.txt"


def test_an_original_without_a_document_is_counted_and_no_fault(past: Past, checks: Checks) -> None:
    orphan = past.shelf.blobs.path("ab" * 32)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"left over")
    finding = checks.leftovers()
    assert finding.ok
    assert finding.detail.startswith("1 that no document has")


def test_a_job_that_says_nothing_for_a_day_is_told(past: Past, checks: Checks) -> None:
    long_ago = past.shelf.jobs.clock() - timedelta(hours=25)
    with past.shelf.database.write() as connection:
        connection.execute(
            insert(jobs).values(
                id="still",
                kind="ingest",
                knowledge_base_id=BASE,
                label="c.txt",
                state="running",
                created_at=long_ago,
                updated_at=long_ago,
            )
        )
    finding = checks.still()
    assert (finding.ok, finding.fix) == (False, "restart Colophon")
    assert "c.txt" in finding.detail


def test_a_purge_that_was_not_finished_is_told(past: Past, checks: Checks) -> None:
    with past.shelf.database.write() as connection:
        connection.execute(update(documents).values(state="purging"))
    assert checks.purges().fix == REPAIR


@pytest.mark.parametrize("length", [0, 1, 19, 20, 21, 1000])
def test_a_sample_is_bounded_and_of_all_when_there_are_few(length: int) -> None:
    chosen = sampled(range(length), 20)
    assert len(chosen) <= 20
    assert len(set(chosen)) == len(chosen)
    assert length >= 20 or chosen == list(range(length))
