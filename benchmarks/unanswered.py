"""How well unanswered questions are grouped: paraphrases in both languages, by threshold.

`python -m benchmarks.unanswered`; the questions are in paraphrases.tsv, each with its meaning.
"""

import csv
import tempfile
import time
from itertools import combinations
from pathlib import Path

import numpy as np

from app.data_folder import make_data_folder
from app.models.opening import open_models
from app.settings import Settings
from app.unanswered.grouping import ALIKE, groups_of, likeness
from app.unanswered.meaning import subjects
from retrieval.ports import Embedder
from retrieval.types import Vector

PARAPHRASES = Path(__file__).with_name("paraphrases.tsv")
THRESHOLDS = (0.26, 0.3, ALIKE, 0.38, 0.42, 0.5)
POLL_SECONDS = 0.2


def main() -> None:
    with PARAPHRASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    questions = [row["question"] for row in rows]
    meanings = [row["meaning"] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        make_data_folder(settings.data_dir)
        with open_models(settings) as models:
            while any(each.state != "ready" for each in models.status.models()):
                time.sleep(POLL_SECONDS)
            began = time.perf_counter()
            alike = likeness(questions, subjects(questions, models.embedder))
            seconds = time.perf_counter() - began
            plain = likeness(questions, _plain(questions, models.embedder))
    print(f"{len(questions)} questions, {len(set(meanings))} meanings, {seconds:.1f} s")
    print("without what a language's questions share")
    for threshold in THRESHOLDS:
        print(_figures(meanings, alike, threshold))
    print("cosines as the embedder gives them")
    for threshold in (0.86, 0.88, 0.9, 0.92):
        print(_figures(meanings, plain, threshold))


def _plain(questions: list[str], embedder: Embedder) -> Vector:
    return np.array([embedder.embed_question(each) for each in questions], dtype=np.float32)


def _figures(meanings: list[str], alike: Vector, threshold: float) -> str:
    group_of = {
        index: number for number, group in enumerate(groups_of(alike, threshold)) for index in group
    }
    pairs = list(combinations(range(len(meanings)), 2))
    together = [pair for pair in pairs if group_of[pair[0]] == group_of[pair[1]]]
    same = [pair for pair in pairs if meanings[pair[0]] == meanings[pair[1]]]
    right = len(set(together) & set(same))
    precision, recall = right / max(1, len(together)), right / len(same)
    return (
        f"  from {threshold:.2f}: {len(set(group_of.values())):3} groups, "
        f"pairs joined rightly {precision:.3f}, pairs found {recall:.3f}"
    )


if __name__ == "__main__":
    main()
