"""The kernel's own fence around the network, for programs that are not Python.

A seccomp filter refuses every socket but those of the machine itself (AF_UNIX), for this thread
and for all that it starts from now on. It needs no privilege and cannot be taken off. Where the
kernel has no such filter (macOS), nothing is sealed: `is_sealed` says so.
"""

import ctypes
import platform
import struct
import sys
from typing import Final

# (audit architecture, number of socket(2), number of io_uring_setup(2)), from <linux/audit.h>
_MACHINES: Final = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 1  # EPERM
_AF_UNIX: Final = 1
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT, _FAMILY_AT = 0, 4, 16  # places in struct seccomp_data
_X32: Final = 0x40000000  # another numbering of the same calls


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def seal_network() -> bool:
    """Whether the fence stands."""
    known = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    code = _filter(*known)
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _filter(machine: int, socket_call: int, ring_call: int) -> bytes:
    """Instructions (code, jump if so, jump if not, constant); jumps count from the next one."""
    instructions = (
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 0, 7, machine),  # a program of another machine: refused
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 5, 0, _X32),
        (_EQUAL, 4, 0, ring_call),  # io_uring opens sockets without socket(2)
        (_EQUAL, 0, 2, socket_call),
        (_LOAD, 0, 0, _FAMILY_AT),
        (_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
