"""Where and in which number format a model computes."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from engine.errors import DeviceFailed
from engine.options import DtypeChoice

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

    @property
    def dtype_name(self) -> str:
        return str(self.dtype).removeprefix("torch.")


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
