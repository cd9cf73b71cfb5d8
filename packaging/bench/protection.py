"""Kills at random moments of a process that sets, changes and removes a passphrase; and what protection costs."""

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DEALS: Final = 10_000
LINES: Final = 10
KILLS: Final = int(os.environ.get("DEALBOOK_KILLS", "300"))


def bench() -> list[tuple[str, str]]:
    """Kill as often; a kill that leaves neither the one book nor the other, or anything in clear, ends it."""
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    from tests.book.killing_protection import protection_kills

    with TemporaryDirectory(prefix="dealbook-bench-") as name:
        home = Path(name) / "home"
        os.environ["DEALBOOK_HOME"] = str(home)
        costs = _costs(Path(name))  # first: the kills make keys cheap
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
        *costs,
    ]


def _costs(folder: Path) -> list[tuple[str, str]]:
    """Open and read a book plain and protected."""
    from dealbook.book.cipher import Key
    from dealbook.book.connection import create_book, open_book
    from dealbook.book.protecting import Change, protect
    from dealbook.domain.deal import Deal, Line, Offer

    path, day = folder / "large.dealbook", date(2026, 1, 1)
    book = create_book(path)
    with book.step("Fill"):
        for number in range(DEALS):
            lines = tuple(Line(product=f"seat {one}", category="ucaas", description="x" * 40) for one in range(LINES))
            book.deals.save(Deal(customer=f"Customer {number}", signed=day, offers=(Offer(lines=lines, starts=day),)))
    book.close()

    def took(what: Callable[[], object]) -> float:
        began = perf_counter()
        what()
        return perf_counter() - began

    def look(key: Key | None) -> tuple[float, float]:
        began = perf_counter()
        opened = open_book(path, key)
        opening = perf_counter() - began
        reading = min(took(opened.deals.all) for _ in range(3))
        opened.close()
        return opening, reading

    plain = look(None)
    setting = took(lambda: protect(Change(path, None, Key("four words and more"))))
    protected = look(Key("four words and more"))
    what = f"{DEALS:,} deals, {DEALS * LINES:,} lines"
    return [
        (f"{what}: opened plain, protected", f"{plain[0]:.2f} s, {protected[0]:.2f} s"),
        (f"{what}: all read", f"{plain[1]:.2f} s, {protected[1]:.2f} s ({protected[1] / plain[1]:.2f} ×)"),
        (f"{what}: a passphrase set", f"{setting:.1f} s"),
    ]
