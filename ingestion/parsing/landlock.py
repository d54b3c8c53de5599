"""A fence around the file system, kept by the kernel (Landlock, Linux 5.13 and later).

https://docs.kernel.org/userspace-api/landlock.html. It also hides other processes' memory and
environments, and since 6.7 and 6.12 forbids TCP and signals to processes outside.
"""

import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ingestion.parsing.kernel import call

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on all machines
_VERSION: Final = 1  # flag: only say which version the kernel has
_BENEATH: Final = 1  # kind of rule

READ: Final = (1 << 2) | (1 << 3)  # files and folders
START: Final = READ | (1 << 0)  # as programs
CONNECT: Final = (1 << 9) | (1 << 5)  # sockets are made there, and removed
WRITE: Final = (1 << 16) - 1  # anything
_IN_FILES: Final = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 14) | (1 << 15)
_BITS: Final = {1: 13, 2: 14, 3: 15, 4: 15}  # rights on files that each version knows; then 16
_TCP: Final = (4, 0b11)  # version, and: bind, connect
_SCOPES: Final = (6, 0b11)  # abstract sockets, signals


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def fence_files(rights: Iterable[tuple[Path, int]]) -> None:
    """From now on this process and its children see these paths and what is below, no others.

    Privileges must have been given up. Raises: OSError where the kernel has no Landlock.
    """
    version = call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    everything = (1 << _BITS.get(version, 16)) - 1
    rules = _Ruleset(
        everything,
        _TCP[1] if version >= _TCP[0] else 0,
        _SCOPES[1] if version >= _SCOPES[0] else 0,
    )
    size = 24 if version >= _SCOPES[0] else 16 if version >= _TCP[0] else 8
    ruleset = call(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path, allowed in rights:
            _allow(ruleset, path, allowed & everything)
        call(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """What does not exist needs no rule."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _IN_FILES
        rule = _Beneath(rights, descriptor)
        call(
            _ADD, ctypes.c_int(ruleset), ctypes.c_int(_BENEATH), ctypes.byref(rule),
            ctypes.c_uint32(0),
        )  # fmt: skip
    finally:
        os.close(descriptor)
