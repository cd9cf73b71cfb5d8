"""The ids of records: made here and nowhere else."""

import secrets
import time
from itertools import count
from typing import Final

_COUNT: Final = count()


def new_id() -> str:
    """Return an id that no other record has: 32 hexadecimal digits that sort by when they were made.

    The time in milliseconds, a running number for those made in the same one, and chance for books that are merged.
    """
    return f"{time.time_ns() // 1_000_000:012x}{next(_COUNT) % 2**32:08x}{secrets.token_hex(6)}"
