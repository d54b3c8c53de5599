"""The keyword index on disk: one Tantivy folder per knowledge base. A cache of SQL."""

import re
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import tantivy

from retrieval.errors import Conflict, Invalid
from retrieval.lexical.rarity import factors
from retrieval.lexical.tantivy_errors import damage_translated, failed_writes_told
from retrieval.ports import Hit, LexicalEntry, Spread
from retrieval.text.tokens import terms
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId

# Part of the folder's name. Raise it when `terms` or the fields change: the new folder starts
# empty and `sync` fills it from SQL.
FORMAT = "v3"
WEIGHTS = {"body": 1.0, "title": 0.5, "headings": 0.25}  # measured: decision 0005
# Where only some documents are wanted, the index is first asked this much deeper for all: that is
# the quicker way when they are many. When it leaves too few, only the wanted ones are searched.
OVERFETCH = 4
WRITER_MEMORY = 50_000_000  # bytes; Tantivy asks for 15 MB at least


class TantivyIndex:
    """Writes go one at a time, each a single commit: a crash leaves the state before it."""

    def __init__(self, folder: Path) -> None:
        """Raises: Unavailable when what is there cannot be read."""
        self._schema = _schema()
        self._writing = threading.Lock()
        with damage_translated():
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(folder))

    def add(self, entries: Sequence[LexicalEntry]) -> None:
        """Raises: Conflict when another process writes to this index."""
        if not entries:
            return
        with self._commit() as writer:
            for entry in entries:
                writer.delete_documents_by_term("id", entry.chunk)
                writer.add_document(_document(entry))

    def rewrite(self, entries: Iterable[LexicalEntry]) -> None:
        """These alone, in one commit, and the files of everything before are deleted.

        A removed entry's words stay in its segment until a merge, which nobody can ask for.
        Raises: Conflict when another process writes to this index.
        """
        with self._commit() as writer:
            writer.delete_all_documents()
            for entry in entries:
                writer.add_document(_document(entry))
        with self._commit() as writer:
            writer.garbage_collect_files()

    def remove(self, chunks: Sequence[ChunkId]) -> None:
        """Raises: Conflict when another process writes to this index."""
        if not chunks:
            return
        with self._commit() as writer:
            for chunk in chunks:
                writer.delete_documents_by_term("id", chunk)

    def search(
        self,
        question: str,
        limit: int,
        within: Set[DocumentId] | None = None,
        everywhere: Spread | None = None,
    ) -> list[Hit]:
        """Best first, only entries that share a term with the question; score is BM25.

        `within`: of these documents alone, none missed; None: of all. `everywhere`: of all indexes
        that are asked together, so that their scores compare; None: this one is asked alone.
        """
        searcher = self._index.searcher()
        here = None if everywhere is None else self._spread(searcher, question)
        query = self._query(question, factors(here, everywhere))
        if query is None or limit < 1:
            return []
        if within is None:
            return [hit for hit, _ in _ranked(searcher, query, limit)]
        first = _ranked(searcher, query, limit * OVERFETCH)
        wanted = [hit for hit, document in first if document in within]
        if len(wanted) < limit and len(first) == limit * OVERFETCH:
            wanted = [hit for hit, _ in _ranked(searcher, self._among(query, within), limit)]
        return wanted[:limit]

    def spread(self, question: str) -> Spread:
        return self._spread(self._index.searcher(), question)

    def ids(self) -> frozenset[ChunkId]:
        # Without the filter the term dictionary still names what was removed since the last merge.
        everything = tantivy.Query.all_query()
        named = self._index.searcher().terms_with_prefix("id", "", filter_query=everything)
        return frozenset(ChunkId(chunk) for chunk, count in named if count)

    def _spread(self, searcher: tantivy.Searcher, question: str) -> Spread:
        having = {
            _key(name, term): searcher.doc_freq(name, term)
            for term in terms(question)
            for name in WEIGHTS
        }
        return Spread(searcher.num_docs, having)

    def _query(self, question: str, factors: Mapping[str, float]) -> tantivy.Query | None:
        # Built from terms, never parsed: a question cannot carry query syntax.
        clauses = [
            (
                tantivy.Occur.Should,
                self._clause(name, weight * factors.get(_key(name, term), 1.0), term),
            )
            for term in dict.fromkeys(terms(question))
            for name, weight in WEIGHTS.items()
        ]
        return tantivy.Query.boolean_query(clauses) if clauses else None

    def _clause(self, name: str, weight: float, term: str) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, name, term, index_option="freq")
        return tantivy.Query.boost_query(query, weight)

    def _among(self, query: tantivy.Query, documents: Set[DocumentId]) -> tantivy.Query:
        """The same scores, for entries of these documents alone."""
        named = tantivy.Query.term_set_query(self._schema, "document", sorted(documents))
        must = tantivy.Occur.Must
        scoreless = tantivy.Query.const_score_query(named, 0.0)
        return tantivy.Query.boolean_query([(must, query), (must, scoreless)])

    @contextmanager
    def _commit(self) -> Iterator[tantivy.IndexWriter]:
        with self._writing, failed_writes_told():
            writer = self._writer()
            try:
                yield writer
                writer.commit()
            finally:
                # Ends the writer's threads and gives its lock file back, committed or not.
                writer.wait_merging_threads()
            self._index.reload()

    def _writer(self) -> tantivy.IndexWriter:
        try:
            return self._index.writer(heap_size=WRITER_MEMORY, num_threads=1)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            raise Conflict(
                "Another Colophon process writes to this keyword index. Stop it and try again."
            ) from error


@dataclass(frozen=True, slots=True)
class TantivyIndexes:
    """Opened indexes stay open: one object, hence one writer's lock, per knowledge base."""

    root: Path
    _opened: dict[KnowledgeBaseId, TantivyIndex] = field(default_factory=dict)
    _opening: threading.Lock = field(default_factory=threading.Lock)

    def open(self, knowledge_base: KnowledgeBaseId) -> TantivyIndex:
        """Makes the index when there is none. Raises: Unavailable when it cannot be read."""
        with self._opening:
            index = self._opened.get(knowledge_base)
            if index is None:
                folder = self._folder(knowledge_base)
                index = TantivyIndex(folder / FORMAT)
                for other in folder.iterdir():
                    if other.name != FORMAT:  # of another format, with words since removed
                        shutil.rmtree(other, ignore_errors=True)
                self._opened[knowledge_base] = index
            return index

    def rewrite(self, knowledge_base: KnowledgeBaseId, entries: Iterable[LexicalEntry]) -> None:
        self.open(knowledge_base).rewrite(entries)

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        with self._opening:
            self._opened.pop(knowledge_base, None)
            shutil.rmtree(self._folder(knowledge_base), ignore_errors=True)

    def close(self) -> None:
        with self._opening:
            self._opened.clear()

    def _folder(self, knowledge_base: KnowledgeBaseId) -> Path:
        if not re.fullmatch(r"[\w-]{1,64}", knowledge_base):
            raise Invalid("A knowledge base's id has only letters, digits, hyphens, underscores.")
        return self.root / knowledge_base


def _key(name: str, term: str) -> str:
    return f"{name}:{term}"


def _ranked(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int
) -> list[tuple[Hit, DocumentId]]:
    """Best first, each with the document that it is of."""
    ranked = []
    for score, address in searcher.search(query, limit, count=False).hits:
        stored = searcher.doc(address)
        hit = Hit(ChunkId(stored.get_first("id")), score)
        ranked.append((hit, DocumentId(stored.get_first("document"))))
    return ranked


def _document(entry: LexicalEntry) -> tantivy.Document:
    return tantivy.Document(
        id=entry.chunk,
        document=entry.document,
        body=" ".join(terms(entry.text)),
        title=" ".join(terms(entry.title)),
        headings=" ".join(terms(entry.headings)),
    )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("id", "document"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
