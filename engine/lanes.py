"""Many small pieces of work in a few threads of their own, in slices, short jobs first.

A night's ingestion is one stream of big jobs; a question is a job of one text. In one lane the
question waits for at most the slice that is being computed.
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
    slice_size: int  # what `size` says of the items computed at once, in sum
    max_queue: int  # jobs


@dataclass(frozen=True, slots=True)
class Crew:
    """The threads of a lane. `begin` is called once in each, before its first work."""

    threads: int = 1
    begin: Callable[[], None] = lambda: None


@dataclass(slots=True, order=True)
class _Job(Generic[Item, Result, Whole]):
    bulk: bool
    number: int
    items: Sequence[Item] = field(compare=False)
    order: list[int] = field(compare=False)  # positions that nobody computes yet
    results: dict[int, Result] = field(compare=False, default_factory=dict)
    future: Future[Whole] = field(compare=False, default_factory=Future)


class Lane(Generic[Item, Result, Whole]):
    """`work` is only ever called from the lane's own threads, with one slice of one job."""

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Result]],
        join: Callable[[list[Result]], Whole],
        size: Callable[[Item], int],
        limits: Limits,
        crew: Crew | None = None,
    ) -> None:
        self._work = work
        self._size = size
        self._join = join
        self._limits = limits
        self._jobs: list[_Job[Item, Result, Whole]] = []  # with something left to begin
        self._running: list[_Job[Item, Result, Whole]] = []  # one entry for each slice
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        crew = crew or Crew()
        self._threads = [
            threading.Thread(target=self._loop, args=(crew.begin,), name="lane", daemon=True)
            for _ in range(crew.threads)
        ]
        for thread in self._threads:
            thread.start()

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
            running = {job.number for job in self._running}
            return Load(len(running), len([job for job in self._jobs if job.number not in running]))

    def close(self) -> None:
        with self._changed:
            self._closed = True
            for job in self._jobs:
                job.future.cancel()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _has_work(self) -> bool:
        self._drop_cancelled()
        return bool(self._jobs)

    def _drop_cancelled(self) -> None:
        # NOTE: `done`, not `cancelled`: of a job that failed, the rest need not be computed either.
        self._jobs = [job for job in self._jobs if not job.future.done()]
        heapq.heapify(self._jobs)

    def _loop(self, begin: Callable[[], None]) -> None:
        try:
            begin()
            while (taken := self._next()) is not None:
                self._attempt(*taken)
        finally:
            self._give_up()

    def _next(self) -> tuple[_Job[Item, Result, Whole], list[int]] | None:
        """The first job with the positions of a slice of it."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_work())
            if self._closed:
                return None
            job = self._jobs[0]
            slice_ = self._slice_of(job)
            if not job.order:
                heapq.heappop(self._jobs)
            self._running.append(job)
            return job, slice_

    def _slice_of(self, job: _Job[Item, Result, Whole]) -> list[int]:
        """Takes at least one position out of the job's order."""
        sizes = itertools.accumulate(self._size(job.items[position]) for position in job.order)
        count = sum(1 for _ in itertools.takewhile(lambda n: n <= self._limits.slice_size, sizes))
        slice_, job.order = job.order[: max(1, count)], job.order[max(1, count) :]
        return slice_

    def _attempt(self, job: _Job[Item, Result, Whole], slice_: list[int]) -> None:
        try:
            results = self._work([job.items[position] for position in slice_])
        except EngineError as error:
            with self._changed:
                self._running.remove(job)
                _fail(job.future, error)
            return
        with self._changed:
            self._running.remove(job)
            job.results.update(zip(slice_, results, strict=True))
            if len(job.results) == len(job.items) and _may_end(job.future):
                ordered = [job.results[position] for position in range(len(job.items))]
                job.future.set_result(self._join(ordered))

    def _give_up(self) -> None:
        """After an unforeseen error (the log has it) nobody waits in vain for these threads."""
        with self._changed:
            self._closed = True
            for job in (*self._running, *self._jobs):
                _fail(job.future, DeviceFailed(_STOPPED))
            self._jobs.clear()
            self._changed.notify_all()


def _fail(future: Future[Whole], error: EngineError) -> None:
    if _may_end(future):
        future.set_exception(error)


def _may_end(future: Future[Whole]) -> bool:
    """False when it was cancelled, or when another thread ended it. Under the lane's lock."""
    return not future.done() and future.set_running_or_notify_cancel()
