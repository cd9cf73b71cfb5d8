"""Cap and floor on what a component pays, for a deal or for a year (programs.md §6, `cap`, `floor`, `cap_per`).

They work on entries, before anything is rounded: the running sum stays between floor and cap.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from dealbook.domain.money import ONE, ZERO
from dealbook.earnings.case import Case
from dealbook.earnings.earn import Entry
from dealbook.earnings.standing import year_of
from dealbook.programs.terms import Traits


def limited(case: Case, traits: Traits, entries: Iterable[Entry], share: Decimal) -> tuple[list[Entry], Decimal]:
    """Return the entries within their limits, and the partner's share that is still to be taken of them.

    A cap for a year is one on what the partner is paid, so there the share is taken first.
    """
    component = traits.component
    cap = None if component.cap is None else case.figure(component.cap, f"{traits.where}.cap", ZERO)
    floor = None if component.floor is None else case.figure(component.floor, f"{traits.where}.floor", ZERO)
    if cap is None or component.cap_per == "deal":
        return list(_limited(entries, cap, floor)), share
    lifted = entries if floor is None else _limited(entries, None, floor)
    owed = [entry._replace(exact=entry.exact * share) for entry in lifted]
    return list(_in_years(case, cap, owed)), ONE


def _limited(entries: Iterable[Entry], cap: Decimal | None, floor: Decimal | None) -> Iterator[Entry]:
    """Yield entries so that the running sum stays between floor and cap."""
    raw = paid = ZERO
    for entry in entries:
        done = 0
        while done < entry.count:
            count = _unlimited(raw, paid, entry.exact, cap, entry.count - done)
            if count:
                exact = entry.exact
                raw += exact * count
                paid = raw
            else:
                count = 1
                raw += entry.exact
                allowed = raw if floor is None else max(raw, floor)
                allowed = allowed if cap is None else min(allowed, cap)
                exact, paid = allowed - paid, allowed
            if exact:
                yield _moved(entry, done, count, exact)
            done += count


def _unlimited(raw: Decimal, paid: Decimal, exact: Decimal, cap: Decimal | None, most: int) -> int:
    """Return how many equal payments are neither lifted nor cut: all of them, or as many as fit under the cap."""
    if raw != paid or not paid:
        return 0  # the floor can lift the first payment; what was lifted or cut is made up for one by one
    if cap is None or exact <= 0:
        return most
    return max(0, min(most, int((cap - raw) // exact)))


def _moved(entry: Entry, skipped: int, count: int, exact: Decimal) -> Entry:
    ahead = skipped * entry.every
    return Entry(
        entry.kind,
        entry.service + ahead,
        entry.month + ahead,
        count,
        entry.every,
        exact,
        entry.survives + ahead,
    )


def _in_years(case: Case, cap: Decimal, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield entries so that what is dated in a year stays below the cap, less what was paid before in that of signing.

    A lag counts, instalments do not: a payment belongs to the year in which it is due.
    """
    starts = case.program.standing.year_starts
    signing = year_of(case.revenue.signing, starts)
    used = case.facts.get("won_paid")
    left = max(cap - used, ZERO) if isinstance(used, Decimal) else cap
    sums: dict[int, tuple[Decimal, Decimal]] = {}
    for entry in entries:
        done = 0
        while done < entry.count:
            year = year_of(entry.month + done * entry.every, starts)
            after = (year + 1) * 12 + starts - 1
            most = min(entry.count - done, (after - 1 - entry.month) // entry.every + 1 - done)
            raw, paid = sums.get(year, (ZERO, ZERO))
            count, exact, raw, paid = _next(entry.exact, most, raw, paid, left if year == signing else cap)
            sums[year] = raw, paid
            if exact:
                yield _moved(entry, done, count, exact)
            done += count


def _next(
    exact: Decimal, most: int, raw: Decimal, paid: Decimal, cap: Decimal
) -> tuple[int, Decimal, Decimal, Decimal]:
    """Return how many payments come next, what each pays, and the sums that are owed and paid with them."""
    if raw == paid:
        count = most if exact <= 0 else max(0, min(most, int((cap - raw) // exact)))
        if count:
            raw += exact * count
            return count, exact, raw, raw
    allowed = min(raw + exact, cap)
    return 1, allowed - paid, raw + exact, allowed
