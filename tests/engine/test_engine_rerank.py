"""A tiny cross-encoder and a tiny embedder of random weights, as any folder would be loaded."""

import httpx
import numpy as np
import pytest
import torch
from engine_servers import client_of, serving, wait_until, wait_until_ready
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
)

from engine.loading import model_openers, registry_for
from engine.options import parse_options
from engine.registry import State


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["a question and its answer"], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    )


@pytest.fixture(scope="module")
def config():
    return BertConfig(
        vocab_size=300,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=1,
    )


@pytest.fixture(scope="module")
def folders(tmp_path_factory, config):
    """(embedder, reranker)"""
    root = tmp_path_factory.mktemp("tiny")
    for name, model in (("bert", BertModel), ("reranker", BertForSequenceClassification)):
        model(config).save_pretrained(root / name)
        tiny_tokenizer().save_pretrained(root / name)
    embedder = SentenceTransformer(
        modules=[Transformer(str(root / "bert")), Pooling(32, "cls")], device="cpu"
    )
    embedder.save(str(root / "embedder"))
    torch.manual_seed(0)
    for name, outputs in (("sparse_linear.pt", 1), ("colbert_linear.pt", 32)):
        torch.save(torch.nn.Linear(32, outputs).state_dict(), root / "embedder" / name)
    return root / "embedder", root / "reranker"


@pytest.fixture(scope="module")
def server(folders, tmp_path_factory):
    embedder, reranker = map(str, folders)
    options = parse_options(
        [
            *("--data-dir", str(tmp_path_factory.mktemp("data"))),
            *("--embedder", embedder, "--generator", "none", "--reranker", reranker),
            *("--dtype", "float32"),
        ]
    )
    with serving(registry_for(options), model_openers(options)) as url:
        wait_until_ready(url)
        yield url


DOCUMENTS = ["an answer", "a question", "its answer and a question", "nothing", "a" * 500]


def test_results_are_best_first_with_the_cross_encoders_own_scores(server, folders):
    body = {"query": "a question", "documents": DOCUMENTS, "return_documents": True}
    results = httpx.post(f"{server}/v1/rerank", json=body).json()["results"]
    reference = CrossEncoder(str(folders[1]), device="cpu").predict(
        [("a question", document) for document in DOCUMENTS]
    )
    assert [result["index"] for result in results] == list(np.argsort(-reference))
    scores = [result["relevance_score"] for result in results]
    np.testing.assert_allclose(scores, np.sort(reference)[::-1], atol=1e-4)
    assert [result["document"]["text"] for result in results] == [
        DOCUMENTS[result["index"]] for result in results
    ]


def test_top_n_keeps_the_best(server):
    body = {"query": "a question", "documents": DOCUMENTS}
    everything = httpx.post(f"{server}/v1/rerank", json=body).json()["results"]
    best = httpx.post(f"{server}/v1/rerank", json={**body, "top_n": 2}).json()["results"]
    assert best == everything[:2]
    assert set(best[0]) == {"index", "relevance_score"}


@pytest.mark.parametrize("body", [{"query": "q"}, {"query": "q", "documents": []}, {}])
def test_a_rerank_without_documents_is_refused(server, body):
    assert httpx.post(f"{server}/v1/rerank", json=body).status_code == 400


def test_any_sentence_transformers_folder_embeds(server, folders):
    with client_of(server) as client:
        answer = client.embeddings.create(model="embedder", input=DOCUMENTS)
        cards = {card.id: card.colophon for card in client.models.list()}
    found = np.array([item.embedding for item in answer.data])
    reference = SentenceTransformer(str(folders[0]), device="cpu").encode(
        DOCUMENTS, normalize_embeddings=True
    )
    np.testing.assert_allclose(found, reference, atol=1e-4)
    assert (cards["embedder"]["pooling"], cards["embedder"]["dimension"]) == ("cls", 32)
    assert cards["embedder"]["query_prefix"] == ""
    assert cards["reranker"]["role"] == "reranker"


def test_sparse_weights_and_a_vector_for_each_word_come_beside_the_dense_one(server, folders):
    body = {"model": "embedder", "input": ["a question", "an answer and more"]}
    dense = httpx.post(f"{server}/v1/embeddings", json=body).json()["data"]
    body["heads"] = ["sparse", "multi_vector"]
    first, second = httpx.post(f"{server}/v1/embeddings", json=body).json()["data"]
    assert [first["embedding"], second["embedding"]] == [one["embedding"] for one in dense]
    tokenizer = tiny_tokenizer()
    ids = tokenizer("a question")["input_ids"]
    assert len(first["multi_vector"]) == len(ids) - 1
    np.testing.assert_allclose(np.linalg.norm(first["multi_vector"], axis=1), 1, atol=1e-5)
    hidden = SentenceTransformer(str(folders[0]), device="cpu").encode(
        "a question", output_value="token_embeddings"
    )
    state = torch.load(folders[0] / "sparse_linear.pt", weights_only=True)
    weights = torch.relu(hidden @ state["weight"][0] + state["bias"]).tolist()
    expected = {
        token: max(w for t, w in zip(ids, weights, strict=True) if t == token)
        for token in set(ids) - set(tokenizer.all_special_ids)
    }
    found = dict(zip(first["sparse"]["indices"], first["sparse"]["values"], strict=True))
    assert found == pytest.approx({t: w for t, w in expected.items() if w > 0}, abs=1e-4)


def test_pickled_weights_are_not_opened(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    options = parse_options(
        ["--data-dir", str(tmp_path), "--embedder", str(tmp_path), "--generator", "none"]
    )
    models = registry_for(options)
    with serving(models, model_openers(options)) as url:
        wait_until(lambda: models.statuses()[0].state is State.FAILED)
        detail = httpx.get(f"{url}/health").json()["models"][0]["detail"]
    assert "safetensors" in detail
