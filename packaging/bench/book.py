"""A book of 10,000 deals, 100,000 lines: opening, searching, the forecast after a change, memory; beside bare sqlite3.

The book is made anew in a temporary folder. What is measured of it is `bookrun`'s, in a process of its own; every ratio
is to bare sqlite3 doing the same reads in that process. BENCH_OWN_TIME=1 counts the time of that process alone, for a
machine that does other work as well.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from manydeals import make_book

ROOT: Final = Path(__file__).resolve().parents[2]
DEALS: Final = 10_000
KEY: Final = 0.030
MEMORY: Final = 300e6


def bench() -> Iterator[tuple[str, str]]:
    """Yield the figures of the book."""
    with TemporaryDirectory(prefix="dealbook-bench-") as folder:
        yield from told(measured(Path(folder), DEALS))


def measured(folder: Path, deals: int) -> dict[str, Any]:
    """Make a book with so many deals in a folder, and return what was measured of it."""
    path = folder / f"{deals}.dealbook"
    make_book(path, deals, date.today())  # noqa: DTZ011
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "DEALBOOK_HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH")))),
    }
    own = ["--own-time"] if os.environ.get("BENCH_OWN_TIME") else []
    line = [sys.executable, str(ROOT / "packaging" / "bench" / "bookrun.py"), str(path), *own]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def told(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the figures in words."""
    table, everything = found["bare table"], found["bare all"]
    yield "deals, lines, size", f"{found['deals']:,.0f}, {found['lines']:,.0f}, {found['bytes'] / 1e6:.0f} MB"
    yield "open, until the rows are painted", f"{found['open']:.2f} s (allowed 1), {ratio(found['open'], table)}"
    yield "bare sqlite3: the rows of the table", _ms(table)
    yield "a key in the search of the page", f"{_spread(found['keys'])} (allowed {KEY * 1000:.0f})"
    yield "  the same, painted", _spread(found["painted"])
    yield "a key in the search on top", _spread(found["top keys"])
    yield "bare sqlite3: a search by the index", _spread(found["bare search"])
    yield "  that many times as long, median", ratio(median(found["keys"]), median(found["bare search"]))
    yield "sort by a column", _spread(found["sort"])
    yield "the first forecast", f"{found['first']:.1f} s, {ratio(found['first'], everything)}"
    yield "  the longest it holds the window", _ms(max(found["held"]))
    changed = median(found["changed"])
    yield "the forecast after a change of one deal", f"{changed:.2f} s (allowed 1), {ratio(changed, everything)}"
    yield "the same after undo", f"{median(found['undone']):.2f} s"
    yield "bare sqlite3: deals, offers, lines, events", _ms(everything)
    yield "a deal shown for the first time", _ms(found["show deal"])
    yield "a quantity typed, saved as a step, painted", _spread(found["saved"])
    yield "back to the table", _ms(found["back"])
    names = (("before", "window"), ("opened", "book open"), ("forecast", "forecast shown"), ("after", "at the end"))
    parts = ", ".join(f"{words} {found[name] / 1e6:.0f}" for name, words in names)
    yield "memory in MB", f"{parts}, most {found['peak'] / 1e6:.0f} (allowed {MEMORY / 1e6:.0f})"


def ratio(ours: float, bare: float) -> str:
    """Return how many times as long ours takes as bare sqlite3."""
    return f"{ours / bare:.1f} × bare sqlite3"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _spread(times: list[float]) -> str:
    p95 = sorted(times)[int(len(times) * 0.95)]
    return f"median {median(times) * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms, n = {len(times)}"
