"""Paying the own people, on the desk: under each plan of an offer, and over the whole book."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dealbook.book.connection import open_book
from dealbook.desk import gap_book
from dealbook.desk.compare import compare, cumulative
from dealbook.desk.demo import shown_deal
from dealbook.desk.forecast import forecast
from dealbook.desk.forecast_deals import Found
from dealbook.desk.forecast_rows import Question
from dealbook.desk.gap import Gaps, curve_of, gaps, pays_people
from dealbook.desk.gap_book import BookGap, BookWork
from dealbook.desk.gap_words import gap_columns, gap_table, told
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Event, EventKind, Stage
from dealbook.domain.money import ZERO
from dealbook.domain.months import month_index
from dealbook.domain.partner import SalesBasis, SalesPay, SalesTime
from dealbook.earnings.estimate import Status
from dealbook.earnings.forecast import Flow, Levers
from dealbook.earnings.gap import covered
from dealbook.language import LANGUAGES, language
from tests.desk.test_forecast import DAY, QUESTION, SIGNED, deal_of, fill, save

TENTH = Decimal("0.1")
MRR = Decimal("1001.00")  # what `deal_of` bills: 100 seats at 10.01; 15 % of it are 150.15 a month


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Session]:
    make_sample_book(tmp_path / "sample.dealbook")
    opened = Session(open_book(tmp_path / "sample.dealbook"))
    yield opened
    opened.close()


def pay(session: Session, **sales: object) -> None:
    """Set what the salespeople get."""
    partner = session.partner
    with session.step("Pay"):
        session.book.partner.save(replace(partner, sales=replace(partner.sales, **sales)))  # type: ignore[arg-type]


def of_deal(session: Session, deal: Deal) -> Gaps:
    offer = deal.offers[0]
    return gaps(session, deal, offer, compare(session, deal, offer))


def of_book(session: Session, question: Question = QUESTION) -> BookGap:
    work = BookWork(session, question)
    while work.step():
        pass
    found = work.result()
    assert found is not None
    return found


# --- a deal


def test_the_plans_that_pay_in_the_order_of_the_comparison(sample: Session) -> None:
    deal = shown_deal(sample)
    comparison = compare(sample, deal, deal.offers[0])
    found = gaps(sample, deal, deal.offers[0], comparison)
    paying = [row for row in comparison.rows if row.estimate.status is Status.PAYABLE]
    assert [plan.row for plan in found.plans] == paying
    assert found.of(("none", "such")) is None
    for plan, row in zip(found.plans, paying, strict=True):
        assert row.totals is not None
        assert abs(plan.whole - row.totals.term * TENTH) <= Decimal("0.01")  # the sample's people get 10 % of the term
        assert plan.at_once == plan.whole
        assert curve_of(plan, comparison)[-1][1] == cumulative(row, comparison)[-1][1] - plan.whole


def test_without_a_share_the_curve_is_that_of_the_comparison(sample: Session) -> None:
    pay(sample, share=ZERO)
    assert not pays_people(sample)
    deal = shown_deal(sample)
    comparison = compare(sample, deal, deal.offers[0])
    for plan in gaps(sample, deal, deal.offers[0], comparison).plans:
        assert curve_of(plan, comparison) == cumulative(plan.row, comparison)
        assert plan.whole == 0


def test_the_reserve_is_of_the_books_currency(sample: Session) -> None:
    pay(sample, reserve=Decimal(10**6))
    deal = replace(shown_deal(sample), currency="USD")  # a euro is 1.1625 dollars then
    found = of_deal(sample, deal)
    assert found.problem is None
    counted = [plan for plan in found.plans if plan.covered and not plan.covered.is_any]
    assert counted  # or this test says nothing
    for plan in counted:
        assert plan.covered == covered(plan.gap, Decimal(1162500))
        assert plan.covered != covered(plan.gap, Decimal(10**6))


def test_without_a_rate_nothing_is_compared_with_the_reserve(session: Session) -> None:
    fill(session)
    pay(session, share=TENTH, reserve=Decimal(1000))
    deal = replace(deal_of(), currency="NOK")
    found = of_deal(session, deal)
    assert found.problem is not None
    assert (found.problem.code, found.problem.facts) == ("no-exchange-rate", {"from": "EUR", "to": "NOK"})
    assert all(plan.covered is None for plan in found.plans)


def test_at_once_is_by_the_contract_as_it_was_signed(session: Session) -> None:
    fill(session)
    pay(session, share=TENTH, of=SalesBasis.TERM, at=SalesTime.SIGNING)
    plain = deal_of()
    (before,) = of_deal(session, plain).plans[:1]
    # 2 × 1,001.00 at signing and 24 × 150.15: a tenth of 5,605.60
    assert before.whole == before.at_once == Decimal("560.56")
    events = (Event(month=13, kind=EventKind.ADD, product="Seat", quantity=Decimal(10)),)
    grown = replace(plain, offers=(replace(plain.offers[0], events=events),))
    (after,) = of_deal(session, grown).plans[:1]
    assert after.at_once == before.at_once
    # 10 more seats: 2 × 100.10 at once, then 15.02 more in each of 12 months (165.17 after 150.15): a tenth of 380.44
    assert after.whole - before.whole == Decimal("38.04")
    leaves = (Event(month=2, kind=EventKind.CANCEL),)
    left = replace(plain, offers=(replace(plain.offers[0], events=leaves),))
    (gone,) = of_deal(session, left).plans[:1]
    assert gone.at_once == before.at_once
    # one of twelve months was served: eleven twelfths of 2,002.00 are taken back, 1,835.17, and a tenth of that is back
    assert gone.whole == before.whole - Decimal("183.52")


# --- the book


def test_what_is_signed_before_is_paid_already(session: Session) -> None:
    fill(session, deal_of(1), deal_of(2, signed=date(2026, 5, 31)))
    pay(session, share=TENTH, of=SalesBasis.TERM, at=SalesTime.SIGNING, reserve=Decimal(100))
    found = of_book(session)
    months = found.paid(expected=False, pipeline=False)
    assert months[0] == Decimal("560.56")  # of the deal signed this month alone
    assert not any(months[1:])
    assert found.received(expected=False, pipeline=True) == forecast(session, QUESTION).contracted.won


def test_as_the_vendor_pays_it_is_a_share_of_every_month(session: Session) -> None:
    fill(session, deal_of(1), deal_of(2, signed=date(2026, 5, 31)))
    pay(session, share=Decimal("0.5"), of=SalesBasis.TOTAL, at=SalesTime.AS_PAID)
    found = of_book(session)
    for expected in (False, True):
        received = found.received(expected=expected, pipeline=False)
        paid = found.paid(expected=expected, pipeline=False)
        for come, gone in zip(received, paid, strict=True):
            assert abs(gone - come / 2) <= Decimal("0.05")
    assert any(found.paid(expected=True, pipeline=False)[1:])


def test_the_pipeline_is_weighted_and_late_as_in_the_forecast(session: Session) -> None:
    fill(session)
    pay(session, share=TENTH, of=SalesBasis.TERM, at=SalesTime.SIGNING)
    save(session, deal_of(1, stage=Stage.OPEN, probability=Decimal("0.25"), signed=date(2026, 4, 1)))
    found = of_book(session)
    assert found.own(expected=False).pipeline[0] == Decimal("140.14")  # a quarter of 560.56, as if it closed this month
    assert not any(found.own(expected=False).won)
    assert not any(found.paid(expected=False, pipeline=False))


def test_expected_clawbacks_are_shared_back(session: Session) -> None:
    fill(session, deal_of(1))
    pay(session, share=TENTH, of=SalesBasis.TERM, at=SalesTime.SIGNING)
    found = of_book(session, Question(day=DAY, levers=Levers(churn=Decimal("0.5"))))
    contracted, expected = found.paid(expected=False, pipeline=False), found.paid(expected=True, pipeline=False)
    assert contracted[0] == expected[0] == Decimal("560.56")
    # half of the customers leave after July, the first of twelve months, and the vendor takes back in August:
    # 2,002.00 × 50 % × 11/12 = 917.58, a tenth of it comes back from the salesperson
    assert expected[1:3] == (ZERO, Decimal("-91.76"))
    assert not any(contracted[1:])


def test_events_of_a_won_deal_count_as_they_do_on_its_page(session: Session) -> None:
    events = (Event(month=13, kind=EventKind.ADD, product="Seat", quantity=Decimal(10)),)
    plain = deal_of(1)
    fill(session, replace(plain, offers=(replace(plain.offers[0], events=events),)))
    pay(session, share=TENTH, of=SalesBasis.TERM, at=SalesTime.SIGNING)
    (deal,) = session.deals.values()
    (plan,) = [plan for plan in of_deal(session, deal).plans if plan.row.key == ("carrier", "agent")]
    by_month = {point.month: point for point in plan.gap.points}
    found = of_book(session).paid(expected=False, pipeline=False)
    first = month_index(DAY)
    for place, paid in enumerate(found):
        own = by_month[first + place].paid if first + place in by_month else ZERO
        assert abs(paid - own) <= Decimal("0.01")  # there each month is rounded, here the sum as it grows
    assert sum(1 for paid in found if paid) > 2


def test_the_gap_of_the_book(session: Session) -> None:
    fill(session, deal_of(1, plan="agent"))
    pay(session, share=Decimal(1), of=SalesBasis.TERM, at=SalesTime.SIGNING, reserve=Decimal(3000))
    found = of_book(session)
    gap = found.gap(expected=False, pipeline=False, months=36)
    # everything goes to the salesperson: 2,002.00 come at once, 3,603.60 over two years, all of it goes out at once
    assert (gap.deepest, gap.deepest_month) == (Decimal("-3603.60"), month_index(SIGNED))
    assert gap.back == month_index(date(2028, 6, 1))
    assert gap.points[-1].so_far == 0
    words = language("en")
    assert told(found, gap, words) == (
        "Deepest point: −€3,603.60 in Jun 2026. Even from Jun 2028. "
        "The cash that may be laid out, €3,000.00, is €603.60 short."
    )
    short = found.gap(expected=False, pipeline=False, months=12)
    assert short.back is None
    assert "Not even again in these months." in told(found, short, words)
    pay(session, reserve=Decimal("3603.60"))
    assert told(of_book(session), gap, words).endswith("€3,603.60, is enough.")
    pay(session, share=TENTH)
    assert told(of_book(session), of_book(session).gap(expected=False, pipeline=False, months=12), words) == (
        "In these months the cash never goes below zero."
    )


def test_the_table_adds_up(session: Session) -> None:
    fill(session, deal_of(1))
    pay(session, share=TENTH, at=SalesTime.SIGNING)
    found = of_book(session)
    for code in LANGUAGES:
        words = language(code)
        (_, received), (_, paid), (_, left), (_, so_far) = gap_columns(found, words, expected=False, pipeline=True)
        gap = found.gap(expected=False, pipeline=True, months=60)
        assert [point.so_far for point in gap.points] == list(so_far)
        assert [come + gone for come, gone in zip(received, paid, strict=True)] == list(left)
        table = gap_table(found, 12, words, expected=False, pipeline=True)
        assert len(table) == 14
        assert table[-1][-1] == ""  # what there is at a month's end has no sum
        assert table[-1][3] == sum(left[:12])


def test_without_a_share_only_the_forecast_is_worked_out(session: Session) -> None:
    fill(session, deal_of(1))
    work = BookWork(session, QUESTION)
    assert work.total == 1
    while work.step():
        pass
    assert work.result() is None
    assert work.forecast.result() == forecast(session, QUESTION)


def test_a_change_of_one_deal_works_out_one_deal(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = fill(session, deal_of(1), deal_of(2))
    pay(session, share=TENTH)
    before = of_book(session)
    asked: list[str] = []
    flow = gap_book._own_flow

    def noted(book: Session, deal: Deal, found: Found) -> Flow:
        asked.append(deal.id)
        return flow(book, deal, found)

    monkeypatch.setattr(gap_book, "_own_flow", noted)
    assert of_book(session) == before
    assert asked == []
    save(session, replace(second, offers=(replace(second.offers[0], term=12),)))
    after = of_book(session)
    assert asked == [second.id]
    assert after != before
    assert first.id not in asked


def test_done_and_total_count_every_deal(session: Session) -> None:
    fill(session, deal_of(1), deal_of(2), deal_of(3, stage=Stage.LOST))
    pay(session, share=TENTH)
    work = BookWork(session, QUESTION)
    assert (work.done, work.total) == (0, 4)  # the two deals twice: the forecast, and the own people
    seen = [work.done]
    while work.step():
        seen.append(work.done)
    assert work.done == work.total
    assert seen == sorted(seen)


def test_sales_pay_of_nothing_is_the_default() -> None:
    assert SalesPay().share == 0
