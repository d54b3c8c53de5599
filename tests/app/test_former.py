"""The embedder of before in a real engine of its own: a tiny model with random weights."""

import time
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from app.edge.readiness import state_of
from app.models.former import BothStatuses, open_former
from app.shapes.people import ModelStatusOut
from retrieval.errors import Unavailable
from retrieval.ports import EmbedderIdentity

PATIENCE = 100.0  # seconds; torch is imported on a busy machine
SIZE = 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["a question and its answer"], trainer)
    marks = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=marks
    )
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    )
    config = BertConfig(
        vocab_size=300,
        hidden_size=SIZE,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(tmp_path / "bert")
    wrapped.save_pretrained(tmp_path / "bert")
    parts = [Transformer(str(tmp_path / "bert")), Pooling(SIZE, "cls")]
    SentenceTransformer(modules=parts, device="cpu").save(str(tmp_path / "embedder"))
    return tmp_path / "embedder"


class Loading:
    """The new embedder, which is not there yet."""

    def models(self) -> list[ModelStatusOut]:
        return [
            ModelStatusOut(name="new", role="embedder", state="loading", progress=0.5, detail="")
        ]


def test_it_embeds_and_counts_while_the_new_one_loads_and_goes_when_told(
    tmp_path: Path, folder: Path
) -> None:
    identity = EmbedderIdentity(str(folder), "1", "cls", "float32", "q: ", "p: ", SIZE)
    (tmp_path / "data").mkdir()
    with open_former(tmp_path / "data", identity, timeout=60.0) as former:
        status = BothStatuses(Loading(), former.status)
        assert state_of(status.models(), "embedder") in {"loading", "waiting"}
        with pytest.raises(Unavailable):
            former.embedder.embed_question("too early")
        end = time.monotonic() + PATIENCE
        while state_of(status.models(), "embedder") != "ready":
            assert time.monotonic() < end, (tmp_path / "data" / "engine-former.log").read_text()
            time.sleep(0.1)
        vectors = former.embedder.embed_passages(["a question", "its answer"])
        assert vectors.shape == (2, SIZE)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
        # The engine's own tokenizer, not an estimate, although the model is named by its folder.
        assert former.tokens.identity != "estimate"
        former.stop()
        assert [model.name for model in status.models()] == ["new"]
        with pytest.raises(Unavailable):
            former.embedder.embed_question("too late")
