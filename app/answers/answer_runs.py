"""Answers being made now: how many each person has, and a way to stop one from another request."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

import anyio
import structlog
from pydantic import BaseModel

from retrieval.errors import KnowledgeBaseError, Overloaded

RETRY_AFTER_SECONDS = 5.0
CLOSING_SECONDS = 5.0  # how long the end of the process waits for answers that were told to stop

Work = Callable[[anyio.Event], AsyncGenerator[BaseModel, None]]
log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class AnswerRun:
    """One answer. It runs by itself, so that what it stores does not depend on its reader."""

    id: str
    owner: str
    stop: anyio.Event = field(default_factory=anyio.Event)
    queue: asyncio.Queue[BaseModel | None] = field(default_factory=asyncio.Queue)  # None: the end
    task: asyncio.Task[None] | None = None

    async def events(self, heartbeat: float) -> AsyncGenerator[BaseModel | None, None]:
        """Events as they come; None after each `heartbeat` seconds of silence.

        A reader who leaves stops the answer.
        """
        try:
            while True:
                try:
                    event = await asyncio.wait_for(self.queue.get(), heartbeat)
                except TimeoutError:
                    yield None
                    continue
                if event is None:
                    break
                yield event
        finally:
            self.stop.set()

    async def failure(self) -> BaseException | None:
        """What ended the work before its time. To be asked after the last event."""
        if self.task is None:
            return None
        await asyncio.wait({self.task})
        return asyncio.CancelledError() if self.task.cancelled() else self.task.exception()


@dataclass(frozen=True, slots=True)
class AnswerRuns:
    per_owner: int  # answers that one person may have in the making
    running: dict[str, AnswerRun] = field(default_factory=dict)

    def enter(self, run_id: str, owner: str) -> AnswerRun:
        """Takes one of the owner's places. Raises: Overloaded when none is free."""
        taken = Counter(run.owner for run in self.running.values())[owner]
        if taken >= self.per_owner:
            raise Overloaded(
                f"{taken} of your questions are being answered. Wait for one of them or stop it.",
                retry_after=RETRY_AFTER_SECONDS,
            )
        run = AnswerRun(run_id, owner)
        self.running[run_id] = run
        return run

    def leave(self, run: AnswerRun) -> None:
        self.running.pop(run.id, None)

    def begin(self, run: AnswerRun, work: Work) -> None:
        """Starts the work on the running loop; the place is free again when it ends."""
        run.task = asyncio.create_task(self._pump(run, work))
        run.task.add_done_callback(_log_fault)

    def stop(self, run_id: str, owner: str) -> bool:
        """False when the owner has no such answer in the making."""
        run = self.running.get(run_id)
        if run is None or run.owner != owner:
            return False
        run.stop.set()
        return True

    async def close(self) -> None:
        """Stops all, and waits until what was checked by then is stored."""
        tasks = [run.task for run in self.running.values() if run.task is not None]
        for run in self.running.values():
            run.stop.set()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSING_SECONDS)

    async def _pump(self, run: AnswerRun, work: Work) -> None:
        try:
            async with aclosing(work(run.stop)) as events:
                async for event in events:
                    run.queue.put_nowait(event)
        finally:
            self.leave(run)
            run.queue.put_nowait(None)


def _log_fault(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, KnowledgeBaseError):
        log.error("answer.failed", exc_info=error)
