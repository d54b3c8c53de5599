"""What the forked child does: it reads or draws one untrusted file inside the fences of `guard`.

Progress, then one result or refusal goes to the answer pipe. Any other end (an exception, a
signal) means that the file could not be read: the app's side says why.
"""

import contextlib
import gc
import os
from typing import Final

from ingestion.parsing import wire
from ingestion.parsing.guard import allow_more_time, fence_in, limit_resources
from ingestion.parsing.items import Job, Refused
from ingestion.parsing.media import starts_programs
from ingestion.parsing.outline import outline, tidy, title_of
from ingestion.parsing.reading import look_at, read_items

_NEW_OBJECTS: Final = 100_000  # between two searches for cycles, which a short life has few of


def read_file(request: wire.Request, answer: int) -> int:
    """Writes to the descriptor `answer`; the exit status of this process."""
    gc.enable()
    gc.set_threshold(_NEW_OBJECTS)
    limit_resources(request.limits)
    programs = starts_programs(request.media_type)
    missing = fence_in(request.path, request.folder, programs=programs)
    with contextlib.suppress(BrokenPipeError):
        if missing:
            _write(answer, wire.encode_missing(missing))
        return _read(request, answer)
    return 0


def _read(request: wire.Request, answer: int) -> int:
    def report(done: int, total: int) -> None:
        _write(answer, wire.encode_progress(done, total))

    def extend() -> None:
        allow_more_time(request.limits)
        _write(answer, wire.encode_scanned())

    job = Job(
        request.path,
        request.media_type,
        request.filename,
        request.limits,
        request.folder,
        report,
        extend,
    )
    try:
        _write(answer, look_at(job, request.look) if request.look else _result(job))
    except Refused as refusal:
        _write(answer, wire.encode_refusal(str(refusal)))
    except MemoryError:
        return wire.EXIT_MEMORY
    return 0


def _result(job: Job) -> bytes:
    items = tidy(read_items(job))
    if not items:
        raise Refused(f"{job.filename} has no text in it.")
    blocks = outline(items)
    begun = {block.page for block in blocks if block.page is not None}
    pages = max(begun | {box.page for block in blocks for box in block.boxes}, default=None)
    return wire.encode_result(title_of(blocks, job.filename), blocks, pages)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
