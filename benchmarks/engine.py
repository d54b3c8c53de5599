"""The engine's own steps on shapes with random weights: no HTTP, no scheduler, fixed batches.

    python -m benchmarks.engine [--tiny] [--only 7B] [--profile] [--kernels] [--quick]

Bars (one H200, bf16): 7B >= 220 tok/s at concurrency 1, >= 6,000 at 64 and >= 10,000 at 256
(1,024 in, 512 out, prefill included), first token p95 <= 400 ms for 16 clients with prompts of
3,000 tokens; 1.5B >= 450 and 32B >= 45 tok/s at concurrency 1.
"""

import argparse
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import distributed
from torch.multiprocessing import spawn

from benchmarks.engine_checks import check_against_transformers, check_kernels, time_products
from benchmarks.engine_peer import measure_transformers
from benchmarks.engine_shapes import Client, clients, generate, open_random, read_prompts, serve
from engine.batching.plan import Choice
from engine.decoder.group import Group
from engine.decoder.opening import Extent
from engine.decoder.stepper import DecoderStepper
from engine.devices import Place

GREEDY = Choice()
SAMPLED = Choice(temperature=0.6, top_p=0.95, seed=1)  # as DeepSeek advises for R1


@dataclass(frozen=True)
class Plan:
    prompt: int
    new: int
    counts: tuple[int, ...]
    long_prompt: int
    answer: int  # tokens of each answer in the closed loop


TINY = Plan(40, 8, (1, 3), 60, 8)
FULL = Plan(1024, 512, (1, 64, 256), 3000, 256)
LARGE = Plan(1024, 512, (1, 64), 3000, 256)


@dataclass
class Measured:
    """One shape."""

    name: str
    stepper: DecoderStepper
    plan: Plan
    lines: list[str] = field(default_factory=list)
    silent: bool = False

    def note(self, what: str, figure: str) -> None:
        self.lines.append(f"| {self.name} | {what} | {figure} |")
        if not self.silent:
            print(self.lines[-1], flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tiny", action="store_true", help="a small shape, for a CPU")
    parser.add_argument("--only", nargs="*", default=["7B", "1.5B", "32B"])
    parser.add_argument("--profile", action="store_true", help="where the time of a step goes")
    parser.add_argument("--kernels", action="store_true", help="tunings of the vector product")
    parser.add_argument("--peer", action="store_true", help="transformers beside it")
    parser.add_argument("--quick", action="store_true", help="no sampling, no first tokens")
    parser.add_argument("--ranks", type=int, default=1, help="GPUs that share each model")
    asked = parser.parse_args()
    if asked.ranks > 1:
        spawn(run_rank, (asked,), nprocs=asked.ranks)
        return
    cuda = torch.cuda.is_available()
    dtype = torch.bfloat16 if cuda else torch.float32
    place = Place(torch.device("cuda" if cuda else "cpu"), dtype, 1)
    device = torch.cuda.get_device_name() if cuda else "CPU"
    print(f"{device}, torch {torch.__version__}, {dtype}", flush=True)
    check_against_transformers(place)
    check_kernels(place)
    if asked.kernels:
        time_products(place)
    lines: list[str] = []
    for name in ["tiny"] if asked.tiny else asked.only:
        lines += measure(name, place, Group(), asked)
        if asked.peer:
            lines += measure_transformers(name, place)
        gc.collect()
        if cuda:
            torch.cuda.empty_cache()
    print("\n".join(["", *lines]))


def run_rank(rank: int, asked: argparse.Namespace) -> None:
    """Decoding only: clients that look at a clock would not do the same on every rank."""
    device = torch.device("cuda", rank)
    torch.cuda.set_device(device)
    store = f"file://{tempfile.gettempdir()}/engine-benchmark-{os.getppid()}"
    distributed.init_process_group(
        "nccl", init_method=store, rank=rank, world_size=asked.ranks, device_id=device
    )
    asked.quick = True
    for name in asked.only:
        measure(name, Place(device, torch.bfloat16, 1), Group(rank, asked.ranks), asked)
        gc.collect()
        torch.cuda.empty_cache()
    distributed.destroy_process_group()


def measure(name: str, place: Place, group: Group, asked: argparse.Namespace) -> list[str]:
    plan = {"tiny": TINY, "32B": LARGE}.get(name, FULL)
    longest = plan.long_prompt + 2 * plan.answer
    most = max(16, *plan.counts)
    tokens = max(max(plan.counts) * (plan.prompt + plan.new + 32), 16 * (longest + 32))
    begin = time.perf_counter()
    stepper = open_random(name, place, group, tokens, Extent(0, longest, most))
    print(f"{name}: ready after {time.perf_counter() - begin:.1f} s", flush=True)
    measured = Measured(f"{name} on {group.ranks}" if group.ranks > 1 else name, stepper, plan)
    measured.silent = group.rank > 0
    for count in plan.counts:
        _throughput(measured, count, plan.new, GREEDY)
        if asked.profile and place.device.type == "cuda":
            _profile(measured, count)
    if not asked.quick:
        for count in plan.counts:
            _throughput(measured, count, plan.new // 4, SAMPLED)
        _first_tokens(measured)
        _closed_loop(measured)
    stepper.close()
    return measured.lines


def _throughput(measured: Measured, count: int, new: int, choice: Choice) -> None:
    plan, stepper = measured.plan, measured.stepper
    crowd = clients(stepper, count, plan.prompt, plan.prompt + plan.new)
    for client in crowd:
        client.choice = choice
    _warm(stepper, crowd, plan.prompt)
    begin = time.perf_counter()
    read_prompts(stepper, crowd)
    middle = time.perf_counter()
    generate(stepper, crowd, new - 1)
    end = time.perf_counter()
    kind = "greedy" if choice is GREEDY else "temperature 0.6, top-p 0.95"
    measured.note(
        f"concurrency {count}, {plan.prompt} in, {new} out, {kind}",
        f"{(new - 1) * count / (end - middle):,.0f} tok/s decode, "
        f"{new * count / (end - begin):,.0f} with prefill "
        f"({plan.prompt * count / (middle - begin):,.0f} tok/s prefill)",
    )


def _warm(stepper: DecoderStepper, crowd: list[Client], prompt: int) -> None:
    """Compiles and fills what is timed next, then starts over."""
    read_prompts(stepper, crowd[:8])
    generate(stepper, crowd[:8], 2)
    for client in crowd:
        client.tokens, client.computed, client.times = client.tokens[:prompt], 0, []


def _profile(measured: Measured, count: int) -> None:
    """Microseconds per step by kernel."""
    plan, stepper = measured.plan, measured.stepper
    crowd = clients(stepper, count, plan.prompt, plan.prompt + plan.new)
    some = clients(stepper, 8, plan.prompt, plan.prompt + plan.new)
    if count == 1:
        _kernels("a step of 8 prompts", 1, lambda: read_prompts(stepper, some))
    read_prompts(stepper, crowd)
    generate(stepper, crowd, 4)
    begin = time.perf_counter()
    generate(stepper, crowd, 10)
    wall = (time.perf_counter() - begin) / 10
    print(f"    step of {count}: {wall * 1e6:,.0f} us")
    _kernels(f"step of {count}", 10, lambda: generate(stepper, crowd, 10))


def _kernels(what: str, steps: int, compute: Callable[[], None]) -> None:
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profiler:
        compute()
    found = sorted(profiler.key_averages(), key=lambda event: -event.self_device_time_total)
    busy = sum(event.self_device_time_total for event in found) / steps
    print(f"    {what}: kernels {busy:,.0f} us")
    for event in found[:12]:
        each, often = event.self_device_time_total / steps, event.count / steps
        print(f"    {each:9.1f} us {often:6.1f} x {event.key[:70]}")


def _first_tokens(measured: Measured) -> None:
    plan, stepper = measured.plan, measured.stepper
    longest = plan.long_prompt + 2 * plan.answer
    crowd = clients(stepper, 16, plan.long_prompt, longest)
    alone = [_seconds_to_first(stepper, client) for client in crowd[:6]][2:]
    measured.note(
        f"first token, {plan.long_prompt} in, alone", f"{statistics.median(alone) * 1e3:.0f} ms"
    )
    for client in crowd[:6]:
        size = stepper.room.block_tokens
        client.tokens = client.tokens[: plan.long_prompt]
        client.computed = max(0, plan.long_prompt - 100) // size * size
    cached = [_seconds_to_first(stepper, client) for client in crowd[:6]][2:]
    measured.note(
        f"first token, {plan.long_prompt} in, all but the last 100 cached, alone",
        f"{statistics.median(cached) * 1e3:.0f} ms",
    )
    crowd = clients(stepper, 16, plan.long_prompt, longest)
    begin = time.perf_counter()
    for client in crowd:
        read_prompts(stepper, [client])
    burst = sorted(client.times[0] - begin for client in crowd)
    measured.note(
        f"first token, 16 x {plan.long_prompt} in at the same moment, one after the other",
        f"first {burst[0] * 1e3:.0f}, median {burst[8] * 1e3:.0f}, last {burst[-1] * 1e3:.0f} ms",
    )


def _seconds_to_first(stepper: DecoderStepper, client: Client) -> float:
    begin = time.perf_counter()
    read_prompts(stepper, [client])
    return time.perf_counter() - begin


def _closed_loop(measured: Measured) -> None:
    plan, stepper = measured.plan, measured.stepper
    crowd = clients(stepper, 16, plan.long_prompt, plan.long_prompt + 2 * plan.answer)
    waits = sorted(serve(stepper, crowd, 96, plan.answer))
    measured.note(
        f"first token, 16 clients in a closed loop, {plan.long_prompt} in, {plan.answer} out",
        f"median {waits[48] * 1e3:.0f}, p95 {waits[91] * 1e3:.0f}, worst {waits[-1] * 1e3:.0f} ms",
    )


if __name__ == "__main__":
    main()
