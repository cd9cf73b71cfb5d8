"""The won deals of the book, and what they count for in a program: seats, revenue, customers in care (programs.md §5).

What a deal counts for is read from what the book keeps beside it, not worked out from its lines, and kept until the
deal is touched. What they were paid is `paid`'s.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from dealbook.desk.session import Session
from dealbook.desk.standings import Standings
from dealbook.domain.deal import Deal, Offer, Role, Stage
from dealbook.domain.money import ZERO
from dealbook.domain.months import add_months
from dealbook.earnings.compare import rate_on
from dealbook.earnings.revenue import TWELVE, Revenue
from dealbook.earnings.standing import NOTHING_WON, Won, WonDeal
from dealbook.earnings.steady import Part, parts_of
from dealbook.programs.model import Program

if TYPE_CHECKING:
    from dealbook.book.won import WonOffer

_AT_ONCE: Final = 200


def won_on(session: Session, day: date, deal_id: str, program: Program) -> Won:
    """Return a program's standing figures when a deal is signed on a day, the deal itself left out."""
    sums = standings(session, program)
    return NOTHING_WON if sums is None else sums.won(program.standing, day, deal_id)


def standings(session: Session, program: Program) -> Standings | None:
    """Return the deals won under a program, added up; the same object while none of them changes, None without any."""
    key = program.id, program.covers, program.currency

    def made() -> Standings | None:
        found = dict(counted(session, program))
        kept: dict[object, Standings] = session.derived("standings", frozenset({"rate"}), dict)
        known = kept.get(key)
        kept[key] = Standings(found) if known is None else known.after(found)
        return kept[key] if found else None

    return session.derived(("standings now", key), frozenset({"deal", "rate", "program"}), made)


def counted(session: Session, program: Program) -> list[tuple[str, WonDeal]]:
    """Return the deals won under a program, by their ids, with what each counts for."""
    ids = won_ids(session, program.id)
    kept = _kept(session, program)
    missing = [deal_id for deal_id in ids if deal_id not in kept]
    if missing:
        kept.update(_counted(session, missing, program))
    return [(deal_id, kept[deal_id]) for deal_id in ids]


def counting(session: Session, program: Program) -> Iterator[None]:
    """Work out what the deals won under a program count for, a few at each step."""
    ids, kept = won_ids(session, program.id), _kept(session, program)
    for first in range(0, len(ids), _AT_ONCE):
        missing = [deal_id for deal_id in ids[first : first + _AT_ONCE] if deal_id not in kept]
        if missing:
            kept.update(_counted(session, missing, program))
            yield


def _kept(session: Session, program: Program) -> dict[str, WonDeal]:
    """Return what is known of what won deals count for; it hangs on the categories and the currency of a program."""
    return session.by_deal(("won", program.covers, program.currency), frozenset({"rate"}))


def counts_as(session: Session, deal: Deal, program: Program) -> WonDeal:
    """Return what a deal counts for in a program, as if it were won with its choice."""
    from dealbook.book.won import WonOffer

    rate = rate_on(session.rates, deal.currency, program.currency, deal.signed) or ZERO
    offer = chosen_offer(deal)
    parts = tuple(parts_of(deal, offer))
    has_care = Role.CARE in deal.roles
    won = WonOffer(deal.id, deal.signed, deal.currency, has_care, offer.starts, offer.events, parts)
    return _won_deal(won, parts, program.covers, rate)


def won_deals(session: Session, program_id: str) -> list[Deal]:
    """Return the deals won under a program and under those that it took over, in the order in which they were made."""
    return list(session.some_deals(won_ids(session, program_id)))


def won_ids(session: Session, program_id: str) -> list[str]:
    """Return the ids of the same deals."""
    by_program = session.derived("won deals", frozenset({"deal"}), lambda: _won_ids(session))
    own = by_program.get(program_id, [])
    before = [by_program[name] for name in session.catalog.succeeded.get(program_id, ()) if name in by_program]
    return sorted(key for ids in (own, *before) for key in ids) if before else own


def chosen_offer(deal: Deal) -> Offer:
    """Return the offer with which a deal was won."""
    chosen = deal.chosen
    return next((o for o in deal.offers if chosen is not None and o.id == chosen.offer_id), deal.offers[0])


def _won_ids(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in session.rows.values():
        if row.stage is Stage.WON and row.program:
            found.setdefault(row.program, []).append(row.id)
    return found


def _counted(session: Session, ids: list[str], program: Program) -> Iterator[tuple[str, WonDeal]]:
    """Yield what won deals count for in a program, read without their lines."""
    for one in session.book.deals.won(ids):
        rate = rate_on(session.rates, one.currency, program.currency, one.signed) or ZERO
        yield one.deal_id, _won_deal(one, _parts(session, one), program.covers, rate)


def _parts(session: Session, won: "WonOffer") -> tuple[Part, ...]:
    """Return an offer's sums by category; worked out from its lines where they could not be kept."""
    if won.parts is not None:
        return won.parts
    deal = session.deal(won.deal_id)
    return tuple(parts_of(deal, chosen_offer(deal)))


def _won_deal(won: "WonOffer", parts: tuple[Part, ...], covers: frozenset[str], rate: Decimal) -> WonDeal:
    """Return what a won deal counts for, in the program's currency: one unit of the deal's is `rate` of it.

    With 0 for a rate that the book does not know: seats count, and money that nobody can tell does not.
    """
    covered = [part for part in parts if part.category in covers]
    return WonDeal(
        signed=won.signed,
        seats=sum((part.seats for part in covered), ZERO),
        mrr=sum((part.mrr12 for part in covered), ZERO) * rate / TWELVE,
        tcv=sum((part.tcv12 for part in covered), ZERO) * rate / TWELVE,
        in_care=tuple(_in_care(won)),
    )


def _in_care(won: "WonOffer") -> Iterator[tuple[date, date]]:
    """Yield the stretches of days in which the partner looks after the customer; without a cancellation, for good."""
    if not won.events:
        if won.has_care:
            yield won.starts, date.max
        return
    roles = frozenset({Role.CARE} if won.has_care else ())
    offer = Offer(events=won.events, starts=won.starts)
    revenue = Revenue(Deal(customer="", signed=won.signed, offers=(offer,), roles=roles), offer)
    months = sorted({1, *(event.month for event in revenue.handovers if event.role is Role.CARE)})
    days = [add_months(won.starts, month - 1) for month in months]
    leaves = date.max if revenue.cancelled is None else add_months(won.starts, revenue.cancelled - 1)
    for month, first, after in zip(months, days, [*days[1:], date.max], strict=True):
        if revenue.holds(Role.CARE, month) and first < leaves:
            yield first, min(after, leaves)
