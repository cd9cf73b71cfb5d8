"""The page on the book for other programs, held against the book: every column is there, every query is run."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from dealbook.book.connection import create_book, open_book
from dealbook.book.views import VIEWS
from dealbook.desk.deals import remove_deal
from dealbook.desk.figures import figuring
from dealbook.desk.forecast import forecast
from dealbook.desk.forecast_rows import Question, Reason
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.earnings.forecast import Levers
from dealbook.gui.figure_keeper import MOST
from dealbook.programs.facts import STANDING_FIGURES
from tests.book.records import fill
from tests.test_help import HELP, parts_of

PAGE: Final = (HELP / "book.md").read_text(encoding="utf-8")
PARTS: Final = {part.heading: part for part in parts_of(PAGE)}
VIEW_NAMES: Final = re.findall(r"CREATE VIEW (\w+)", "".join(VIEWS))
QUERIES: Final = [text for kind, text, _ in PARTS["Questions and their SQL"].blocks if kind == "sql"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The sample book with its figures, as another program opens it."""
    path = tmp_path_factory.mktemp("help") / "my.dealbook"
    make_sample_book(path)
    session = Session(open_book(path))
    figuring(session, date(2026, 4, 10)).finish()
    session.close()
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.mark.parametrize("name", VIEW_NAMES)
def test_every_column_of_a_view_is_documented_in_its_place(book: sqlite3.Connection, name: str) -> None:
    columns = [row[1] for row in book.execute(f"PRAGMA table_info({name})")]
    told = [re.findall(r"`(\w+)`", row[0])[0] for row in PARTS[name].rows if row[0].startswith("`")]
    assert told == columns
    assert all(len(row[1]) > 2 for row in PARTS[name].rows)


def test_every_view_is_documented_and_nothing_else() -> None:
    told = [part.heading for part in parts_of(PAGE) if part.level == 3]
    assert sorted(told) == sorted(VIEW_NAMES)


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_every_query_finds_something_in_the_sample_book(book: sqlite3.Connection, query: str) -> None:
    rows = book.execute(query).fetchall()
    assert rows or "FROM unpaid" in query


def test_the_forecast_of_the_page_agrees_with_itself(book: sqlite3.Connection) -> None:
    found = book.execute(QUERIES[0]).fetchall()
    assert found[0][0] == "2026-04-01"
    ((won,),) = book.execute("SELECT SUM(amount) FROM payments WHERE stage = 'won' AND month >= '2026-04-01'")
    assert sum(row[2] for row in found) == pytest.approx(won)


def test_the_forecast_of_the_page_is_that_of_the_window(tmp_path: Path) -> None:
    """To the cent in every month, won and weighted; in a book with one currency, for the query converts none."""
    path, day = tmp_path / "euro.dealbook", date(2026, 4, 10)
    make_sample_book(path)
    session = Session(open_book(path))
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as reader:
        figuring(session, day).finish()
        for (deal_id,) in reader.execute("SELECT DISTINCT deal_id FROM payments WHERE currency <> 'EUR'").fetchall():
            remove_deal(session, deal_id)
        figuring(session, day).finish()
        found = reader.execute(QUERIES[0]).fetchall()
    months = forecast(session, Question(day=day, levers=Levers(churn=Decimal(0), discount_rate=Decimal(0)))).contracted
    session.close()
    assert sum(row[3] > 0 for row in found) > 12
    assert {row[1] for row in found} == {"EUR"}
    for at, (month, _, won, weighted) in enumerate(found):
        assert (f"{won:.2f}", f"{weighted:.2f}") == (f"{months.won[at]:.2f}", f"{months.pipeline[at]:.2f}"), month


def test_a_renewed_contract_ends_later_and_a_cancelled_one_is_not_listed(book: sqlite3.Connection) -> None:
    query = next(text for text in QUERIES if "renewals" in text)
    found = {(customer, title): months for customer, title, _, months, *_ in book.execute(query)}
    signed = {
        (customer, title): (offer, term)
        for customer, title, offer, term in book.execute(
            "SELECT customer, title, offer_id, term_months FROM deals WHERE stage = 'won'"
        )
    }
    events = book.execute("SELECT offer_id, kind, service_month, term_months FROM events").fetchall()
    cancelled = {offer for offer, kind, *_ in events if kind == "cancellation"}
    renewed = {offer: (month, term) for offer, kind, month, term in events if kind == "renewal"}
    assert cancelled & {offer for offer, _ in signed.values()}
    assert renewed.keys() & {offer for offer, _ in signed.values()}
    assert found == {
        deal: renewed[offer][0] - 1 + (renewed[offer][1] or term) if offer in renewed else term
        for deal, (offer, term) in signed.items()
        if offer not in cancelled
    }


def test_the_python_of_the_page_runs(book: sqlite3.Connection, capsys: pytest.CaptureFixture[str]) -> None:
    (path,) = [row[2] for row in book.execute("PRAGMA database_list")]
    (code,) = [text for kind, text, _ in PARTS["From Python or the command line"].blocks if kind == "python"]
    exec(code.replace("my.dealbook", Path(path).as_posix()), {})  # noqa: S102 - our own page
    assert re.match(r"\d{4}-\d\d-01 \d+", capsys.readouterr().out)


def test_the_words_that_stand_for_something_are_those_of_the_book(book: sqlite3.Connection) -> None:
    def told(view: str, column: str) -> set[str]:
        row = next(row for row in PARTS[view].rows if row[0] == f"`{column}`")
        return set(re.findall(r"`([^`]+)`", row[1]))

    assert told("unpaid", "reason") == {reason.value for reason in Reason if reason is not Reason.NO_RATE}
    assert told("standing", "fact") == set(STANDING_FIGURES)
    for view, column in (("deals", "stage"), ("lines", "charge"), ("payments", "kind"), ("payments", "role")):
        assert {value for (value,) in book.execute(f"SELECT DISTINCT {column} FROM {view}")} <= told(view, column)
    events = next(view for view in VIEWS if "VIEW events" in view)
    assert told("events", "kind") >= set(re.findall(r"THEN '([a-z ]{5,})'", events))


def test_the_size_that_the_page_names_is_the_windows() -> None:
    assert f"more than {MOST:,} deals" in PAGE


def test_the_kinds_of_record_are_those_of_a_book_with_everything(tmp_path: Path) -> None:
    made = create_book(tmp_path / "all.dealbook")
    fill(made)
    kinds = {kind for (kind,) in made._db.execute("SELECT DISTINCT record_kind FROM history WHERE record_kind <> ''")}
    made.close()
    row = next(row for row in PARTS["history"].rows if row[0] == "`record_kind`")
    assert len(kinds) > 4
    assert kinds <= set(re.findall(r"`(\w+)`", row[1]))
