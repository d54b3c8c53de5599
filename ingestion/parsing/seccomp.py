"""A fence around system calls, kept by the kernel: no network, no further process, no mischief.

The filter is a small program of the Berkeley Packet Filter, as in seccomp(2). Calls that it does
not name are allowed: what they may do to files is the other fence's matter.
"""

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass
from typing import Final

from ingestion.parsing.kernel import prctl

_SET_FILTER: Final = (22, 2)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
_LOAD, _IS, _FROM, _HAS, _END = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _MACHINE, _FIRST = 0, 4, 16  # places in the record of a call
_ALLOWED: Final = 0x7FFF0000
_KILLED: Final = 0x80000000
_REFUSED: Final = 0x00050000  # with the number of the error
_NEW_ABI: Final = 0x40000000  # x32 calls have numbers from here
_THREAD: Final = 0x00010000  # CLONE_THREAD
_UNIX: Final = 1  # AF_UNIX
_IO_URING, _CLONE3 = 425, 435  # the same on all machines


@dataclass(frozen=True, slots=True)
class _Calls:
    machine: int  # as the kernel names the architecture
    socket: int
    clone: int
    starting: tuple[int, ...]  # fork, vfork, execve, execveat, kill
    # ptrace, process_vm_*, mount, umount2, unshare, setns, modules, kexec, bpf, perf, userfaultfd,
    # keys; setpgid and setsid, so that the parent can end whatever was started
    harmful: tuple[int, ...]


_MACHINES: Final = {
    "x86_64": _Calls(
        0xC000003E,
        41,
        56,
        (57, 58, 59, 322, 62),
        (101, 310, 311, 165, 166, 272, 308, 175, 313, 246, 321, 298, 323, 248, 249, 250, 109, 112),
    ),
    "aarch64": _Calls(
        0xC00000B7,
        198,
        220,
        (221, 281, 129),
        (117, 270, 271, 40, 39, 97, 268, 105, 273, 104, 280, 241, 282, 217, 218, 219, 154, 157),
    ),
}


def fence_calls(*, programs: bool) -> None:
    """From now on no socket can be opened; with `programs` local ones can, and programs started.

    Privileges must have been given up. Raises: OSError where the kernel or the machine is another.
    """
    calls = _MACHINES.get(platform.machine())
    if calls is None:
        raise OSError(errno.ENOSYS, "no filter for this kind of machine")
    program = _with_programs(calls) if programs else _alone(calls)
    code = b"".join(struct.pack("=HBBI", *step) for step in program)
    steps = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(program), ctypes.addressof(steps))
    prctl(
        _SET_FILTER[0],
        ctypes.c_ulong(_SET_FILTER[1]),
        ctypes.c_char_p(header),
        ctypes.c_ulong(0),
        ctypes.c_ulong(0),
    )


_Step = tuple[int, int, int, int]  # what, skip if so, skip if not, value


def _alone(calls: _Calls) -> list[_Step]:
    refused = (calls.socket, *calls.starting, *calls.harmful)
    return [
        *_opening(calls),
        *(step for number in refused for step in _refuse(number, errno.EPERM)),
        *_refuse(_CLONE3, errno.ENOSYS),  # libraries then use clone, whose flags can be read
        (_IS, 0, 3, calls.clone),
        (_LOAD, 0, 0, _FIRST),
        (_HAS, 1, 0, _THREAD),
        (_END, 0, 0, _REFUSED | errno.EPERM),
        (_END, 0, 0, _ALLOWED),
    ]


def _with_programs(calls: _Calls) -> list[_Step]:
    return [
        *_opening(calls),
        *(step for number in calls.harmful for step in _refuse(number, errno.EPERM)),
        (_IS, 0, 3, calls.socket),
        (_LOAD, 0, 0, _FIRST),
        (_IS, 1, 0, _UNIX),
        (_END, 0, 0, _REFUSED | errno.EPERM),
        (_END, 0, 0, _ALLOWED),
    ]


def _opening(calls: _Calls) -> list[_Step]:
    return [
        (_LOAD, 0, 0, _MACHINE),
        (_IS, 1, 0, calls.machine),
        (_END, 0, 0, _KILLED),
        (_LOAD, 0, 0, _NUMBER),
        (_FROM, 0, 1, _NEW_ABI),
        (_END, 0, 0, _REFUSED | errno.EPERM),
        *_refuse(_IO_URING, errno.ENOSYS),  # it could open sockets past this filter
    ]


def _refuse(number: int, error: int) -> tuple[_Step, _Step]:
    return (_IS, 0, 1, number), (_END, 0, 0, _REFUSED | error)
