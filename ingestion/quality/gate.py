"""The gate: whether the next index finds what the live one finds."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.quality.golden import GoldenQuestion, GoldenQuestions, Kept, measure
from ingestion.quality.probes import ShownVectors, sampled, share_found
from retrieval.indexes.candidate import Candidate
from retrieval.ports import Embedder, EmbedderIdentity
from retrieval.search.searcher import Searcher

# Of the probes that the live model finds, what another must find at least where golden questions
# decide: less is not another taste but a broken model, which keywords would hide.
SANE = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    passed: bool
    sentence: str  # both figures, for administrators


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares found, 0 to 1. `live` None: its model does not run here, so nobody can ask it."""

    live: float | None
    new: float


@dataclass(frozen=True, slots=True)
class Gate:
    golden: GoldenQuestions
    searcher: Searcher  # of the live indexes
    margin: float  # that the new index may lose, 0 to 1

    def sample(self, candidate: Candidate) -> list[str]:
        """Sentences to probe with. Take them before the candidate is filled: what is uploaded
        afterwards must not count against it.
        """
        corpus = candidate.index.corpus
        return sampled(corpus, corpus.visible_ids(candidate.knowledge_base))

    def judge(
        self, candidate: Candidate, probes: Sequence[str], new: Embedder, live: Embedder | None
    ) -> Verdict:
        """Golden questions decide where there are any, else probes do.

        Raises: Unavailable when a model that must be asked does not answer now.
        """
        questions = self.golden.of(candidate.knowledge_base)
        probed = _probed(candidate, probes, new, live)
        if not questions:
            return _by_probes(probed, self.margin)
        asked = self._asked(candidate, questions, new, live)
        return _by_questions(len(questions), asked, probed, self.margin)

    def _asked(
        self,
        candidate: Candidate,
        questions: list[GoldenQuestion],
        new: Embedder,
        live: Embedder | None,
    ) -> Figures:
        """Recall of the golden questions; both runs are kept."""
        base = candidate.knowledge_base
        searcher = candidate.searcher(self.searcher, new)
        measured = measure(searcher, base, questions)
        self.golden.keep(base, Kept("model", candidate.wanted), measured)
        if live is not None:
            before = self.golden.run(base, "model")
        else:
            before = self.golden.newest(base, candidate.live)  # nobody can ask it any more
        return Figures(before.recall if before else None, measured.recall)


def _probed(
    candidate: Candidate, probes: Sequence[str], new: Embedder, live: Embedder | None
) -> Figures:
    if not probes:
        return Figures(1.0, 1.0)
    corpus, base = candidate.index.corpus, candidate.knowledge_base
    upcoming = ShownVectors(candidate.vectors(), candidate.chunk_ids())
    found = share_found(probes, new, upcoming, corpus)
    if live is None:
        return Figures(None, found)
    identity = EmbedderIdentity.from_key(candidate.live.embedder)
    shown = ShownVectors(candidate.index.dense.open(base, identity), corpus.visible_ids(base))
    return Figures(share_found(probes, live, shown, corpus), found)


def _by_questions(count: int, asked: Figures, probed: Figures, margin: float) -> Verdict:
    words = f"{count} golden questions among the first five passages: {_told(asked)}"
    if not _is_sane(probed):
        reason = f"its model does not find passages by their own sentences: {_told(probed)}"
        return Verdict(False, f"The new index was refused, because {reason}. {words}.")
    if asked.live is not None and asked.new < asked.live - margin - 1e-9:
        return Verdict(False, f"The new index was refused. {words}; {_allowed(margin)}.")
    return Verdict(True, f"The new index passed. {words}.")


def _by_probes(probed: Figures, margin: float) -> Verdict:
    words = f"passages found by their own sentences: {_told(probed)}"
    note = "There are no golden questions, so only this was tried"
    lost = probed.live is not None and probed.new < probed.live - margin - 1e-9
    if lost or not _is_sane(probed):
        return Verdict(False, f"The new index was refused. {note}: {words}; {_allowed(margin)}.")
    return Verdict(True, f"The new index passed. {note}: {words}.")


def _is_sane(probed: Figures) -> bool:
    return probed.new >= SANE * (1.0 if probed.live is None else probed.live)


def _told(figures: Figures) -> str:
    live = "unknown" if figures.live is None else f"{figures.live:.0%}"
    return f"live index {live}, new index {figures.new:.0%}"


def _allowed(margin: float) -> str:
    return f"at most {margin:.0%} may be lost (quality.margin)"
