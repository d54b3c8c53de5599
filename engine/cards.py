"""What a model says about itself."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    EMBEDDER = "embedder"
    GENERATOR = "generator"
    RERANKER = "reranker"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """With equal cards (but for `id`, `created`, `gpus`) two embedders make comparable vectors."""

    id: str
    role: Role
    created: int  # seconds since 1970: when it was loaded
    max_tokens: int  # of one text, or of prompt and answer together
    dtype: str  # "float32" | "bfloat16"
    revision: str  # commit of a hub model, a digest of the weights of a folder
    dimension: int | None = None  # of a vector; embedders only
    pooling: str | None = None  # "mean" | "cls" | …; embedders only
    query_prefix: str = ""  # what the CALLER puts before a question, for example "query: "
    passage_prefix: str = ""
    heads: tuple[str, ...] = ()  # "sparse", "multi_vector": what /v1/embeddings gives besides
    cache_tokens: int | None = None  # that all running answers share; generators only
    gpus: tuple[str, ...] = ()  # UUID of the one of each rank; empty: it computes on a CPU
    seats: int | None = None  # answers that are written at once; generators only
