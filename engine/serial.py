"""Generations one after another in one thread, with a bounded queue before it."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from engine.batching.language import Prompt as Prompt
from engine.errors import BadRequest, DeviceFailed, EngineError, NotReady, QueueFull
from engine.reasoning import ReasoningSplitter
from engine.runners import Event, Failure, Finish, Load, Piece, Sampling, Ticket, Turn
from engine.transcript import Transcript

_STOPPED = "The generator has stopped. Restart the engine; its log says why."
_SECONDS_PER_ANSWER = 10.0  # a guess, for Retry-After


class LanguageModel(Protocol):
    def encode(self, turns: Sequence[Turn]) -> Prompt:
        """The chat template applied; safe to call from any thread. Raises: BadRequest."""
        ...

    def generate(
        self, prompt: Prompt, sampling: Sampling, cancelled: Callable[[], bool]
    ) -> Iterator[int]:
        """Token ids without the end-of-sequence one; ends there, at the limit or when cancelled.

        Raises: EngineError when the device fails.
        """
        ...

    def decode(self, ids: Sequence[int]) -> str: ...


@dataclass(slots=True, eq=False)
class _Job:
    prompt: Prompt
    sampling: Sampling
    room: int  # tokens that the completion may have
    emit: Callable[[Event], None]
    cancelled: threading.Event = field(default_factory=threading.Event)


class SerialRunner:
    """GenerationRunner for one request at a time; `max_queue` more may wait."""

    def __init__(self, model: LanguageModel, *, context: int, max_queue: int) -> None:
        self._model = model
        self._context = context
        self._max_queue = max_queue
        self._waiting: deque[_Job] = deque()
        self._current: _Job | None = None
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="generation", daemon=True)
        self._thread.start()

    def submit(
        self, turns: Sequence[Turn], sampling: Sampling, emit: Callable[[Event], None]
    ) -> Ticket:
        prompt = self._model.encode(turns)
        job = _Job(prompt, sampling, self._room(prompt, sampling), emit)
        with self._changed:
            if self._closed:
                raise NotReady(_STOPPED, retry_after=30.0)
            if len(self._waiting) + (self._current is not None) > self._max_queue:
                raise QueueFull(
                    f"{len(self._waiting)} requests are waiting already. Try again shortly.",
                    retry_after=_SECONDS_PER_ANSWER,
                )
            self._waiting.append(job)
            self._changed.notify_all()
        return Ticket(len(prompt.ids), lambda: self._cancel(job))

    def load(self) -> Load:
        with self._changed:
            return Load(int(self._current is not None), len(self._waiting))

    def close(self) -> None:
        with self._changed:
            self._closed = True
            if self._current is not None:
                self._current.cancelled.set()
            self._changed.notify_all()
        self._thread.join()

    def _room(self, prompt: Prompt, sampling: Sampling) -> int:
        room = self._context - len(prompt.ids)
        if room < 1:
            raise BadRequest(
                f"The messages are {len(prompt.ids)} tokens long, the model reads at most "
                f"{self._context} with its answer. Shorten them.",
                param="messages",
            )
        return room if sampling.max_tokens is None else min(room, sampling.max_tokens)

    def _cancel(self, job: _Job) -> None:
        job.cancelled.set()
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)

    def _work(self) -> None:
        try:
            while (job := self._next()) is not None:
                self._attempt(job)
        finally:
            self._give_up()

    def _attempt(self, job: _Job) -> None:
        try:
            self._run(job)
        except EngineError as error:
            job.emit(Failure(error))
        with self._changed:
            self._current = None

    def _give_up(self) -> None:
        """After an unforeseen error (the log has it) nobody waits in vain for this thread."""
        with self._changed:
            self._closed = True
            left = [job for job in (self._current, *self._waiting) if job is not None]
            self._waiting.clear()
            self._current = None
        for job in left:
            job.emit(Failure(DeviceFailed(_STOPPED)))

    def _next(self) -> _Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting)
            if self._closed:
                return None
            self._current = self._waiting.popleft()
            return self._current

    def _run(self, job: _Job) -> None:
        prompt = job.prompt
        splitter = ReasoningSplitter(inside=prompt.inside_reasoning) if prompt.reasons else None
        transcript = Transcript(self._model.decode, splitter, job.sampling.stop)
        reason: Literal["stop", "length"] = "stop"
        for token in self._model.generate(prompt, job.sampling, job.cancelled.is_set):
            _pass_on(job, transcript.feed(token))
            if transcript.stopped or job.cancelled.is_set():
                break
            if transcript.tokens >= job.room:
                reason = "length"
                break
        _pass_on(job, transcript.finish())
        if not job.cancelled.is_set():
            job.emit(Finish(reason, transcript.tokens, transcript.reasoning_tokens))


def _pass_on(job: _Job, pieces: Iterator[Piece]) -> None:
    for piece in pieces:
        if not job.cancelled.is_set():
            job.emit(piece)
