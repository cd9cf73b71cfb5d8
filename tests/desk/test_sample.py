"""The sample book: whole, sensible, and rich enough to look around in."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dealbook import paths
from dealbook.book.connection import open_book
from dealbook.desk import sample
from dealbook.desk.compare import Row, compare
from dealbook.desk.reach import reaches
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.domain.checks import check_deal
from dealbook.domain.deal import Charge, Deal, EventKind, Stage
from dealbook.earnings.dealrow import monthly
from dealbook.earnings.estimate import Status


@pytest.fixture(scope="module")
def book_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "sample.dealbook"
    make_sample_book(path)
    return path


@pytest.fixture
def session(book_file: Path) -> Iterator[Session]:
    found = Session(open_book(book_file))
    yield found
    found.close()


def of_customer(session: Session, customer: str) -> Deal:
    return next(deal for deal in session.deals.values() if deal.customer == customer)


def rows(session: Session, deal: Deal, offer: int = 0) -> dict[tuple[str, str], Row]:
    found = compare(session, deal, deal.offers[offer]).rows
    return {(row.estimate.program, row.estimate.plan): row for row in found}


# --- making it


def test_nothing_is_left_beside_the_book(book_file: Path) -> None:
    assert [file.name for file in book_file.parent.iterdir()] == [book_file.name]


def test_a_book_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "sample.dealbook"
    path.write_bytes(b"mine")
    make_sample_book(path)
    assert path.read_bytes() == b"mine"


def test_two_books_hold_the_same(session: Session, tmp_path: Path) -> None:
    make_sample_book(tmp_path / "again.dealbook")
    again = Session(open_book(tmp_path / "again.dealbook"))
    try:
        assert again.deals == session.deals
        assert again.partner == session.partner
        assert again.enrolments == session.enrolments
        assert again.rates == session.rates
    finally:
        again.close()


def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_folder: Path) -> Iterator[Deal]:
        raise OSError("the disk is full")

    monkeypatch.setattr(sample, "sample_deals", fail)
    with pytest.raises(OSError, match="disk is full"):
        make_sample_book(tmp_path / "sample.dealbook")
    assert not list(tmp_path.iterdir())


# --- what is in it


def test_partner(session: Session) -> None:
    partner = session.partner
    assert (partner.name, partner.country, partner.company_size) == ("Nordlicht Systems GmbH", "DE", 14)
    assert (partner.vat_rate, partner.assume.churn) == (Decimal("0.19"), Decimal("0.003"))
    assert partner.address == "Hafenstraße 12\n20457 Hamburg"
    assert partner.logo.startswith(b"\x89PNG")


def test_every_stage_currency_and_country(session: Session) -> None:
    deals = session.deals.values()
    assert {stage: sum(deal.stage is stage for deal in deals) for stage in Stage} == {
        Stage.OPEN: 16,
        Stage.WON: 21,
        Stage.LOST: 6,
    }
    assert {(deal.currency, deal.country) for deal in deals} == {("EUR", "DE"), ("EUR", "FR"), ("USD", "US")}
    assert {deal.signed.year for deal in deals} == {2025, 2026}
    assert sum(len(deal.offers) > 1 for deal in deals) >= 6


def test_every_deal_is_in_order(session: Session) -> None:
    for deal in session.deals.values():
        assert check_deal(deal) == [], deal.customer
        assert deal.title, deal.customer
        assert deal.contact, deal.customer
        assert "\n" in deal.address, deal.customer


def test_every_event_meets_a_line(session: Session) -> None:
    met, kinds = 0, set()
    for deal in session.deals.values():
        for offer in deal.offers:
            for event in offer.events:
                met += 1
                assert event.month <= offer.horizon
                assert not event.product or event.product in {line.product for line in offer.lines}, deal.customer
                kinds.add(event.kind)
    assert met >= 10
    assert kinds >= {EventKind.ADD, EventKind.REMOVE, EventKind.PRICE, EventKind.RENEWAL, EventKind.HANDOVER}


def test_stages_have_their_days(session: Session) -> None:
    for deal in session.deals.values():
        assert deal.opened is not None
        assert deal.opened < deal.signed
        is_lost = deal.stage is Stage.LOST
        assert (deal.lost_on is not None) == bool(deal.lost_reason) == is_lost, deal.customer


def test_a_deal_reaches_a_tier_and_another_the_target(session: Session) -> None:
    deal = of_customer(session, "Müller & Söhne GmbH")
    (gold,) = reaches(session, deal, deal.offers[0], compare(session, deal, deal.offers[0]))
    assert (gold.program, gold.tier, gold.until) == ("nfon-ngage", "Gold", date(2027, 1, 1))
    deal = of_customer(session, "Backhaus Lüders KG")
    found = reaches(session, deal, deal.offers[0], compare(session, deal, deal.offers[0]))
    target = next(one for one in found if one.program == "foerdenetz")
    assert (target.tier, target.row) == ("", 1)
    assert [gain.customer for gain in target.others] == ["Autohaus Ritter & Kahl GmbH", "Hotelgruppe Strandkante GmbH"]
    assert target.total > 0


def test_the_sample_shows_every_form_of_a_line(session: Session) -> None:
    lines = [line for deal in session.deals.values() for offer in deal.offers for line in offer.lines]
    assert {line.charge for line in lines} == set(Charge)
    for form in ("discount", "buy_price", "unit_price", "list_price", "free_months", "ramp", "optional"):
        assert any(getattr(line, form) for line in lines), form


def test_every_program_is_read(session: Session) -> None:
    catalog = session.catalog
    assert catalog.problems == ()
    assert {enrolment.program for enrolment in session.enrolments} <= set(catalog.versions)
    assert [version.version for version in catalog.versions["foerdenetz"]] == ["2025", "2026"]


def test_contract_figures_are_marked_as_assumed(session: Session) -> None:
    for enrolment in session.enrolments:
        inputs = session.catalog.versions[enrolment.program][-1].inputs
        assert set(enrolment.inputs) <= set(inputs)
        assert enrolment.assumed == {name for name in enrolment.inputs if inputs[name].confidence == "contract"}


def test_every_won_deal_has_a_plan_that_pays(session: Session) -> None:
    for deal in session.deals.values():
        assert deal.chosen is not None or deal.stage is not Stage.WON, deal.customer
        if deal.chosen is None:
            continue
        offer = next(offer for offer in deal.offers if offer.id == deal.chosen.offer_id)
        found = rows(session, deal, deal.offers.index(offer))[deal.chosen.program, deal.chosen.plan]
        assert found.estimate.status is Status.PAYABLE, deal.customer
        assert found.estimate.version == deal.chosen.version
        assert found.converted
        assert found.totals is not None
        assert found.totals.total > 0


# --- the deal of the meeting


def test_the_deal_of_the_meeting(session: Session) -> None:
    deal = of_customer(session, "Müller & Söhne GmbH")
    bills = [
        (
            offer.term,
            monthly(offer.lines, deal.currency),
            sum((line.quantity * line.price for line in offer.lines if not line.is_recurring), Decimal(0)),
        )
        for offer in deal.offers[:3]
    ]
    once = Decimal("11033.00")  # 97 × 89.00 + 2,400.00
    assert bills == [(36, Decimal(2611), once), (36, Decimal(1870), once), (24, Decimal(2784), once)]
    assert (deal.title, deal.stage, deal.probability) == ("Telephony 2026", Stage.OPEN, Decimal("0.6"))
    assert (deal.offers[0].starts.month, deal.offers[0].renewals, deal.offers[0].renewal_term) == (5, 1, 12)


def test_its_comparison_shows_what_there_is_to_show(session: Session) -> None:
    found = rows(session, of_customer(session, "Müller & Söhne GmbH"))
    by_status = {status: {key for key, row in found.items() if row.estimate.status is status} for status in Status}
    assert by_status[Status.PAYABLE] == {
        ("nec-univerge-blue", "cloud-cash"),
        ("nec-univerge-blue", "agent"),
        ("nec-univerge-blue", "reseller"),
        ("nfon-ngage", "commission"),
    }
    assert by_status[Status.INCOMPLETE] == {("nec-univerge-blue", "wholesale")}
    assert found["nec-univerge-blue", "wholesale"].missing == ("wholesale_discount",)
    assert ("avaya-cloud-fr", "referrer") in by_status[Status.INELIGIBLE]
    assert found["nec-univerge-blue", "cloud-cash"].is_best
    assert found["nfon-ngage", "commission"].estimate.tier == "Gold"


def test_the_years_target_is_missed_by_one_offer_and_reached_by_another_deal(session: Session) -> None:
    missed = rows(session, of_customer(session, "Müller & Söhne GmbH"), 3)["content-cloud", "reseller"].estimate
    assert missed.status is Status.INELIGIBLE
    assert missed.otherwise == "referral"
    reached = rows(session, of_customer(session, "Blue Heron Dental Group LLC"))["content-cloud", "reseller"].estimate
    assert reached.status is Status.PAYABLE


def test_the_shipped_files_are_the_sample(session: Session) -> None:
    assert len(session.deals) == len(list(paths.resource("sample", "deals").glob("*.toml")))
