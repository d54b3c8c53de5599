"""The work of a re-index, in three steps that may each run twice: build, judge, switch."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from ingestion.jobs import Jobs
from ingestion.making import Makers
from ingestion.quality.gate import Gate
from ingestion.reindex.building import Building
from retrieval.errors import Conflict, NotFound
from retrieval.indexes.candidate import Candidate
from retrieval.indexes.index import Index
from retrieval.ports import EmbedderIdentity
from retrieval.store.live import BuiltWith, built_with, point
from retrieval.store.revisions import commit, hold
from retrieval.types import KnowledgeBaseId

BY = "Colophon"
REFUSED = "refused"  # the stage that a job ends in when the gate said no
MARK = 12  # letters

Tell = Callable[[KnowledgeBaseId, str], None]


class Snapshots(Protocol):
    def take(self, knowledge_base: KnowledgeBaseId, kind: str, name: str, by: str, /) -> str | None:
        """Names the live revision."""
        ...


@dataclass(frozen=True, slots=True)
class Reindex:
    index: Index
    jobs: Jobs
    makers: Makers
    gate: Gate
    snapshots: Snapshots
    tell: Tell  # the verdict, for the record
    let_go: Callable[[], None]  # of models that no live index needs any more

    def build(self, job: str, knowledge_base: KnowledgeBaseId) -> None:
        """Chunks, vectors, and the index beside the live one.

        Raises: Unavailable, Overloaded, NotFound when the knowledge base is gone.
        """
        self._make_complete(job, knowledge_base)
        self.jobs.advance(job, "indexing", 0, 0)
        self._candidate(job, knowledge_base).fill()

    def judge(self, job: str, knowledge_base: KnowledgeBaseId) -> None:
        """Raises: Conflict with both figures when it is refused, Unavailable."""
        candidate = self._candidate(job, knowledge_base)
        if candidate.is_live:
            return
        probes = self.gate.sample(candidate)
        self._make_complete(job, knowledge_base).fill()
        self.jobs.advance(job, "judging", 0, 0)
        live = self.makers.embedder(candidate.live.embedder)
        verdict = self.gate.judge(candidate, probes, self.makers.current.embedder, live)
        self.tell(knowledge_base, verdict.sentence)
        if not verdict.passed:
            self.jobs.advance(job, REFUSED, 0, 0)
            raise Conflict(f"{verdict.sentence} The live index goes on.")

    def switch(self, job: str, knowledge_base: KnowledgeBaseId) -> None:
        """One transaction moves the pointer and shows the new chunks.

        What was uploaded meanwhile is made first: nearly all of it before commits have to wait,
        the rest while they wait, so that nothing can be missing. Deletions do not wait.
        Raises: Unavailable, Overloaded.
        """
        candidate = self._make_complete(job, knowledge_base)
        if not candidate.is_live:
            self.jobs.advance(job, "switching", 0, 0)
            name = f"Before {_model(candidate.wanted.embedder)}, {candidate.wanted.chunker}"
            self.snapshots.take(knowledge_base, "model", name[:120], BY)
        with self.index.changing():
            self._move(job, self._make_complete(job, knowledge_base))

    def lacks(self, knowledge_base: KnowledgeBaseId) -> bool:
        """Whether there is anything to make or to exchange. Raises: Unavailable, as `build`."""
        wanted = self.makers.current.makes()
        with self.index.corpus.database.read() as connection:
            live = built_with(connection, knowledge_base)
        if live is None:
            return False
        candidate = Candidate(self.index, knowledge_base, live, wanted)
        return not candidate.is_live or bool(candidate.lacks_vectors())

    def tidy(self, knowledge_base: KnowledgeBaseId) -> None:
        """Drops what nobody is shown any more. Questions that began before the switch are answered
        by the old collection, so it stays for some seconds.
        """
        with self.index.changing():
            with self.index.corpus.database.read() as connection:
                live = built_with(connection, knowledge_base)
            if live is not None:
                kept = EmbedderIdentity.from_key(live.embedder)
                self.index.dense.drop_others(knowledge_base, kept)
                Candidate(self.index, knowledge_base, live, live).drop()
        self.let_go()

    def tidy_settled(self) -> None:
        """What tries left behind, wherever the live index is what the settings ask for.

        Raises: Unavailable while the embedder loads.
        """
        wanted = self.makers.current.makes()
        for knowledge_base in self.index.corpus.knowledge_bases():
            with self.index.corpus.database.read() as connection:
                live = built_with(connection, knowledge_base.id)
            if live == wanted:
                self.tidy(knowledge_base.id)

    def _move(self, job: str, candidate: Candidate) -> None:
        base, corpus = candidate.knowledge_base, self.index.corpus
        joined = frozenset(candidate.join())
        with corpus.database.write() as connection:
            hold(connection, base)
            if not candidate.is_live:
                # Looked at anew: what was deleted since it joined must not come back.
                born = joined & candidate.chunk_ids()
                died = corpus.visible_ids(base) - born
                reason = f"Re-indexed with {_model(candidate.wanted.embedder)}"
                now = self.jobs.clock()
                commit(
                    connection,
                    base,
                    born=sorted(born),
                    died=sorted(died),
                    reason=reason,
                    now=now,
                )
                point(connection, base, candidate.wanted)
            self.jobs.finish(connection, job)
        self.index.sync(base)

    def _make_complete(self, job: str, knowledge_base: KnowledgeBaseId) -> Candidate:
        candidate = self._candidate(job, knowledge_base)
        building = Building(self.index.corpus, self.makers.current)

        def tell(stage: str, done: int, total: int) -> None:
            self.jobs.advance(job, stage, done, total)

        building.complete(candidate, tell)
        return candidate

    def _candidate(self, job: str, knowledge_base: KnowledgeBaseId) -> Candidate:
        """As things are now. Raises: NotFound, Unavailable while the embedder loads."""
        wanted = self.makers.current.makes()
        if not job.endswith(mark(wanted)):
            raise Conflict("The settings name another model since this began. Please start again.")
        with self.index.corpus.database.read() as connection:
            live = built_with(connection, knowledge_base)
        if live is None:
            raise NotFound("This knowledge base does not exist, or holds no documents yet.")
        return Candidate(self.index, knowledge_base, live, wanted)


def mark(wanted: BuiltWith) -> str:
    """What a job's id ends in: a try for other models than the settings name now is given up."""
    name = f"{wanted.embedder}\n{wanted.chunker}"
    return sha256(name.encode()).hexdigest()[:MARK]


def _model(key: str) -> str:
    return EmbedderIdentity.from_key(key).model
