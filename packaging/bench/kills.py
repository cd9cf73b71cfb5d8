"""A thousand kills at random moments of a process that writes a book, and what is left of it."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
KILLS: Final = int(os.environ.get("DEALBOOK_KILLS", "1000"))


def bench() -> list[tuple[str, str]]:
    """Kill as often; every kill after which a committed step is missing, or a page is wrong, ends it with an error."""
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    from tests.book.killing import kills, restore_kills

    with TemporaryDirectory(prefix="dealbook-bench-") as name:
        os.environ["DEALBOOK_HOME"] = str(Path(name) / "home")
        began, steps = perf_counter(), list(kills(Path(name), KILLS, seed=1000))
        took = perf_counter() - began
        stick = Path(name) / "stick"
        stick.mkdir()
        further = list(kills(stick, KILLS // 5, seed=1001, on_stick=True))
        restored = list(restore_kills(Path(name), KILLS // 5, seed=1002))
    return [
        ("kills", f"{len(steps):,} in {took:.0f} s"),
        ("kills on a stick, while restoring", f"{len(further):,}, {len(restored):,}"),
        ("books damaged, committed steps missing", "0"),
        ("steps in the largest book", f"{max(steps):,}"),
    ]
