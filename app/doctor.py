"""Compares what should be with what is, says the command that mends it, and mends it when asked."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import delete, func, select

from app.care.checks import Checks
from app.care.finding import REPAIR, Finding
from app.care.surroundings import Surroundings
from app.ports import ModelStatus
from ingestion.making import Makers
from retrieval.errors import Unavailable
from retrieval.indexes.index import Index
from retrieval.ports import Embedder, EmbedderIdentity
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.tables import chunks, documents, vectors, visibility
from retrieval.types import ChunkId, KnowledgeBase, KnowledgeBaseId

LENGTH_TOLERANCE = 1e-3  # a unit vector's length after float32 rounding


@dataclass(frozen=True, slots=True)
class Doctor:
    database: Database
    corpus: Corpus
    index: Index
    makers: Makers
    status: ModelStatus
    checks: Checks
    surroundings: Surroundings

    def examine(self, *, deep: bool = False) -> list[Finding]:
        """Changes nothing. `deep`: every byte of every original is read."""
        bases = self.corpus.knowledge_bases()
        opened = self.surroundings.vector_index()  # first: comparing may open it anew
        findings = [self._index(base) for base in bases]
        models = [finding for base in bases if (finding := self._built_with(base))]
        return [
            opened,
            *findings,
            *models,
            # One that is not what it should be is told already.
            *(
                self.checks.probes(base)
                for base, said in zip(bases, findings, strict=True)
                if said.ok
            ),
            self.checks.originals(deep=deep),
            self.checks.leftovers(),
            self._vectors(),
            self._failed(),
            self.checks.still(),
            self.checks.purges(),
            self.surroundings.credentials(),
            self.surroundings.room(),
            *self._models(),
            *([second] if (second := self.surroundings.second_model()) else []),
        ]

    def repair(self) -> list[Finding]:
        """Mends what it can, then examines again."""
        self.checks.purge.finish()
        for identity in self._identities():
            self._forget(identity, self._damaged_vectors(identity))
        for base in self.corpus.knowledge_bases():
            lacks = self.index.sync(base.id).without_vector
            if lacks and self._live_embedder(base) is not None:
                self.makers.of(base.id).vectors.embed(self._visible_texts(base), _silent)
                self.index.sync(base.id)
        return self.examine()

    def _live_embedder(self, base: KnowledgeBase) -> Embedder | None:
        """None when it does not run here: then nobody can compute what is missing."""
        return self.makers.embedder(self.index.embedder_of(base.id).key)

    def _built_with(self, base: KnowledgeBase) -> Finding | None:
        """Told while the live index is not built with the embedder that the settings name."""
        live, wanted = self.index.embedder_of(base.id), self.makers.current.embedder.identity
        if live == wanted:
            return None
        name, fix = f"embedder: {base.name}", f'colophon reindex "{base.name}"'
        if self._live_embedder(base) is not None:
            detail = f"answered by {live.model} until its index for {wanted.model} takes over"
            return Finding(name, ok=True, detail=detail)
        detail = (
            f"its index needs {live.model}, which does not run here, so it is searched by keywords "
            f"alone until it is indexed for {wanted.model}; models.former would close the gap"
        )
        return Finding(name, ok=False, detail=detail, fix=fix)

    def _index(self, base: KnowledgeBase) -> Finding:
        name = f"index: {base.name}"
        try:
            difference = self.index.compare(base.id)
        except Unavailable as error:
            return Finding(name, ok=False, detail=str(error), fix=REPAIR)
        if difference.is_empty:
            count = len(self.corpus.visible_ids(base.id))
            return Finding(name, ok=True, detail=f"{count} passages, all in both indexes")
        missing = len(difference.missing_lexical | difference.missing_dense)
        dead = len(difference.dead_lexical | difference.dead_dense)
        detail = (
            f"{missing} passages missing, {dead} dead entries, "
            f"{len(difference.without_vector)} without a vector"
        )
        return Finding(name, ok=False, detail=detail, fix=REPAIR)

    def _vectors(self) -> Finding:
        identities = self._identities()
        query = select(func.count()).where(vectors.c.embedder.in_([i.key for i in identities]))
        with self.database.read() as connection:
            count = connection.scalar(query)
        wrong = sum(len(self._damaged_vectors(identity)) for identity in identities)
        if wrong:
            return Finding("vectors", False, f"{wrong} of {count} are damaged", REPAIR)
        sizes = " or ".join(str(number) for number in sorted({i.dimension for i in identities}))
        return Finding("vectors", True, f"{count} of {sizes} numbers, unit length")

    def _identities(self) -> list[EmbedderIdentity]:
        """Of the embedder that the settings name, and of those that live indexes need."""
        bases = self.corpus.knowledge_bases()
        used = {self.makers.current.embedder.identity}
        used |= {self.index.embedder_of(base.id) for base in bases}
        return sorted(used, key=lambda identity: identity.key)

    def _damaged_vectors(self, identity: EmbedderIdentity) -> list[str]:
        """Digests of their texts."""
        query = select(vectors.c.text_sha256, vectors.c.data).where(
            vectors.c.embedder == identity.key
        )
        damaged = []
        with self.database.read() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                vector = np.frombuffer(row.data[: len(row.data) // 4 * 4], "<f4")
                fits = len(row.data) == 4 * identity.dimension
                if not fits or not abs(np.linalg.norm(vector) - 1.0) < LENGTH_TOLERANCE:
                    damaged.append(row.text_sha256)
        return damaged

    def _forget(self, identity: EmbedderIdentity, digests: list[str]) -> None:
        """Takes these vectors out of SQL and of the index: what is missing is computed again."""
        for digest in digests:
            query = select(chunks.c.id, chunks.c.knowledge_base_id).where(
                chunks.c.embedded_sha256 == digest
            )
            with self.database.write() as connection:
                rows = connection.execute(query).all()
                connection.execute(
                    delete(vectors).where(
                        vectors.c.embedder == identity.key,
                        vectors.c.text_sha256 == digest,
                    )
                )
            for row in rows:
                self.index.remove(KnowledgeBaseId(row.knowledge_base_id), [ChunkId(row.id)])

    def _failed(self) -> Finding:
        query = select(documents.c.title).where(
            documents.c.state == "failed", documents.c.deleted_at.is_(None)
        )
        with self.database.read() as connection:
            failed = list(connection.scalars(query))
        if failed:
            detail = f"{len(failed)} could not be read: {', '.join(failed[:5])}"
            return Finding("documents", True, detail)
        return Finding("documents", True, "none failed")

    def _models(self) -> Iterator[Finding]:
        for model in self.status.models():
            ok = model.state != "failed"
            detail = f"{model.name} is {model.state} {model.detail}".strip()
            fix = "" if ok else "see engine.log in the data folder"
            yield Finding(f"model: {model.role}", ok, detail, fix)

    def _visible_texts(self, base: KnowledgeBase) -> dict[str, str]:
        query = (
            select(chunks.c.embedded_sha256, chunks.c.context, chunks.c.text)
            .join(visibility, visibility.c.chunk_id == chunks.c.id)
            .where(chunks.c.knowledge_base_id == base.id, visibility.c.died.is_(None))
        )
        with self.database.read() as connection:
            return {
                row.embedded_sha256: row.context + row.text for row in connection.execute(query)
            }


def _silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
