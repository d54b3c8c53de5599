"""The child's fences. They are put up after trusted imports and before the file is opened.

Limits are the kernel's: address space, processor time, size of written files, no core dumps. So
are the fences where it has them: a network without interfaces, no socket and no further process,
and of the files only the one that is read, the programs and the own folder. Python's audit hook
stands in front of them and for them: it ends the child at the first socket.
"""

import math
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from mimetypes import knownfiles
from pathlib import Path
from typing import Final

from ingestion.parsing import kernel
from ingestion.parsing.landlock import CONNECT, READ, START, WRITE, fence_files
from ingestion.parsing.limits import MIB, ParseLimits
from ingestion.parsing.seccomp import fence_calls
from ingestion.parsing.wire import EXIT_NETWORK

_WRITTEN_BYTES: Final = 256 * MIB  # largest temporary file
_OPEN_FILES: Final = 256
_PROCESSES: Final = 64  # of a program that was started, threads counted
_NICENESS: Final = 10  # searching goes before reading

# What a program needs to run: nothing of it is Colophon's or the company's.
_LIBRARIES: Final = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/share")
_LOCAL: Final = ("/usr/local/lib", "/usr/local/share", "/var/cache/fontconfig", "/nix/store")
_TABLES: Final = (
    *knownfiles,  # openpyxl looks kinds of files up there, where the machine has one
    "/etc/fonts",
    "/etc/libreoffice",
    "/etc/ld.so.cache",
    "/etc/localtime",
)
_MACHINE: Final = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_PROGRAMS: Final = ("/bin", "/usr/bin", "/usr/lib", "/usr/local/bin", "/snap")
_FOR_PROGRAMS: Final = ("/proc", "/etc/passwd", "/var/lib/libreoffice", "/var/spool/libreoffice")
_SOCKETS: Final = ("/tmp", "/var/tmp")  # noqa: S108 - LibreOffice talks to itself there


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


def fence_in(path: Path, folder: Path, *, programs: bool) -> tuple[str, ...]:
    """Puts the kernel's fences up; says in words which of them this machine does not have.

    `path` may be read and `folder` written. With `programs` those of the system may be started.
    """
    if sys.platform != "linux":
        return ("the fences of the Linux kernel",)
    kernel.die_with_parent(signal.SIGKILL)
    missing = _tried("a network of its own", kernel.leave_network)
    if not missing:
        resource.setrlimit(resource.RLIMIT_NPROC, (_PROCESSES, _PROCESSES))
    kernel.give_up_privileges()
    missing += _tried("a fence around files", lambda: fence_files(_rights(path, folder, programs)))
    missing += _tried("a fence around calls", lambda: fence_calls(programs=programs))
    return missing


def _rights(path: Path, folder: Path, programs: bool) -> list[tuple[Path, int]]:
    read = (
        *filter(os.path.isabs, sys.path),
        sys.base_prefix,
        *_LIBRARIES,
        *_LOCAL,
        *_TABLES,
        *_MACHINE,
    )
    rights = [(place, READ) for place in (path, *map(Path, read), *_own_packages())]
    rights += [(Path(place), WRITE) for place in (folder, *_DEVICES)]
    if programs:
        places = (*map(Path, _PROGRAMS), *Path("/opt").glob("libreoffice*"))
        rights += [(place, START) for place in places]
        rights += [(Path(place), READ) for place in _FOR_PROGRAMS]
        rights += [(Path(place), CONNECT) for place in _SOCKETS]
    return rights


def _own_packages() -> list[Path]:
    """The folders of `ingestion` and `retrieval`, when they are not installed with the others."""
    parsing = Path(__file__).resolve().parent
    root = parsing.parent.parent
    return [root / "ingestion", root / "retrieval"]


def _tried(name: str, put_up: Callable[[], None]) -> tuple[str, ...]:
    try:
        put_up()
    except OSError as error:
        return (f"{name} ({error.strerror})",)
    return ()
