"""What is wrong with a deal, as problems beside the field (programs.md §7).

`where` is the field's path: "customer", "offers[0].term", "offers[0].lines[2].quantity". Errors stop an estimate;
warnings only tell.
"""

from collections.abc import Iterator
from decimal import Decimal

from dealbook.domain.deal import Deal, Event, EventKind, Line, Offer
from dealbook.domain.months import month_index
from dealbook.domain.problem import Problem, Severity

LONGEST_NAME = 500
LONGEST_TERM = 600


def check_deal(deal: Deal) -> list[Problem]:
    """Return everything that is wrong with a deal."""
    return [*_head(deal), *(p for i, offer in enumerate(deal.offers) for p in check_offer(deal, offer, f"offers[{i}]"))]


def check_offer(deal: Deal, offer: Offer, where: str = "") -> list[Problem]:
    """Return everything that is wrong with one offer; `where` goes before the field's path."""
    dot = f"{where}." if where else ""
    found = [*_term(deal, offer, dot)]
    for i, line in enumerate(offer.lines):
        found += _line(line, f"{dot}lines[{i}].")
    for i, event in enumerate(offer.events):
        found += _event(offer, event, f"{dot}events[{i}].")
    return found


def errors(problems: list[Problem]) -> list[Problem]:
    """Return the problems that stop a result."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def _head(deal: Deal) -> Iterator[Problem]:
    if not deal.customer.strip():
        yield Problem("empty", "customer")
    if len(deal.customer) > LONGEST_NAME:
        yield Problem("too-long", "customer", {"found": str(len(deal.customer)), "most": str(LONGEST_NAME)})
    if not 0 <= deal.probability <= 1:
        yield Problem("share-out-of-range", "probability", {"found": str(deal.probability)})
    if not deal.offers:
        yield Problem("no-offers", "offers", severity=Severity.WARNING)


def _term(deal: Deal, offer: Offer, dot: str) -> Iterator[Problem]:
    if not 1 <= offer.term <= LONGEST_TERM:
        yield _range(f"{dot}term", offer.term, 1, LONGEST_TERM)
    if offer.renewals < 0 or offer.horizon > LONGEST_TERM * 2:
        yield _range(f"{dot}renewals", offer.renewals, 0, LONGEST_TERM)
    if offer.renewal_term < 1:
        yield _range(f"{dot}renewal_term", offer.renewal_term, 1, LONGEST_TERM)
    if month_index(offer.starts) < month_index(deal.signed):
        facts = {"found": str(offer.starts), "expected": str(deal.signed)}
        yield Problem("starts-before-signed", f"{dot}starts", facts)
    if not offer.lines:
        yield Problem("no-lines", f"{dot}lines", severity=Severity.WARNING)


def _line(line: Line, dot: str) -> Iterator[Problem]:
    if not line.product.strip():
        yield Problem("empty", f"{dot}product")
    figures = {
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "list_price": line.list_price,
        "buy_price": line.buy_price,
        "seats_each": line.seats_each,
        "free_months": Decimal(line.free_months),
    }
    for name, figure in figures.items():
        if figure is not None and figure < 0:
            yield Problem("negative", dot + name, {"found": str(figure)})
    if line.discount is not None and not 0 <= line.discount <= 1:
        yield Problem("share-out-of-range", f"{dot}discount", {"found": str(line.discount)})
    if line.unit_price is None and line.list_price is None:
        yield Problem("no-price", f"{dot}unit_price", {"product": line.product})
    months = [step.from_month for step in line.ramp]
    if months != sorted(set(months)) or any(step.quantity < 0 for step in line.ramp):
        yield Problem("bad-ramp", f"{dot}ramp", {"product": line.product})


def _event(offer: Offer, event: Event, dot: str) -> Iterator[Problem]:
    if event.month < 1:
        yield _range(f"{dot}month", event.month, 1, offer.horizon)
    if event.kind is EventKind.HANDOVER and event.role is None:
        yield Problem("empty", f"{dot}role")
    if event.kind in (EventKind.ADD, EventKind.REMOVE):
        if event.quantity < 0:
            yield Problem("negative", f"{dot}quantity", {"found": str(event.quantity)})
        if all(line.product != event.product for line in offer.lines):
            products = ", ".join(line.product for line in offer.lines)
            yield Problem("unknown-product", f"{dot}product", {"found": event.product, "expected": products})
        elif event.kind is EventKind.REMOVE and event.quantity > (held := _held(offer, event)):
            yield Problem(
                "out-of-range", f"{dot}quantity", {"found": str(event.quantity), "least": "0", "most": f"{held}"}
            )


def _held(offer: Offer, event: Event) -> Decimal:
    """Return how many of an event's product the customer has before it, ramps aside."""
    held = sum((line.quantity for line in offer.lines if line.product == event.product), Decimal(0))
    for other in offer.events:
        if other is not event and other.product == event.product and other.month <= event.month:
            sign = {EventKind.ADD: 1, EventKind.REMOVE: -1}.get(other.kind, 0)
            held += sign * other.quantity
    return held


def _range(where: str, found: int, least: int, most: int) -> Problem:
    return Problem("out-of-range", where, {"found": str(found), "least": str(least), "most": str(most)})
