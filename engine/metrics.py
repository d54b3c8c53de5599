"""What the engine counts. The names after the colon are vLLM's where it counts the same thing."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.registry import Registry, State

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 40, 80, 160)
_LABELS = ["model_name", "role"]
_TOKEN_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)


class _Models(Collector):
    """Read from the registry whenever somebody asks."""

    def __init__(self, models: Registry) -> None:
        self._models = models

    def collect(self) -> Iterator[Metric]:
        running = _gauge("num_requests_running", "Being computed")
        waiting = _gauge("num_requests_waiting", "In the queue")
        ready = _gauge("model_ready", "1 when it answers")
        used = _gauge("kv_cache_usage_perc", "Share of the cache that running answers hold")
        computed = _counter("computed_tokens", "Tokens that the model read or wrote")
        shared = _counter("prefix_cache_hits", "Tokens of prompts that the cache knew already")
        preempted = _counter("num_preemptions", "Answers that had to be begun anew")
        for slot in self._models.slots():
            status, load = slot.status, slot.load()
            names = [status.id, str(status.role)]
            running.add_metric(names, load.running)
            waiting.add_metric(names, load.waiting)
            ready.add_metric(names, float(status.state is State.READY))
            if load.cache is not None:
                used.add_metric(names, load.cache.blocks_in_use / load.cache.blocks)
                computed.add_metric(names, load.cache.computed_tokens)
                shared.add_metric(names, load.cache.shared_tokens)
                preempted.add_metric(names, load.cache.preemptions)
        yield from (running, waiting, ready, used, computed, shared, preempted)


def _gauge(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"colophon:{name}", text, labels=_LABELS)


def _counter(name: str, text: str) -> CounterMetricFamily:
    return CounterMetricFamily(f"colophon:{name}", text, labels=_LABELS)


class Metrics:
    """One registry for each server, so that two servers in one process do not mix."""

    def __init__(self, models: Registry) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Models(models))
        self.prompt_tokens = self._counter("prompt_tokens", "Tokens read", "role")
        self.generation_tokens = self._counter("generation_tokens", "Tokens written")
        self.requests = self._counter("request_success", "Generations that ended", "reason")
        self.refusals = self._counter("request_refused", "Requests answered with an error", "code")
        self.truncated = self._counter("truncated_inputs", "Texts cut to what the embedder reads")
        self.first_token = self._histogram("time_to_first_token_seconds", _SECONDS)
        self.per_token = self._histogram("time_per_output_token_seconds", _TOKEN_SECONDS)
        self.whole_request = self._histogram("e2e_request_latency_seconds", _SECONDS)

    def exposition(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"colophon:{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"colophon:{name}", name, buckets=buckets, registry=self._registry)
