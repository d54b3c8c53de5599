"""Of the sentences that the check lets through, how many are true; of the true ones, how many.

`python -m benchmarks.check_sentences FOLDER [SAMPLE]`: claims of `claims.py` about a set in the
format of `colophon eval`, checked against the passages that the search finds for the question.
Bar: 98 of 100 sentences that are shown are true, where as many false as true ones are tried.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.cli.evaluation import opened_models, wait_for
from app.settings import load_settings
from benchmarks.claims import NAME, Claim, asked_of, claims_about
from retrieval.answer.checking.citations import Draft
from retrieval.answer.checking.evidence import Evidence
from retrieval.answer.checking.reading import read_passages
from retrieval.answer.checking.support import SupportCheck, sentence_embedding
from retrieval.answers import Verdict
from retrieval.evaluation.answers import sampled
from retrieval.evaluation.datasets import Dataset, DatasetQuestion, read_dataset
from retrieval.evaluation.indexed import EVERYTHING, indexed
from retrieval.ports import Embedder
from retrieval.search.searcher import Searcher

PASSAGES = 6
Table = Counter[tuple[str, Verdict]]


def main(folder: Path, sample: int | None) -> None:
    settings = load_settings()
    dataset = read_dataset(folder)
    with opened_models(settings) as models:
        wait_for(models, "embedder")
        with indexed(dataset.documents, models.embedder) as parts:
            searcher = Searcher(
                parts.corpus, parts.lexical, parts.vectors, models.embedder, None, 50
            )
            table: Table = Counter()
            for question, claims in claimed(dataset, sample):
                found = searcher.find(question.text, EVERYTHING, limit=PASSAGES)
                reading = read_passages(question.text, found.passages, models.embedder)
                if any(passage.chunk.document in question.relevant for passage in found.passages):
                    table += judged(claims, reading.evidence, models.embedder)
    print("\n".join(rows(table)))


def claimed(dataset: Dataset, sample: int | None) -> Iterator[tuple[DatasetQuestion, list[Claim]]]:
    texts = {document.id: document.text for document in dataset.documents}
    answerable = [q for q in dataset.questions if q.relevant and q.answers]
    about = asked_of(answerable)
    names = [name for text in texts.values() for name in NAME.findall(text)]
    for number, question in enumerate(sampled(answerable, sample, seed=5)):
        document = next(iter(question.relevant))
        siblings = [other for other in about[document] if other is not question]
        name = names[number * 701 % len(names)] if names else "Northlight"
        yield question, list(claims_about(question, texts[document], siblings, name))


def judged(claims: Sequence[Claim], evidence: Evidence, embedder: Embedder) -> Table:
    check = SupportCheck(evidence, sentence_embedding(embedder))
    drafts = [(claim, Draft(claim.text, (), starts_paragraph=True)) for claim in claims]
    return Counter((claim.kind, check.check(draft).verdict) for claim, draft in drafts)


def rows(table: Table) -> Iterator[str]:
    """Per kind of claim what happened to it, then what of the shown is true, both weighing one."""
    shown = {True: 0.0, False: 0.0}
    total = {True: 0, False: 0}
    yield f"{'claim':<12}{'tried':>7}{'supported':>11}{'weak':>7}{'withheld':>10}"
    for kind in dict.fromkeys(kind for kind, _ in sorted(table)):
        seen = [table[kind, verdict] for verdict in (Verdict.SUPPORTED, Verdict.WEAK)]
        tried = sum(count for (each, _), count in table.items() if each == kind)
        rest = tried - sum(seen)
        shares = [count / tried for count in (*seen, rest)]
        yield f"{kind:<12}{tried:>7}{shares[0]:>11.3f}{shares[1]:>7.3f}{shares[2]:>10.3f}"
        true = Claim("", kind).true
        shown[true] += sum(seen)
        total[true] += tried
    kept, lost = (shown[true] / max(1, total[true]) for true in (True, False))
    yield f"true sentences shown {kept:.3f}, false ones shown {lost:.3f}"
    yield f"of the shown, true: {kept / (kept + lost):.4f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
