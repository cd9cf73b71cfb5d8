"""Deals to rows and back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from dealbook.book.connection import Book, BookError
from dealbook.book.deals import with_ids
from dealbook.domain.deal import Choice, Deal, Line, Offer
from tests.book.records import DEAL, deals, dump, quote

_shared_book = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def _saved(book: Book, deal: Deal) -> Deal:
    with book.step("Save"):
        return book.deals.save(deal)


@_shared_book
@given(deals)
def test_any_deal_comes_back(book: Book, deal: Deal) -> None:
    saved = _saved(book, deal)
    assert replace(_without_ids(saved), id="") == deal
    assert book.deals.get(saved.id) == saved
    assert book.deals.all()[-1] == saved


def _without_ids(deal: Deal) -> Deal:
    def bare(offer: Offer) -> Offer:
        lines = tuple(replace(line, id="") for line in offer.lines)
        return replace(offer, id="", lines=lines, events=tuple(replace(event, id="") for event in offer.events))

    return replace(deal, offers=tuple(map(bare, deal.offers)))


def test_all_deals_come_in_the_order_they_were_made(book: Book) -> None:
    saved = [_saved(book, replace(_without_ids(DEAL), chosen=None, id="")) for _ in range(5)]
    assert list(book.deals.all()) == saved


def test_order_of_offers_lines_and_events_is_kept(book: Book) -> None:
    _saved(book, DEAL)
    one, two = DEAL.offers
    turned = replace(DEAL, offers=(replace(two, lines=two.lines[::-1], events=two.events[::-1]), one))
    _saved(book, turned)
    assert book.deals.get(DEAL.id) == turned


def test_what_is_left_out_is_gone(book: Book) -> None:
    _saved(book, DEAL)
    one, two = DEAL.offers
    for offers in [(one, replace(two, lines=two.lines[1:], events=())), (two,), ()]:
        chosen = DEAL.chosen if two.id in [offer.id for offer in offers] else None
        saved = _saved(book, replace(DEAL, offers=offers, chosen=chosen))
        assert book.deals.get(DEAL.id) == saved == replace(DEAL, offers=offers, chosen=chosen)
    left = dump(book.path)
    assert [left[table] for table in ("offer", "line", "event")] == [[], [], []]


def test_an_offer_copied_inside_a_deal_gets_ids_of_its_own(book: Book) -> None:
    offer = DEAL.offers[1]
    saved = _saved(book, replace(DEAL, offers=(*DEAL.offers, replace(offer, id=""), offer)))
    ids = [offer.id for offer in saved.offers]
    ids += [line.id for offer in saved.offers for line in offer.lines]
    ids += [event.id for offer in saved.offers for event in offer.events]
    assert len(set(ids)) == len(ids)
    assert saved.offers[:2] == DEAL.offers
    assert book.deals.get(DEAL.id) == saved


def test_ids_that_are_there_stay(book: Book) -> None:
    assert with_ids(DEAL) == DEAL


@pytest.mark.parametrize(
    ("line", "where", "code"),
    [
        (Line(product="a\0b", category="ucaas"), "product", "bad-text"),
        (Line(product="a", category="ucaas", unit_price=Decimal("1.005")), "unit_price", "too-many-decimals"),
        (Line(product="a", category="ucaas", buy_price=Decimal("0.001")), "buy_price", "too-many-decimals"),
        (Line(product="a", category="ucaas", quantity=Decimal("NaN")), "quantity", "not-a-number"),
        (Line(product="a", category="ucaas", free_months=2**63), "free_months", "too-large"),
    ],
)
def test_a_refused_field_is_named_and_nothing_is_written(book: Book, line: Line, where: str, code: str) -> None:
    _saved(book, DEAL)
    before = dump(book.path)
    good = Line(product="good", category="ucaas")
    offer = Offer(starts=date(2026, 1, 1), lines=(good, good, line))
    with pytest.raises(BookError) as refused:
        _saved(book, replace(DEAL, customer="changed", offers=(*DEAL.offers, offer)))
    assert (refused.value.code, refused.value.facts["where"]) == (code, f"offers[2].lines[2].{where}")
    assert (dump(book.path), book.step_count) == (before, 1)


def test_another_currency_keeps_the_amounts(book: Book) -> None:
    _saved(book, DEAL)
    changed = _saved(book, replace(DEAL, currency="KWD"))
    assert book.deals.get(DEAL.id) == changed
    assert book.deals.get(DEAL.id).offers == DEAL.offers
    with pytest.raises(BookError, match="JPY"):
        _saved(book, replace(DEAL, currency="JPY"))


def test_a_choice_is_of_an_offer_in_the_deal(book: Book) -> None:
    choice = Choice(offer_id="elsewhere", program="p", version="1", plan="q")
    with pytest.raises(BookError) as refused:
        _saved(book, replace(DEAL, chosen=choice))
    assert refused.value.code == "choice-without-offer"


def test_lines_of_another_deal_are_not_taken_over(book: Book) -> None:
    _saved(book, DEAL)
    before = dump(book.path)
    with pytest.raises(Exception, match="UNIQUE"):
        _saved(book, replace(DEAL, id="deal-2"))
    assert dump(book.path) == before


def test_a_deal_that_is_not_there(book: Book) -> None:
    for read in (book.deals.get, book.deals.remove):
        with pytest.raises(KeyError):
            read("nothing")


def test_removing_takes_everything_of_a_deal_and_nothing_else(book: Book) -> None:
    other = _saved(book, replace(_without_ids(DEAL), chosen=None, id=""))
    before = dump(book.path)
    _saved(book, DEAL)
    with book.step("Remove"):
        book.deals.remove(DEAL.id)
    assert dump(book.path) == before
    assert book.deals.all() == (other,)


def test_a_quoted_deal_stays(book: Book) -> None:
    _saved(book, DEAL)
    with book.step("Issue"):
        book.quotes.save(quote())
    with pytest.raises(BookError, match="Q-2026-0001") as refused, book.step("Remove"):
        book.deals.remove(DEAL.id)
    assert refused.value.code == "has-quotes"
    assert book.deals.all() == (DEAL,)
