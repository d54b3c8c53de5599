"""Servers with tiny real models and with the bundled ones."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
import torch
from batch_runners import running as running_at_once
from engine_servers import serving, wait_until_ready
from plain_cache import Ahead
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from engine.batching.batch_runner import BatchRunner
from engine.loading import model_openers, registry_for
from engine.options import parse_options

THINK = ["<think>", "</think>"]
TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|><think>\n{% endif %}"
)


@pytest.fixture(scope="session")
def tiny_generator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Qwen2 of two layers with random weights and a byte-level tokenizer; its template reasons."""
    folder = tmp_path_factory.mktemp("models") / "tiny-qwen2"
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["a question and its answer"], trainer)
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>")
    wrapped.add_tokens(THINK)
    wrapped.chat_template = TEMPLATE
    wrapped.save_pretrained(folder)
    config = Qwen2Config(
        vocab_size=len(wrapped),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        eos_token_id=wrapped.eos_token_id,
    )
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(config)
    # A mark's logit is 0, below the best of 300 random ones: on no machine does an answer end early
    # or close its reasoning by accident of its arithmetic.
    with torch.no_grad():
        model.lm_head.weight[wrapped.all_special_ids + wrapped.convert_tokens_to_ids(THINK)] = 0
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_server(tiny_generator: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data_dir = str(tmp_path_factory.mktemp("data"))
    options = parse_options(
        ["--data-dir", data_dir, "--embedder", "none", "--generator", str(tiny_generator)]
    )
    with serving(registry_for(options), model_openers(options)) as url:
        wait_until_ready(url)
        yield url


@pytest.fixture(scope="session")
def bundled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `bundled_server` unpacks its models."""
    return tmp_path_factory.mktemp("bundled")


@pytest.fixture(scope="session")
def bundled_server(bundled_folder: Path) -> Iterator[str]:
    options = parse_options(["--data-dir", str(bundled_folder)])
    with serving(registry_for(options), model_openers(options)) as url:
        wait_until_ready(url)
        yield url


@pytest.fixture(params=["at once", "ahead"])
def running(request: pytest.FixtureRequest) -> Callable[..., AbstractContextManager[BatchRunner]]:
    """Batch runners with steppers that answer at once, and with the same read later."""
    if request.param == "ahead":
        return partial(running_at_once, wrap=Ahead)
    return running_at_once
