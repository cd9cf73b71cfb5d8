"""Search: every word anywhere, in any case and spelling, by an index that always says what the texts say."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealbook.book.connection import Book, open_book
from dealbook.book.derived import words_of
from dealbook.book.folding import forms, matches, searchable
from dealbook.domain.deal import Deal
from tests.book.records import texts

DAY = date(2026, 3, 10)
BOOKS = Path(__file__).parents[1] / "books"
NAMES = ("Müller", "mueller", "Straße", "ÉCOLE", "a", "ab", "Zoë", 'say "hi"', "100 %", "_", "中文字", "ﬁber", "İzmir")
words = st.sampled_from(NAMES) | texts


def check(path: Path) -> None:
    """Ask SQLite whether the index says what the texts say."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO deal_search (deal_search, rank) VALUES ('integrity-check', 1)")
        known = {key for (key,) in connection.execute("SELECT id FROM deal_text")}
        assert known == {key for (key,) in connection.execute("SELECT id FROM deal")}


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("Müller", "MÜLLER"),
        ("Müller", "muller"),
        ("Müller", "mueller"),
        ("Mu\u0308ller", "müller"),
        ("Mueller", "müller"),
        ("Straße", "strasse"),
        ("École", "ecole"),
        ("Hafenlogistik", "log haf"),
        ("Łódź Øst", "lodz ost"),
        ("Nord\u00a0Süd", "nord sued"),
        ("anything", " \0 "),
        ("anything", "\ud800"),
    ],
)
def test_what_is_typed_is_found(text: str, search: str) -> None:
    assert matches(searchable(text), search)


@pytest.mark.parametrize(("text", "search"), [("Muller", "mueller"), ("Meier", "meyer"), ("ab cd", "bc")])
def test_what_is_another_word_is_not_found(text: str, search: str) -> None:
    assert not matches(searchable(text), search)


@given(words, words)
def test_every_part_of_a_word_is_found(first: str, second: str) -> None:
    whole = searchable(f"{first} {second}")
    for word in (first, second):
        assert all(any(form in whole for form in forms(part)) for part in word.split())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=6), words, st.integers(0, 9), st.integers(1, 9))
def test_the_index_finds_what_is_in_the_texts(
    book: Book, drawn: list[tuple[str, str]], search: str, start: int, length: int
) -> None:
    with book.step("Deals"):
        for deal in book.deals.all():
            book.deals.remove(deal.id)
        deals = [book.deals.save(Deal(customer=a, note=b, signed=DAY, offers=())) for a, b in drawn]
    for looked in (search, drawn[0][0][start : start + length], f"{drawn[0][0]} {drawn[0][1]}"):
        wanted = {deal.id for deal in deals if matches(words_of(deal), looked)}
        assert set(book.deals.find(looked)) == wanted


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["new", "change", "remove", "undo", "redo"]), words), max_size=12))
def test_the_index_follows_every_history(book: Book, actions: list[tuple[str, str]]) -> None:
    for action, word in actions:
        deals = book.deals.all()
        if action == "undo":
            book.undo()
        elif action == "redo":
            book.redo()
        elif action == "new" or not deals:
            with book.step("New"):
                book.deals.save(Deal(customer=word, signed=DAY, offers=()))
        else:
            with book.step("Change"):
                if action == "remove":
                    book.deals.remove(deals[0].id)
                else:
                    book.deals.save(replace(deals[0], contact=word))
        found = dict(book._db.execute("SELECT id, words FROM deal_text").fetchall())
        assert found == {deal.id: words_of(deal) for deal in book.deals.all()}
    check(book.path)


def test_a_failed_step_leaves_the_index_as_it_was(book: Book) -> None:
    def fail() -> None:
        with book.step("Fail"):
            book.deals.save(Deal(customer="Müller", signed=DAY, offers=()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert book.deals.find("mul") == []
    check(book.path)


@pytest.mark.parametrize("name", ["0001-first", "0002-second"])
def test_an_older_book_is_indexed_when_it_is_opened(tmp_path: Path, name: str) -> None:
    path = tmp_path / "old.dealbook"
    shutil.copyfile(BOOKS / f"{name}.dealbook", path)
    book = open_book(path)
    (deal,) = book.deals.all()
    word = deal.customer.split()[-1]
    assert book.deals.find(word[:3]) == book.deals.find(word) == [deal.id]
    check(path)
    book.close()
