"""Probes: a chunk's own sentence must find it. What a broken model cannot do, on any documents."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from ingestion.quality.golden import holds
from retrieval.ports import Embedder, VectorSearch
from retrieval.store.corpus import Corpus
from retrieval.text.sentences import split_sentences
from retrieval.text.tokens import terms
from retrieval.types import ChunkId

PROBES = 100
FOUND_AMONG = 5
SPARE = 4  # times as many are asked for: some hits may be of chunks that are not shown
FEWEST_TERMS = 4  # of a sentence that says anything
LONGEST = 300  # characters


@dataclass(frozen=True, slots=True)
class ShownVectors:
    """A vector index as readers see it: hits that are not shown are left out."""

    index: VectorSearch
    shown: Set[ChunkId]

    def nearest(self, embedder: Embedder, question: str) -> list[ChunkId]:
        """The first five; of few chunks the first quarter, where any five would hold the right one.

        Raises: Unavailable.
        """
        among = max(1, min(FOUND_AMONG, len(self.shown) // 4))
        hits = self.index.search(embedder.embed_question(question), FOUND_AMONG * SPARE)
        return [hit.chunk for hit in hits if hit.chunk in self.shown][:among]


def sampled(corpus: Corpus, chunk_ids: Iterable[ChunkId]) -> list[str]:
    """A sentence out of each of at most 100 chunks, always the same ones."""
    ordered = sorted(chunk_ids)
    step = max(1, -(-len(ordered) // PROBES))
    passages = corpus.passages(ordered[::step])
    return [probe for name in sorted(passages) if (probe := _probe(passages[name].chunk.text))]


def share_found(
    probes: Sequence[str], embedder: Embedder, vectors: ShownVectors, corpus: Corpus
) -> float:
    """Share of the probes, 0 to 1, whose sentence stands in one of the nearest chunks.

    Vectors alone: keywords find a sentence's own words, whatever the model does.
    Raises: Unavailable.
    """
    found = 0
    for probe in probes:
        nearest = corpus.passages(vectors.nearest(embedder, probe)).values()
        found += any(holds(passage.chunk.text, probe) for passage in nearest)
    return found / len(probes)


def _probe(text: str) -> str:
    """Its first sentence that says something, else its beginning."""
    sentences = (text[span.start : span.end] for span in split_sentences(text))
    telling = (sentence for sentence in sentences if len(terms(sentence)) >= FEWEST_TERMS)
    return next(telling, text)[:LONGEST].strip()
