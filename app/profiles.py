"""What the three profiles mean. A setting that is given always wins over its profile."""

from collections.abc import Mapping
from typing import Any, Final

Values = Mapping[str, Any]  # nested like the settings

# How each embedder wants to be used, from its model card. Others state it in the settings.
EMBEDDERS: Final[dict[str, dict[str, str | int]]] = {
    "multilingual-e5-small": {
        "revision": "1571fc982750.1",  # as the engine names it: engine/bundled/e5.py
        "pooling": "mean",
        "dtype": "bfloat16",
        "dimension": 384,
        "query_prefix": "query: ",
        "passage_prefix": "passage: ",
    },
    "BAAI/bge-m3": {
        "revision": "main",
        "pooling": "cls",
        "dtype": "float16",
        "dimension": 1024,
        "query_prefix": "",
        "passage_prefix": "",
    },
}
LARGE: Final[Values] = {
    "models": {
        "embedder": {"model": "BAAI/bge-m3"},
        "generator": "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
        "reranker": "BAAI/bge-reranker-v2-m3",
        "languages": ("en", "zh"),
        "context_tokens": 8192,
        "answer_tokens": 4096,
    },
    "search": {"passages": 12},
}
PROFILES: Final[Mapping[str, Values]] = {
    "embedded": {
        "models": {
            "embedder": {"model": "multilingual-e5-small"},
            "generator": "SmolLM2-135M-Instruct",
            "reranker": None,
            "languages": ("en",),
            "context_tokens": 900,  # more makes a model of this size slower and worse
            "answer_tokens": 256,
        },
        "search": {"passages": 5},
    },
    "local": LARGE,
    "cluster": LARGE,
}


def with_defaults(values: Values) -> dict[str, Any]:
    """The values, with what their profile and their embedder fill in beneath."""
    filled = merged(PROFILES.get(values.get("profile", "embedded"), {}), values)
    models = filled.get("models")
    if not isinstance(models, Mapping):
        return filled
    completed = {
        name: {**EMBEDDERS.get(str(given.get("model")), {}), **given}
        for name in ("embedder", "former")
        if isinstance(given := models.get(name), Mapping)
    }
    return {**filled, "models": {**models, **completed}}


def merged(below: Values, above: Values) -> dict[str, Any]:
    """Sections are merged key by key; any other value of `above` replaces that of `below`."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        result[key] = merged(old or {}, value) if both else value
    return result
