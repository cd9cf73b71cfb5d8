"""Periods to choose from: the quarters and years around today."""

from dataclasses import dataclass
from datetime import date

from dealbook.domain.months import month_index
from dealbook.gui.words import tr

QUARTER = 3
YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """Calendar months from `first` up to `after`, not included (month indices)."""

    name: str
    first: int
    after: int


def common_periods(today: date) -> tuple[Period, ...]:
    """Return this and the last quarter, this, the last and the next year, as seen from `today`."""
    month = month_index(today)
    year = today.year * YEAR
    quarter = month - month % QUARTER
    return (
        Period(_quarter_name(quarter), quarter, quarter + QUARTER),
        Period(_quarter_name(quarter - QUARTER), quarter - QUARTER, quarter),
        Period(str(today.year), year, year + YEAR),
        Period(str(today.year - 1), year - YEAR, year),
        Period(str(today.year + 1), year + YEAR, year + 2 * YEAR),
    )


def _quarter_name(first: int) -> str:
    return tr("Quarter {n}, {year}").format(n=first % YEAR // QUARTER + 1, year=first // YEAR)
