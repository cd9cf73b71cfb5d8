"""What is wrong with a deal is found, with the field it stands in; what is just right is not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.domain.checks import LONGEST_NAME, LONGEST_TERM, check_deal, errors
from dealbook.domain.deal import Charge, Deal, Event, EventKind, Line, Offer, RampStep, Role
from dealbook.domain.problem import Severity

LINE = Line(product="seat", category="ucaas", list_price=Decimal("20.00"))
OFFER = Offer(lines=(LINE,), starts=date(2026, 4, 1))
DEAL = Deal(customer="Weser IT", signed=date(2026, 3, 31), offers=(OFFER,))


def found(deal: Deal) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in check_deal(deal)]


def of_offer(**changes: object) -> Deal:
    return replace(DEAL, offers=(OFFER, replace(OFFER, **changes)))  # type: ignore[arg-type]


def of_line(**changes: object) -> Deal:
    return of_offer(lines=(LINE, replace(LINE, **changes)))  # type: ignore[arg-type]


def of_event(kind: EventKind, month: int = 1, **changes: object) -> Deal:
    return of_offer(events=(Event(month=month, kind=kind, **changes),))  # type: ignore[arg-type]


def of_events(*events: tuple[int, EventKind, int | None]) -> Deal:
    """Return a deal with events by month, kind and, of a renewal, its term."""
    made = (Event(month=m, kind=kind, term=term, product="seat", role=Role.CARE) for m, kind, term in events)
    return of_offer(events=tuple(made))


RENEWS = EventKind.RENEWAL
DEARER = Event(month=13, kind=EventKind.PRICE, product="seat", unit_price=Decimal(21))


@pytest.mark.parametrize(
    "deal",
    [
        DEAL,
        replace(DEAL, customer="C" * LONGEST_NAME),
        replace(DEAL, probability=Decimal(0)),
        replace(DEAL, probability=Decimal(1)),
        of_offer(term=1),
        of_offer(term=LONGEST_TERM),
        of_offer(term=LONGEST_TERM, renewals=1, renewal_term=LONGEST_TERM),
        of_offer(starts=date(2026, 3, 1)),  # the month of signing
        of_line(quantity=Decimal(0), discount=Decimal(0), buy_price=Decimal(0)),
        of_line(discount=Decimal(1)),
        of_line(list_price=None, unit_price=Decimal(0)),
        of_line(ramp=(RampStep(1, Decimal(0)), RampStep(2, Decimal(5)))),
        of_event(EventKind.CANCEL),
        of_event(EventKind.ADD, product="seat", quantity=Decimal(0)),
        of_event(EventKind.HANDOVER, role=Role.CARE),
        of_event(EventKind.PRICE, product="seat", unit_price=Decimal(0)),
        of_event(EventKind.ADD, 36, product="seat"),
        of_event(EventKind.RENEWAL, 2),
        of_event(EventKind.RENEWAL, 37, term=LONGEST_TERM),
        of_event(EventKind.SUCCESSOR, program="p", plan="agent"),
        of_events((49, EventKind.RENEWAL, 12), (37, EventKind.RENEWAL, 12)),  # in whatever order they are written
        of_events((13, EventKind.RENEWAL, None), (49, EventKind.RENEWAL, None)),
        of_events((12, EventKind.ADD, None), (13, EventKind.CANCEL, None)),
        of_event(EventKind.CANCEL, 2**40),
    ],
)
def test_what_is_just_right_is_no_problem(deal: Deal) -> None:
    assert found(deal) == []


@pytest.mark.parametrize(
    ("deal", "code", "where"),
    [
        (replace(DEAL, customer=" "), "empty", "customer"),
        (replace(DEAL, customer="C" * (LONGEST_NAME + 1)), "too-long", "customer"),
        (replace(DEAL, probability=Decimal("1.01")), "share-out-of-range", "probability"),
        (replace(DEAL, probability=Decimal("-0.01")), "share-out-of-range", "probability"),
        (of_offer(term=0), "out-of-range", "offers[1].term"),
        (of_offer(term=LONGEST_TERM + 1), "out-of-range", "offers[1].term"),
        (of_offer(renewals=-1), "out-of-range", "offers[1].renewals"),
        (of_offer(renewals=2, renewal_term=LONGEST_TERM), "out-of-range", "offers[1].renewals"),
        (of_offer(renewal_term=0), "out-of-range", "offers[1].renewal_term"),
        (of_offer(starts=date(2026, 2, 28)), "starts-before-signed", "offers[1].starts"),
        (of_line(product=" "), "empty", "offers[1].lines[1].product"),
        *[
            (of_line(**{name: Decimal("-0.01")}), "negative", f"offers[1].lines[1].{name}")
            for name in ("quantity", "unit_price", "list_price", "buy_price", "seats_each")
        ],
        (of_line(free_months=-1), "negative", "offers[1].lines[1].free_months"),
        (of_line(discount=Decimal("1.01")), "share-out-of-range", "offers[1].lines[1].discount"),
        (of_line(discount=Decimal("-0.01")), "share-out-of-range", "offers[1].lines[1].discount"),
        (of_line(list_price=None), "no-price", "offers[1].lines[1].unit_price"),
        (of_line(ramp=(RampStep(2, Decimal(5)), RampStep(1, Decimal(5)))), "bad-ramp", "offers[1].lines[1].ramp"),
        (of_line(ramp=(RampStep(1, Decimal(5)), RampStep(1, Decimal(6)))), "bad-ramp", "offers[1].lines[1].ramp"),
        (of_line(ramp=(RampStep(1, Decimal(-1)),)), "bad-ramp", "offers[1].lines[1].ramp"),
        (of_event(EventKind.CANCEL, 0), "out-of-range", "offers[1].events[0].month"),
        (of_event(EventKind.HANDOVER), "empty", "offers[1].events[0].role"),
        (of_event(EventKind.ADD, product="phone"), "unknown-product", "offers[1].events[0].product"),
        (of_event(EventKind.REMOVE, product="phone"), "unknown-product", "offers[1].events[0].product"),
        (of_event(EventKind.PRICE, product="seat"), "no-price", "offers[1].events[0].unit_price"),
        (
            of_event(EventKind.PRICE, product="seat", unit_price=Decimal("-0.01")),
            "negative",
            "offers[1].events[0].unit_price",
        ),
        (
            of_event(EventKind.PRICE, product="phone", unit_price=Decimal(1)),
            "unknown-product",
            "offers[1].events[0].product",
        ),
        (
            replace(
                DEAL,
                offers=(OFFER, replace(OFFER, lines=(replace(LINE, charge=Charge.ONE_TIME),), events=(DEARER,))),
            ),
            "one-time-price",
            "offers[1].events[0].product",
        ),
        (of_event(EventKind.RENEWAL, 1), "out-of-range", "offers[1].events[0].month"),
        (of_event(EventKind.RENEWAL, 38), "out-of-range", "offers[1].events[0].month"),
        (of_event(EventKind.RENEWAL, -(2**40)), "out-of-range", "offers[1].events[0].month"),
        (of_event(EventKind.RENEWAL, 37, term=LONGEST_TERM + 1), "out-of-range", "offers[1].events[0].term"),
        (of_event(EventKind.RENEWAL, 37, term=0), "out-of-range", "offers[1].events[0].term"),
        (
            of_events((37, EventKind.RENEWAL, 12), (50, EventKind.RENEWAL, 12)),
            "out-of-range",
            "offers[1].events[1].month",
        ),
        (
            of_events((37, EventKind.RENEWAL, 12), (37, EventKind.RENEWAL, 12)),
            "out-of-range",
            "offers[1].events[1].month",
        ),
        (of_event(EventKind.SUCCESSOR, plan="agent"), "empty", "offers[1].events[0].program"),
        (of_event(EventKind.SUCCESSOR, program="p"), "empty", "offers[1].events[0].plan"),
        (
            of_event(EventKind.REMOVE, product="seat", quantity=Decimal(-1)),
            "negative",
            "offers[1].events[0].quantity",
        ),
        (
            of_event(EventKind.REMOVE, product="seat", quantity=Decimal(10_000)),
            "out-of-range",
            "offers[1].events[0].quantity",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_field(deal: Deal, code: str, where: str) -> None:
    assert found(deal) == [(code, where)]
    assert len(errors(check_deal(deal))) == 1


@pytest.mark.parametrize(
    ("deal", "where"),
    [
        (replace(DEAL, offers=()), "offers"),
        (of_offer(lines=()), "offers[1].lines"),
        (of_event(EventKind.ADD, 37, product="seat"), "offers[1].events[0].month"),
        (of_event(EventKind.ADD, 2**40, product="seat"), "offers[1].events[0].month"),
        (of_events((13, EventKind.CANCEL, None), (13, EventKind.RENEWAL, 12)), "offers[1].events[1].month"),
        (of_events((30, EventKind.HANDOVER, None), (13, EventKind.CANCEL, None)), "offers[1].events[0].month"),
    ],
)
def test_what_is_merely_missing_stops_nothing(deal: Deal, where: str) -> None:
    assert [(p.where, p.severity) for p in check_deal(deal)] == [(where, Severity.WARNING)]
    assert errors(check_deal(deal)) == []
