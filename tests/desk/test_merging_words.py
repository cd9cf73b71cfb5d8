"""What differs between two books, in words: field by field, each in every language, and on the command line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from dealbook.book.cipher import Key
from dealbook.book.protecting import Change, protect
from dealbook.cli import main
from dealbook.desk import merging_files, merging_labels, merging_words
from dealbook.desk.deals import remove_deal, save_deal
from dealbook.desk.merging import MERGE, Fate, Side, Watch, compare
from dealbook.desk.merging_lines import Told, told_of
from dealbook.desk.merging_words import counted, fate_text, merged_text, name_of, news_text
from dealbook.domain.deal import Choice, Event, EventKind, Line, Stage
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from dealbook.language import language
from tests.book.records import dump
from tests.desk.test_merging import Desk, deal_of, entry_of, planned, quoted
from tests.support import ROOT

ENGLISH = language("en")
SAID = (
    *merging_words.WORDS,
    merging_words.NOTHING,
    *merging_labels.LABELS,
    *merging_files.WORDS,
    MERGE,
    *(form for forms in (*merging_words.COUNTED.values(), merging_words.RECORDS) for form in forms),
    *(*merging_words.CHANGED, *merging_words.REMOVED, *merging_labels.BYTES, *merging_labels.LINES),
    *merging_files.UNDECIDED,
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def told(desk: Desk, table: str) -> list[Told]:
    found = compare(desk.office.book.path, desk.away.book.path, Watch())
    try:
        return told_of(desk.office, found.other, entry_of(found.plan, table), ENGLISH)
    finally:
        found.other.close()


def run(*arguments: object, **env: str) -> Result:
    clean = {"LANG": "C", "LC_ALL": "", "LC_MESSAGES": ""}
    return CliRunner(env=clean | env).invoke(main, [str(a) for a in arguments])


@pytest.mark.parametrize("code", ["de", "fr"])
def test_everything_is_translated(code: str) -> None:
    known: set[str] = set()
    for file in (ROOT / "resources" / "locale" / code / "LC_MESSAGES").glob("*.po"):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=code):
                forms = (message.string,) if isinstance(message.string, str) else message.string or ("",)
                if message.id and all(forms):
                    known |= {message.id} if isinstance(message.id, str) else set(message.id)
    assert not set(SAID) - known


def test_a_deal_is_told_field_by_field(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    _, away = desk.part()
    offer, line = deal.offers[0], deal.offers[0].lines[0]
    event = Event(month=13, kind=EventKind.ADD, product="seat", quantity=Decimal(5))
    phone = Line(product="phone", category="hardware", unit_price=Decimal("99.5"))
    changed = replace(offer, lines=(replace(line, discount=Decimal("0.05")), phone), events=(event,), term=48)
    choice = Choice(offer_id=offer.id, program="nfon-ngage", version="2022", plan="commission")
    save_deal(away, replace(deal, offers=(changed,), stage=Stage.WON, chosen=choice, note="a\nb"), "x")
    part = f"offer:{offer.id}"
    assert told(desk, "deal") == [
        Told("stage", "Stage", "open", "won"),
        Told("note", "Note", "–", "a / b"),
        Told("chosen", "Plan", "–", "NFON Ngage 2022 · Commission"),
        Told(part, "Offer 1", "", "", is_head=True),
        Told("", "Term", "36", "48"),
        Told("", "seat: Discount", "–", "5%"),
        Told("", "phone", "–", "1 × 99.50 monthly"),
        Told("", "seats added", "–", "Month 13, 5 seat"),
    ]


def test_a_deal_that_only_one_book_has_is_told_whole(desk: Desk) -> None:
    _, away = desk.part()
    deal_of(away, "New")
    labels = {one.label: one for one in told(desk, "deal")}
    assert labels["Customer"] == Told("", "Customer", "–", "New")
    assert labels["seat"] == Told("", "seat", "–", "10 × 20.00 monthly")


def test_other_records_are_told_field_by_field(desk: Desk) -> None:
    with desk.office.step("Fill"):
        desk.office.book.partner.save(Partner(name="A", currency="EUR"))
        kept = desk.office.book.partner.save_enrolment(Enrolment(program="p", inputs={"rate": "15%"}))
    quote = quoted(desk.office, deal_of(desk.office, "A"))
    _, away = desk.part()
    with away.step("Change"):
        partner = away.partner
        away.book.partner.save(
            replace(
                partner, logo=b"123", assume=replace(partner.assume, churn=Decimal("0.01")), vat_rate=Decimal("0.2")
            )
        )
        away.book.partner.save_enrolment(
            replace(kept, inputs={"rate": {"12": "1x"}}, assumed=frozenset({"rate"}), since=date(2026, 1, 2))
        )
        away.book.partner.save_rate(ExchangeRate(day=date(2026, 1, 2), base="EUR", quote="USD", rate=Decimal("1.5")))
    assert told(desk, "partner") == [
        Told("vat_rate", "VAT rate", "19%", "20%"),
        Told("logo", "Logo", "–", "3 bytes"),
        Told("assume", "Assumptions: Customers lost, a month", "0.3%", "1%"),
    ]
    assert told(desk, "enrolment") == [
        Told("since", "Enrolled since", "–", "2 Jan 2026"),
        Told("inputs", "Contract values: rate", "15%", "–"),
        Told("inputs", "Contract values: rate: 12", "–", "1x"),
        Told("inputs", "Assumed", "–", "rate"),
    ]
    assert [one.there for one in told(desk, "exchange_rate")] == ["2 Jan 2026", "EUR", "USD", "1.5"]
    with away.step("Sent"):
        away.book.quotes.save(replace(away.book.quotes.get(quote.id), status=type(quote.status)("sent")))
    assert told(desk, "quote") == [Told("status", "Status", "issued", "sent")]


def test_a_plan_says_what_happened_and_what_will(desk: Desk) -> None:
    first, second = deal_of(desk.office, "A"), deal_of(desk.office, "B")
    office, away = desk.part()
    save_deal(office, replace(first, note="x"), "Note")
    save_deal(away, replace(first, note="y"), "Note")
    remove_deal(away, second.id)
    quoted(away, deal_of(away, "C"))
    plan = planned(office, away)
    lines = {
        name_of(one.twin, office, ENGLISH): (news_text(plan, one, ENGLISH), fate_text(plan, one, ENGLISH))
        for one in plan.entries
    }
    assert lines == {
        "A · Telephony": ("changed in both: Note", "to decide"),
        "B · Telephony": ("removed there", "is removed"),
        "C · Telephony": ("only there", "comes in"),
        "Q-2026-0001 · C": ("only there", "comes in"),
    }
    assert counted(plan, Fate.COMES, language("de")) == "1 Geschäft, 1 Angebot"
    plan.choose(entry_of(plan, "deal", first.id).key, Side.THEIRS)
    assert merged_text(plan, ENGLISH) == "1 deal, 1 quote, 1 changed, 1 removed"


def test_the_command_tells_and_merges(desk: Desk) -> None:
    deal = deal_of(desk.office, "A")
    office, away = desk.part()
    save_deal(office, replace(deal, note="here"), "Note")
    save_deal(away, replace(deal, note="there"), "Note")
    deal_of(away, "B")
    desk.close()
    ours, theirs = office.book.path, away.book.path
    before = dump(ours)
    dry = run("merge", ours, theirs, "--dry-run")
    assert (dry.exit_code, dump(ours)) == (0, before)
    assert dry.stdout.splitlines() == [
        "Deal A · Telephony: changed in both: Note – to decide",
        "Deal B · Telephony: only there – comes in",
        "1 record is to be decided and stays as it is here.",
        "Would be merged: 1 deal.",
    ]
    assert run("merge", ours, theirs).stdout.splitlines()[-1] == "Merged: 1 deal."
    assert run("merge", ours, theirs, "--take", "theirs").stdout.splitlines() == [
        "Deal A · Telephony: changed in both: Note – as there",
        "Merged: 1 changed.",
    ]
    assert run("merge", ours, theirs).stdout.splitlines() == ["The two books are alike."]
    refused = run("merge", ours, ours)
    assert (refused.exit_code, "is the book that is open" in refused.stderr) == (2, True)
    desk.part()


def test_the_command_asks_for_the_passphrase_of_a_protected_book(desk: Desk) -> None:
    office, away = desk.part()
    deal_of(away, "B")
    desk.close()
    ours, theirs = office.book.path, away.book.path
    protect(Change(theirs, None, Key("secret words")), lambda: False)
    assert run("merge", ours, theirs, DEALBOOK_PASSPHRASE="wrong").exit_code == 2
    assert run("merge", ours, theirs, DEALBOOK_PASSPHRASE="secret words").stdout.splitlines()[-1] == "Merged: 1 deal."
