"""What each event of an offer does to the payments of one plan: what is paid over time, once, upfront, taken back.

The events are taken in the order of their months, and each is measured against the offer as it is before it. All that
is compared is rounded to the deal's currency first, so the effects add up to what all events do together, to the cent
(programs.md §8.8).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from dealbook.desk.compare import Comparison, Row
from dealbook.desk.plan_estimates import PlanEstimates
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Event, Offer
from dealbook.domain.money import ZERO, minor_unit, round_minor
from dealbook.domain.partner import Assumptions
from dealbook.earnings.estimate import Estimate, Status
from dealbook.earnings.payments import CLAWBACK, ONCE, RECURRING, UPFRONT, Payment, by_month

KINDS: Final = (RECURRING, UPFRONT, ONCE, CLAWBACK)
"""What payments are made of, in the order in which an effect is told."""


class Basis(StrEnum):
    """Why the effects are told for this plan and no other."""

    CHOSEN = "chosen"
    BEST = "best"
    TICKED = "ticked"


class Span(NamedTuple):
    """So much more or less (negative) in each of `count` calendar months, `every` months apart, from `month` on."""

    month: int
    count: int  # type: ignore[assignment]  # as in a payment
    every: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event adds (or takes away) by kind of payment, and in which months; amounts in the deal's currency."""

    sums: Mapping[str, Decimal]
    spans: Mapping[str, tuple[Span, ...]]

    @property
    def is_nothing(self) -> bool:
        """Whether the event changes no payment."""
        return not any(self.sums.values()) and not any(self.spans.values())

    @property
    def total(self) -> Decimal:
        """The sum over all kinds."""
        return sum(self.sums.values(), ZERO)


@dataclass(frozen=True, slots=True)
class Effects:
    """The effects of an offer's events by their place in the offer, under one plan; `by` says why under this one.

    An event has no entry where it cannot be told: the plan does not pay with it, or something is missing.
    """

    plan: tuple[str, str]
    name: str
    by: Basis
    currency: str
    of: Mapping[int, Effect]


def plan_for_effects(
    comparison: Comparison, chosen: Choice | None, offer: Offer, ticked: Iterable[tuple[str, str]] = ()
) -> tuple[Row, Basis] | None:
    """Return the plan under which effects are told: the chosen one, else the best, else the first ticked; or None."""
    rows = {row.key: row for row in comparison.rows}
    if chosen is not None and chosen.offer_id == offer.id and (row := rows.get((chosen.program, chosen.plan))):
        return row, Basis.CHOSEN
    if comparison.best is not None:
        return comparison.best, Basis.BEST
    found = next((rows[key] for key in ticked if key in rows), None)
    return None if found is None else (found, Basis.TICKED)


def effects_of(
    session: Session,
    deal: Deal,
    offer: Offer,
    plan: tuple[Row, Basis],
    *,
    assume: Assumptions | None = None,
) -> Effects:
    """Return what each event of `offer`, an offer of `deal`, does to the payments under a row of its comparison."""
    row, by = plan
    found: dict[int, Effect] = {}
    if offer.events and row.converted:
        plans = PlanEstimates(session, deal, row.estimate.program, assume=assume)
        order, unit = in_order(offer.events), minor_unit(deal.currency)
        told = [
            _told(plans.estimate(whole, one, row.estimate.plan), row.to_deal, unit)
            for whole, one in _grown(deal, offer, order)
        ]
        told.append(_told(row.estimate, row.to_deal, unit))  # the plan's row is the offer with all of them
        for place, before, after in zip(order, told, told[1:], strict=False):
            if before is not None and after is not None:
                found[place] = after.less(before)
    return Effects(row.key, f"{row.estimate.vendor} · {row.estimate.plan_name}", by, deal.currency, found)


def in_order(events: Sequence[Event]) -> list[int]:
    """Return the places of events by month; those of one month as they stand."""
    return sorted(range(len(events)), key=lambda place: events[place].month)


def _grown(deal: Deal, offer: Offer, order: Sequence[int]) -> Iterator[tuple[Deal, Offer]]:
    """Yield deal and offer without events, then with the first, with the first two, and so on, but the last."""
    for last in range(len(order)):
        kept = frozenset(order[:last])
        one = replace(offer, events=tuple(event for place, event in enumerate(offer.events) if place in kept))
        yield replace(deal, offers=tuple(one if other.id == offer.id else other for other in deal.offers)), one


class _Told(NamedTuple):
    """The payments of an estimate in the deal's currency: by kind in all, and by kind and month."""

    sums: Mapping[str, Decimal]
    months: Mapping[str, Mapping[int, Decimal]]

    def less(self, other: "_Told") -> Effect:
        """Return how much more this is than another."""
        sums = {kind: self.sums[kind] - other.sums[kind] for kind in KINDS}
        spans = {kind: _spans(self.months[kind], other.months[kind]) for kind in KINDS}
        return Effect(sums, {kind: found for kind, found in spans.items() if found})


def _told(estimate: Estimate, rate: Decimal, unit: Decimal) -> _Told | None:
    if estimate.status is not Status.PAYABLE:
        return None
    by_kind: dict[str, list[Payment]] = {kind: [] for kind in KINDS}
    for payment in estimate.payments:
        by_kind[payment.kind].append(payment)
    whole = {kind: sum((one.total for one in runs), ZERO) for kind, runs in by_kind.items()}
    months = {kind: by_month(runs) for kind, runs in by_kind.items()}
    if rate != 1:
        whole = {kind: round_minor(amount * rate, unit) for kind, amount in whole.items()}
        months = {
            kind: {month: round_minor(amount * rate, unit) for month, amount in found.items()}
            for kind, found in months.items()
        }
    return _Told(whole, months)


def _spans(after: Mapping[int, Decimal], before: Mapping[int, Decimal]) -> tuple[Span, ...]:
    """Return the months that differ as runs of the same amount at the same distance."""
    spans: list[Span] = []
    for month in sorted({*after, *before}):
        more = after.get(month, ZERO) - before.get(month, ZERO)
        if not more:
            continue
        last = spans[-1] if spans else None
        if last is not None and last.amount == more:
            gap = month - (last.month + (last.count - 1) * last.every)
            if last.count == 1 or gap == last.every:
                spans[-1] = Span(last.month, last.count + 1, gap, more)
                continue
        spans.append(Span(month, 1, 1, more))
    return tuple(spans)
