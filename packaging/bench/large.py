"""The same for 100,000 deals, beside 10,000: time may grow no faster than the book. Runs only when it is named.

Making the large book takes some minutes.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from book import DEALS, measured, told

ONLY_NAMED: Final = True
LARGE: Final = 100_000
MEASURES: Final = ("open", "keys", "top keys", "sort", "first", "changed", "saved", "back", "bare table", "bare all")


def bench() -> Iterator[tuple[str, str]]:
    """Yield the figures of the large book, and how they have grown for each deal."""
    with TemporaryDirectory(prefix="dealbook-bench-") as folder:
        small, large = (measured(Path(folder), deals) for deals in (DEALS, LARGE))
    yield from told(large)
    for name in MEASURES:
        grown = _typical(large[name]) / _typical(small[name]) / (LARGE / DEALS)
        yield f"{name}: time for each deal, large to small", f"{grown:.2f} (allowed 1)"


def _typical(measure: Any) -> float:  # noqa: ANN401 - one time or several
    return median(measure) if isinstance(measure, list) else float(measure)
