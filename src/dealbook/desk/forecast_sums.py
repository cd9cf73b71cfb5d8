"""The sums of a forecast in whole minor units, and what a deal adds to them; both can be taken back exactly."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import add, sub
from typing import Final, NamedTuple

from dealbook.desk.forecast_deals import Found
from dealbook.desk.forecast_rows import YEAR, LeftOut
from dealbook.domain.deal import Stage
from dealbook.earnings.dealrow import DealRow
from dealbook.earnings.forecast import MONTHS, Kind, Spread

_SMALL: Final = 2**31
_LARGE: Final = 2**63

#: (first month, whole minor units by month): months without cash before and after are left out.
Run = tuple[int, Sequence[int]]


class Counted(NamedTuple):
    """What a deal adds; `left_out` says why it adds nothing."""

    row: DealRow
    found: Found
    left_out: LeftOut | None = None
    cash: Mapping[Kind, Run] = {}
    exposure: Run = (0, ())
    value: int = 0
    monthly: int = 0
    is_late: bool = False

    @classmethod
    def of(cls, row: DealRow, found: Found, months: Spread, *, is_late: bool) -> "Counted":
        """Return what a deal adds whose months are these."""
        cash = {kind: packed(amounts) for kind, amounts in months.cash.items()}
        return cls(row, found, None, cash, packed(months.exposure), months.value, months.monthly, is_late)


class Sums:
    """Whole minor units by month and by name, and how many deals they are of."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.programs: dict[tuple[str, str], list[int]] = defaultdict(_no_months)
        self.kinds: dict[Kind, list[int]] = defaultdict(_no_months)
        self.won = _no_months()
        self.pipeline = _no_months()
        self.vendors: dict[str, int] = defaultdict(int)
        self.customers: dict[str, int] = defaultdict(int)
        self.exposure = _no_months()
        self.residuals = self.monthly = 0
        self.won_deals = self.open_deals = self.unchosen = self.overdue = 0
        self.left_out: dict[str, LeftOut] = {}

    def add(self, one: Counted) -> None:
        """Count a deal."""
        if one.left_out is not None:
            self.left_out[one.row.id] = one.left_out
        elif one.row.stage is Stage.WON:
            self._count_won(one, 1, add)
        else:
            self._count_open(one, 1, add)

    def take_off(self, one: Counted) -> None:
        """Count a deal no longer."""
        if one.left_out is not None:
            del self.left_out[one.row.id]
        elif one.row.stage is Stage.WON:
            self._count_won(one, -1, sub)
        else:
            self._count_open(one, -1, sub)

    def _count_won(self, one: Counted, sign: int, change: Callable[[int, int], int]) -> None:
        program = self.programs[one.found.program, one.found.name]
        for kind, run in one.cash.items():
            for sums in (self.kinds[kind], program, self.won):
                _change(sums, run, change)
            first, months = run
            year = sign * sum(months[: max(YEAR - first, 0)])
            self.vendors[one.found.vendor] += year
            self.customers[one.row.customer.strip()] += year
        _change(self.exposure, one.exposure, change)
        self.residuals += sign * one.value
        self.monthly += sign * one.monthly
        self.won_deals += sign
        self.unchosen += sign * (not one.row.program)

    def _count_open(self, one: Counted, sign: int, change: Callable[[int, int], int]) -> None:
        for run in one.cash.values():
            _change(self.pipeline, run, change)
        self.open_deals += sign
        self.overdue += sign * one.is_late


def packed(months: Sequence[int]) -> Run:
    """Return amounts by month without the months before the first and after the last one, in as few bytes as can be."""
    filled = [place for place, amount in enumerate(months) if amount]
    if not filled:
        return 0, ()
    kept = months[filled[0] : filled[-1] + 1]
    largest = max(map(abs, kept))
    if largest >= _LARGE:
        return filled[0], tuple(kept)
    return filled[0], array("i" if largest < _SMALL else "q", kept)


def _change(sums: list[int], run: Run, change: Callable[[int, int], int]) -> None:
    first, months = run
    last = first + len(months)
    sums[first:last] = map(change, sums[first:last], months)


def _no_months() -> list[int]:
    return [0] * MONTHS
