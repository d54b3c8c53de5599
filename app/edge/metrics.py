"""What Prometheus reads at /metrics. One registry per app: two apps in one test do not meet."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class HttpMetrics:
    """Labelled by route template, never by path: ids would make a series each."""

    registry: CollectorRegistry  # other rooms add their own metrics to it
    requests: Counter
    duration: Histogram
    in_progress: Gauge

    @classmethod
    def create(cls, registry: CollectorRegistry) -> "HttpMetrics":
        return cls(
            registry,
            Counter(
                "http_requests_total",
                "Requests that were answered.",
                ("method", "route", "status"),
                registry=registry,
            ),
            Histogram(
                "http_request_duration_seconds",
                "From the first byte read to the last byte sent; streams count to their end.",
                ("method", "route"),
                registry=registry,
                buckets=SECONDS,
            ),
            Gauge("http_requests_in_progress", "Requests being answered now.", registry=registry),
        )
