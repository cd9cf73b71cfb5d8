"""Deals from tables and back: what goes out comes in again, wrong rows are told at their place, undo takes it back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.desk.export_names import DEALS
from dealbook.desk.exporting import write_table
from dealbook.desk.exporting_deals import deal_rows
from dealbook.desk.forms import CATEGORIES as CATEGORY_NAMES
from dealbook.desk.importing import IMPORT, Preview, importing, leaving_out, preview
from dealbook.desk.session import Session
from dealbook.desk.table_fields import DEAL_FIELDS, Field
from dealbook.desk.table_layout import Layout, headers, layout_for, remember, samples
from dealbook.domain.deal import CATEGORIES, Charge, CustomerKind, Deal, Line, Offer, RampStep, Role, Stage
from dealbook.domain.partner import Partner
from dealbook.language import LANGUAGES, language
from dealbook.tables.reading import read_tables
from dealbook.tables.writing import csv_bytes
from tests.book.records import dump

TODAY = date(2026, 3, 10)
EN = language("en")
GERMAN = "Kunde;Titel;Abschluss;Produkt;Art;Menge;Einzelpreis\nMeier;Büro;10.3.2026;Seat;UCaaS;85;22,5\n"
HEADER = "Customer;Title;Closes;Product;Category;Qty;Price"


def seen(session: Session, folder: Path, text: str, code: str = "en", category: str = "") -> Preview:
    """Return the preview of a table in a file."""
    path = folder / "deals.csv"
    path.write_text(text, encoding="utf-8")
    (sheet,) = read_tables(path)
    layout = layout_for(session, sheet, DEAL_FIELDS, language(code))
    return preview(session, sheet, replace(layout, category=category), TODAY).finish()


def told(found: Preview, code: str = "en") -> list[str]:
    """Return everything that is wrong, with its place."""
    faults = (fault for draft in found.drafts for fault in draft.faults)
    return [f"{found.sheet.place(fault.row, fault.column)}: {fault.text(language(code))}" for fault in faults]


# --- out and in again

words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8) | st.sampled_from(
    [
        "=cmd|' /C calc'!A0",
        "+49 431 1",
        "-1",
        "@home",
        "'=1",
        "''@x",
        "Müller; Söhne",
        'a "b"',
        "line\nbreak",
        "1,5",
        "＝1",
    ]
)
maybe = words | st.just("")
codes = st.sampled_from(LANGUAGES)
money = st.integers(0, 10**9).map(lambda minor: Decimal(minor).scaleb(-2))
figures = st.decimals(0, 10**6, places=3, allow_nan=False)
shares = st.integers(0, 10000).map(lambda basis: Decimal(basis).scaleb(-4))
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
lines = st.builds(
    Line,
    product=words,
    category=st.sampled_from(CATEGORIES),
    quantity=figures,
    charge=st.sampled_from(Charge),
    unit_price=money,
    list_price=st.none() | money,
    discount=st.none() | shares,
    buy_price=st.none() | money,
    free_months=st.integers(0, 12),
    ramp=st.just(()) | st.just((RampStep(1, Decimal(20)), RampStep(7, Decimal("40.5")))),
    seats_each=st.none() | figures,
    description=maybe,
    optional=st.booleans(),
)


@st.composite
def deals(draw: st.DrawFn) -> Deal:
    """Return a deal without faults, events and choice, which a table does not hold."""
    signed = draw(days)
    offers = draw(
        st.lists(
            st.builds(
                Offer,
                title=maybe,
                lines=st.lists(lines, max_size=3).map(tuple),
                term=st.integers(1, 120),
                starts=days.filter(lambda day: day >= signed) if signed < date(2090, 12, 1) else st.just(signed),
                renewals=st.integers(0, 5),
                renewal_term=st.integers(1, 24),
            ),
            min_size=1,
            max_size=3,
            unique_by=lambda offer: offer.title,
        )
    )
    return Deal(
        customer=draw(words),
        title=draw(maybe),
        signed=signed,
        offers=tuple(offers),
        stage=draw(st.sampled_from(Stage)),
        probability=draw(shares),
        currency=draw(st.sampled_from(["EUR", "USD", "KWD"])),
        country=draw(st.none() | st.sampled_from(["DE", "FR"])),
        customer_kind=draw(st.sampled_from(CustomerKind)),
        segment=draw(st.none() | words),
        registered=draw(st.booleans()),
        roles=draw(st.frozensets(st.sampled_from(Role))),
        contact=draw(maybe),
        address=draw(maybe),
        note=draw(maybe),
        opened=draw(st.none() | days),
        lost_on=draw(st.none() | days),
        lost_reason=draw(maybe),
    )


def plain(deal: Deal) -> Deal:
    """Return a deal without its ids."""
    offers = (replace(offer, id="", lines=tuple(replace(line, id="") for line in offer.lines)) for offer in deal.offers)
    return replace(deal, id="", offers=tuple(offers))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@given(
    made=st.lists(deals(), min_size=1, max_size=4), code=st.sampled_from(LANGUAGES), screen=st.sampled_from(LANGUAGES)
)
def test_what_is_exported_is_imported_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, made: list[Deal], code: str, screen: str
) -> None:
    from dealbook.book.connection import create_book

    folder = tmp_path_factory.mktemp("trip")
    session = Session(create_book(folder / "trip.dealbook"))
    try:
        path = folder / f"deals{suffix}"
        write_table(path, DEALS, deal_rows(made, language(code)), language(code))
        (sheet,) = read_tables(path)
        layout = layout_for(session, sheet, DEAL_FIELDS, language(screen))
        found = preview(session, sheet, layout, TODAY).finish()
        assert told(found) == []
        assert [plain(deal) for deal in importing(session, found).finish()] == made
    finally:
        session.close()


# --- reading


@pytest.mark.parametrize(
    ("text", "screen", "price"),
    [
        (f"{HEADER}\nMeier;Büro;10.3.2026;Seat;UCaaS;85;1.022,50\n", "en", "1022.50"),
        (f"{HEADER}\nMeier;Büro;10/03/2026;Seat;UCaaS;85;1 022,50 €\n", "de", "1022.50"),
        (f"{HEADER}\nMeier;Büro;2026-03-10;Seat;ucaas;85;1,022.50\n", "de", "1022.50"),
        (f"{HEADER}\nMeier;Büro;10. März 2026;Seat;UCaaS;85;22\n", "en", "22"),
        (GERMAN.replace(";", "\t"), "fr", "22.5"),
    ],
)  # fmt: skip
def test_numbers_and_days_are_read_as_they_are_written(
    session: Session, tmp_path: Path, text: str, screen: str, price: str
) -> None:
    found = seen(session, tmp_path, text, screen)
    assert told(found) == []
    (deal,) = found.wanted
    assert (deal.customer, deal.title, deal.signed) == ("Meier", "Büro", date(2026, 3, 10))
    (line,) = deal.offers[0].lines
    assert (line.product, line.quantity, line.unit_price) == ("Seat", Decimal(85), Decimal(price))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-10 14:05", date(2026, 3, 10)),
        ("2026-03-10T14:05:01.123Z", date(2026, 3, 10)),
        ("2026-03-10T23:05:01+02:00", date(2026, 3, 10)),
        ("10.03.2026 00:00:00", date(2026, 3, 10)),
        ("10/03/2026 2:05 PM", date(2026, 3, 10)),
        ("10.3.26", date(2026, 3, 10)),
        ("1/2/26", date(2026, 2, 1)),
    ],
)
def test_days_are_read_as_other_programs_write_them(session: Session, tmp_path: Path, written: str, day: date) -> None:
    found = seen(session, tmp_path, f"{HEADER}\nMeier;A;{written};Seat;UCaaS;1;2\n")
    assert told(found) == []
    assert found.wanted[0].signed == day


@pytest.mark.parametrize("written", ["10.3/26", "26-03-10", "10.3.", "10.3.126", "14:05", "2026-03-10 noon"])
def test_what_could_be_another_day_is_none(session: Session, tmp_path: Path, written: str) -> None:
    (line,) = told(seen(session, tmp_path, f"{HEADER}\nMeier;A;{written};Seat;UCaaS;1;2\n"))
    assert "is no day" in line


@pytest.mark.parametrize(
    ("term", "months"),
    [("36", 36), ("36 months", 36), ("24 Monate", 24), ("3 years", 36), ("2 Jahre", 24), ("1 an", 12)],
)
def test_a_term_may_have_its_unit(session: Session, tmp_path: Path, term: str, months: int) -> None:
    found = seen(session, tmp_path, f"{HEADER};Term\nMeier;A;;Seat;UCaaS;1;2;{term}\n")
    assert told(found) == []
    assert found.wanted[0].offers[0].term == months


@pytest.mark.parametrize(
    ("price", "amount"), [("89,–", "89"), ("89,--", "89"), ("1.089,- €", "1089"), ("€ 89,50", "89.50")]
)
def test_prices_without_cents(session: Session, tmp_path: Path, price: str, amount: str) -> None:
    found = seen(session, tmp_path, f"Kunde;Produkt;Art;Menge;Einzelpreis\nMeier;Seat;UCaaS;1,5;{price}\n", "de")
    assert told(found) == []
    assert found.wanted[0].offers[0].lines[0].unit_price == Decimal(amount)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Deal Name,Deal Stage,Close Date,Associated Company", "Tel,closedwon,2026-03-10 14:05,Meier"),
        ("Opportunity Name,Account Name,Stage,Close Date", "Tel,Meier,Closed Won,10/03/2026"),
        (
            "Deal - Title;Deal - Organization;Deal - Status;Deal - Expected close date;Deal - Currency",
            "Tel;Meier;Won;2026-03-10;EUR",
        ),
        ("Bezeichnung;Kunde;Status;Vertragsdatum", "Tel;Meier;gewonnen;10.03.26"),
        ("Intitulé;Client;Statut;Date de signature", "Tel;Meier;gagnée;10/03/2026"),
    ],
)
def test_what_other_programs_export_is_known(session: Session, tmp_path: Path, header: str, row: str) -> None:
    found = seen(session, tmp_path, f"{header}\n{row}\n")
    assert told(found) == []
    (deal,) = found.wanted
    assert (deal.customer, deal.title, deal.stage, deal.signed) == ("Meier", "Tel", Stage.WON, date(2026, 3, 10))


def test_a_currency_is_no_header(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Wer;Was\nMeier;EUR\n", encoding="utf-8")
    (sheet,) = read_tables(path)
    assert layout_for(session, sheet, DEAL_FIELDS, EN).columns == {}
    assert headers(sheet) == ("Wer", "Was")


def test_what_the_table_does_not_say_comes_from_the_book(session: Session, tmp_path: Path) -> None:
    with session.step("Partner"):
        session.book.partner.save(Partner(name="N", country="FR", currency="USD"))
    (deal,) = seen(session, tmp_path, "Customer;Product;Price\nMeier;Seat;22\n", category="ccaas").wanted
    assert (deal.currency, deal.country, deal.signed) == ("USD", "FR", date(2026, 4, 10))
    assert (deal.offers[0].starts, deal.offers[0].lines[0].category) == (date(2026, 5, 1), "ccaas")


def test_a_product_of_the_book_brings_its_category(session: Session, tmp_path: Path) -> None:
    importing(session, seen(session, tmp_path, f"{HEADER}\nA;T;2026-03-10;Trunk;SIP;1;2\n")).finish()
    (deal,) = seen(session, tmp_path, "Customer;Product;Price\nMeier;trunk;22\n").wanted
    assert deal.offers[0].lines[0].category == "sip"


def test_rows_of_one_customer_and_title_are_one_deal(session: Session, tmp_path: Path) -> None:
    text = f"{HEADER}\nMeier;A;;Seat;UCaaS;1;2\nSchulz;A;;Seat;UCaaS;1;2\nMEIER;a;;Phone;Hardware;3;4\n"
    found = seen(session, tmp_path, text)
    assert told(found) == []
    assert [(deal.customer, len(deal.offers[0].lines)) for deal in found.wanted] == [("Meier", 2), ("Schulz", 1)]


def test_a_deal_number_joins_rows_and_keeps_them_apart(session: Session, tmp_path: Path) -> None:
    text = "Deal no.;Customer;Product;Category;Price\n1;Meier;A;SIP;1\n2;Meier;B;SIP;1\n1;;C;SIP;1\n"
    found = seen(session, tmp_path, text)
    assert [[line.product for line in deal.offers[0].lines] for deal in found.wanted] == [["A", "C"], ["B"]]


# --- what is wrong


def test_wrong_rows_are_told_at_their_place(session: Session, tmp_path: Path) -> None:
    rows = [
        "Meier;A;32.13.2026;Seat;UCaaS;1;2",
        "Schulz;B;2026-03-10;Seat;UKaaS;many;2",
        "",
        ";C;2026-03-10;Seat;UCaaS;1;2",
        "Weber;D;2026-03-10;Seat;UCaaS;-1;2.125",
        "Weber;D;2026-03-11;Seat;UCaaS;1;2",
    ]
    found = seen(session, tmp_path, "\n".join([HEADER, *rows]))
    assert told(found) == [
        "deals.csv:2:C: “32.13.2026” is no day. Days are written like 2026-03-10 or 10.3.2026.",
        f"deals.csv:3:E: “UKaaS” is not known here. One of these can stand here: {', '.join(CATEGORY_NAMES.values())}.",
        "deals.csv:3:F: “many” is no number.",
        "deals.csv:5:A: This must not be empty.",
        "deals.csv:7:C: “2026-03-11” here, but “2026-03-10” in row 6 of the same deal.",
        "deals.csv:6:G: 2.125 has more decimals than EUR has.",
        "deals.csv:6:F: −1 is negative; it must be 0 or more.",
    ]
    assert found.faulty == {2, 3, 5, 6, 7}


def test_nothing_is_imported_while_a_row_that_stays_in_is_wrong(session: Session, tmp_path: Path) -> None:
    found = seen(session, tmp_path, f"{HEADER}\nMeier;A;;Seat;UCaaS;x;2\nMeier;A;;Phone;Hardware;1;2\n")
    assert found.blocking == 1
    assert found.wanted == ()
    with pytest.raises(ValueError, match="1 rows"):
        importing(session, found)
    found = leaving_out(session, found, {2}, TODAY)
    assert found.blocking == 0
    (deal,) = found.wanted
    assert [line.product for line in deal.offers[0].lines] == ["Phone"]
    assert leaving_out(session, found, set(), TODAY).blocking == 1


def test_a_deal_that_is_there_is_left_out_until_somebody_wants_it(session: Session, tmp_path: Path) -> None:
    text = f"{HEADER}\nMeier;A;2026-03-10;Seat;UCaaS;1;2\n"
    importing(session, seen(session, tmp_path, text)).finish()
    found = seen(session, tmp_path, text)
    assert found.drafts[0].is_known
    assert found.left_out == {2}
    assert found.wanted == ()
    assert len(importing(session, leaving_out(session, found, (), TODAY)).finish()) == 1
    assert len(session.deals) == 2


# --- one step


def table(count: int) -> str:
    """Return a table of some deals of two lines each."""
    rows = (f"Customer {n};T;2026-03-10;{what};UCaaS;{n};22" for n in range(count) for what in ("Seat", "Phone"))
    return "\n".join([HEADER, *rows])


def test_an_import_is_one_step_and_undo_brings_the_book_back(session: Session, tmp_path: Path) -> None:
    found = seen(session, tmp_path, table(30))
    before = dump(session.book.path)
    importing(session, found).finish()
    assert session.book.undo_name == IMPORT
    assert len(session.deals) == 30
    after = dump(session.book.path)
    session.undo()
    assert dump(session.book.path) == before
    session.redo()
    assert dump(session.book.path) == after != before


@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_an_import_that_is_stopped_leaves_nothing(session: Session, tmp_path: Path, pieces: int) -> None:
    found = seen(session, tmp_path, table(80))
    before = dump(session.book.path)
    work = importing(session, found)
    for _ in range(pieces):
        assert work.step()
    assert 0 <= work.done < work.total == 80
    work.stop()
    assert dump(session.book.path) == before
    assert (dict(session.deals), session.book.in_step, session.book.undo_name) == ({}, False, None)
    assert len(importing(session, found).finish()) == 80


# --- layouts


def test_a_layout_is_remembered_by_the_headers(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Wer;Was;Wieviel\nMeier;Seat;3\n", encoding="utf-8")
    (sheet,) = read_tables(path)
    assert layout_for(session, sheet, DEAL_FIELDS, EN).columns == {}
    chosen = Layout({Field.CUSTOMER: 0, Field.PRODUCT: 1, Field.QUANTITY: 2}, "fr", "sip")
    remember(session, sheet, chosen, DEAL_FIELDS)
    path.write_text("wer,WAS,wieviel\nSchulz,Phone,3\n", encoding="utf-8")
    (other,) = read_tables(path)
    assert layout_for(session, other, DEAL_FIELDS, EN) == chosen


@pytest.mark.parametrize("kept", ["not json", "[]", '{"columns": {"customer": 9}, "language": "en", "category": ""}'])
def test_a_remembered_layout_that_does_not_fit_is_passed_over(session: Session, tmp_path: Path, kept: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Customer;Was\nMeier;Seat\n", encoding="utf-8")
    (sheet,) = read_tables(path)
    remember(session, sheet, Layout({}, "en"), DEAL_FIELDS)
    session.book.settings.set("import deals " + sha256(b"customer\nwas").hexdigest()[:32], kept)
    assert layout_for(session, sheet, DEAL_FIELDS, EN).columns == {Field.CUSTOMER: 0}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_header_of_an_export_is_known_in_every_language(session: Session, tmp_path: Path, code: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(csv_bytes([*deal_rows((), language(code)), ["x"]], language(code).decimal_point))
    (sheet,) = read_tables(path)
    layout = layout_for(session, sheet, DEAL_FIELDS, EN)
    assert list(layout.columns) == list(DEAL_FIELDS)
    assert list(layout.columns.values()) == list(range(len(DEAL_FIELDS)))
    assert layout.language == code


def test_lines_above_the_header_are_passed_over(session: Session, tmp_path: Path) -> None:
    text = f"Our deals;;\n\n{HEADER}\nMeier;A;2026-03-10;Seat;UCaaS;1;2\n"
    found = seen(session, tmp_path, text)
    assert headers(found.sheet)[:2] == ("Customer", "Title")
    assert samples(found.sheet, 0, EN) == ("Meier",)
    assert [deal.customer for deal in found.wanted] == ["Meier"]
