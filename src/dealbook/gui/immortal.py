"""Keeps None, True and False alive where Qt's binding forgets to count them.

PySide6 6.12.0 is built as if None, True and False could not die, which holds from Python 3.12 on. On 3.11 each call
that returns one of them takes a reference that it never gave: after a few hundred signals, or a few thousand calls,
Python aborts with "deallocating None". `sys.getrefcount(None)` around `QObject().setObjectName("x")` shows it.
"""

import ctypes
import sys
from typing import Final

IMMORTAL_SINCE: Final = (3, 12)
PLENTY: Final = 1 << 40
"""More references than a process can lose in years."""


def keep_constants() -> None:
    """Give the three constants so many references that they cannot run out; does nothing where they are immortal."""
    if sys.version_info >= IMMORTAL_SINCE or sys.implementation.name != "cpython":
        return
    for constant in (None, True, False):
        count = ctypes.c_ssize_t.from_address(id(constant))  # CPython: an object begins with its count of references
        if count.value < PLENTY // 2:
            count.value += PLENTY
