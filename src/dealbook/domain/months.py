"""Calendar months, anchored service months, half-open periods (programs.md §8.3).

A calendar month is one integer, `year * 12 + month - 1`, so that distances are subtractions. Service months are counted
from the anchor day and never chained.
"""

import calendar
from datetime import date


def month_index(day: date) -> int:
    """Return the calendar month of `day` as one integer."""
    return day.year * 12 + day.month - 1


def month_text(index: int) -> str:
    """Return a calendar month as `YYYY-MM`."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def parse_month(text: str) -> int:
    """Return the calendar month written as `YYYY-MM`; raises ValueError for anything else."""
    return month_index(date.fromisoformat(f"{text}-01"))


def month_start(index: int) -> date:
    """Return the first day of a calendar month."""
    return date(index // 12, index % 12 + 1, 1)


def add_months(anchor: date, months: int) -> date:
    """Return the day `months` after `anchor`, clipped to the month's end: 31 January + 1 month = end of February."""
    year, month = divmod(month_index(anchor) + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(anchor.day, last))


def service_month_begins(starts: date, service_month: int) -> date:
    """Return the day on which service month k = 1, 2, … begins."""
    return add_months(starts, service_month - 1)


def full_years(since: date, until: date) -> int:
    """Return the full years from `since` to `until`; never negative."""
    years = until.year - since.year - ((until.month, until.day) < (since.month, since.day))
    return max(years, 0)


def first_service_month_from(starts: date, day: date) -> int:
    """Return the first service month k ≥ 1 that begins on or after `day`."""
    guess = max(month_index(day) - month_index(starts), 0) + 1
    return guess if service_month_begins(starts, guess) >= day else guess + 1
