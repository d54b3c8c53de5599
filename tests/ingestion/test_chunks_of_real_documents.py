"""The bundled embedder never cuts a passage: counted with its own tokenizer, prefix and marks."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from app.models.tokenizing import TokenizerTokens, counter_of
from engine.bundled import e5
from engine.bundled.e5_file import PackedModel
from ingestion.chunking import Chunker, Piece
from ingestion.parsing.items import Item
from ingestion.parsing.outline import outline
from ingestion.parsing.parse import ParseLimits
from retrieval.types import BlockKind
from tests.ingestion.parsed import parse

READS, PREFIX = 512, "passage: "


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return e5.tokenizer_of(PackedModel(e5.recipe().source.read_bytes()).pieces)


@pytest.fixture(scope="module")
def counter(tokenizer: Tokenizer) -> TokenizerTokens:
    return counter_of(tokenizer.to_str().encode(), READS, PREFIX)


def check(pieces: list[Piece], tokenizer: Tokenizer) -> None:
    assert pieces
    for piece in pieces:
        seen = len(tokenizer.encode(PREFIX + piece.embedded_text).ids)
        assert seen <= READS
        assert abs(seen - piece.tokens) <= 8  # the prefix and the marks, and how they join


def pieces_of(folder: Path, pattern: str, counter: TokenizerTokens) -> list[Piece]:
    pieces: list[Piece] = []
    for path in sorted(folder.glob(pattern)):
        parsed = parse(path, "application/pdf", path.name, ParseLimits(seconds=300))
        pieces.extend(Chunker(counter).chunk(parsed.title, parsed.blocks))
    return pieces


def test_no_passage_of_chinese_paragraphs_is_cut(
    data_dir: Path | None, tokenizer: Tokenizer, counter: TokenizerTokens
) -> None:
    if data_dir is None:
        return
    lines = (data_dir / "xquad_en_zh" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    # All in one document without a heading: every boundary is the chunker's own.
    blocks = outline([Item(BlockKind.PARAGRAPH, text) for text in texts])
    check(Chunker(counter).chunk("阅读理解数据集", blocks), tokenizer)
    check(
        Chunker(counter).chunk("", outline([Item(BlockKind.PARAGRAPH, "".join(texts))])), tokenizer
    )


def test_no_passage_of_a_handbook_is_cut(
    data_dir: Path | None, tokenizer: Tokenizer, counter: TokenizerTokens
) -> None:
    if data_dir is None:
        return
    folder = data_dir / "northwind_pdf" / "files"
    check(pieces_of(folder, "role_library.pdf", counter), tokenizer)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["northwind_pdf", "kgrag_10q_pdf"])
def test_no_passage_of_company_documents_is_cut(
    data_dir: Path | None, name: str, tokenizer: Tokenizer, counter: TokenizerTokens
) -> None:
    assert data_dir is not None
    check(pieces_of(data_dir / name / "files", "*.pdf", counter), tokenizer)
