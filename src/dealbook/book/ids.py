"""The ids of records: made here and nowhere else."""

import secrets
import time


def new_id() -> str:
    """Return an id that no other record has: 32 hexadecimal digits, later ones after earlier ones when sorted."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
