"""Two books into one: who changed what is found in the histories; a merge is one step that undo takes back whole."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealbook.book.backup import StoppedError
from dealbook.book.cipher import Key, is_protected
from dealbook.book.connection import create_book, open_book
from dealbook.book.drafts import Draft
from dealbook.book.errors import BookError
from dealbook.book.programs import ProgramText
from dealbook.book.protecting import Change, protect
from dealbook.desk.deals import new_deal, remove_deal, save_deal, set_stage
from dealbook.desk.history import Asked, Histories
from dealbook.desk.merging import Compared, Entry, Fate, Plan, Side, Stage, Watch, compare, merging
from dealbook.desk.quotes import issue_quote, latest_quotes, quote_content, revise_quote, set_status
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Line, Offer
from dealbook.domain.deal import Stage as DealStage
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from dealbook.domain.quote import Quote, QuoteStatus
from dealbook.language import language
from tests.book.records import dump, files
from tests.support import ROOT

TODAY = date(2026, 3, 1)
#: The tables of a book that a merge is about; what is derived and the history stand beside them.
RECORDS = ("partner", "enrolment", "exchange_rate", "program", "draft", "deal", "offer", "line", "event", "quote")


class Desk:
    """A book at the office, and the copy of it that somebody took along."""

    def __init__(self, folder: Path) -> None:
        for name in ("office", "away"):
            (folder / name).mkdir()
        self.folder = folder
        self.office = Session(create_book(folder / "office" / "Nordlicht.dealbook"))
        self.away = self.office

    def part(self) -> tuple[Session, Session]:
        """Copy the book of the office."""
        ours, target = self.office.book.path, self.folder / "away" / "Laptop.dealbook"
        self.office.close()
        shutil.copyfile(ours, target)
        self.office, self.away = Session(open_book(ours)), Session(open_book(target))
        return self.office, self.away

    def close(self) -> None:
        """Close both; what is closed already stays so."""
        for session in {id(one): one for one in (self.office, self.away)}.values():
            session.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def deal_of(session: Session, customer: str, title: str = "Telephony") -> Deal:
    """Return a new deal with an offer of one line."""
    deal = new_deal(session, customer, today=TODAY)
    line = Line(product="seat", category="ucaas", quantity=Decimal(10), unit_price=Decimal("20.00"))
    return save_deal(session, replace(deal, title=title, offers=(replace(deal.offers[0], lines=(line,)),)), "Fill")


def with_seats(deal: Deal, seats: int) -> Deal:
    line = replace(deal.offers[0].lines[0], quantity=Decimal(seats))
    return replace(deal, offers=(replace(deal.offers[0], lines=(line,)), *deal.offers[1:]))


def quoted(session: Session, deal: Deal) -> Quote:
    deal = session.deal(deal.id)
    return issue_quote(session, deal, quote_content(session, deal, [deal.offers[0].id], TODAY))


def compared(ours: Session, theirs: Session) -> Compared:
    return compare(ours.book.path, theirs.book.path, Watch())


def planned(ours: Session, theirs: Session) -> Plan:
    found = compared(ours, theirs)
    found.other.close()
    return found.plan


def merge(ours: Session, theirs: Session, side: Side = Side.OURS) -> Plan:
    """Merge as the command does: proposals as they are, the rest decided for one side."""
    found = compared(ours, theirs)
    found.plan.decide_rest(side)
    merging(ours, found.other, found.plan).finish()
    found.other.close()
    return found.plan


def entry_of(plan: Plan, table: str, record_id: str = "") -> Entry:
    return next(
        one for one in plan.entries if one.twin.table == table and record_id in ("", one.twin.ours, one.twin.theirs)
    )


def told(plan: Plan) -> set[tuple[str, str, bool]]:
    """Return table, fate and whether it is decided of everything that differs."""
    return {(one.twin.table, plan.fate(one).value, one.is_decided) for one in plan.entries}


# --- who changed what


def test_books_that_are_alike_differ_in_nothing(desk: Desk) -> None:
    deal_of(desk.office, "Müller")
    plan = planned(*desk.part())
    assert (list(plan.entries), plan.same["deal"]) == ([], 1)


def test_what_only_there_is_comes_in_and_what_only_here_is_stays(desk: Desk) -> None:
    office, away = desk.part()
    ours, theirs = deal_of(office, "Here"), deal_of(away, "There")
    plan = merge(office, away)
    assert told(plan) == {("deal", "comes", True), ("deal", "stays", True)}
    assert set(office.deals) == {ours.id, theirs.id}
    assert office.deal(theirs.id) == away.deal(theirs.id)
    assert office.book.undo_name == "Merge another book"


def test_what_changed_there_alone_is_taken_and_what_changed_here_alone_stays(desk: Desk) -> None:
    first, second = deal_of(desk.office, "A"), deal_of(desk.office, "B")
    office, away = desk.part()
    save_deal(office, replace(first, note="here"), "Note")
    save_deal(away, with_seats(second, 99), "Seats")
    plan = merge(office, away)
    assert told(plan) == {("deal", "stays", True), ("deal", "changes", True)}
    assert (office.deal(first.id).note, office.deal(second.id)) == ("here", away.deal(second.id))


def test_what_changed_in_both_is_decided_by_a_person(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    save_deal(office, replace(deal, note="here"), "Note")
    save_deal(away, replace(deal, note="there"), "Note")
    plan = planned(office, away)
    assert (told(plan), plan.undecided, plan.due()) == ({("deal", "stays", False)}, 1, [])
    merge(office, away, Side.THEIRS)
    assert office.deal(deal.id).note == "there"


def test_books_that_share_no_history_leave_it_to_a_person(desk: Desk, tmp_path: Path) -> None:
    other = Session(create_book(tmp_path / "Other.dealbook"))
    for session, name in ((desk.office, "Here"), (other, "There")):
        with session.step("Fill"):
            session.book.partner.save(Partner(name=name))
            session.book.partner.save_enrolment(Enrolment(program="nfon-ngage", certified=name == "Here"))
            session.book.partner.save_rate(ExchangeRate(day=TODAY, base="EUR", quote="USD", rate=Decimal("1.1")))
    plan = planned(desk.office, other)
    assert told(plan) == {("partner", "stays", False), ("enrolment", "stays", False)}
    assert plan.same["exchange_rate"] == 1
    merge(desk.office, other, Side.THEIRS)
    assert desk.office.partner.name == "There"
    assert [one.certified for one in desk.office.enrolments] == [False]
    assert not planned(desk.office, other).entries
    other.close()


def test_a_rate_of_the_same_day_is_the_same_either_way_round(desk: Desk) -> None:
    office, away = desk.part()
    for session, rate in ((office, ("EUR", "USD", "1.25")), (away, ("USD", "EUR", "0.8"))):
        with session.step("Rate"):
            session.book.partner.save_rate(ExchangeRate(day=TODAY, base=rate[0], quote=rate[1], rate=Decimal(rate[2])))
    merge(office, away, Side.THEIRS)
    assert office.rates == away.rates


def test_going_back_to_an_earlier_state_is_a_change(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    save_deal(desk.office, replace(deal, note="second"), "Note")
    office, away = desk.part()
    save_deal(away, replace(deal, note=""), "Back")
    assert told(planned(office, away)) == {("deal", "changes", True)}
    assert told(planned(away, office)) == {("deal", "stays", True)}


def test_a_merge_is_known_to_the_next_one(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    save_deal(away, replace(deal, note="there"), "Note")
    merge(office, away)
    save_deal(office, with_seats(office.deal(deal.id), 77), "Seats")
    assert told(planned(office, away)) == {("deal", "stays", True)}
    assert told(planned(away, office)) == {("deal", "changes", True)}


def test_a_merge_that_was_undone_proposes_the_same_again(desk: Desk) -> None:
    office, away = desk.part()
    deal_of(away, "There")
    before = told(merge(office, away))
    office.undo()
    assert told(planned(office, away)) == before


# --- what was removed


def test_what_was_removed_here_stays_removed(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    remove_deal(office, deal.id)
    assert told(planned(office, away)) == {("deal", "stays", True)}
    assert told(planned(away, office)) == {("deal", "goes", True)}
    merge(away, office)
    assert not away.deals
    away.undo()
    assert away.deal(deal.id) == deal


def test_what_was_removed_here_and_changed_there_is_to_be_decided(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    remove_deal(office, deal.id)
    save_deal(away, replace(deal, note="there"), "Note")
    assert told(planned(office, away)) == {("deal", "stays", False)}
    assert told(planned(away, office)) == {("deal", "stays", False)}
    merge(office, away, Side.THEIRS)
    assert office.deal(deal.id).note == "there"


def test_a_deal_that_was_quoted_is_never_removed(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    remove_deal(office, deal.id)
    quote = quoted(away, deal)
    plan = planned(away, office)
    assert (plan.fate(entry_of(plan, "deal")), entry_of(plan, "deal").sides) == (Fate.STAYS, (Side.OURS,))
    merge(office, away)
    assert office.deal(deal.id) == deal
    assert office.book.quotes.pdf(quote.id) == away.book.quotes.pdf(quote.id)


def test_enrolments_rates_programs_and_drafts_come_and_go(desk: Desk) -> None:
    rate = ExchangeRate(day=TODAY, base="EUR", quote="USD", rate=Decimal("1.1"))
    text = next((ROOT / "resources/catalog/nfon-ngage").glob("*.toml")).read_text(encoding="utf-8")
    version = ProgramText("nfon-ngage", date(2027, 1, 1), text)
    with desk.office.step("Fill"):
        desk.office.book.partner.save_rate(rate)
        enrolment = desk.office.book.partner.save_enrolment(Enrolment(program="gone"))
        draft = desk.office.book.drafts.save(Draft(program="p", base="", text="old"))
    office, away = desk.part()
    with away.step("Change"):
        away.book.partner.remove_rate(rate)
        away.book.partner.remove_enrolment(enrolment.id)
        away.book.drafts.save(replace(draft, text="new"))
        away.book.programs.save(version)
    before = dump(office.book.path)
    merge(office, away)
    assert {name: dump(office.book.path)[name] for name in RECORDS} == {
        name: dump(away.book.path)[name] for name in RECORDS
    }
    office.undo()
    assert dump(office.book.path) == before


# --- parts of both


def test_changes_of_different_parts_can_be_taken_together(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    save_deal(office, replace(deal, note="here", contact="same"), "Note")
    save_deal(away, replace(with_seats(deal, 99), contact="same"), "Seats")
    found = compared(office, away)
    entry = entry_of(found.plan, "deal")
    assert entry.both == frozenset({f"offer:{deal.offers[0].id}"})
    found.plan.choose(entry.key, Side.MIXED, entry.both)
    merging(office, found.other, found.plan).finish()
    found.other.close()
    assert office.deal(deal.id) == replace(with_seats(deal, 99), note="here", contact="same")
    merge(away, office)
    assert away.deal(deal.id) == office.deal(deal.id)


def test_a_stage_goes_with_its_day_and_money_with_its_currency(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    save_deal(office, replace(deal, note="here"), "Note")
    set_stage(away, deal.id, DealStage.LOST)
    lost = replace(away.deal(deal.id), lost_on=TODAY, lost_reason="price", currency="JPY")
    line = replace(deal.offers[0].lines[0], unit_price=Decimal(3000))
    save_deal(away, replace(lost, offers=(replace(deal.offers[0], lines=(line,)),)), "Yen")
    found = compared(office, away)
    key = entry_of(found.plan, "deal").key
    assert entry_of(found.plan, "deal").both == frozenset({"stage", "currency"})
    found.plan.choose(key, Side.MIXED, frozenset({"currency"}))
    merging(office, found.other, found.plan).finish()
    found.other.close()
    mixed = office.deal(deal.id)
    assert (mixed.currency, mixed.offers[0].lines[0].unit_price, mixed.note) == ("JPY", Decimal(3000), "here")
    assert (mixed.stage, mixed.lost_on) == (DealStage.OPEN, None)


def test_a_chosen_offer_comes_with_the_choice(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    save_deal(office, replace(deal, note="here"), "Note")
    second = Offer(title="B", starts=TODAY)
    away_deal = save_deal(away, replace(deal, offers=(*deal.offers, second)), "Offer")
    choice = Choice(offer_id=away_deal.offers[1].id, program="nfon-ngage", version="2022", plan="commission")
    save_deal(away, replace(away_deal, chosen=choice), "Choose")
    found = compared(office, away)
    found.plan.choose(entry_of(found.plan, "deal").key, Side.MIXED, frozenset({"chosen"}))
    merging(office, found.other, found.plan).finish()
    found.other.close()
    mixed = office.deal(deal.id)
    assert (mixed.chosen, len(mixed.offers), mixed.note) == (choice, 2, "here")


def test_a_partner_can_be_made_of_both(desk: Desk) -> None:
    with desk.office.step("Partner"):
        desk.office.book.partner.save(Partner(name="A", phone="1"))
    office, away = desk.part()
    with office.step("Phone"):
        office.book.partner.save(Partner(name="A", phone="2"))
    with away.step("Mail"):
        away.book.partner.save(Partner(name="A", phone="1", email="a@example.test"))
    found = compared(office, away)
    entry = entry_of(found.plan, "partner")
    found.plan.choose(entry.key, Side.MIXED, entry.both or frozenset())
    merging(office, found.other, found.plan).finish()
    found.other.close()
    assert (office.partner.phone, office.partner.email) == ("2", "a@example.test")


def test_deals_of_the_same_customer_and_title_are_shown_as_doubles(desk: Desk) -> None:
    office, away = desk.part()
    deal_of(office, "Müller & Söhne ")
    double, other = deal_of(away, "müller & söhne"), deal_of(away, "Hansen")
    plan = planned(office, away)
    assert [entry_of(plan, "deal", one.id).twin.is_double for one in (double, other)] == [True, False]
    assert entry_of(plan, "deal", double.id).is_to_see


# --- quotes


def test_quotes_come_with_their_deals_to_the_byte_and_undo_takes_them_out(desk: Desk) -> None:
    office, away = desk.part()
    deal = deal_of(away, "There")
    quote = quoted(away, deal)
    before = dump(office.book.path)
    merge(office, away)
    assert office.book.quotes.get(quote.id) == away.book.quotes.get(quote.id)
    assert office.book.quotes.next_number(2026) == "Q-2026-0002"
    after = dump(office.book.path)
    assert office.undo() is not None
    assert dump(office.book.path) == before
    assert office.book.quotes.next_number(2026) == "Q-2026-0001"
    assert office.redo() is not None
    assert {name: dump(office.book.path)[name] for name in (*RECORDS, "quote_file")} == {
        name: after[name] for name in (*RECORDS, "quote_file")
    }


def test_a_quote_stays_out_with_its_deal(desk: Desk) -> None:
    office, away = desk.part()
    deal = deal_of(away, "There")
    quoted(away, deal)
    found = compared(office, away)
    found.plan.choose(("deal", deal.id), Side.OURS)
    assert found.plan.is_left_out(entry_of(found.plan, "quote"))
    merging(office, found.other, found.plan).finish()
    found.other.close()
    assert (dict(office.deals), office.book.quotes.all()) == ({}, ())


def test_a_number_that_both_issued_is_shown_and_both_quotes_keep_it(desk: Desk) -> None:
    office, away = desk.part()
    ours, theirs = quoted(office, deal_of(office, "Here")), quoted(away, deal_of(away, "There"))
    plan = merge(office, away)
    entry = entry_of(plan, "quote", theirs.id)
    assert (entry.twin.is_taken, entry.is_to_see) == (True, True)
    assert [(one.id, one.label) for one in office.book.quotes.all()] == [
        (ours.id, "Q-2026-0001"),
        (theirs.id, "Q-2026-0001 (Laptop)"),
    ]
    assert office.book.quotes.get(theirs.id).content == theirs.content
    assert office.book.quotes.next_number(2026) == "Q-2026-0002"
    set_status(office, theirs.id, QuoteStatus.SENT)
    assert office.book.quotes.get(ours.id).status is QuoteStatus.ISSUED


def test_a_revision_of_a_marked_quote_replaces_that_one_alone(desk: Desk) -> None:
    office, away = desk.part()
    ours, deal = quoted(office, deal_of(office, "Here")), deal_of(away, "There")
    theirs = quoted(away, deal)
    merge(office, away)
    marked = office.book.quotes.get(theirs.id)
    content = quote_content(office, deal, [deal.offers[0].id], TODAY)
    revised = revise_quote(office, marked, deal, content)
    assert revised.label == "Q-2026-0001-2 (Laptop)"
    statuses = {one.id: one.status for one in office.book.quotes.all()}
    assert (statuses[ours.id], statuses[theirs.id]) == (QuoteStatus.ISSUED, QuoteStatus.REPLACED)
    assert [one.id for one in latest_quotes(office, deal.id)] == [revised.id]


def test_later_revisions_of_a_marked_quote_come_under_its_mark(desk: Desk) -> None:
    office, away = desk.part()
    quoted(office, deal_of(office, "Here"))
    deal = deal_of(away, "There")
    first = quoted(away, deal)
    merge(office, away)
    revise_quote(away, first, deal, quote_content(away, deal, [deal.offers[0].id], TODAY))
    merge(office, away)
    assert [one.label for one in office.book.quotes.all()] == [
        "Q-2026-0001",
        "Q-2026-0001 (Laptop)",
        "Q-2026-0001-2 (Laptop)",
    ]
    assert [one.status for one in office.book.quotes.all()][1] is QuoteStatus.REPLACED


def test_books_that_take_from_each_other_in_turn_are_alike_but_for_the_marks(desk: Desk) -> None:
    office, away = desk.part()
    quoted(office, deal_of(office, "Here"))
    quoted(away, deal_of(away, "There"))
    merge(office, away)
    merge(away, office)
    assert [one.label for one in away.book.quotes.all()] == ["Q-2026-0001", "Q-2026-0001 (Nordlicht)"]
    assert not list(planned(office, away).entries)
    assert not list(planned(away, office).entries)


def test_undo_stops_at_a_merge_whose_deal_was_quoted_since(desk: Desk) -> None:
    office, away = desk.part()
    deal = deal_of(away, "There")
    quoted(away, deal)
    merge(office, away)
    quoted(office, deal)
    assert (office.book.undo_name, office.undo()) == (None, None)


def test_the_status_of_a_quote_is_taken_from_where_it_changed(desk: Desk) -> None:
    quote = quoted(desk.office, deal_of(desk.office, "A"))
    office, away = desk.part()
    set_status(away, quote.id, QuoteStatus.ACCEPTED)
    merge(office, away)
    assert office.book.quotes.get(quote.id).status is QuoteStatus.ACCEPTED
    office.undo()
    assert office.book.quotes.get(quote.id).status is QuoteStatus.ISSUED


def test_the_history_tells_what_came_with_a_merge(desk: Desk) -> None:
    office, away = desk.part()
    quoted(away, deal_of(away, "There"))
    merge(office, away)
    histories = Histories(office, language("en"))
    (shown, *_) = histories.page(Asked())
    told = [(one.what, one.before, one.after) for one in histories.details(shown.entry.id).told]
    assert shown.entry.name == "Merge another book"
    assert told.count(("Quote Q-2026-0001 issued", "", "")) == 1
    assert not [one for one in told if "PDF" in "".join(one)]
    office.undo()
    quoted(office, deal_of(office, "Here"))  # takes the number, and the place of what could be brought again
    branch = next(
        one.entry for one in Histories(office, language("en")).page(Asked()) if one.entry.name == shown.entry.name
    )
    assert [kind for kind, _ in Histories(office, language("en")).removed(branch)] == ["deal"]


# --- the other file


def test_the_other_file_is_not_touched_even_while_it_is_open(desk: Desk) -> None:
    office, away = desk.part()
    deal_of(away, "There")  # in the log beside the file
    before = files(desk.folder / "away")
    merge(office, away)
    assert {name: data for name, data in files(desk.folder / "away").items() if not name.endswith("-shm")} == {
        name: data for name, data in before.items() if not name.endswith("-shm")
    }
    assert [deal.customer for deal in office.deals.values()] == ["There"]


def test_what_is_written_there_while_it_is_copied_is_all_in_or_not_at_all(desk: Desk) -> None:
    office, away = desk.part()
    deal_of(away, "First")
    written: list[str] = []

    class Busy(Watch):
        def told(self, stage: Stage, done: int, total: int) -> None:
            if stage is Stage.COPY and len(written) < 2:
                written.append(deal_of(away, f"While it was copied {len(written)}").id)

    found = compare(office.book.path, away.book.path, Busy())
    assert found.other.records.deals.all() == tuple(away.deals.values())
    assert {one.twin.theirs for one in found.plan.entries} > set(written)
    found.other.close()


def test_a_book_that_never_stands_still_is_refused(desk: Desk) -> None:
    office, away = desk.part()

    class Restless(Watch):
        def told(self, stage: Stage, done: int, total: int) -> None:
            deal_of(away, "Again")

    with pytest.raises(BookError) as refused:
        compare(office.book.path, away.book.path, Restless())
    assert refused.value.code == "busy"


@pytest.mark.parametrize("past", sorted((ROOT / "tests" / "books").glob("*.dealbook")), ids=lambda path: path.stem)
def test_books_of_every_past_schema_can_be_merged(desk: Desk, past: Path, tmp_path: Path) -> None:
    other = tmp_path / "old" / past.name
    other.parent.mkdir()
    shutil.copyfile(past, other)
    before = dump(desk.office.book.path)
    found = compare(desk.office.book.path, other, Watch())
    merging(desk.office, found.other, found.plan).finish()
    deals = found.other.records.deals.all()
    found.other.close()
    assert tuple(desk.office.deals.values()) == deals != ()
    assert files(other.parent) == {past.name: past.read_bytes()}
    desk.office.undo()
    assert dump(desk.office.book.path) == before


@pytest.mark.parametrize("ours", ["", "our secret"])
@pytest.mark.parametrize("theirs", ["", "their secret", "our secret"])
def test_protected_books_are_merged_and_never_copied_in_the_clear(
    desk: Desk, ours: str, theirs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, away = desk.part()
    deal = deal_of(away, "There")
    desk.close()
    keys = [Key(secret) if secret else None for secret in (ours, theirs)]
    for session, key in zip((office, away), keys, strict=True):
        if key is not None:
            protect(Change(session.book.path, None, key), lambda: False)
    desk.office = Session(open_book(office.book.path, keys[0]))
    desk.away = Session(open_book(away.book.path, keys[1]))
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    found = compare(desk.office.book.path, desk.away.book.path, Watch(), key=keys[0], other_key=keys[1])
    assert is_protected(found.other.copy) is bool(theirs)
    assert not [file for file in copies.rglob("*") if theirs and b"There" in _content(file)]
    merging(desk.office, found.other, found.plan).finish()
    found.other.close()
    assert list(copies.iterdir()) == []
    assert desk.office.deal(deal.id) == deal
    desk.office.undo()
    assert not desk.office.deals


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def test_a_protected_book_needs_its_passphrase(desk: Desk) -> None:
    office, away = desk.part()
    desk.close()
    protect(Change(away.book.path, None, Key("theirs")), lambda: False)
    desk.office = desk.away = office = Session(open_book(office.book.path))
    codes = []
    for key in (None, Key("wrong")):
        with pytest.raises(BookError) as refused:
            compare(office.book.path, away.book.path, Watch(), other_key=key)
        codes.append(refused.value.code)
    assert codes == ["protected", "wrong-passphrase"]


def test_what_is_no_other_book_is_refused_in_words(desk: Desk, tmp_path: Path) -> None:
    ours, text, linked = desk.office.book.path, tmp_path / "text.dealbook", tmp_path / "linked.dealbook"
    text.write_text("no book", encoding="utf-8")
    linked.hardlink_to(ours)
    codes = []
    for path in (ours, linked, text, tmp_path / "none.dealbook", tmp_path):
        with pytest.raises(BookError) as refused:
            compare(ours, path, Watch())
        codes.append(refused.value.code)
    assert codes == ["same-book", "same-book", "not-a-book", "missing", "folder"]


def test_comparing_can_be_stopped_at_every_moment(desk: Desk) -> None:
    office, away = desk.part()
    deal_of(away, "There")

    class Impatient(Watch):
        def __init__(self, patience: int) -> None:
            self.patience, self.seen = patience, set[Stage]()

        def told(self, stage: Stage, done: int, total: int) -> None:
            assert 0 <= done <= total
            self.seen.add(stage)
            self.patience -= 1

        def stopped(self) -> bool:
            return self.patience < 0

    seen = set[Stage]()
    for patience in range(40):
        watch = Impatient(patience)
        try:
            compare(office.book.path, away.book.path, watch).other.close()
        except StoppedError:
            seen |= watch.seen
        else:
            break
    else:
        pytest.fail("it never came to an end")
    assert seen == set(Stage)


def test_a_merge_that_is_stopped_leaves_the_book_as_it_was(desk: Desk) -> None:
    office, away = desk.part()
    for number in range(50):
        deal_of(away, f"Customer {number}")
    before = dump(office.book.path)
    found = compared(office, away)
    work = merging(office, found.other, found.plan)
    work.step()
    work.step()
    work.stop()
    assert dump(office.book.path) == before
    assert not office.deals
    assert merging(office, found.other, found.plan).finish() == len(office.deals) == 50
    found.other.close()
    office.undo()
    assert dump(office.book.path) == before


def test_parts_that_belong_to_another_deal_here_keep_the_deal_out(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    with office.step("Odd"):
        office.book.deals.remove(deal.id)
        office.book.deals.save(replace(deal, id="other", customer="B"))
    plan = merge(office, away, Side.THEIRS)
    assert entry_of(plan, "deal", deal.id).sides == (Side.OURS,)
    assert set(office.deals) == {"other"}


# --- any two books


class Story:
    """Changes of a book that a number stands for, so that any list of numbers is a story."""

    def __init__(self, session: Session, name: str) -> None:
        self.session, self.name, self.made = session, name, 0

    def tell(self, numbers: list[int]) -> None:
        for number in numbers:
            kind, which = number % 12, number // 12
            self.made += 1
            self._do(kind, which)

    def _do(self, kind: int, which: int) -> None:  # noqa: C901 - one case a kind of change
        session, deals = self.session, list(self.session.deals.values())
        deal = deals[which % len(deals)] if deals else deal_of(session, f"{self.name} {which}")
        match kind:
            case 0:
                deal_of(session, f"{self.name} {self.made}")
            case 1 | 2:
                save_deal(session, replace(deal, note=f"{which % 3}"), "Note")
            case 3 if deal.offers and deal.offers[0].lines:
                save_deal(session, with_seats(deal, which % 4), "Seats")
            case 4:
                save_deal(session, replace(deal, offers=(Offer(title=self.name, starts=TODAY), *deal.offers)), "Offer")
            case 5 if not latest_quotes(session, deal.id):
                remove_deal(session, deal.id)
            case 6 | 7:
                session.undo()
            case 8 if deal.offers and deal.offers[0].lines:
                quoted(session, deal)
            case 9 if session.book.quotes.all():
                set_status(session, session.book.quotes.all()[-1].id, list(QuoteStatus)[which % 4])
            case 10:
                with session.step("Partner"):
                    session.book.partner.save(replace(session.partner, name=self.name, phone=str(which % 3)))
            case 11:
                rate = ExchangeRate(day=TODAY, base="EUR", quote="USD", rate=Decimal(which + 1))
                with session.step("Many"):
                    session.book.partner.save_rate(rate)
                    known = next(iter(session.enrolments), Enrolment(program="p"))
                    session.book.partner.save_enrolment(replace(known, tier=str(which % 3)))


def records(session: Session) -> dict[str, object]:
    """Return what a book says, without what only tells where a quote came from and who enrolled first."""
    quotes = {one.id: replace(session.book.quotes.get(one.id), origin="") for one in session.book.quotes.all()}
    enrolments = [replace(one, id="") for one in session.enrolments]
    return {
        "deals": dict(session.deals),
        "quotes": quotes,
        "partner": session.partner,
        "rates": session.rates,
        "enrolments": enrolments,
    }


stories = st.lists(st.integers(0, 12 * 8 - 1), max_size=8)


@settings(max_examples=25)
@given(before=stories, here=stories, there=stories, side=st.sampled_from((Side.OURS, Side.THEIRS)))
def test_any_merge_is_undone_whole_settled_at_once_and_the_same_from_either_side(
    before: list[int], here: list[int], there: list[int], side: Side
) -> None:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        Story(desk.office, "Both").tell(before)
        office, away = desk.part()
        Story(office, "Office").tell(here)
        Story(away, "Away").tell(there)
        was = {one: dump(one.book.path) for one in (office, away)}
        merge(office, away, side)
        merged = dump(office.book.path)
        steps = office.book.step_count
        merge(office, away, side)
        assert (dump(office.book.path), office.book.step_count) == (merged, steps)
        once = records(office)
        if merged != was[office]:
            office.undo()
        assert dump(office.book.path) == was[office]
        merge(away, office, Side.THEIRS if side is Side.OURS else Side.OURS)
        assert records(away) == once
        desk.close()
