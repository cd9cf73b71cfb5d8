"""The history is read in pages, by record, kind and words; what was removed comes back as it was."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dealbook.book.chronicle import State, Wanted, Word
from dealbook.book.connection import Book, BookError
from dealbook.domain.deal import Deal
from dealbook.domain.quote import QuoteStatus
from tests.book.records import DEAL, DRAFT, ENROLMENT, PARTNER, RATE, STORY, dump, fill, quote

OTHER = replace(DEAL, id="deal-2", customer="Hansen", title="", offers=(), chosen=None)


def names(book: Book, wanted: Wanted | None = None) -> list[str]:
    return [entry.name for entry in book.chronicle.page(wanted or Wanted())]


def change(book: Book, name: str, deal: Deal) -> None:
    with book.step(name):
        book.deals.save(deal)


@pytest.fixture
def told(book: Book) -> Book:
    """A book with steps of several kinds: one undone, one left behind."""
    change(book, "New", DEAL)
    change(book, "Other", OTHER)
    change(book, "Note", replace(DEAL, note="left behind"))
    book.undo()
    with book.step("Partner"):
        book.partner.save(PARTNER)
        book.partner.save_rate(RATE)
    with book.step("Issue"):
        book.quotes.save(quote(quote_id="quote-1"))
    change(book, "Stage", replace(OTHER, note="later"))
    book.undo()
    return book


# --- steps


def test_steps_come_newest_first_with_where_they_stand(told: Book) -> None:
    found = told.chronicle.page(Wanted())
    assert [(entry.name, entry.state, entry.is_lasting) for entry in found] == [
        ("Stage", State.UNDONE, False),
        ("Issue", State.DONE, True),
        ("Partner", State.DONE, False),
        ("Note", State.DROPPED, False),
        ("Other", State.DONE, False),
        ("New", State.DONE, False),
    ]
    assert [entry.id for entry in found if entry.id == told.chronicle.undo_id] == [4]
    assert [entry.id for entry in found if entry.id == told.chronicle.redo_id] == [6]
    assert found[0].at - found[-1].at < timedelta(minutes=1)
    assert found[2].records == (("partner", ""), ("rate", "2026-01-02 EUR USD"))
    assert found[1].records == (("quote", "quote-1"),)
    assert told.chronicle.count == 6
    assert told.step_count == 4


def test_pages_follow_on_one_another(told: Book) -> None:
    first = told.chronicle.page(Wanted(), limit=4)
    rest = told.chronicle.page(Wanted(), before=first[-1].id, limit=4)
    assert [entry.id for entry in (*first, *rest)] == [6, 5, 4, 3, 2, 1]
    assert told.chronicle.page(Wanted(), before=rest[-1].id) == ()


def test_steps_of_a_record_and_of_a_kind(told: Book) -> None:
    assert names(told, Wanted(records=frozenset({("deal", "deal-2")}))) == ["Stage", "Other"]
    assert names(told, Wanted(kind="deal")) == ["Stage", "Note", "Other", "New"]
    assert names(told, Wanted(kind="rate")) == ["Partner"]
    assert names(told, Wanted(kind="quote", records=frozenset({("deal", "deal-2")}))) == []
    assert told.chronicle.related(("deal", "deal-1")) == {("quote", "quote-1")}
    assert told.chronicle.records_but_deals() == {
        ("partner", ""),
        ("quote", "quote-1"),
        ("rate", "2026-01-02 EUR USD"),
    }


def test_every_word_must_fit_a_name_or_a_record(told: Book) -> None:
    named = Word(frozenset({"Stage", "Issue"}), frozenset())
    hansen = Word(frozenset(), frozenset({("deal", "deal-2")}))
    assert names(told, Wanted(words=(named,))) == ["Stage", "Issue"]
    assert names(told, Wanted(words=(named, hansen))) == ["Stage"]
    assert names(told, Wanted(words=(Word(frozenset(), frozenset()),))) == []


def test_deals_are_found_by_their_words_also_when_they_are_gone(told: Book) -> None:
    with told.step("Remove"):
        told.deals.remove("deal-2")
    assert told.chronicle.deals_with("HANSEN") == {"deal-2"}
    assert told.chronicle.deals_with("müller") == told.chronicle.deals_with("Mueller") == {"deal-1"}
    assert told.chronicle.deal_names(["deal-2", "deal-1", "never"]) == {
        "deal-2": ("Hansen", ""),
        "deal-1": (DEAL.customer, DEAL.title),
        "never": ("", ""),
    }


def test_searching_a_record_uses_the_index(told: Book) -> None:
    sql = "EXPLAIN QUERY PLAN SELECT step_id FROM step_row WHERE kind = 'deal' AND record = 'x'"
    assert "step_row_of_record" in str(told._db.execute(sql).fetchall())


# --- what a step changed


def test_changes_come_in_parts(told: Book) -> None:
    first = told.chronicle.changes(1, limit=3)
    rest = told.chronicle.changes(1, after=first.last or 0, limit=100)
    assert [change.table for change in (*first.rows, *rest.rows)] == [
        *("deal", "offer", "offer", "line", "line", "event", "event")
    ]
    assert rest.last is None
    (only,) = told.chronicle.changes(3).rows
    assert (only.before, only.after) == ({"note": DEAL.note}, {"note": "left behind"})


def test_rows_as_a_step_left_them(book: Book) -> None:
    line = DEAL.offers[1].lines[0]
    change(book, "New", DEAL)
    offer = replace(DEAL.offers[1], lines=(replace(line, product="renamed", quantity=Decimal(1)),))
    change(book, "Rename", replace(DEAL, currency="USD", offers=(DEAL.offers[0], offer)))
    record = ("deal", DEAL.id)
    before, after = book.chronicle.rows_at(record, 1), book.chronicle.rows_at(record, 2)
    assert [rows["line", line.id]["product"] for rows in (before, after)] == ["seat", "renamed"]
    assert [rows["deal", DEAL.id]["currency"] for rows in (before, after)] == ["EUR", "USD"]
    assert ("line", "line-1") in after, "what the step removed is told of as well"
    assert after["line", "line-1"]["product"] == "headset"
    with book.step("Remove"):
        book.deals.remove(DEAL.id)
    assert book.chronicle.rows_at(record, 1) == before


def test_rows_that_came_later_are_not_there_yet(book: Book) -> None:
    change(book, "New", OTHER)
    change(book, "Offers", replace(OTHER, offers=DEAL.offers))
    assert {table for table, _ in book.chronicle.rows_at(("deal", OTHER.id), 1)} == {"deal"}


# --- what is gone


def test_a_removed_deal_comes_back_to_the_byte(book: Book) -> None:
    fill(book)
    with book.step("Story"):
        book.deals.save(replace(STORY, id="deal-9", offers=tuple(_own(STORY)), chosen=None))
    before = dump(book.path)
    with book.step("Remove"):
        book.deals.remove("deal-9")
    (step_id,) = book.chronicle.removed_deals().values()
    assert book.chronicle.is_removed("deal-9")
    with book.step("Bring back"):
        book.bringing.bring_back(step_id, ("deal", "deal-9"))
    assert _without_numbers(dump(book.path)) == _without_numbers(before)
    assert not book.chronicle.removed_deals()
    assert names(book)[0] == "Bring back"
    book.undo()
    assert book.chronicle.is_removed("deal-9")


def _own(deal: Deal) -> list:
    """Return the offers of a deal with ids of their own."""
    own = lambda items: tuple(replace(item, id=f"{item.id}-9") for item in items)  # noqa: E731
    return [replace(o, id=f"{o.id}-9", lines=own(o.lines), events=own(o.events)) for o in deal.offers]


def _without_numbers(tables: dict) -> dict:
    """Leave out what only numbers the rows of the search."""
    return {name: rows for name, rows in tables.items() if not name.startswith("deal_text")}


def test_a_deal_that_only_a_dropped_branch_had_comes_back(book: Book) -> None:
    with book.step("Partner"):
        book.partner.save(PARTNER)
    change(book, "New", DEAL)
    change(book, "Note", replace(DEAL, note="kept", offers=DEAL.offers[1:]))
    for _ in range(2):
        book.undo()
    assert book.chronicle.removed_deals() == {}, "redo still brings it"
    with book.step("Rate"):
        book.partner.save_rate(RATE)
    assert book.chronicle.removed_deals() == {DEAL.id: 2}
    with book.step("Bring back"):
        book.bringing.bring_back(3, ("deal", DEAL.id))
    assert book.deals.get(DEAL.id) == replace(DEAL, note="kept", offers=DEAL.offers[1:])
    book.undo()
    with book.step("Bring back"):
        book.bringing.bring_back(2, ("deal", DEAL.id))
    assert book.deals.get(DEAL.id) == DEAL


def test_a_branch_that_removed_a_deal_has_it_as_it_was(book: Book) -> None:
    change(book, "Other", OTHER)
    change(book, "New", DEAL)
    with book.step("Remove"):
        book.deals.remove(DEAL.id)
    for _ in range(2):
        book.undo()
    change(book, "Note", replace(OTHER, note="on"))
    assert len(book.chronicle.rows_back(3, ("deal", DEAL.id))) == len(book.chronicle.rows_back(2, ("deal", DEAL.id)))


def test_what_stands_in_the_place_of_a_record_is_not_written_over(book: Book) -> None:
    with book.step("Rate"):
        book.partner.save_rate(RATE)
    with book.step("Remove"):
        book.partner.remove_rate(RATE)
    with book.step("Again"):
        book.partner.save_rate(replace(RATE, rate=Decimal(2)))
    before = dump(book.path)
    with pytest.raises(BookError) as refused, book.step("Bring back"):
        book.bringing.bring_back(2, ("rate", "2026-01-02 EUR USD"))
    assert refused.value.code == "taken"
    assert dump(book.path) == before
    with pytest.raises(KeyError), book.step("Bring back"):
        book.bringing.bring_back(1, ("rate", "2026-01-02 EUR USD"))


def test_drafts_and_memberships_come_back_too(book: Book) -> None:
    with book.step("Make"):
        book.drafts.save(DRAFT)
        book.partner.save_enrolment(ENROLMENT)
    with book.step("Remove"):
        book.drafts.remove(DRAFT.id)
        book.partner.remove_enrolment(ENROLMENT.id)
    with book.step("Bring back"):
        book.bringing.bring_back(2, ("draft", DRAFT.id))
        book.bringing.bring_back(2, ("enrolment", ENROLMENT.id))
    assert (book.drafts.all(), book.partner.enrolments()) == ((DRAFT,), (ENROLMENT,))


def test_rows_of_an_older_form_come_back(book: Book) -> None:
    change(book, "New", OTHER)
    with book.step("Remove"):
        book.deals.remove(OTHER.id)
    book._db.execute(
        "UPDATE step_row SET before = json_set(json_remove(before, '$.lost_reason', '$.opened'), '$.colour', 'red')"
        " WHERE step_id = 2"
    )
    with book.step("Bring back"):
        book.bringing.bring_back(2, ("deal", OTHER.id))
    assert book.deals.get(OTHER.id) == OTHER


def test_a_step_that_took_lines_from_a_deal_has_no_deal_to_bring_back(book: Book) -> None:
    change(book, "New", DEAL)
    change(book, "Lines", replace(DEAL, offers=(), chosen=None))
    assert book.chronicle.rows_back(2, ("deal", DEAL.id)) == []


def test_the_status_of_a_quote_is_told_with_its_quote(told: Book) -> None:
    with told.step("Sent"):
        told.quotes.save(replace(quote(quote_id="quote-1"), status=QuoteStatus.SENT))
    assert names(told, Wanted(kind="quote")) == ["Sent", "Issue"]
    (issued,) = told.chronicle.changes(5).rows
    assert issued.after == {"deal_id": "deal-1", "number": "Q-2026-0001", "revision": 1}
