"""Many generations at once, in one thread that steps the model."""

import itertools
import math
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from engine.batching.admission import Crowd, Limits, Pace
from engine.batching.generation import Generation, Order
from engine.batching.guide import Guide
from engine.batching.language import ChatLanguage, Prompt
from engine.batching.lobby import STOPPED, Changes, Lobby
from engine.batching.plan import Chosen, Row, Stepper, Underway
from engine.batching.scheduler import Scheduler
from engine.batching.sequence import Claim
from engine.errors import BadRequest, DeviceFailed, EngineError, TooLate
from engine.runners import Event, Failure, Load, Sampling, Ticket, Turn

_LATE = "The answer could not be begun in time. Ask again when less is going on."


class BatchRunner:
    """GenerationRunner over a Stepper, which is called and in the end closed by its thread."""

    def __init__(
        self,
        language: ChatLanguage,
        stepper: Stepper,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        room = stepper.room
        self._language = language
        self._stepper = stepper
        self._clock = clock
        self._block_tokens = room.block_tokens
        cache = room.blocks * room.block_tokens
        self._context = min(limits.context, cache)
        self._numbers = itertools.count()
        self._pace = Pace()
        seats = min(room.seats, room.step_tokens)
        limit = Crowd(seats, limits.max_queue, cache + limits.queue_tokens)
        self._lobby = Lobby(limit, self._pace)
        self._scheduler = Scheduler(room, clock)
        self._unspoken: list[Generation] = []
        self._ahead = False  # the stepper computes while the text of the last step is made
        self._thread = threading.Thread(target=self._work, name="generation", daemon=True)
        self._thread.start()

    def submit(
        self, turns: Sequence[Turn], sampling: Sampling, emit: Callable[[Event], None]
    ) -> Ticket:
        prompt = self._language.encode(turns)
        length = len(prompt.ids)
        room = self._room(length, sampling)
        size = length + self._pace.likely_answer(room)
        claim = Claim(sampling.user, sampling.priority, next(self._numbers), size)
        deadline = self._clock() + (sampling.deadline or math.inf)
        order = Order(prompt, sampling, room, claim, deadline, self._guide(prompt, sampling))
        generation = Generation(order, self._language, emit)
        # Named here, not between two steps.
        generation.sequence.chains(length // self._block_tokens, self._block_tokens)
        self._lobby.enter(generation)
        return Ticket(
            length,
            partial(self._lobby.cancel, generation),
            partial(self._lobby.place, generation),
            generation.progress,
        )

    def load(self) -> Load:
        crowd = self._lobby.crowd()
        return Load(crowd.running, crowd.waiting, self._scheduler.use())

    def close(self) -> None:
        self._lobby.close()
        self._thread.join()

    def _room(self, length: int, sampling: Sampling) -> int:
        room = self._context - length
        if room < 1:
            raise BadRequest(
                f"The messages are {length} tokens long, the model reads at most "
                f"{self._context} with its answer. Shorten them.",
                param="messages",
            )
        return room if sampling.max_tokens is None else min(room, sampling.max_tokens)

    def _guide(self, prompt: Prompt, sampling: Sampling) -> Guide | None:
        if sampling.schema is None:
            return None
        guides = self._language.habits.guides
        if guides is None:
            raise BadRequest(
                "This model's answers cannot be made to follow a schema: its reasoning has no end "
                "of one token.",
                param="response_format",
            )
        may_reason = prompt.reasons and not prompt.inside_reasoning
        return guides.guide(sampling.schema, may_reason=may_reason)

    def _work(self) -> None:
        try:
            while (changes := self._lobby.changes(lambda: self._scheduler.busy)) is not None:
                started, done = self._clock(), self._scheduler.done
                self._take_in(changes)
                self._end_late(started)
                self._step()
                self._pace.worked(self._scheduler.done - done, self._clock() - started)
            self._speak()
        finally:
            try:
                self._give_up()
            finally:
                self._stepper.close()

    def _take_in(self, changes: Changes) -> None:
        for generation in changes.came:
            self._scheduler.add(generation.sequence)
            generation.begin()
            self._unspoken.append(generation)
        for generation in changes.left:
            self._scheduler.drop(generation.sequence)

    def _end_late(self, now: float) -> None:
        for generation in self._lobby.late(now):
            self._speak()
            if not self._settle(generation):
                continue
            if generation.tokens:
                generation.run_out()
                generation.finish()
            else:
                generation.tell(Failure(TooLate(_LATE)))

    def _step(self) -> None:
        plan = self._scheduler.plan()
        if not plan.rows:
            self._speak()
            return
        try:
            chosen = self._computed(plan.rows)
        except EngineError as error:
            self._fail_running(error)
            return
        self._scheduler.record(plan)
        for sequence, one in zip(plan.choosing(), chosen, strict=True):
            generation = self._lobby.find(sequence)
            if generation is not None:
                self._hear(generation, one)
        if not self._ahead or not self._scheduler.busy:
            self._speak()

    def _computed(self, rows: Sequence[Row]) -> Sequence[Chosen]:
        answer = self._stepper.step(rows)
        self._ahead = isinstance(answer, Underway)
        self._speak()
        return answer.read() if isinstance(answer, Underway) else answer

    def _hear(self, generation: Generation, chosen: Chosen) -> None:
        generation.hear(chosen)
        self._unspoken.append(generation)
        if generation.over:
            self._settle(generation)

    def _speak(self) -> None:
        """The text of all that was heard: while the device computes, where it can."""
        while self._unspoken:
            generation = self._unspoken[-1]
            generation.speak()
            if generation.over:
                # Its place is free before it says that it is over.
                self._settle(generation)
                self._pace.answered(generation.tokens)
                generation.finish()
            self._unspoken.pop()

    def _settle(self, generation: Generation) -> bool:
        """Takes it out of everything. False: it was over, or cancelled and leaves by itself."""
        if self._lobby.settle(generation.sequence) is None:
            return False
        self._scheduler.drop(generation.sequence)
        return True

    def _fail_running(self, error: EngineError) -> None:
        """What the device knew is lost; those that wait begin with nothing and stay."""
        self._speak()
        for sequence in self._scheduler.drop_running():
            generation = self._lobby.settle(sequence)
            if generation is not None:
                generation.tell(Failure(error))

    def _give_up(self) -> None:
        """After an unforeseen error (the log has it) nobody waits in vain for this thread."""
        unspoken = [one for one in self._unspoken if one.over]  # they have left the lobby
        for generation in (*unspoken, *self._lobby.clear()):
            generation.tell(Failure(DeviceFailed(STOPPED)))
