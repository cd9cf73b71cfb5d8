"""Kills at random moments of a process that sets, changes and removes a passphrase; and what protection costs."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
KILLS: Final = int(os.environ.get("DEALBOOK_KILLS", "300"))


def bench() -> list[tuple[str, str]]:
    """Kill as often; a kill that leaves neither the one book nor the other, or anything in clear, ends it."""
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    from tests.book.killing_protection import protection_kills

    with TemporaryDirectory(prefix="dealbook-bench-") as name:
        home = Path(name) / "home"
        os.environ["DEALBOOK_HOME"] = str(home)
        book = Path(name) / "book"
        book.mkdir()
        began, ways = perf_counter(), list(protection_kills(book, home, KILLS, seed=1003))
        took = perf_counter() - began
    interrupted = sum(before != aim for before, aim, _ in ways)
    went_back = sum(before != aim and found == before for before, aim, found in ways)
    return [
        ("kills", f"{len(ways):,} in {took:.0f} s, {interrupted:,} of them inside a change"),
        ("the book was as before, as wished", f"{went_back:,}, {len(ways) - went_back:,}"),
        ("books lost, unprotected copies left", "0"),
    ]
