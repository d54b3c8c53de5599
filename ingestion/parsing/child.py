"""`python -m ingestion.parsing.child`: reads one untrusted file inside the fences of `guard`.

A request comes on standard input; progress, then one result or refusal goes to standard output.
Any other end (an exception, a signal) means that the file could not be read: the parent says why.
"""

import contextlib
import gc
import os
import sys
from pathlib import Path
from typing import Final

from ingestion.parsing import wire
from ingestion.parsing.guard import allow_more_time, fence_in, forbid_network, limit_resources
from ingestion.parsing.items import Job, Refused
from ingestion.parsing.media import starts_programs
from ingestion.parsing.outline import outline, tidy, title_of
from ingestion.parsing.reading import read_items

_NEW_OBJECTS: Final = 100_000  # between two searches for cycles, which a short life has few of


def main() -> int:
    path, media_type, filename, limits = wire.decode_request(sys.stdin.buffer.read())
    answer = _claim_stdout()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    limit_resources(limits)
    forbid_network()
    missing = fence_in(path, Path.cwd(), programs=starts_programs(media_type))
    if missing:
        _write(answer, wire.encode_missing(missing))
    # thinc, below spaCy, imports torch where it finds it: 1.5 s and 100 MiB for nothing. None in
    # sys.modules makes that import fail in the way that thinc is prepared for.
    sys.modules["torch"] = None  # type: ignore[assignment]  # as Python documents it

    def report(done: int, total: int) -> None:
        _write(answer, wire.encode_progress(done, total))

    def extend() -> None:
        allow_more_time(limits)
        _write(answer, wire.encode_scanned())

    job = Job(path, media_type, filename, limits, Path.cwd(), report, extend)
    try:
        _write(answer, _result(job))
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


def _claim_stdout() -> int:
    """Descriptor for answers; whatever a library prints goes to standard error from now on."""
    answer = os.dup(1)
    os.dup2(2, 1)
    return answer


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main())
