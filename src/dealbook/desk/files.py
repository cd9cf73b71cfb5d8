"""Files that a person asked for, written whole or not at all."""

import os
import secrets
from pathlib import Path


def write_whole(target: Path, data: bytes) -> None:
    """Write a file beside its place and then move it there: what stood there is replaced, or stays as it was.

    Raises OSError, and then nothing is left behind.
    """
    part = target.with_name(f".{target.name}-{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
