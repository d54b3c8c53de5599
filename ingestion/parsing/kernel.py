"""Calls to the Linux kernel that Python has no words for yet."""

import ctypes
import os
from typing import Final

_NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG
_NAMESPACE_OF_USERS: Final = 0x10000000  # CLONE_NEWUSER
_NAMESPACE_OF_NETWORKS: Final = 0x40000000  # CLONE_NEWNET


def call(number: int, *arguments: object) -> int:
    """The system call `number`. Raises: OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    return _checked(libc.syscall(number, *arguments))


def prctl(option: int, *arguments: object) -> None:
    """Raises: OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.prctl(option, *(arguments or (ctypes.c_ulong(0),))))


def give_up_privileges() -> None:
    """From now on no program that is started has more rights than this process. For good."""
    zero = ctypes.c_ulong(0)
    prctl(_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), zero, zero, zero)


def die_with_parent(signal_number: int) -> None:
    """The kernel sends `signal_number` when the thread that started this process has ended."""
    prctl(_DIE_WITH_PARENT, ctypes.c_ulong(signal_number))


def leave_network() -> None:
    """Into a network of its own, which has no interface; needs no rights, but may be forbidden.

    Raises: OSError, in most containers for example.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.unshare(_NAMESPACE_OF_USERS | _NAMESPACE_OF_NETWORKS))


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
