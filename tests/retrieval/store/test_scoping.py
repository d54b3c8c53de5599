"""What a scope leaves: SQL, the prefilter and a plain reading agree, whatever is asked."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from benchmarks.drawn_corpus import BASE, EACH, IDENTITY, NOW, DrawnCorpus, Question
from benchmarks.search_scale import Known
from retrieval.dense.memory import MemoryIndexes
from retrieval.indexes.index import Index
from retrieval.indexes.nearest import NearestVectors
from retrieval.lexical.memory import MemoryLexicalIndexes
from retrieval.search.kinds import KINDS, kind_of
from retrieval.search.prefilter import Prefilter
from retrieval.search.searcher import Searcher
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.scoping import ScopedDocuments
from retrieval.store.vectors import VectorStore
from retrieval.tables import document_tags, documents, versions
from retrieval.types import DocumentId, Filters, Scope

DOCUMENTS = 12
FEW = ["pdf", "web"]
SOURCES = [f"s{n}" for n in range(4)]
TAGS = ["hr", "safety", "old"]
LANGUAGES = ["en", "de", "zh"]
DAYS = [NOW.date() + timedelta(days=n) for n in range(4)]


@dataclass(frozen=True)
class Described:
    """A document as people would say it."""

    id: DocumentId
    source: str | None
    kind: str
    language: str | None
    tags: frozenset[str]
    day: date

    def is_wanted(self, scope: Scope) -> bool:
        wanted = scope.filters
        return (
            self.source not in scope.withheld_sources
            and (not wanted.sources or self.source in wanted.sources)
            and (not wanted.kinds or self.kind in wanted.kinds)
            and (not wanted.languages or self.language in wanted.languages)
            and (not wanted.tags or bool(self.tags & wanted.tags))
            and (wanted.since is None or self.day >= wanted.since)
            and (wanted.until is None or self.day <= wanted.until)
        )


@dataclass(frozen=True)
class World:
    drawn: DrawnCorpus
    documents: list[Described]
    database: Database
    index: Index
    question: Question

    def searcher(self, prefilter: Prefilter | None) -> Searcher:
        embedder = Known({self.question.text: self.question.vector})
        index, all_of_them = self.index, DOCUMENTS * EACH
        return Searcher(
            index.corpus, index.lexical, index.dense, embedder, None, all_of_them,
            prefilter=prefilter,
        )  # fmt: skip


@pytest.fixture
def world(either_database: Database) -> World:
    drawn, choice = DrawnCorpus.of(DOCUMENTS * EACH), Random(3)
    drawn.store(either_database)
    described = [
        Described(
            document,
            choice.choice([None, *SOURCES]),
            choice.choice(FEW),
            choice.choice([None, *LANGUAGES]),
            frozenset(choice.sample(TAGS, choice.randrange(3))),
            choice.choice(DAYS),
        )
        for document in drawn.documents
    ]
    with either_database.write() as connection:
        for one in described:
            moment = NOW + (one.day - NOW.date()) + timedelta(hours=23)
            changed = {"source_id": one.source, "updated_at": moment}
            connection.execute(update(documents).where(documents.c.id == one.id).values(changed))
            changed = {"language": one.language, "media_type": min(KINDS[one.kind])}
            of_it = versions.c.document_id == one.id
            connection.execute(update(versions).where(of_it).values(changed))
            for tag in one.tags:
                connection.execute(insert(document_tags).values(document_id=one.id, tag=tag))
    index = Index(
        Corpus(either_database),
        VectorStore(either_database),
        MemoryLexicalIndexes(),
        MemoryIndexes(),
        IDENTITY,
    )
    index.sync(BASE)
    return World(drawn, described, either_database, index, drawn.questions(1)[0])


def some(values: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from([*values, "no such"]), max_size=2)


SCOPES = st.builds(
    Scope,
    st.just(frozenset({BASE})),
    st.frozensets(st.sampled_from(SOURCES), max_size=3),
    st.builds(
        Filters,
        some(SOURCES),
        some(FEW),
        some(TAGS),
        some(LANGUAGES),
        st.none() | st.sampled_from(DAYS),
        st.none() | st.sampled_from([*DAYS, date.max]),
    ),
)


def test_sql_the_prefilter_and_the_words_agree(world: World) -> None:
    scoped = ScopedDocuments(world.database)
    plain = world.searcher(None)
    quick = world.searcher(Prefilter(scoped, NearestVectors(world.index.entries)))

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.differing_executors]
    )
    @given(scope=SCOPES)
    def check(scope: Scope) -> None:
        wanted = {one.id for one in world.documents if one.is_wanted(scope)}
        left = scoped.left(scope)
        assert left.get(BASE, wanted) == wanted
        assert (BASE in left) == scope.is_cut
        found = quick.find(world.question.text, scope, limit=50)
        assert {passage.chunk.document for passage in found.considered} == wanted
        ranked = [passage.chunk.id for passage in found.passages]
        same = plain.find(world.question.text, scope, limit=50)
        assert ranked == [passage.chunk.id for passage in same.passages]

    check()


def test_every_kind_is_one_of_its_media_types() -> None:
    for kind, media_types in KINDS.items():
        assert {kind_of(media_type) for media_type in media_types} == {kind}
    assert kind_of("application/x-unknown") is None
