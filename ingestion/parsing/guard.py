"""The child's fences. They are put up after trusted imports and before the file is opened.

Limits are the kernel's: address space, processor time, size of written files, no core dumps.
The network fence is Python's audit hook, so it holds for Python code only; native parsers
(pdfium, libxml2) are used without their network features. A container or a network namespace
around the worker is the next wall, see docs/decisions/0004-parsing.md.
"""

import math
import os
import resource
import socket
import sys
from typing import Final

from ingestion.parsing.limits import MIB, ParseLimits
from ingestion.parsing.wire import EXIT_NETWORK

_WRITTEN_BYTES: Final = 256 * MIB  # largest temporary file
_OPEN_FILES: Final = 256
_NICENESS: Final = 10  # searching goes before reading


def limit_resources(limits: ParseLimits) -> None:
    seconds = math.ceil(limits.seconds)
    most = seconds + math.ceil(limits.scanning_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, most + 2))  # SIGXCPU first, then SIGKILL
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, _WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    os.nice(_NICENESS)


def allow_more_time(limits: ParseLimits) -> None:
    """For one picture that is read now, of processor time; the parent's clock does the same."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    more = min(hard, soft + math.ceil(limits.scanned_page_seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (more, hard))


def forbid_network() -> None:
    """From now on a socket, even an unconnected one, ends this process. Cannot be undone.

    Ending is louder than an exception, which a library may swallow.
    """
    # urllib3, which `unstructured` imports, tries a socket out at import unless told not to.
    socket.has_ipv6 = False
    sys.addaudithook(_end_on_socket)


def _end_on_socket(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        os.write(2, f"forbidden in the parser: {event} {arguments!r}\n".encode())
        os._exit(EXIT_NETWORK)
