"""The views that other programs read: plain names, whole currency units, calendar days, nothing that needs Dealbook."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from dealbook.book.connection import Book, create_book
from dealbook.book.migrations import migrate
from dealbook.book.views import UNUSUAL, VIEWS
from dealbook.domain import money
from dealbook.domain.deal import Deal, Line, Offer, Stage
from dealbook.domain.months import service_month_begins
from tests.book.records import DEAL, ENROLMENT, PROGRAM, RATE, STORY, fill

ALL = frozenset(re.findall(r"CREATE VIEW (\w+)", "".join(VIEWS)))


def read(path: Path, sql: str) -> list[dict[str, Any]]:
    """Return what any program reads: a bare SQLite that may only read, and knows no function of ours."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql)]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """An empty book without a passphrase: of another one, other programs read nothing."""
    made = create_book(tmp_path / "test.dealbook")
    yield made
    made.close()


@pytest.fixture
def filled(book: Book) -> Path:
    """A book with one of everything."""
    fill(book)
    return book.path


def test_every_view_is_read_by_a_program_that_may_only_read(filled: Path) -> None:
    counts = {name: len(read(filled, f"SELECT * FROM {name}")) for name in ALL}
    stored = {"figures", "payments", "unpaid", "standing"}  # worked out later
    assert {name for name, count in counts.items() if not count} == stored
    assert counts["deals"] == 1
    assert counts["offers"] == counts["lines"] == 2
    assert counts["events"] == 5


def test_a_view_asks_for_nothing_that_duckdb_does_not_have() -> None:
    """DuckDB runs the text of a view itself: other functions, or integers divided, would mean something else there."""
    for view in VIEWS:
        if "CREATE VIEW" not in view:
            continue
        plain = re.sub(r"'[^']*'", "''", view)
        assert set(re.findall(r"(\w+) ?\(", plain)) <= {
            *("CAST", "COALESCE", "COUNT", "MAX", "substr"),
            *("AND", "IN", "THEN", "WHEN", "ELSE", "BETWEEN"),
        }
        assert not re.search(r"(?<![.\w])at\b(?! )|MAX\(at\)|^ +at ", plain, re.MULTILINE)  # a keyword there
        assert "REAL" not in plain  # half as wide there


def test_a_deal_with_its_chosen_offer(filled: Path) -> None:
    (deal,) = read(filled, "SELECT * FROM deals")
    assert deal["customer"] == DEAL.customer
    assert (deal["stage"], deal["opened"], deal["signed"]) == ("won", "2026-01-15", "2026-03-10")
    assert (deal["lost_on"], deal["lost_reason"]) == ("2026-08-01", "Too dear <b>")
    assert (deal["program"], deal["version"], deal["plan"]) == ("nfon-ngage", "2022", "commission")
    assert (deal["offer_id"], deal["starts"], deal["term_months"]) == ("offer-2", "2026-04-01", 36)
    assert (deal["probability"], deal["has_acquisition"], deal["has_care"], deal["registered"]) == (0.75, 0, 1, 1)
    offers = read(filled, "SELECT offer_id, position, chosen FROM offers ORDER BY position")
    assert [tuple(one.values()) for one in offers] == [("offer-1", 1, 0), ("offer-2", 2, 1)]


def test_an_open_deal_shows_its_first_offer(book: Book) -> None:
    line = Line(product="seat", category="ucaas", quantity=Decimal(40), unit_price=Decimal("22.50"))
    first = Offer(id="a", starts=date(2026, 4, 1), lines=(line,), term=12)
    with book.step("Deal"):
        book.deals.save(replace(DEAL, chosen=None, stage=Stage.OPEN, offers=(first, replace(first, id="b", lines=()))))
        book.deals.save(Deal(customer="Nothing offered", signed=date(2026, 4, 1), offers=()))
    one, other = read(book.path, "SELECT * FROM deals ORDER BY deal_id DESC")
    if one["customer"] != DEAL.customer:
        one, other = other, one
    assert (one["offer_id"], one["mrr"], one["nrc"], one["tcv"], one["seats"]) == ("a", 900.0, 0.0, 10800.0, 40.0)
    assert (other["offer_id"], other["mrr"], other["program"]) == (None, None, None)


def test_lines_have_what_one_unit_costs_and_its_parts(filled: Path, book: Book) -> None:
    line = next(one for one in read(filled, "SELECT * FROM lines") if one["line_id"] == "line-2")
    assert (line["price"], line["list_price"], line["buy_price"]) == (22.0, 24.0, 14.5)
    assert (line["quantity"], line["discount"], line["seats_each"], line["optional"]) == (85.5, 0.0833, 0.5, 1)
    listed = Line(
        product="x", category="sip", list_price=Decimal("24.00"), discount=Decimal("0.25"), quantity=Decimal(1)
    )
    free = Line(product="y", category="sip")
    with book.step("Lines"):
        book.deals.save(replace(DEAL, offers=(DEAL.offers[0], replace(DEAL.offers[1], lines=(listed, free)))))
    assert [one["price"] for one in read(filled, "SELECT price FROM lines ORDER BY position")] == [18.0, 0.0]


def test_events_say_what_happens_and_leave_out_what_does_not_count(filled: Path) -> None:
    found = {one["event_id"]: one for one in read(filled, "SELECT * FROM events")}
    assert [found[f"event-{n}"]["kind"] for n in range(1, 6)] == [
        *("seats added", "handover", "new price", "renewal", "successor")
    ]
    added, handover, price, renewal, successor = (found[f"event-{n}"] for n in range(1, 6))
    assert (added["day"], added["product"], added["quantity"], added["to_us"]) == ("2027-04-01", "seat", 10.0, None)
    assert (handover["role"], handover["to_us"], handover["quantity"]) == ("care", 1, None)
    assert (price["price"], price["product"], price["currency"]) == (19.9, "seat", "EUR")
    assert (renewal["term_months"], renewal["product"]) == (24, None)
    assert (successor["program"], successor["plan"], successor["price"]) == ("nec-cloud", "agent", None)


def test_memberships_rates_programs_quotes(filled: Path) -> None:
    (one,) = read(filled, "SELECT * FROM enrolments")
    assert (one["program"], one["since"], one["until"], one["certified"]) == (
        *(ENROLMENT.program, "2020-01-01", "2026-05-01", 1),
    )
    (rate,) = read(filled, "SELECT * FROM exchange_rates")
    assert tuple(rate.values()) == ("2026-01-02", RATE.base, RATE.quote, 1.0837)
    (program,) = read(filled, "SELECT * FROM programs")
    assert tuple(program.values()) == (PROGRAM.program, "2026-01-01", PROGRAM.text)
    (quote,) = read(filled, "SELECT * FROM quotes")
    assert (quote["number"], quote["revision"], quote["status"], quote["deal_id"]) == (
        *("Q-2026-0001", 1, "issued", DEAL.id),
    )


def test_the_history_names_every_step_and_what_it_touched(filled: Path) -> None:
    found = read(filled, "SELECT name, record_kind, record_id, rows_changed, undone FROM history ORDER BY step")
    assert ("Deal", "deal", DEAL.id, 10, 0) in [tuple(one.values()) for one in found]
    assert ("Quote", "quote", "quote-1", 1, 0) in [tuple(one.values()) for one in found]
    assert [tuple(one.values()) for one in found if one["undone"]] == [("Rename", "deal", DEAL.id, 1, 1)]


def test_a_step_that_cannot_be_brought_again_is_told(filled: Path, book: Book) -> None:
    question = "SELECT name, undone, dropped FROM history WHERE undone = 1"
    assert [tuple(one.values()) for one in read(filled, question)] == [("Rename", 1, 0)]
    with book.step("Something else"):
        book.partner.save_rate(replace(RATE, rate=Decimal(2)))
    assert [tuple(one.values()) for one in read(filled, question)] == [("Rename", 1, 1)]


# --- figures of every form


def test_the_currencies_are_those_that_dealbook_reckons_with() -> None:
    known = {code: 10**digits for code, digits in money._DIGITS.items() if digits != 2}
    assert known == UNUSUAL


@pytest.mark.parametrize("currency", sorted({*money._DIGITS, "EUR", "CHF"}))
def test_amounts_are_whole_units_of_their_currency(book: Book, currency: str) -> None:
    price = money.from_minor(1234567, currency)
    line = Line(product="x", category="sip", unit_price=price, list_price=price, buy_price=price)
    offer = Offer(id="a", starts=date(2026, 4, 1), lines=(line,), term=1)
    with book.step("Deal"):
        book.deals.save(replace(STORY, currency=currency, chosen=None, offers=(offer,)))
    (one,) = read(book.path, "SELECT price, list_price, buy_price FROM lines")
    assert set(one.values()) == {float(price)}
    (one,) = read(book.path, "SELECT mrr, tcv FROM deals")
    assert set(one.values()) == {float(price)}


@pytest.fixture(scope="module")
def bare() -> Iterator[sqlite3.Connection]:
    """An empty book in memory, with one offer to hang events on."""
    db = Database(memory=True)
    migrate(db)
    db.execute("PRAGMA foreign_keys = OFF")
    values = {"id": "d", "signed": "", "stage": "won", "customer_kind": "new", "currency": "EUR", "probability": "1"}
    columns = [row[1] for row in db.execute("PRAGMA table_info(deal)") if row[3] or row[1] == "id"]
    numbers = {"registered", "has_acquisition", "has_care"}
    row = {name: values.get(name, 0 if name in numbers else "") for name in columns}
    db.table("deal").insert(row)
    db.execute("INSERT INTO offer VALUES ('o', 'd', 0, '', 36, '2026-01-01', 0, 12)")
    yield db.conn
    db.conn.close()


@given(starts=st.dates(date(1000, 1, 1), date(9000, 12, 31)), months=st.lists(st.integers(1, 1300), min_size=1))
def test_an_event_has_the_day_on_which_its_service_month_begins(
    bare: sqlite3.Connection, starts: date, months: list[int]
) -> None:
    bare.execute("DELETE FROM event")
    bare.execute("UPDATE offer SET starts = ?", (starts.isoformat(),))
    bare.executemany(
        "INSERT INTO event (id, offer_id, position, month, kind, product, quantity, to_us) "
        "VALUES (?, 'o', 0, ?, 'cancel', '', '1', 0)",
        [(str(place), month) for place, month in enumerate(months)],
    )
    found = dict(bare.execute("SELECT event_id, day FROM events"))
    expected = {str(place): service_month_begins(starts, month).isoformat() for place, month in enumerate(months)}
    assert found == expected


@pytest.mark.parametrize(
    ("starts", "month", "day"),
    [
        ("2026-01-31", 2, "2026-02-28"),
        ("2024-01-31", 2, "2024-02-29"),
        ("2000-01-30", 2, "2000-02-29"),
        ("1900-01-30", 2, "1900-02-28"),
        ("2026-08-31", 2, "2026-09-30"),
        ("2026-12-31", 1, "2026-12-31"),
        ("2026-12-01", 2, "2027-01-01"),
    ],
)
def test_the_day_is_clipped_to_the_end_of_its_month(
    bare: sqlite3.Connection, starts: str, month: int, day: str
) -> None:
    bare.execute("DELETE FROM event")
    bare.execute("UPDATE offer SET starts = ?", (starts,))
    bare.execute(
        "INSERT INTO event (id, offer_id, position, month, kind, product, quantity, to_us) "
        "VALUES ('e', 'o', 0, ?, 'cancel', '', '1', 0)",
        (month,),
    )
    assert bare.execute("SELECT day FROM events").fetchall() == [(day,)]
