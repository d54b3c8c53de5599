"""Many small pieces of work in one thread, in slices, short jobs first.

A night's ingestion is one stream of big jobs; a question is a job of one text. The question waits
for at most the slice that is being computed.
"""

import heapq
import itertools
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from engine.errors import DeviceFailed, EngineError, NotReady, QueueFull
from engine.runners import Load

Item = TypeVar("Item")
Result = TypeVar("Result")
Whole = TypeVar("Whole")

_STOPPED = "The model has stopped. Restart the engine; its log says why."
_SHORT = 2  # items: a question, perhaps with its rewriting


@dataclass(frozen=True, slots=True)
class Limits:
    slice_size: int  # items computed at once: what a short job may have to wait for
    max_queue: int  # jobs


@dataclass(slots=True, order=True)
class _Job(Generic[Item, Result, Whole]):
    bulk: bool
    number: int
    items: Sequence[Item] = field(compare=False)
    order: list[int] = field(compare=False)  # positions not yet computed
    results: dict[int, Result] = field(compare=False, default_factory=dict)
    future: Future[Whole] = field(compare=False, default_factory=Future)


class Lane(Generic[Item, Result, Whole]):
    """`work` is only ever called from the lane's own thread, with at most `slice_size` items."""

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Result]],
        join: Callable[[list[Result]], Whole],
        size: Callable[[Item], int],
        limits: Limits,
    ) -> None:
        self._work = work
        self._size = size
        self._join = join
        self._limits = limits
        self._jobs: list[_Job[Item, Result, Whole]] = []
        self._current: _Job[Item, Result, Whole] | None = None
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="lane", daemon=True)
        self._thread.start()

    def submit(self, items: Sequence[Item]) -> Future[Whole]:
        """All results in input order, joined. Cancelling the future drops what is not yet computed.

        Raises: QueueFull.
        """
        # Equal lengths beside each other: a batch is padded to its longest text.
        order = sorted(range(len(items)), key=lambda position: self._size(items[position]))
        bulk = len(items) > _SHORT
        job: _Job[Item, Result, Whole] = _Job(bulk, next(self._numbers), items, order)
        with self._changed:
            if self._closed:
                raise NotReady(_STOPPED, retry_after=30.0)
            self._drop_cancelled()
            if len(self._jobs) >= self._limits.max_queue:
                raise QueueFull(f"{len(self._jobs)} batches wait already. Try again shortly.")
            heapq.heappush(self._jobs, job)
            self._changed.notify_all()
        return job.future

    def load(self) -> Load:
        with self._changed:
            self._drop_cancelled()
            return Load(int(self._current is not None), len(self._jobs))

    def close(self) -> None:
        with self._changed:
            self._closed = True
            for job in self._jobs:
                job.future.cancel()
            self._changed.notify_all()
        self._thread.join()

    def _has_work(self) -> bool:
        self._drop_cancelled()
        return bool(self._jobs)

    def _drop_cancelled(self) -> None:
        self._jobs = [job for job in self._jobs if not job.future.cancelled()]
        heapq.heapify(self._jobs)

    def _loop(self) -> None:
        try:
            while (job := self._next()) is not None:
                self._attempt(job)
        finally:
            self._give_up()

    def _attempt(self, job: _Job[Item, Result, Whole]) -> None:
        try:
            self._advance(job)
        except EngineError as error:
            _fail(job.future, error)
        with self._changed:
            self._current = None
            if not job.future.done():
                heapq.heappush(self._jobs, job)

    def _give_up(self) -> None:
        """After an unforeseen error (the log has it) nobody waits in vain for this thread."""
        with self._changed:
            self._closed = True
            left = [job for job in (self._current, *self._jobs) if job is not None]
            self._jobs.clear()
            self._current = None
        for job in left:
            _fail(job.future, DeviceFailed(_STOPPED))

    def _next(self) -> _Job[Item, Result, Whole] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_work())
            if self._closed:
                return None
            self._current = heapq.heappop(self._jobs)
            return self._current

    def _advance(self, job: _Job[Item, Result, Whole]) -> None:
        size = self._limits.slice_size
        slice_, job.order = job.order[:size], job.order[size:]
        results = self._work([job.items[position] for position in slice_])
        job.results.update(zip(slice_, results, strict=True))
        if job.order:
            return
        whole = self._join([job.results[position] for position in range(len(job.items))])
        if job.future.set_running_or_notify_cancel():
            job.future.set_result(whole)


def _fail(future: Future[Whole], error: EngineError) -> None:
    if future.set_running_or_notify_cancel():
        future.set_exception(error)
