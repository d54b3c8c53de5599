"""What GPUs say of themselves, through NVIDIA's management library: without a CUDA context."""

from collections.abc import Iterator
from dataclasses import dataclass

import pynvml


@dataclass(frozen=True, slots=True)
class GpuState:
    rank: int  # that computes there
    uuid: str
    used_bytes: int  # by whoever computes there
    total_bytes: int
    utilization: float | None  # 0 to 1, within the last second or less; None: it does not say


def gpu_states(uuids: tuple[str, ...]) -> Iterator[GpuState]:
    """Of the GPU of each rank; none where the driver does not answer."""
    if not uuids:
        return
    try:
        pynvml.nvmlInit()
        for rank, uuid in enumerate(uuids):
            yield _state(rank, uuid)
    except pynvml.NVMLError:
        return


def _state(rank: int, uuid: str) -> GpuState:
    handle = pynvml.nvmlDeviceGetHandleByUUID(uuid)
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    try:
        utilization = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    except pynvml.NVMLError_NotSupported:  # of a part of a GPU (MIG)
        utilization = None
    return GpuState(rank, uuid, memory.used, memory.total, utilization)
