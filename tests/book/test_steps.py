"""Named changes: all or nothing, undone to the byte, redone to the byte, across restarts."""

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dealbook.book.connection import Book, BookError, create_book, open_book
from dealbook.book.steps import Touched
from dealbook.domain.deal import Deal
from dealbook.domain.quote import Quote, QuoteStatus
from tests.book.records import (
    DEAL,
    LEFT,
    PARTNER,
    RATE,
    STORY,
    deals,
    drafts,
    dump,
    enrolments,
    fill,
    partners,
    programs,
    quote,
)
from tests.book.records import lines as some_lines
from tests.book.records import offers as some_offers
from tests.book.records import rates as some_rates


def _failed(book: Book, deal: Deal, *quotes: Quote) -> None:
    with book.step("Fail"):
        book.deals.save(deal)
        book.partner.save(PARTNER)
        for issued in quotes:
            book.quotes.save(issued)
        raise ZeroDivisionError


class BooksUndoEverything(RuleBasedStateMachine):
    """Any series of steps, undos, redos and restarts: the book is always byte for byte what it was at that point."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.book = create_book(Path(self.folder.name) / "any.dealbook")
        self.past: list[dict[str, list[tuple[object, ...]]]] = []
        self.future: list[dict[str, list[tuple[object, ...]]]] = []
        self.present = dump(self.book.path)

    @initialize(deal=deals)
    def begin(self, deal: Deal) -> None:
        self.made("first", lambda: self.book.deals.save(deal))

    def made(self, name: str, *writes: object) -> None:
        with self.book.step(name):
            for write in writes:
                write()  # type: ignore[operator]
        now = dump(self.book.path)
        if now != self.present:
            self.past.append(self.present)
            self.future.clear()
            self.present = now
            assert self.book.undo_name == name

    @rule(deal=deals, partner=partners, enrolment=enrolments, rate=some_rates, program=programs, draft=drafts)
    def add(self, **new: object) -> None:
        store = self.book.partner
        self.made(
            "add",
            lambda: self.book.deals.save(new["deal"]),  # type: ignore[arg-type]
            lambda: store.save(new["partner"]),  # type: ignore[arg-type]
            lambda: store.save_enrolment(new["enrolment"]),  # type: ignore[arg-type]
            lambda: store.save_rate(new["rate"]),  # type: ignore[arg-type]
            lambda: self.book.programs.save(new["program"]),  # type: ignore[arg-type]
            lambda: self.book.drafts.save(new["draft"]),  # type: ignore[arg-type]
        )

    @rule(data=st.data())
    def change_a_deal(self, data: st.DataObject) -> None:
        deal = self.some_deal(data)
        offers = list(deal.offers) + data.draw(st.lists(some_offers, max_size=1))
        kept = data.draw(st.permutations(offers)) if offers else []
        kept = kept[: data.draw(st.integers(0, len(kept)))]
        shared = [line for offer in kept for line in offer.lines]  # lines move between offers, and their offers may go
        changed = tuple(replace(offer, lines=self.some_of(data, shared)) for offer in kept)
        note = data.draw(st.sampled_from([deal.note, "other"]))
        self.made("change", lambda: self.book.deals.save(replace(deal, offers=changed, note=note)))

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        deal = self.some_deal(data)
        if deal.id:
            self.made("remove", lambda: self.book.deals.remove(deal.id))
        for enrolment in self.book.partner.enrolments()[:1]:
            self.made("leave", partial(self.book.partner.remove_enrolment, enrolment.id))
        for draft in self.book.drafts.all()[:1]:
            self.made("discard", partial(self.book.drafts.remove, draft.id))

    @rule(data=st.data())
    def there_and_back(self, data: st.DataObject) -> None:
        deal = self.some_deal(data)
        if deal.id:
            other = replace(deal, customer="other", offers=())
            self.made("nothing", lambda: self.book.deals.save(other), lambda: self.book.deals.save(deal))

    @rule(deal=deals)
    def fail(self, deal: Deal) -> None:
        names = (self.book.undo_name, self.book.redo_name)
        with pytest.raises(ZeroDivisionError):
            _failed(self.book, deal)
        assert (self.book.undo_name, self.book.redo_name) == names

    @rule()
    def undo(self) -> None:
        assert (self.book.undo() is not None) == bool(self.past)
        if self.past:
            self.future.append(self.present)
            self.present = self.past.pop()

    @rule()
    def redo(self) -> None:
        assert (self.book.redo() is not None) == bool(self.future)
        if self.future:
            self.past.append(self.present)
            self.present = self.future.pop()

    @rule()
    def restart(self) -> None:
        self.book.close()
        self.book = open_book(self.book.path)

    @invariant()
    def the_book_is_what_it_was(self) -> None:
        assert dump(self.book.path) == self.present
        assert self.book.step_count == len(self.past)
        assert bool(self.book.redo_name) == bool(self.future)

    def some_deal(self, data: st.DataObject) -> Deal:
        found = self.book.deals.all()
        return data.draw(st.sampled_from(found)) if found else Deal(customer="", signed=RATE.day, offers=())

    def some_of(self, data: st.DataObject, shared: list) -> tuple:
        fresh = data.draw(st.lists(some_lines, max_size=1))
        chosen = data.draw(st.lists(st.sampled_from(shared), max_size=3)) if shared else []
        return (*chosen, *fresh)

    def teardown(self) -> None:
        first, last = [*self.past, self.present][0], [self.present, *self.future[::-1]][-1]
        while self.book.undo():
            pass
        assert dump(self.book.path) == first
        while self.book.redo():
            pass
        assert dump(self.book.path) == last
        self.book.close()
        self.folder.cleanup()


BooksUndoEverything.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestBooksUndoEverything = BooksUndoEverything.TestCase


def _counted(book: Book, table: str) -> int:
    return int(book._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_keystroke_writes_one_row_and_keeps_one_cell(book: Book) -> None:
    with book.step("New"):
        book.deals.save(DEAL)
    statements: list[str] = []
    line = replace(DEAL.offers[1].lines[0], quantity=DEAL.offers[1].lines[0].quantity + 1)
    offer = replace(DEAL.offers[1], lines=(line, *DEAL.offers[1].lines[1:]))
    with book.step("Quantity"), book._db.tracer(lambda sql, _: statements.append(sql)):
        book.deals.save(replace(DEAL, offers=(DEAL.offers[0], offer)))
    assert [sql for sql in statements if not sql.startswith("SELECT")] == [
        'UPDATE "line" SET "quantity" = ? WHERE id = ?'
    ]
    kept = book._db.execute("SELECT tbl, row_id, before, after FROM step_row WHERE step_id = 2").fetchall()
    assert kept == [("line", "line-2", '{"quantity":"85.5"}', '{"quantity":"86.5"}')]


def test_a_step_in_which_nothing_differs_leaves_no_history(book: Book) -> None:
    fill(book)
    with book.step("Same"):
        book.deals.save(STORY)
        book.partner.save(PARTNER)
        book.partner.save_enrolment(LEFT)
        book.partner.save_rate(RATE)
    assert (book.undo_name, book.redo_name, _counted(book, "step")) == (None, "Rename", 4)


def test_undo_and_redo_say_what_they_touched(book: Book) -> None:
    with book.step("New") as step:
        deal = book.deals.save(replace(DEAL, id=""))
        book.partner.save(PARTNER)
    touched = Touched("New", frozenset({("deal", deal.id), ("partner", "")}))
    assert step.touched == touched
    assert book.undo() == touched
    assert book.redo() == touched
    assert book.redo() is None


def test_a_new_step_after_undo_ends_the_old_branch(book: Book) -> None:
    for name in ("A", "B", "C"):
        with book.step(name):
            book.partner.save(replace(PARTNER, name=name))
    book.undo()
    book.undo()
    with book.step("D"):
        book.partner.save(replace(PARTNER, name="D"))
    assert (book.undo_name, book.redo_name, book.step_count) == ("D", None, 2)
    dropped = book._db.execute("SELECT name, dropped_by FROM step WHERE undone = 1 ORDER BY id").fetchall()
    assert dropped == [("B", 4), ("C", 4)], "nothing is deleted for good"
    book.undo()
    assert book.partner.get().name == "A"


def test_redo_brings_steps_again_in_their_order(book: Book) -> None:
    for name in ("A", "B", "C"):
        with book.step(name):
            book.partner.save(replace(PARTNER, name=name))
    while book.undo():
        pass
    found = []
    while book.redo():
        found.append((book.undo_name, book.partner.get().name))
    assert found == [("A", "A"), ("B", "B"), ("C", "C")]


def test_steps_inside_a_step_are_one(book: Book) -> None:
    with book.step("Outer"):
        book.partner.save(PARTNER)
        with book.step("Inner"):
            book.deals.save(DEAL)
    assert (book.undo_name, book.step_count) == ("Outer", 1)
    book.undo()
    assert book.deals.all() == ()


def test_an_inner_step_that_fails_takes_back_only_itself(book: Book) -> None:
    empty = dump(book.path)
    with book.step("Outer") as step:
        book.partner.save(PARTNER)
        with pytest.raises(ZeroDivisionError):
            _failed(book, DEAL)
    assert book.deals.all() == ()
    assert step.touched.records == {("partner", "")}
    book.undo()
    assert dump(book.path) == empty


def test_records_are_only_written_inside_steps(book: Book) -> None:
    empty = dump(book.path)
    for write in (lambda: book.deals.save(DEAL), lambda: book.partner.save(PARTNER)):
        with pytest.raises(RuntimeError, match="step"):
            write()
    with book.step("Step"), pytest.raises(RuntimeError, match="outside"):
        book.undo()
    assert dump(book.path) == empty


def test_a_disk_that_is_full_keeps_the_book_as_it_was(book: Book) -> None:
    fill(book)
    before = dump(book.path)
    pages = book._db.execute("PRAGMA page_count").fetchone()[0]
    book._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(BookError, match="full") as refused, book.step("Much text"):
        book.deals.save(replace(DEAL, note="x" * 1_000_000))
    assert (refused.value.code, refused.value.facts["name"]) == ("disk-full", "Much text")
    assert (dump(book.path), book.redo_name) == (before, "Rename")


def test_a_history_that_was_tampered_with_is_not_carried_out(book: Book) -> None:
    fill(book)
    for change in ("UPDATE step_row SET tbl = 'setting'", "UPDATE step_row SET tbl = 'deal', row_id = 'gone'"):
        book._db.execute(f"{change} WHERE step_id = 4")
        before = dump(book.path)
        with pytest.raises(BookError) as refused:
            book.redo()
        assert refused.value.code == "history"
        assert dump(book.path) == before


def test_a_long_step_can_settle_what_it_has_changed(book: Book) -> None:
    fill(book)
    before = dump(book.path)
    with book.step("Long") as step:
        book.partner.save(replace(PARTNER, name="Other"))
        step.settle()
        assert step.changes == []
        book.deals.save(replace(DEAL, note="other"))
        book.drafts.remove("draft-1")
        step.settle()
    assert step.touched.records == {("partner", ""), ("deal", DEAL.id), ("draft", "draft-1")}
    assert (book.undo_name, book.redo_name, _counted(book, "step")) == ("Long", None, 5)
    after = dump(book.path)
    assert book.undo() == step.touched
    assert dump(book.path) == before
    book.redo()
    assert dump(book.path) == after


def _settled_and_failed(book: Book) -> None:
    with book.step("Long") as step:
        book.partner.save(replace(PARTNER, name="Other"))
        step.settle()
        raise ZeroDivisionError


def test_a_long_step_that_fails_leaves_nothing(book: Book) -> None:
    fill(book)
    before, steps = dump(book.path), _counted(book, "step")
    with pytest.raises(ZeroDivisionError):
        _settled_and_failed(book)
    assert (dump(book.path), _counted(book, "step"), book.redo_name) == (before, steps, "Rename")


# --- steps that issued a quote


def _issued(book: Book) -> None:
    with book.step("New deal"):
        book.deals.save(DEAL)
    with book.step("Note"):
        book.deals.save(replace(DEAL, note="changed"))
    with book.step("Issue"):
        book.quotes.save(quote(quote_id="quote-1"))


def test_undo_passes_over_an_issued_quote(book: Book) -> None:
    _issued(book)
    assert book.undo_name == "Note"
    book.undo()
    assert book.deals.get(DEAL.id) == DEAL
    assert [q.content.number for q in book.quotes.all()] == ["Q-2026-0001"]
    book.redo()
    assert book.deals.get(DEAL.id).note == "changed"


def test_undo_stops_at_the_deal_that_was_quoted(book: Book) -> None:
    _issued(book)
    book.undo()
    assert (book.undo_name, book.undo()) == (None, None)
    assert book.deals.get(DEAL.id) == DEAL


def test_undo_stops_at_a_row_that_the_issue_changed_too(book: Book) -> None:
    _issued(book)
    with book.step("Sent"):
        book.quotes.save(replace(quote(quote_id="quote-1"), status=QuoteStatus.SENT))
    with book.step("Revise"):
        book.quotes.save(replace(quote(quote_id="quote-1"), status=QuoteStatus.REPLACED))
        book.quotes.save(quote(revision=2, quote_id="quote-2"))
    assert (book.undo_name, book.undo()) == (None, None)
    assert book.quotes.get("quote-1").status is QuoteStatus.REPLACED


def test_issuing_a_quote_ends_what_could_be_redone(book: Book) -> None:
    _issued(book)
    book.undo()
    with book.step("Issue again"):
        book.quotes.save(quote("Q-2026-0002"))
    assert book.redo_name is None


def test_an_issue_that_fails_inside_a_step_leaves_it_undoable(book: Book) -> None:
    with book.step("New deal"):
        book.deals.save(DEAL)
        with pytest.raises(ZeroDivisionError):
            _failed(book, DEAL, quote())
    assert book.undo_name == "New deal"
