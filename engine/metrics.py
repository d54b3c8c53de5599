"""What the engine counts. The names after the colon are vLLM's where it counts the same thing."""

import itertools
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from engine.gpus import gpu_states
from engine.registry import Registry, State
from engine.runners import STEP_SIZES, CacheUse

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 40, 80, 160)
_TOKEN_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)
_MODEL = ["model_name", "role"]
_GPU = ["rank", "gpu"]


class _Models(Collector):
    """Read from the registry whenever somebody asks."""

    def __init__(self, models: Registry) -> None:
        self._models = models

    def collect(self) -> Iterator[Metric]:
        running = _gauge("num_requests_running", "Being computed, all in one batch", _MODEL)
        waiting = _gauge("num_requests_waiting", "In the queue", _MODEL)
        ready = _gauge("model_ready", "1 when it answers", _MODEL)
        for slot in self._models.slots():
            status, load = slot.status, slot.load()
            names = [status.id, str(status.role)]
            running.add_metric(names, load.running)
            waiting.add_metric(names, load.waiting)
            ready.add_metric(names, float(status.state is State.READY))
            if load.cache is not None:
                yield from _cache(names, load.cache)
        yield from (running, waiting, ready)
        yield from self._gpus()

    def _gpus(self) -> Iterator[Metric]:
        used = _gauge("gpu_memory_used_bytes", "By whoever computes there", _GPU)
        total = _gauge("gpu_memory_total_bytes", "That it has", _GPU)
        busy = _gauge("gpu_utilization_perc", "Share of the time in which it computed", _GPU)
        # The generator may have several; any other model shares the first of these.
        for state in gpu_states(
            max((card.gpus for card in self._models.cards()), default=(), key=len)
        ):
            names = [str(state.rank), state.uuid]
            used.add_metric(names, state.used_bytes)
            total.add_metric(names, state.total_bytes)
            if state.utilization is not None:
                busy.add_metric(names, state.utilization)
        yield from (used, total, busy)


def _cache(names: list[str], use: CacheUse) -> Iterator[Metric]:
    share = _gauge("kv_cache_usage_perc", "Share of the cache that running answers hold", _MODEL)
    share.add_metric(names, use.blocks_in_use / use.blocks)
    yield share
    for name, text, value in (
        ("computed_tokens", "Tokens that the model read or wrote", use.computed_tokens),
        ("prefix_cache_queries", "Tokens that were looked for in the cache", use.sought_tokens),
        ("prefix_cache_hits", "Of these, known already", use.shared_tokens),
        ("num_preemptions", "Answers that had to be begun anew", use.preemptions),
    ):
        counter = CounterMetricFamily(f"colophon:{name}", text, labels=_MODEL)
        counter.add_metric(names, value)
        yield counter
    steps = HistogramMetricFamily(
        "colophon:iteration_tokens_total", "Tokens of a step of the model", labels=_MODEL
    )
    bounds = [*map(str, map(float, STEP_SIZES)), "+Inf"]
    buckets = list(zip(bounds, itertools.accumulate(use.steps), strict=True))
    steps.add_metric(names, buckets, sum_value=use.computed_tokens)
    yield steps


def _gauge(name: str, text: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"colophon:{name}", text, labels=labels)


class Metrics:
    """One registry for each server, so that two servers in one process do not mix."""

    def __init__(self, models: Registry) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Models(models))
        self.prompt_tokens = self._counter("prompt_tokens", "Tokens read", "role")
        self.generation_tokens = self._counter("generation_tokens", "Tokens written")
        ended = "Generations that ended"
        self.requests = self._counter("request_success", ended, "finished_reason")
        self.refusals = self._counter("request_refused", "Requests answered with an error", "code")
        self.truncated = self._counter("truncated_inputs", "Texts cut to what the embedder reads")
        self.queued = self._histogram("request_queue_time_seconds", _SECONDS)
        self.first_token = self._histogram("time_to_first_token_seconds", _SECONDS)
        self.between_tokens = self._histogram("inter_token_latency_seconds", _TOKEN_SECONDS)
        self.whole_request = self._histogram("e2e_request_latency_seconds", _SECONDS)

    def exposition(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"colophon:{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"colophon:{name}", name, buckets=buckets, registry=self._registry)
