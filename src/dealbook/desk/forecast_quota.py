"""The quotas of the enrolled programs in the years to come: what must be sold as targets grow and prices fall."""

from dataclasses import dataclass
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
    members = [one.program for one in session.enrolments if one.until is None or day < one.until]
    found = (_outlook(session, program, day, price_fall) for program in members)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name.casefold()))


def _outlook(session: Session, program_id: str, day: date, price_fall: Decimal) -> QuotaOutlook | None:
    now = ladder(session, program_id, day)
    if now is None or now.quota is None:
        return None
    program, fact = now.program, now.quota.fact
    years: list[QuotaYear] = []
    for ahead in range(YEARS):
        known = ladder(session, program_id, add_months(day, ahead * _TWELVE))
        if known is None or known.quota is None:
            break
        fall = (ONE - price_fall) ** ahead if fact in MONEY else ONE
        years.append(_year(known.first, known.quota.target, fall, fact, program.currency, years))
    name = f"{program.vendor} · {program.name}"
    return QuotaOutlook(program.id, name, fact, program.currency, now.quota.won, now.quota.grows, tuple(years))


def _year(
    first: date, target: Decimal | None, fall: Decimal, fact: str, currency: str, before: list[QuotaYear]
) -> QuotaYear:
    if target is None or not fall:
        return QuotaYear(first, target, None, None)
    unit = minor_unit(currency) if fact in MONEY else ONE
    needed = EXACT.divide(target, fall)
    start = before[0].target if before else target
    return QuotaYear(
        first,
        round_minor(target, unit),
        round_minor(needed, unit),
        EXACT.divide(needed, start) if start else None,
    )
