"""What is wrong with the events of an offer, as problems beside the field (programs.md §7).

An event that can mean nothing is an error; one that comes too late to do anything is a warning.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from dealbook.domain.deal import Event, EventKind, Offer
from dealbook.domain.problem import Problem, Severity

LONGEST_TERM: Final = 600
_LONGEST_DEAL: Final = LONGEST_TERM * 2
_SIGNS: Final = {EventKind.ADD: 1, EventKind.REMOVE: -1}


def check_events(offer: Offer, dot: str = "") -> list[Problem]:
    """Return everything that is wrong with the events of an offer; `dot` goes before each path."""
    if not offer.events:
        return []
    found: list[Problem] = []
    renewals = _renewals(offer, dot)
    leaves = min((event.month for event in offer.events if event.kind is EventKind.CANCEL), default=None)
    last = offer.horizon
    for i, event in enumerate(offer.events):
        where = f"{dot}events[{i}]."
        wrong = [*_event(offer, event, where), *renewals.get(i, ())]
        found += wrong or _too_late(event, where, leaves, last)
    return found


def out_of_range(where: str, found: int, least: int, most: int) -> Problem:
    """Return the problem of a whole number that is too small or too large."""
    return Problem("out-of-range", where, {"found": str(found), "least": str(least), "most": str(most)})


def _event(offer: Offer, event: Event, dot: str) -> Iterator[Problem]:
    if event.month < 1 and event.kind is not EventKind.RENEWAL:
        yield out_of_range(f"{dot}month", event.month, 1, offer.horizon)
    match event.kind:
        case EventKind.HANDOVER if event.role is None:
            yield Problem("empty", f"{dot}role")
        case EventKind.SUCCESSOR:
            yield from (Problem("empty", dot + key) for key in ("program", "plan") if not getattr(event, key).strip())
        case EventKind.ADD | EventKind.REMOVE | EventKind.PRICE:
            yield from _of_a_line(offer, event, dot)


def _of_a_line(offer: Offer, event: Event, dot: str) -> Iterator[Problem]:
    lines = [line for line in offer.lines if line.product == event.product]
    is_price = event.kind is EventKind.PRICE
    name, figure = ("unit_price", event.unit_price) if is_price else ("quantity", event.quantity)
    if figure is None:
        yield Problem("no-price", dot + name, {"product": event.product})
    elif figure < 0:
        yield Problem("negative", dot + name, {"found": str(figure)})
    if not lines:
        products = ", ".join(line.product for line in offer.lines)
        yield Problem("unknown-product", f"{dot}product", {"found": event.product, "expected": products})
    elif is_price and not any(line.is_recurring for line in lines):
        yield Problem("one-time-price", f"{dot}product", {"product": event.product})
    elif event.kind is EventKind.REMOVE and event.quantity > (held := _held(offer, event)):
        facts = {"found": str(event.quantity), "least": "0", "most": f"{held}"}
        yield Problem("out-of-range", f"{dot}quantity", facts)


def _held(offer: Offer, event: Event) -> Decimal:
    """Return how many of an event's product the customer has before it, ramps aside."""
    held = sum((line.quantity for line in offer.lines if line.product == event.product), Decimal(0))
    for other in offer.events:
        if other is not event and other.product == event.product and other.month <= event.month:
            held += _SIGNS.get(other.kind, 0) * other.quantity
    return held


def _renewals(offer: Offer, dot: str) -> dict[int, list[Problem]]:
    """Return what is wrong with each renewal, by the event's index: each begins in or right after the term before."""
    happened = [(event.month, i, event.term) for i, event in enumerate(offer.events) if event.kind is EventKind.RENEWAL]
    found: dict[int, list[Problem]] = {}
    begins, months = 1, offer.term
    for month, i, term in sorted(happened, key=lambda one: one[:2]):
        most = min(begins + max(months, 1), _LONGEST_DEAL)
        if not begins < month <= most:
            found[i] = [out_of_range(f"{dot}events[{i}].month", month, begins + 1, most)]
            continue
        length = months if term is None else term
        longest = min(LONGEST_TERM, _LONGEST_DEAL + 1 - month)
        if not 1 <= length <= longest:
            found[i] = [out_of_range(f"{dot}events[{i}].term", length, 1, longest)]
        begins, months = month, min(max(length, 1), longest)
    return found


def _too_late(event: Event, dot: str, leaves: int | None, last: int) -> Iterator[Problem]:
    """Yield that an event does nothing, as the customer has left or the deal is over; a cancellation always counts."""
    if event.kind is EventKind.CANCEL:
        return
    if leaves is not None and event.month >= leaves:
        facts = {"found": str(event.month), "expected": str(leaves)}
        yield Problem("after-cancellation", f"{dot}month", facts, Severity.WARNING)
    elif event.month > last:
        facts = {"found": str(event.month), "expected": str(last)}
        yield Problem("after-the-end", f"{dot}month", facts, Severity.WARNING)
