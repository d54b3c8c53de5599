"""Where and in which number format a model computes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from engine.errors import DeviceFailed
from engine.options import DtypeChoice


@dataclass(frozen=True, slots=True)
class Place:
    device: torch.device
    dtype: torch.dtype

    @property
    def dtype_name(self) -> str:
        return str(self.dtype).removeprefix("torch.")


def choose_place(wanted: DtypeChoice) -> Place:
    """CUDA when there is one. "auto" is bfloat16 everywhere: on the CPU, too, it was measured to be
    the faster one (docs/decisions/0003).
    """
    dtype = torch.float32 if wanted == "float32" else torch.bfloat16
    return Place(torch.device("cuda" if torch.cuda.is_available() else "cpu"), dtype)


@contextmanager
def device_errors_translated() -> Iterator[None]:
    """Raises: DeviceFailed for what torch throws when a computation fails."""
    try:
        yield
    except (RuntimeError, MemoryError, IndexError, ValueError) as error:
        # NOTE: torch.OutOfMemoryError is a RuntimeError.
        raise DeviceFailed(f"The computation failed: {error}") from error
