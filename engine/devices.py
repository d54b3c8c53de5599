"""Where and in which number format a model computes."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from engine.errors import DeviceFailed
from engine.options import DtypeChoice

_IN_FRONT = -1  # priority of a CUDA stream; lower goes first
_READING = 0.25  # seconds that the night gives way at most, each time
_WRITING = 1.0  # seconds after its last token that a chat counts as one
_LAST = 19  # of nice: a thread at 0 gets 98 % of a core that both want


@dataclass(frozen=True, slots=True)
class Place:
    device: torch.device
    dtype: torch.dtype
    threads: int  # of the CPU

    def compute_widely(self) -> None:
        """For long inputs. Sets the threads of the calling thread only; called before each of them,
        because torch gives a new thread whatever another thread asked for last.
        """
        if self.device.type == "cpu":
            torch.set_num_threads(self.threads)

    def compute_narrowly(self) -> None:
        """For single tokens. Their hundreds of small steps each wait for the slowest thread: on a
        machine that does anything else, half the threads are many times faster than all of them.
        """
        if self.device.type == "cpu":
            torch.set_num_threads(max(1, self.threads // 2))

    def work_beside(self, threads: int) -> None:
        """Gives the calling thread this many threads for all that it will compute.

        One is best where others work beside it: two that share a computation wait for each other
        at every one of its steps, and on a busy machine they wait twenty times as long as they
        compute (docs/decisions/0011).
        """
        if self.device.type == "cpu":
            torch.set_num_threads(threads)

    def work_unhurried(self, threads: int) -> None:
        """Like `work_beside`, and whoever else wants a core gets it first. Linux only."""
        self.work_beside(threads)
        if self.device.type == "cpu" and sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LAST)

    def front(self) -> torch.cuda.Stream | None:
        """On a GPU where people are served: its work goes before what others compute there."""
        if self.device.type == "cpu":
            return None
        stream = torch.cuda.Stream(self.device, priority=_IN_FRONT)  # type: ignore[no-untyped-call]  # torch leaves it untyped
        stream.wait_stream(torch.cuda.current_stream(self.device))
        return stream

    def work_apart(self) -> None:
        """On a GPU the calling thread waits for its own work only, not for what others began."""
        if self.device.type == "cuda":
            stream = torch.cuda.Stream(self.device)  # type: ignore[no-untyped-call]  # see above
            torch.cuda.set_stream(stream)

    def gpus(self, ranks: int = 1) -> tuple[str, ...]:
        """The UUIDs of those that so many ranks compute on."""
        if self.device.type == "cpu":
            return ()
        found = [torch.cuda.get_device_properties(rank).uuid for rank in range(ranks)]
        return tuple(f"GPU-{uuid}" for uuid in found)

    @property
    def dtype_name(self) -> str:
        return str(self.dtype).removeprefix("torch.")


class Courtesy:
    """Between models that share a GPU: the night gives way while somebody's prompt is read, and
    works in small pieces while anything is written.
    """

    def __init__(self) -> None:
        self._reading = self._writing = 0.0  # until then, seconds of the clock
        self._one = threading.Lock()

    def reads(self) -> None:
        """A step that reads a prompt begins."""
        now = time.monotonic()
        self._reading, self._writing = now + _READING, now + _WRITING

    def writes(self) -> None:
        """A step has ended, or reads no prompt."""
        self._reading, self._writing = 0.0, time.monotonic() + _WRITING

    @property
    def chatting(self) -> bool:
        return time.monotonic() < self._writing

    @contextmanager
    def modestly(self) -> Iterator[None]:
        """Around a piece of the night's work."""
        if not self.chatting:
            yield
            return
        with self._one:
            end = time.monotonic() + _READING
            while time.monotonic() < min(self._reading, end):
                time.sleep(0.001)
            yield


def choose_place(wanted: DtypeChoice, threads: int) -> Place:
    """CUDA when there is one. `threads` 0: as many as torch finds.

    "auto" is bfloat16 everywhere: on the CPU, too, it is the faster one (docs/decisions/0003).
    """
    dtype = torch.float32 if wanted == "float32" else torch.bfloat16
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return Place(device, dtype, threads or torch.get_num_threads())


@contextmanager
def device_errors_translated() -> Iterator[None]:
    """Raises: DeviceFailed for what torch throws when a computation fails."""
    try:
        yield
    except (RuntimeError, MemoryError, IndexError, ValueError) as error:
        # NOTE: torch.OutOfMemoryError is a RuntimeError.
        raise DeviceFailed(f"The computation failed: {error}") from error
