"""What is done with exchange rates: each use case one step that can be undone.

The names of the steps are English message ids, shown in the user's language beside Undo and Redo.
"""

from datetime import date
from enum import StrEnum

from dealbook.desk.session import Session
from dealbook.domain.partner import ExchangeRate

ADD_RATE = "Add exchange rate"
CHANGE_RATE = "Change exchange rate"
REMOVE_RATE = "Remove exchange rate"


class RateFault(StrEnum):
    """What can be wrong with an exchange rate."""

    SAME_CURRENCY = "same currency"
    NOT_POSITIVE = "not positive"
    DOUBLE = "double"
    """There is one of that day and pair already, either way round."""


def rate_fault(session: Session, rate: ExchangeRate, before: ExchangeRate | None = None) -> RateFault | None:
    """Return what is wrong with a rate that shall be saved, in place of `before` where that is given."""
    if rate.base == rate.quote:
        return RateFault.SAME_CURRENCY
    if rate.rate <= 0:
        return RateFault.NOT_POSITIVE
    others = [one for one in session.rates if before is None or _key(one) != _key(before)]
    if any(one.day == rate.day and {one.base, one.quote} == {rate.base, rate.quote} for one in others):
        return RateFault.DOUBLE
    return None


def save_rate(session: Session, rate: ExchangeRate, before: ExchangeRate | None = None) -> RateFault | None:
    """Save a rate, in place of `before` where that is given, as one step; or return what is wrong with it."""
    if (fault := rate_fault(session, rate, before)) is not None:
        return fault
    if rate != before:
        with session.step(CHANGE_RATE if before else ADD_RATE):
            if before is not None and _key(before) != _key(rate):
                session.book.partner.remove_rate(before)
            session.book.partner.save_rate(rate)
    return None


def remove_rate(session: Session, rate: ExchangeRate) -> None:
    """Remove a rate. Raises KeyError when there is none of that day and pair."""
    with session.step(REMOVE_RATE):
        session.book.partner.remove_rate(rate)


def _key(rate: ExchangeRate) -> tuple[date, str, str]:
    return rate.day, rate.base, rate.quote
