"""The quotas of the enrolled programs in the years to come: what must be sold as targets grow and prices fall."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from dealbook.desk.ladder import ladder
from dealbook.desk.session import Session
from dealbook.domain.money import EXACT, ONE, minor_unit, round_minor
from dealbook.domain.months import add_months

YEARS: Final = 4
"""This year and the three after it."""
MONEY: Final = frozenset({"won_mrr", "won_tcv", "won_paid", "care_revenue"})
_TWELVE: Final = 12
_KEPT_FROM: Final = frozenset({"deal", "rate", "program", "enrolment", "partner"})


@dataclass(frozen=True, slots=True)
class QuotaYear:
    """A period of a quota: its first day, its target, and the same at today's prices.

    `target` None: a contract value is missing. `volume` is what must be sold as a multiple of the first period's.
    """

    first: date
    target: Decimal | None
    at_prices: Decimal | None
    volume: Decimal | None


@dataclass(frozen=True, slots=True)
class QuotaOutlook:
    """A program's quota year by year; `won` is what counts in the current period."""

    program: str
    name: str
    fact: str
    currency: str
    won: Decimal
    grows: Decimal
    years: tuple[QuotaYear, ...]

    @property
    def is_money(self) -> bool:
        """Whether it counts money; seats and deals do not follow prices."""
        return self.fact in MONEY


def quota_outlook(session: Session, day: date, price_fall: Decimal) -> tuple[QuotaOutlook, ...]:
    """Return the quotas of the programs that the partner is enrolled in, from the period of `day` on."""
    kept = session.derived(("quota outlook", day), _KEPT_FROM, lambda: _quotas(session, day))
    return tuple(_at_prices(one, price_fall) for one in kept)


def _quotas(session: Session, day: date) -> tuple[QuotaOutlook, ...]:
    """Return the quotas while prices stay; kept, for a lever is moved more often than a deal."""
    members = [one.program for one in session.enrolments if one.until is None or day < one.until]
    found = (_outlook(session, program, day) for program in members)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name.casefold()))


def _outlook(session: Session, program_id: str, day: date) -> QuotaOutlook | None:
    now = ladder(session, program_id, day)
    if now is None or now.quota is None:
        return None
    program, years = now.program, []
    unit = minor_unit(program.currency) if now.quota.fact in MONEY else ONE
    for ahead in range(YEARS):
        known = ladder(session, program_id, add_months(day, ahead * _TWELVE))
        if known is None or known.quota is None:
            break
        target = known.quota.target
        years.append(QuotaYear(known.first, None if target is None else round_minor(target, unit), None, None))
    name = f"{program.vendor} · {program.name}"
    quota = now.quota
    return QuotaOutlook(program.id, name, quota.fact, program.currency, quota.won, quota.grows, tuple(years))


def _at_prices(outlook: QuotaOutlook, price_fall: Decimal) -> QuotaOutlook:
    """Return the same with what must be sold at today's prices."""
    start = outlook.years[0].target if outlook.years else None
    unit = minor_unit(outlook.currency) if outlook.is_money else ONE
    years = []
    for ahead, year in enumerate(outlook.years):
        left = (ONE - price_fall) ** ahead if outlook.is_money else ONE
        if year.target is None or not left:
            years.append(year)
            continue
        needed = EXACT.divide(year.target, left)
        volume = EXACT.divide(needed, start) if start else None
        years.append(replace(year, at_prices=round_minor(needed, unit), volume=volume))
    return replace(outlook, years=tuple(years))
