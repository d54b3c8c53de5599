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


def choose_place(wanted: DtypeChoice, on_cpu: torch.dtype) -> Place:
    """CUDA in bfloat16 when there is one; `on_cpu` is what was measured to be faster there."""
    has_cuda = torch.cuda.is_available()
    dtype = torch.bfloat16 if has_cuda else on_cpu
    if wanted != "auto":
        dtype = torch.bfloat16 if wanted == "bfloat16" else torch.float32
    return Place(torch.device("cuda" if has_cuda else "cpu"), dtype)


@contextmanager
def device_errors_translated() -> Iterator[None]:
    """Raises: DeviceFailed for what torch throws when a computation fails."""
    try:
        yield
    except (RuntimeError, MemoryError, IndexError, ValueError) as error:
        # NOTE: torch.OutOfMemoryError is a RuntimeError.
        raise DeviceFailed(f"The computation failed: {error}") from error
