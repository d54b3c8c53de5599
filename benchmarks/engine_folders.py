"""Model folders of known shapes with random weights, as a server reads them."""

import itertools
import json
import string
from functools import cache
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

from benchmarks.engine_shapes import SHAPES
from benchmarks.ranks import save_random
from engine.devices import Place

MARKS = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
M3 = {
    "vocab_size": 250_002,
    "hidden_size": 1024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "intermediate_size": 4096,
    "max_position_embeddings": 8194,
    "type_vocab_size": 1,
}
_COMMONEST = 20_000  # pieces of a vocabulary, which has them in that order
TINY_M3 = {**M3, "hidden_size": 64, "num_hidden_layers": 2, "intermediate_size": 128}
TINY_M3["num_attention_heads"] = 4


def save_generator(name: str, place: Place, folder: Path) -> None:
    """A Qwen2 folder; its tokenizer has a token for every id, which are words of four letters."""
    shape = SHAPES[name]
    save_random(shape, place, folder)
    letters = string.ascii_lowercase
    pairs = ["".join(pair) for pair in itertools.product(letters, repeat=2)]
    words = itertools.product(pairs, repeat=2)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    left = max(0, shape.vocabulary - len(alphabet) - len(pairs) - len(MARKS))
    merges = [*itertools.product(letters, repeat=2), *itertools.islice(words, left)]
    pieces = [*alphabet, *map("".join, merges)]
    bpe = models.BPE({piece: number for number, piece in enumerate(pieces)}, merges)
    tokenizer = Tokenizer(bpe)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=MARKS[0])
    wrapped.add_special_tokens({"additional_special_tokens": MARKS[1:]})
    wrapped.chat_template = TEMPLATE
    wrapped.save_pretrained(folder)


def save_embedder(folder: Path, tokenizer: Path, place: Place, *, tiny: bool) -> None:
    """BGE-M3's shape as a sentence-transformers folder, with the tokenizer of another."""
    torch.manual_seed(0)
    config = XLMRobertaConfig(**(TINY_M3 if tiny else M3))
    with place.device:
        XLMRobertaModel(config, add_pooling_layer=False).to(place.dtype).save_pretrained(folder)
    marks = {"bos": "<s>", "eos": "</s>", "pad": "<pad>", "cls": "<s>", "sep": "</s>"}
    PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer),
        model_max_length=8192,
        **{f"{name}_token": mark for name, mark in marks.items()},
    ).save_pretrained(folder)
    parts = [Transformer(str(folder)), Pooling(config.hidden_size, "cls"), Normalize()]
    SentenceTransformer(modules=parts, device="cpu").save(str(folder))


def words_of(folder: Path, tokens: int, seed: int) -> str:
    """A text of so many tokens of the generator's tokenizer."""
    draw = np.random.default_rng(seed)
    pairs = draw.integers(0, 26, (tokens, 4)) + ord("a")
    text = "".join(f" {bytes(row.tolist()).decode()}" for row in pairs.astype(np.uint8))
    return text[: _tokenizer(folder).encode(text).offsets[tokens - 1][1]]


@cache
def _tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def passages_of(folder: Path, tokens: int, count: int) -> list[str]:
    """Texts of so many tokens of the embedder's tokenizer, made of its commonest words."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    pieces = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    commonest = pieces[:_COMMONEST]
    words = [piece[1:] for piece, _ in commonest if piece[:1] == "\u2581" and piece[1:].isalpha()]
    draw = np.random.default_rng(7)
    texts = [
        " ".join(words[n] for n in row) for row in draw.integers(0, len(words), (count, tokens))
    ]
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    # Two more are put around them.
    return [
        text[: encoding.offsets[tokens - 3][1]]
        for text, encoding in zip(texts, encodings, strict=True)
    ]
