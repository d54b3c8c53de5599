"""The real server (`python -m engine`) over HTTP, on random weights in a folder.

    python -m benchmarks.engine_http [--tiny] [--only chat embeddings beside] [--shape 7B]
                                     [--tokenizer tokenizer.json of an XLM-RoBERTa]

Bars, one H200, 7B: >= 220 tok/s at concurrency 1, >= 6,000 at 64 and >= 10,000 at 256 (1,024 in,
512 out, prefill included); first token p95 <= 400 ms for 16 clients with prompts of 3,000 tokens,
<= 60 ms when all but the last 100 are cached; 2,000 passages of 256 tokens a second in BGE-M3's
shape, which move the chat's p95 of first tokens by less than 20 %.
"""

import argparse
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from benchmarks.engine_clients import Answered, Asked, Ingesting, embed, stream
from benchmarks.engine_folders import passages_of, save_embedder, save_generator, words_of
from engine.bundled import e5
from engine.devices import Place
from engine.models.sources import bundled_folder


@dataclass(frozen=True)
class Plan:
    prompt: int
    new: int
    counts: tuple[int, ...]
    long_prompt: int
    tail: int  # tokens of a long prompt that are not cached
    answer: int
    passages: int
    beside: int  # answers of each of the four clients beside an ingestion
    seconds: float  # of the ingestion


TINY = Plan(40, 12, (1, 4), 120, 40, 8, 32, 2, 8)
FULL = Plan(1024, 512, (1, 64, 256), 3000, 100, 256, 24_576, 10, 32)
BATCH = 256  # passages in a request
CLIENTS = 6  # that embed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--shape", default="7B")
    parser.add_argument("--only", nargs="*", default=["chat", "embeddings", "beside"])
    parser.add_argument("--tokenizer", type=Path)
    parser.add_argument("--options", default="", help="further ones of the server")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), asked)


def run(folder: Path, asked: argparse.Namespace) -> None:
    plan, only = (TINY if asked.tiny else FULL), set(asked.only)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    place = Place(device, torch.bfloat16, 1)
    writer, reader = folder / "generator", folder / "embedder"
    if only & {"chat", "beside"}:
        writer.mkdir()
        save_generator("tiny" if asked.tiny else asked.shape, place, writer)
    if only & {"embeddings", "beside"}:
        bundled = asked.tokenizer or bundled_folder(e5.recipe(), folder).path / "tokenizer.json"
        save_embedder(reader, bundled, place, tiny=asked.tiny)
    if device.type == "cuda":
        torch.cuda.empty_cache()
    serve = partial(serving, folder, asked.options.split())
    if "chat" in only:
        with serve(writer, "none") as port:
            chat(port, writer, plan)
    if "embeddings" in only:
        with serve("none", reader) as port:
            ingest(port, reader, plan)
    if "beside" in only:
        with serve(writer, reader) as port:
            beside(port, writer, reader, plan)


@contextmanager
def serving(
    folder: Path, more: Sequence[str], generator: Path | str, embedder: Path | str
) -> Iterator[int]:
    """The port of a server that is ready."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "engine", "--port", str(port), "--data-dir", str(folder)]
    begin = time.perf_counter()
    models = ["--generator", str(generator), "--embedder", str(embedder)]
    server = subprocess.Popen([*command, "--max-queue", "300", *models, *more])
    try:
        while not _ready(port):
            if server.poll() is not None:
                raise SystemExit("The server ended.")
            time.sleep(0.2)
        print(f"ready after {time.perf_counter() - begin:.1f} s", flush=True)
        yield port
    finally:
        server.terminate()
        server.wait()


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def chat(port: int, folder: Path, plan: Plan) -> None:
    stream(port, [Asked([words_of(folder, plan.prompt, seed)], 8) for seed in range(4)])
    for count in plan.counts:
        prompts = [words_of(folder, plan.prompt, 100 * count + seed) for seed in range(count)]
        answers = stream(port, [Asked([prompt], plan.new) for prompt in prompts])
        _note_speed(count, answers)
    note_first(port, folder, plan, "16 clients in a closed loop", 16, 6)
    beginning = words_of(folder, plan.long_prompt - plan.tail, 1)
    ends = [words_of(folder, plan.tail, 2 + seed) for seed in range(6)]
    answers = stream(port, [Asked([beginning + end for end in ends], 4)])
    cached = [answer.first - answer.begin for answer in answers][2:]
    what = f"first token, {plan.long_prompt} in, all but the last {plan.tail} cached, alone"
    _note(what, f"{statistics.median(cached) * 1e3:.0f} ms")


def _note_speed(count: int, answers: Sequence[Answered]) -> None:
    tokens = sum(answer.tokens for answer in answers)
    begin, end = min(a.begin for a in answers), max(a.end for a in answers)
    last_first = max(answer.first for answer in answers)
    decode = sum(a.tokens - 1 for a in answers) / (end - last_first) if count == 1 else 0
    own = f"{decode:,.0f} tok/s decode, " if decode else ""
    firsts = sorted(answer.first - answer.begin for answer in answers)
    prompt = sum(answer.prompt for answer in answers) // count
    _note(
        f"concurrency {count}, {prompt} in, {tokens // count} out",
        f"{own}{tokens / (end - begin):,.0f} tok/s with prefill; first tokens median "
        f"{firsts[count // 2] * 1e3:,.0f}, last {firsts[-1] * 1e3:,.0f} ms",
    )


def note_first(
    port: int, folder: Path, plan: Plan, what: str, count: int, each: int
) -> list[Answered]:
    """Clients begin 0.15 s apart, and no prompt was asked before."""
    seed = zlib.crc32(what.encode())
    asked = [
        Asked(
            [words_of(folder, plan.long_prompt, seed + 100 * client + n) for n in range(each)],
            plan.answer,
            0.15 * client,
        )
        for client in range(count)
    ]
    answers = stream(port, asked)
    waits = sorted(answer.first - answer.begin for answer in answers)
    speeds = [(a.tokens - 1) / (a.end - a.first) for a in answers]
    _note(
        f"first token, {what}, {plan.long_prompt} in, {plan.answer} out",
        f"median {statistics.median(waits) * 1e3:.0f}, p95 {_p95(answers) * 1e3:.0f}, worst "
        f"{waits[-1] * 1e3:.0f} ms; then {statistics.median(speeds):.0f} tok/s each",
    )
    return answers


def _p95(answers: Sequence[Answered]) -> float:
    waits = sorted(answer.first - answer.begin for answer in answers)
    return waits[int(0.95 * len(waits))]


def ingest(port: int, folder: Path, plan: Plan) -> None:
    passages = passages_of(folder, 256, min(plan.passages, 4096))
    embed(port, ingestion(passages, min(plan.passages, 2048)))
    done = embed(port, ingestion(passages, plan.passages))
    begin, end = min(one.begin for one in done), max(one.end for one in done)
    what = f"embeddings, passages of 256 tokens, {BATCH} a request"
    _note(what, f"{plan.passages / (end - begin):,.0f} a second")


def ingestion(passages: Sequence[str], count: int, seconds: float = 0) -> list[Ingesting]:
    wanted = [passages[n % len(passages)] for n in range(count)]
    batches = [wanted[at : at + BATCH] for at in range(0, count, BATCH)]
    clients = min(CLIENTS, len(batches))
    return [Ingesting(batches[number::clients], seconds) for number in range(clients)]


def beside(port: int, generator: Path, embedder: Path, plan: Plan) -> None:
    passages = passages_of(embedder, 256, min(plan.passages, 4096))
    embed(port, ingestion(passages, min(plan.passages, 2048)))
    note_first(port, generator, plan, "warm-up", 4, 1)
    alone = note_first(port, generator, plan, "4 clients, nothing beside them", 4, plan.beside)
    asked = ingestion(passages, min(plan.passages, CLIENTS * BATCH), plan.seconds)
    with ThreadPoolExecutor(1) as pool:
        ingested = pool.submit(embed, port, asked)
        time.sleep(plan.seconds / 8)
        busy = note_first(port, generator, plan, "4 clients, an ingestion beside", 4, plan.beside)
        begin, end = min(one.begin for one in busy), max(one.end for one in busy)
        done = sum(one.passages for one in ingested.result() if begin < one.end < end)
    change = 100 * (_p95(busy) / _p95(alone) - 1)
    _note("p95 of first tokens beside an ingestion", f"{change:+.0f} %")
    _note("the ingestion beside the chat", f"{done / (end - begin):,.0f} passages a second")


def _note(what: str, figure: str) -> None:
    print(f"| HTTP | {what} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
