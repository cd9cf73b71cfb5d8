"""Files that are written beside a book or a backup and then moved to its place; what a crash leaves of them goes.

One that may hold a book in clear is written over before it goes. That is as much as a program can do: a disk that
writes elsewhere than it is told (as flash does), or a file system that keeps former states, may still have it.
"""

import glob
import os
import secrets
from contextlib import suppress
from io import BufferedRandom
from pathlib import Path
from typing import Final

_PIECE: Final = 1 << 20


def new_part(path: Path) -> Path:
    """Make an empty file beside `path` that nobody else may read, and return its place. Raises OSError."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    return part


def clear_parts(path: Path) -> None:
    """Take away what crashes left beside `path`; whoever calls holds the lock of the book. What cannot go, stays."""
    for left in path.parent.glob(f".{glob.escape(path.name)}-*.part*"):
        with suppress(OSError):
            erase(left)


def erase(file: Path) -> None:
    """Write over a file and delete it; one that has another name as well only loses this one. Raises OSError."""
    with file.open("r+b") as content:
        if os.fstat(content.fileno()).st_nlink == 1:
            overwrite(content)
    file.unlink()


def overwrite(file: BufferedRandom) -> None:
    """Write over the content of a file that goes, down to the disk. Raises OSError."""
    left = os.fstat(file.fileno()).st_size
    file.seek(0)
    while left > 0:
        file.write(bytes(min(_PIECE, left)))
        left -= _PIECE
    file.flush()
    os.fsync(file.fileno())
