"""What events do to the payments: each told for itself, and together what all of them do."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealbook.book.connection import create_book
from dealbook.desk.compare import Row, compare
from dealbook.desk.event_effects import KINDS, Basis, Effects, effects_of, in_order, plan_for_effects
from dealbook.desk.session import Session
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Charge, Choice, Deal, Event, EventKind, Line, Offer, Role
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from dealbook.earnings.estimate import Status

NEC, NFON, AVAYA = "nec-univerge-blue", "nfon-ngage", "avaya-cloud-fr"
SEAT = Line(product="Seat", category="ucaas", quantity=Decimal(20), unit_price=Decimal("20.00"), id="1")
AGENT = Line(product="Agent", category="ccaas", quantity=Decimal(3), list_price=Decimal("59.90"), id="2")
ONCE = Line(product="Phone", category="hardware", unit_price=Decimal(99), charge=Charge.ONE_TIME, id="3")
BONUS = {"by": "term", "12": "2x", "24": "5x", "36": "8x"}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    made = Session(create_book(_path(tmp_path_factory)))
    with made.step("Set up"):
        made.book.partner.save(Partner(name="Nordlicht", country="DE", company_size=12))
        given: dict[str, Mapping[str, str | Mapping[str, object]]] = {
            NEC: {"commission": "18%", "spiff": "2x", "reseller_discount": "15%", "wholesale_discount": "30%"},
            NFON: {"commission": "15%"},
            AVAYA: {"bonus": BONUS, "residual": "12%"},
        }
        for program, inputs in given.items():
            enrolment = Enrolment(program=program, since=date(2020, 1, 1), certified=True, inputs=inputs)
            made.book.partner.save_enrolment(enrolment)
        rate = ExchangeRate(day=date(2026, 1, 2), base="EUR", quote="USD", rate=Decimal("1.171"))
        made.book.partner.save_rate(rate)
    yield made
    made.close()


def _path(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("effects") / "book.dealbook"


def a_deal(*events: Event, term: int = 36, renewals: int = 1, country: str = "DE") -> Deal:
    offer = Offer(
        lines=(SEAT, AGENT, ONCE), events=events, term=term, renewals=renewals, starts=date(2026, 5, 1), id="offer"
    )
    return Deal(customer="Müller", signed=date(2026, 4, 30), offers=(offer,), country=country, id="deal")


def told(session: Session, deal: Deal, program: str, plan: str) -> Effects:
    row = row_of(session, deal, program, plan)
    return effects_of(session, deal, deal.offers[0], (row, Basis.BEST))


def row_of(session: Session, deal: Deal, program: str, plan: str) -> Row:
    return next(row for row in compare(session, deal, deal.offers[0]).rows if row.key == (program, plan))


def sums(row: Row) -> dict[str, Decimal]:
    """Return what a row of the comparison pays by kind, in the deal's currency, each rounded once."""
    payments = row.estimate.payments
    whole = {kind: sum((one.total for one in payments if one.kind == kind), Decimal(0)) for kind in KINDS}
    return {kind: round(amount * row.to_deal, 2) for kind, amount in whole.items()}


def add(month: int, quantity: int = 10) -> Event:
    return Event(month=month, kind=EventKind.ADD, product="Seat", quantity=Decimal(quantity), id=f"add{month}")


def test_more_seats_pay_more_every_month_from_their_month_on(session: Session) -> None:
    found = told(session, a_deal(add(13)), NFON, "commission")
    effect = found.of[0]
    assert (found.plan, found.name, found.currency) == ((NFON, "commission"), "NFON · Commission", "EUR")
    assert effect.sums == {"recurring": Decimal("1080.00"), "upfront": 0, "once": 0, "clawback": 0}
    (span,) = effect.spans["recurring"]  # 10 × 20.00 × 15 % from May 2027 to the end of the assumed renewal
    assert (span.month, span.count, span.every, span.amount) == (2027 * 12 + 4, 36, 1, Decimal("30.00"))


def test_seats_removed_early_take_back_a_part(session: Session) -> None:
    remove = Event(month=7, kind=EventKind.REMOVE, product="Seat", quantity=Decimal(10))
    effect = told(session, a_deal(remove, country="FR"), AVAYA, "referrer").of[0]
    assert effect.sums["recurring"] < 0
    assert effect.total < effect.sums["recurring"] or not effect.sums["clawback"]


def test_care_given_away_is_what_is_lost_and_nothing_where_it_was_not_held(session: Session) -> None:
    gone = Event(month=13, kind=EventKind.HANDOVER, role=Role.CARE)
    deal = a_deal(gone)
    effect = told(session, deal, NFON, "commission").of[0]
    assert effect.sums["recurring"] < 0
    (span,) = effect.spans["recurring"]
    assert (span.month, span.count) == (2027 * 12 + 4, 36)
    again = told(session, replace(deal, roles=frozenset({Role.ACQUISITION})), NFON, "commission")
    assert again.of[0].is_nothing


def test_events_are_taken_in_the_order_of_their_months(session: Session) -> None:
    cancel = Event(month=13, kind=EventKind.CANCEL, id="c")
    found = told(session, a_deal(cancel, add(25), add(7)), NFON, "commission")
    assert in_order((cancel, add(25), add(7))) == [2, 0, 1]
    assert found.of[1].is_nothing  # nobody is there any more
    assert found.of[2].sums["recurring"] > 0
    before = told(session, a_deal(add(7)), NFON, "commission").of[0]
    assert found.of[2].sums == before.sums


def test_what_does_not_pay_is_not_told(session: Session) -> None:
    deal = a_deal(add(13), country="US")
    assert row_of(session, deal, NFON, "commission").estimate.status is Status.INELIGIBLE
    assert not told(session, deal, NFON, "commission").of


def test_the_chosen_plan_comes_first_then_the_best_then_the_ticked_one(session: Session) -> None:
    deal = a_deal(add(13))
    offer, comparison = deal.offers[0], compare(session, deal, deal.offers[0])
    choice = Choice(offer_id="offer", program=NFON, version="2022", plan="commission")
    assert comparison.best is not None

    def key(chosen: Choice | None, rows: object = None) -> tuple[object, object] | None:
        shown = comparison if rows is None else replace(comparison, rows=rows)  # type: ignore[arg-type]
        found = plan_for_effects(shown, chosen, offer, [(NFON, "commission")])
        return None if found is None else (found[0].key, found[1])

    assert key(choice) == ((NFON, "commission"), Basis.CHOSEN)
    assert key(replace(choice, offer_id="other")) == (comparison.best.key, Basis.BEST)
    assert key(None) == (comparison.best.key, Basis.BEST)
    unmarked = tuple(replace(row, is_best=False) for row in comparison.rows)
    assert key(None, unmarked) == ((NFON, "commission"), Basis.TICKED)
    assert key(None, ()) is None


def _events() -> st.SearchStrategy[Event]:
    months, counts = st.integers(1, 60), st.integers(0, 12).map(Decimal)
    products = st.sampled_from(("Seat", "Agent", "Phone"))
    prices = st.integers(0, 8000).map(lambda cents: Decimal(cents) / 100)
    return st.one_of(
        st.builds(Event, month=months, kind=st.just(EventKind.ADD), product=products, quantity=counts),
        st.builds(Event, month=months, kind=st.just(EventKind.REMOVE), product=products, quantity=counts),
        st.builds(Event, month=months, kind=st.just(EventKind.CANCEL)),
        st.builds(
            Event,
            month=months,
            kind=st.just(EventKind.HANDOVER),
            role=st.sampled_from(Role),
            to_us=st.booleans(),
        ),
        st.builds(Event, month=months, kind=st.just(EventKind.PRICE), product=products, unit_price=prices),
        st.builds(Event, month=months, kind=st.just(EventKind.RENEWAL), term=st.one_of(st.none(), st.integers(1, 48))),
        st.builds(
            Event,
            month=months,
            kind=st.just(EventKind.SUCCESSOR),
            program=st.just(NFON),
            plan=st.just("commission"),
        ),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(
    events=st.lists(_events(), min_size=1, max_size=5),
    term=st.sampled_from((12, 24, 36)),
    renewals=st.integers(0, 2),
    country=st.sampled_from(("DE", "FR", "US")),
)
def test_effects_add_up_to_what_all_events_do_to_the_cent(
    session: Session, events: list[Event], term: int, renewals: int, country: str
) -> None:
    kept: list[Event] = []
    for event in events:  # an event that the deal refuses is left out, so that most lists can be tried
        if not errors(check_deal(a_deal(*kept, event, term=term, renewals=renewals, country=country))):
            kept.append(event)
    deal = a_deal(*kept, term=term, renewals=renewals, country=country)
    bare = a_deal(term=term, renewals=renewals, country=country)
    for row in compare(session, deal, deal.offers[0]).rows:
        before = row_of(session, bare, *row.key)
        if Status.PAYABLE is not row.estimate.status or Status.PAYABLE is not before.estimate.status:
            continue
        found = told(session, deal, *row.key)
        assert len(found.of) == len(kept)
        for kind in KINDS:
            together = sum((effect.sums[kind] for effect in found.of.values()), Decimal(0))
            assert together == sums(row)[kind] - sums(before)[kind], (row.key, kind)
            for effect in found.of.values():
                spans = sum((s.amount * s.count for s in effect.spans.get(kind, ())), Decimal(0))
                assert row.to_deal != 1 or spans == effect.sums[kind]
