"""What is wrong with a deal, as problems beside the field (programs.md §7).

`where` is the field's path: "customer", "offers[0].term", "offers[0].lines[2].quantity". Errors stop an estimate;
warnings only tell.
"""

from collections.abc import Iterator
from decimal import Decimal

from dealbook.domain.deal import Deal, Line, Offer
from dealbook.domain.event_checks import LONGEST_TERM, check_events, out_of_range
from dealbook.domain.months import month_index
from dealbook.domain.problem import Problem, Severity

__all__ = ["LONGEST_NAME", "LONGEST_TERM", "check_deal", "check_offer", "errors"]

LONGEST_NAME = 500


def check_deal(deal: Deal) -> list[Problem]:
    """Return everything that is wrong with a deal."""
    return [*_head(deal), *(p for i, offer in enumerate(deal.offers) for p in check_offer(deal, offer, f"offers[{i}]"))]


def check_offer(deal: Deal, offer: Offer, where: str = "") -> list[Problem]:
    """Return everything that is wrong with one offer; `where` goes before the field's path."""
    dot = f"{where}." if where else ""
    found = [*_term(deal, offer, dot)]
    for i, line in enumerate(offer.lines):
        found += _line(line, f"{dot}lines[{i}].")
    return [*found, *check_events(offer, dot)]


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
        yield out_of_range(f"{dot}term", offer.term, 1, LONGEST_TERM)
    planned = offer.term + offer.renewals * offer.renewal_term
    if offer.renewals < 0 or max(planned, offer.horizon) > LONGEST_TERM * 2:
        yield out_of_range(f"{dot}renewals", offer.renewals, 0, LONGEST_TERM)
    if offer.renewal_term < 1:
        yield out_of_range(f"{dot}renewal_term", offer.renewal_term, 1, LONGEST_TERM)
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
