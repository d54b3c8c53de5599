"""The command line. The engine reads no environment and no file of settings."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

BUNDLED = "bundled"
NONE = "none"

DtypeChoice = Literal["auto", "bfloat16", "float32"]
Quantization = Literal["auto", "none", "int8"]


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port: int
    data_dir: Path
    embedder: str  # "bundled", "none", a folder or a hub id
    generator: str
    reranker: str  # the same, but there is no bundled one
    threads: int  # CPU threads of one model; 0: as many as there are cores
    max_queue: int  # requests that may wait, for each model
    dtype: DtypeChoice
    max_model_len: int  # tokens of a prompt and its answer; 0: what model and memory allow
    tensor_parallel: int  # devices that share the generator
    max_num_seqs: int  # answers written at once; 0: 256 on a GPU, 4 on a CPU
    gpu_memory_utilization: float  # share of the GPU's memory that may be used
    quantization: Quantization  # of the generator's weights
    api_key_file: Path | None
    exit_with: int | None  # process id of whoever started this one and may die without a word


def parse_options(arguments: Sequence[str]) -> Options:
    """Exits with a message and status 2 when the arguments make no sense."""
    values = vars(_parser().parse_args(arguments))
    return Options(**{**values, "data_dir": values["data_dir"].expanduser().resolve()})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine", description="An OpenAI-compatible server for local models."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_between(0, 65535), default=8081, help="0: any free port")
    parser.add_argument("--data-dir", type=Path, required=True, help="bundled models go here")
    kinds = "bundled, none, a Hugging Face folder or a hub id"
    parser.add_argument("--embedder", default=BUNDLED, help=kinds)
    parser.add_argument("--generator", "--model", default=BUNDLED, help=kinds)
    parser.add_argument("--reranker", default=NONE, help="none, a folder or a hub id")
    parser.add_argument("--threads", type=_between(0, 1024), default=0, help="0: every core")
    parser.add_argument("--max-queue", type=_between(0, 100_000), default=16)
    parser.add_argument("--dtype", choices=("auto", "bfloat16", "float32"), default="auto")
    parser.add_argument("--max-model-len", type=_between(0, 1 << 20), default=0, metavar="TOKENS")
    parser.add_argument("--tensor-parallel", type=_between(1, 64), default=1, metavar="DEVICES")
    parser.add_argument("--max-num-seqs", type=_between(0, 256), default=0, metavar="N")
    parser.add_argument("--gpu-memory-utilization", type=_share, default=0.85, metavar="SHARE")
    parser.add_argument("--quantization", choices=("auto", "none", "int8"), default="auto")
    parser.add_argument("--exit-with", type=int, metavar="PID", help="end when it ends")
    parser.add_argument("--api-key-file", type=Path, help="a table for each key (TOML)")
    return parser


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{value} is not between 0 and 1")
    return value


def _between(lowest: int, highest: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        value = int(text)
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"{value} is not between {lowest} and {highest}")
        return value

    return whole_number
