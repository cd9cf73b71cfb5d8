"""Issued quotes: what is frozen, and the numbers."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealbook.book.connection import Book, BookError
from dealbook.domain.quote import Quote, QuoteStatus
from tests.book.records import DEAL, LOGO, PDF, quote


@pytest.fixture(autouse=True)
def _deal(book: Book) -> None:
    with book.step("Deal"):
        book.deals.save(DEAL)


def _issued(book: Book, wanted: Quote) -> Quote:
    with book.step("Issue"):
        return book.quotes.save(wanted)


def test_a_quote_comes_back_whole(book: Book) -> None:
    saved = _issued(book, quote())
    assert book.quotes.get(saved.id) == saved == quote(quote_id=saved.id)
    assert book.quotes.pdf(saved.id) == PDF
    with pytest.raises(KeyError):
        book.quotes.get("nothing")


def test_the_list_leaves_the_big_parts_out(book: Book) -> None:
    _issued(book, quote())
    (listed,) = book.quotes.all()
    assert (listed.pdf, listed.content.sender.logo, listed.content.sender.name) == (b"", b"", "Nordlicht")
    assert LOGO not in book._db.execute("SELECT * FROM quote").fetchone()


def test_the_list_is_in_the_order_of_numbers(book: Book) -> None:
    for year in (2026, 2025):
        for number in range(1, 4):
            _issued(book, quote(f"Q-{year}-{number:04d}"))
    _issued(book, quote("Q-2025-0002", revision=2))
    labels = [listed.label for listed in book.quotes.all()]
    assert labels == sorted(labels) == [*dict.fromkeys(labels)]
    assert "Q-2025-0002-2" in labels


def test_the_status_is_all_that_changes(book: Book) -> None:
    saved = _issued(book, quote())
    (listed,) = book.quotes.all()
    for sent in (replace(saved, status=QuoteStatus.SENT), replace(listed, status=QuoteStatus.ACCEPTED)):
        _issued(book, sent)
        assert book.quotes.get(saved.id) == replace(saved, status=sent.status)
    book.undo()
    assert book.quotes.get(saved.id).status is QuoteStatus.SENT
    for other in (
        replace(saved, content=replace(saved.content, title="Other")),
        replace(saved, pdf=b"other"),
        replace(saved, programs=()),
        replace(saved, deal_id="other"),
    ):
        with pytest.raises(BookError) as refused:
            _issued(book, other)
        assert refused.value.code == "quote-frozen"


def test_a_pdf_is_the_one_of_its_digest(book: Book) -> None:
    with pytest.raises(BookError) as refused:
        _issued(book, replace(quote(), pdf=PDF + b" "))
    assert refused.value.code == "quote-digest"
    saved = _issued(book, quote())
    book._db.execute("UPDATE quote_file SET pdf = x'00'")
    with pytest.raises(BookError, match=saved.label):
        book.quotes.pdf(saved.id)


def test_numbers_begin_anew_every_year(book: Book) -> None:
    _issued(book, quote("Q-2025-0001"))
    _issued(book, quote("Q-2025-0002"))
    assert (book.quotes.next_number(2025), book.quotes.next_number(2026)) == ("Q-2025-0003", "Q-2026-0001")


def test_numbers_go_on_after_four_digits(book: Book) -> None:
    _issued(book, quote())
    book._db.execute("UPDATE quote SET number = 'Q-2026-9999'")
    assert book.quotes.next_number(2026) == "Q-2026-10000"
    _issued(book, quote("Q-2026-10000"))
    assert book.quotes.next_number(2026) == "Q-2026-10001"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (quote("Q-2026-0003"), "Q-2026-0002"),
        (quote("Q-2025-0002"), "Q-2025-0001"),
        (quote("Q-2026-0001"), "Q-2026-0001-2"),
        (quote("Q-2026-0001", revision=3), "Q-2026-0001-2"),
        (quote("Q-2026-0002", revision=2), "Q-2026-0002"),
    ],
)
def test_a_number_that_is_not_the_next_is_refused(book: Book, wanted: Quote, expected: str) -> None:
    _issued(book, quote())
    with pytest.raises(BookError) as refused:
        _issued(book, wanted)
    assert (refused.value.code, refused.value.facts["expected"]) == ("quote-number", expected)
    assert len(book.quotes.all()) == 1


def _failed(book: Book) -> None:
    with book.step("Render"):
        book.quotes.save(quote(book.quotes.next_number(2026)))
        raise ZeroDivisionError


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.sampled_from(["issue", "fail", "undo", "redo", "revise"]), min_size=1, max_size=12))
def test_numbers_have_no_gaps_whatever_happens(book: Book, acts: list[str]) -> None:
    for act in acts:
        match act:
            case "issue":
                _issued(book, quote(book.quotes.next_number(2026)))
            case "fail":
                with pytest.raises(ZeroDivisionError):
                    _failed(book)
            case "revise":
                for last in book.quotes.all()[-1:]:
                    _issued(book, quote(last.content.number, revision=last.content.revision + 1))
            case _:
                getattr(book, act)()
    found = [(q.content.number, q.content.revision) for q in book.quotes.all()]
    serials = sorted({int(number[-4:]) for number, _ in found})
    assert serials == list(range(1, len(serials) + 1))
    assert all(b[1] == a[1] + 1 for a, b in pairwise(found) if a[0] == b[0])
