"""Quotes: what they show of a deal, how they are issued, revised and exported."""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from dealbook.book.errors import BookError
from dealbook.desk import quotes
from dealbook.desk.quotes import export_pdf, issue_quote, quote_content, revise_quote, set_status
from dealbook.desk.session import Session
from dealbook.domain.deal import Charge, Choice, Deal, Event, EventKind, Line, Offer, RampStep
from dealbook.domain.partner import Enrolment, Partner
from dealbook.domain.problem import ProblemsError
from dealbook.domain.quote import Quote, QuoteContent, QuoteStatus

DAY = date(2026, 3, 10)
SEAT = Line(product="Seat", category="ucaas", quantity=Decimal(85), list_price=Decimal(22))
SETUP = Line(product="Setup", category="service", charge=Charge.ONE_TIME, unit_price=Decimal(2400))
OFFER = Offer(title="Telephony", lines=(SEAT, SETUP), term=36, starts=date(2026, 5, 1))


@pytest.fixture
def deal(session: Session) -> Deal:
    """A saved deal with two offers, of a partner with a name."""
    with session.step("Set up"):
        session.book.partner.save(Partner(name="Nordlicht Systems GmbH", country="DE", language="de", terms="14 Tage."))
        offers = (OFFER, replace(OFFER, title="Shorter", term=24))
        return session.book.deals.save(Deal(customer="Müller & Söhne GmbH", signed=date(2026, 4, 1), offers=offers))


def content(session: Session, deal: Deal, *places: int, day: date = DAY) -> QuoteContent:
    """Return the content of a quote of the offers at some places."""
    return quote_content(session, deal, [deal.offers[place].id for place in places or (0,)], day)


def with_line(deal: Deal, line: Line) -> Deal:
    """Return the deal with one line in its first offer."""
    first, *others = deal.offers
    return replace(deal, offers=(replace(first, lines=(line,)), *others))


# --- content


def test_shows_the_deal_and_the_partner(session: Session, deal: Deal) -> None:
    made = content(session, deal, 1, 0)
    assert (made.customer, made.sender.name, made.terms) == (deal.customer, "Nordlicht Systems GmbH", "14 Tage.")
    assert [offer.title for offer in made.offers] == ["Shorter", "Telephony"]
    assert (made.language, made.vat_rate, made.paper) == ("de", Decimal("0.19"), "A4")
    main = made.offers[1]
    assert (main.monthly, main.annual, main.once) == (Decimal("1870.00"), Decimal(0), Decimal("2400.00"))
    assert main.whole_term == Decimal("1870.00") * 36 + 2400


def test_the_last_day_of_validity_is_counted_from_the_day(session: Session, deal: Deal) -> None:
    assert content(session, deal).valid_until == date(2026, 4, 9)
    same_day = quote_content(session, deal, [deal.offers[0].id], DAY, valid_days=0)
    assert same_day.valid_until == DAY


@pytest.mark.parametrize(("country", "paper"), [("US", "Letter"), ("CA", "Letter"), ("FR", "A4"), (None, "A4")])
def test_paper_follows_the_country(session: Session, deal: Deal, country: str | None, paper: str) -> None:
    assert content(session, replace(deal, country=country)).paper == paper


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ({"list_price": "65", "discount": "0.05"}, ("65", "61.75", "0.05", "741.00")),
        ({"list_price": "24", "unit_price": "22"}, ("24", "22", "0.0833333333", "264.00")),
        ({"unit_price": "22"}, ("22", "22", "0", "264.00")),
        ({"list_price": "20", "unit_price": "22"}, ("22", "22", "0", "264.00")),  # a markup is nobody's business
        ({"list_price": "10.05", "discount": "0.5"}, ("10.05", "5.025", "0.5", "60.30")),
        ({"list_price": "5", "discount": "1"}, ("5", "0", "1", "0.00")),
    ],
)
def test_prices_of_a_line(session: Session, deal: Deal, line: dict[str, str], shown: tuple[str, ...]) -> None:
    fields: dict[str, Any] = {name: Decimal(figure) for name, figure in line.items()}
    typed = replace(SEAT, quantity=Decimal(12), list_price=None)
    made = content(session, with_line(deal, replace(typed, **fields))).offers[0].lines[0]
    assert (made.list_price, made.price, made.discount, made.total) == tuple(map(Decimal, shown))


def test_line_totals_are_rounded_once_half_up(session: Session, deal: Deal) -> None:
    odd = replace(SEAT, quantity=Decimal(3), list_price=Decimal("0.05"), discount=Decimal("0.1"))
    made = content(session, with_line(deal, odd)).offers[0]
    assert made.lines[0].total == made.monthly == Decimal("0.14")  # 0.135


def test_whole_term_leaves_out_free_months_and_what_may_happen_later(session: Session, deal: Deal) -> None:
    free = with_line(deal, replace(SEAT, free_months=2))
    assert content(session, free).offers[0].whole_term == Decimal(1870) * 34
    event = Event(month=13, kind=EventKind.ADD, product="Seat", quantity=Decimal(10))
    growing = replace(deal, offers=(replace(deal.offers[0], events=(event,)),))
    assert content(session, growing).offers[0].whole_term == content(session, deal).offers[0].whole_term


def test_a_ramp_is_said_and_counted(session: Session, deal: Deal) -> None:
    ramp = (RampStep(1, Decimal(20)), RampStep(7, Decimal(85)))
    made = content(session, with_line(deal, replace(SEAT, ramp=ramp, description="Flat"))).offers[0]
    assert made.whole_term == 22 * (20 * 6 + 85 * 30)
    assert made.monthly == 1870
    assert made.lines[0].description.startswith("Flat\n20 ")


def test_optional_lines_are_not_added(session: Session, deal: Deal) -> None:
    made = content(session, with_line(deal, replace(SEAT, optional=True))).offers[0]
    assert (made.monthly, made.whole_term, made.lines[0].total) == (Decimal(0), Decimal(0), Decimal(1870))


def test_annual_lines_count_a_twelfth_a_month(session: Session, deal: Deal) -> None:
    offer = content(session, with_line(deal, replace(SEAT, charge=Charge.ANNUAL, quantity=Decimal(1)))).offers[0]
    assert (offer.annual, offer.whole_term) == (Decimal("22.00"), Decimal("66.00"))


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda deal: replace(deal, offers=()), "offers"),
        (lambda deal: replace(deal, offers=(replace(deal.offers[0], lines=()), deal.offers[1])), "offers[0].lines"),
        (lambda deal: replace(deal, customer=" "), "customer"),
        (lambda deal: with_line(deal, replace(SEAT, list_price=None)), "offers[0].lines[0].unit_price"),
        (lambda deal: with_line(deal, replace(SEAT, quantity=Decimal(-1))), "offers[0].lines[0].quantity"),
    ],
)
def test_what_cannot_be_quoted_is_named(
    session: Session, deal: Deal, spoil: Callable[[Deal], Deal], where: str
) -> None:
    ids = [deal.offers[0].id]
    with pytest.raises(ProblemsError) as error:
        quote_content(session, spoil(deal), ids, DAY)
    assert [problem.where for problem in error.value.problems] == [where]


def test_what_is_not_shown_does_not_stop_a_quote(session: Session, deal: Deal) -> None:
    wrong = replace(deal, probability=Decimal(7), offers=(deal.offers[0], replace(deal.offers[1], term=0)))
    assert content(session, wrong).customer == deal.customer


# --- issuing


def test_numbers_have_no_gaps_and_begin_anew_each_year(session: Session, deal: Deal) -> None:
    labels = [issue_quote(session, deal, content(session, deal, day=day)).label for day in (DAY, DAY, date(2027, 1, 2))]
    assert labels == ["Q-2026-0001", "Q-2026-0002", "Q-2027-0001"]


def test_what_is_issued_is_kept_with_its_digest(session: Session, deal: Deal) -> None:
    with session.step("Enrol"):
        session.book.partner.save_enrolment(Enrolment(program="nfon-ngage", version="2016"))
        session.book.partner.save_enrolment(Enrolment(program="nec-univerge-blue"))
        session.book.partner.save_enrolment(Enrolment(program="unknown"))
    quote = issue_quote(session, deal, content(session, deal))
    kept = session.book.quotes.get(quote.id)
    assert kept == quote
    assert kept.digest == hashlib.sha256(kept.pdf).hexdigest()
    assert kept.programs[0] == "nfon-ngage 2016"
    assert [name.split(" ")[0] for name in kept.programs] == ["nfon-ngage", "nec-univerge-blue"]
    assert "Q-2026-0001" in printed(kept)


def test_a_render_that_fails_burns_no_number(session: Session, deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: QuoteContent) -> bytes:
        raise RuntimeError

    ready = content(session, deal)
    steps = session.book.step_count
    with monkeypatch.context() as patch:
        patch.setattr(quotes, "preview_quote", fail)
        with pytest.raises(RuntimeError):
            issue_quote(session, deal, ready)
    assert session.book.quotes.all() == ()
    assert session.book.step_count == steps
    assert issue_quote(session, deal, ready).label == "Q-2026-0001"


def test_a_revision_keeps_the_number_and_replaces_the_former(session: Session, deal: Deal) -> None:
    first = issue_quote(session, deal, content(session, deal))
    issue_quote(session, deal, content(session, deal))
    second = revise_quote(session, first, deal, content(session, deal, 1))
    third = revise_quote(session, first, deal, content(session, deal))
    kept = {quote.label: quote.status for quote in session.book.quotes.all()}
    assert (second.label, third.label) == ("Q-2026-0001-2", "Q-2026-0001-3")
    assert kept == {
        "Q-2026-0001": QuoteStatus.REPLACED,
        "Q-2026-0001-2": QuoteStatus.REPLACED,
        "Q-2026-0001-3": QuoteStatus.ISSUED,
        "Q-2026-0002": QuoteStatus.ISSUED,
    }
    assert "Q-2026-0001, Revision 3" in printed(third)
    assert session.book.quotes.get(first.id).pdf == first.pdf


def test_a_revision_that_fails_leaves_the_former_in_force(
    session: Session, deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = issue_quote(session, deal, content(session, deal))
    monkeypatch.setattr(quotes, "preview_quote", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        revise_quote(session, first, deal, content(session, deal))
    assert [quote.status for quote in session.book.quotes.all()] == [QuoteStatus.ISSUED]


def test_status_is_kept_and_a_replaced_quote_stays_replaced(session: Session, deal: Deal) -> None:
    first = issue_quote(session, deal, content(session, deal))
    assert set_status(session, first.id, QuoteStatus.SENT).status is QuoteStatus.SENT
    assert session.book.quotes.get(first.id).status is QuoteStatus.SENT
    session.undo()
    assert session.book.quotes.get(first.id).status is QuoteStatus.ISSUED
    revise_quote(session, first, deal, content(session, deal))
    with pytest.raises(ProblemsError):
        set_status(session, first.id, QuoteStatus.ACCEPTED)
    with pytest.raises(KeyError):
        set_status(session, "nobody", QuoteStatus.SENT)


# --- export


def test_export_is_named_by_the_number_only(session: Session, deal: Deal, tmp_path: Path) -> None:
    quote = issue_quote(session, deal, content(session, deal))
    second = revise_quote(session, quote, deal, content(session, deal))
    folder = tmp_path / "out"
    folder.mkdir()
    assert export_pdf(session, quote.id, folder).name == "Q-2026-0001.pdf"
    assert export_pdf(session, second.id, folder).read_bytes() == second.pdf
    assert sorted(file.name for file in folder.iterdir()) == ["Q-2026-0001-2.pdf", "Q-2026-0001.pdf"]


def test_an_export_that_fails_leaves_what_was_there(
    session: Session, deal: Deal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = issue_quote(session, deal, content(session, deal))
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "Q-2026-0001.pdf").write_bytes(b"before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        export_pdf(session, quote.id, folder)
    assert [file.read_bytes() for file in folder.iterdir()] == [b"before"]


def test_export_into_no_folder(session: Session, deal: Deal, tmp_path: Path) -> None:
    quote = issue_quote(session, deal, content(session, deal))
    with pytest.raises(OSError, match="nowhere"):
        export_pdf(session, quote.id, tmp_path / "nowhere")


def test_a_pdf_that_was_tampered_with_is_not_exported(session: Session, deal: Deal, tmp_path: Path) -> None:
    quote = issue_quote(session, deal, content(session, deal))
    session.book._db.execute("UPDATE quote_file SET pdf = x'25504446'")
    with pytest.raises(BookError):
        export_pdf(session, quote.id, tmp_path)
    assert not (tmp_path / "Q-2026-0001.pdf").exists()


# --- what must never be in a customer's quote

#: Words of letters that stand in no word that a quote prints of itself.
_SECRET = st.text("qxzjkvw", min_size=7, max_size=12)
_AMOUNT = st.integers(10**7, 10**9).map(lambda cents: Decimal(cents) / 100)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_no_quote_tells_what_the_partner_earns(
    session: Session, deal: Deal, tmp_path: Path, data: st.DataObject
) -> None:
    secrets = data.draw(st.lists(_SECRET, min_size=6, max_size=6, unique=True))
    program, version, plan, note, contract, tier = secrets
    buys = data.draw(st.lists(_AMOUNT, min_size=2, max_size=2))
    inputs = {contract: "12.34%"}
    lines = tuple(replace(line, buy_price=buy) for line, buy in zip((SEAT, SETUP), buys, strict=True))
    offers = tuple(replace(offer, lines=lines) for offer in deal.offers)
    choice = Choice(offer_id=offers[0].id, program=program, version=version, plan=plan)
    with session.step("Set up"):
        session.book.partner.save_enrolment(Enrolment(program=program, version=version, tier=tier, inputs=inputs))
        known = session.book.deals.save(replace(deal, offers=offers, chosen=choice, note=note))
    code = data.draw(st.sampled_from(["en", "fr", "de"]))
    ready = quote_content(session, known, [offer.id for offer in offers], DAY, language_code=code)
    quote = issue_quote(session, known, ready)
    told = f"{everything(quote.pdf)}\n{export_pdf(session, quote.id, tmp_path).name}"
    for secret in (*secrets, "12.34", "12,34", "Commission", "commission", "Provision"):
        assert secret not in told
    assert figures(printed(quote)).isdisjoint(figures(" ".join(f"{buy:.2f}" for buy in buys)))


def figures(text: str) -> set[str]:
    """Return the digits of every figure in a text, whatever stands between thousands and before cents."""
    return {re.sub(r"\D", "", found) for found in re.findall(r"\d[\d.,\N{THIN SPACE}]*", text)}


def test_figures_of_a_text_are_found() -> None:
    assert figures("a 1.234,56 € 1\N{THIN SPACE}234,56 and 1,234.56, 7") == {"123456", "7"}


def everything(pdf: bytes) -> str:
    """Return all that a PDF says: its pages, what it says of itself, and its bytes."""
    made = PdfReader(io.BytesIO(pdf))
    return "\n".join(
        [
            *(page.extract_text() for page in made.pages),
            *map(str, (made.metadata or {}).values()),
            str(made.root_object),
            pdf.decode("latin-1"),
        ]
    )


def printed(quote: Quote) -> str:
    """Return the text of a quote's PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(quote.pdf)).pages)
