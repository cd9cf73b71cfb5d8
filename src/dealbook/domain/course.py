"""The course of a contract: its initial term and its renewals, by service months (programs.md §3, `renewal`).

The one place that knows where a term ends and the next one begins. Renewals that happened come first, each at its own
month; what is assumed after them is arithmetic, however many months it is.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Renewal(NamedTuple):
    """The `number`-th renewal (1, 2, …): it begins with service month `begins` and runs for `months`."""

    number: int
    begins: int
    months: int


class Course:
    """The initial term of `term` months, renewals as they happened, and assumed ones of `each` months after them.

    A renewal that happens takes the place of an assumed one; one that begins before the term before it is over ends
    that term early. `horizon` is the last service month of all.
    """

    __slots__ = ("_begins", "_months", "after", "each", "horizon")

    def __init__(self, term: int, renewals: int, each: int, happened: Iterable[tuple[int, int | None]] = ()) -> None:
        """Take (first service month, months) of what happened; months None: as many as the term before it had.

        Of two renewals in one month the first one counts; a month that leaves a gap makes the term before it longer.
        Both are problems of the deal (`checks`).
        """
        begins, months = [1], [term]
        for month, length in sorted(happened, key=lambda one: one[0]):
            if month > begins[-1]:
                begins.append(month)
                months.append(months[-1] if length is None else length)
        self._begins, self._months = begins, months
        self.each = each
        self.after = begins[-1] + months[-1]
        self.horizon = self.after - 1 + max(renewals + 1 - len(begins), 0) * each

    def number(self, month: int) -> int:
        """Return 0 for a service month of the initial term, then 1, 2, … for the renewals."""
        if month < self.after:
            return max(bisect_right(self._begins, month) - 1, 0)
        return len(self._begins) + (month - self.after) // max(self.each, 1)

    def remaining(self, month: int) -> int:
        """Return the service months from `month` to the end of the term or renewal that it falls in, as agreed.

        A later renewal that ends it early was not known then.
        """
        if month < self.after:
            place = max(bisect_right(self._begins, month) - 1, 0)
            return self._begins[place] + self._months[place] - month
        each = max(self.each, 1)
        return each - (month - self.after) % each

    def starts(self, first: int, last: int) -> list[int]:
        """Return the service months first < k ≤ last with which a renewal begins."""
        found = [month for month in self._begins[1:] if first < month <= last]
        if last >= self.after:
            each = max(self.each, 1)
            skipped = max(-((self.after - first - 1) // each), 0)
            found += range(self.after + skipped * each, last + 1, each)
        return found

    def renewals(self, last: int) -> Iterator[Renewal]:
        """Yield the renewals that begin with a service month ≤ `last`, those that happened and those assumed."""
        for number, (month, length) in enumerate(zip(self._begins, self._months, strict=True)):
            if number and month <= last:
                yield Renewal(number, month, length)
        each = max(self.each, 1)
        for number, month in enumerate(range(self.after, min(last, self.horizon) + 1, each), len(self._begins)):
            yield Renewal(number, month, self.each)
