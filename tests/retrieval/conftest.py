from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.dense.chroma import ChromaIndexes
from retrieval.lexical.tantivy import TantivyIndexes


@pytest.fixture
def tantivy_indexes(tmp_path: Path) -> Iterator[TantivyIndexes]:
    indexes = TantivyIndexes(tmp_path / "lexical")
    yield indexes
    indexes.close()


@pytest.fixture
def chroma_indexes(tmp_path: Path) -> Iterator[ChromaIndexes]:
    indexes = ChromaIndexes(tmp_path / "dense")
    yield indexes
    indexes.close()
