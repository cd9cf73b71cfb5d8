"""What a step changed is told in words, field by field; what is gone comes back, and goes for good only so."""

import ast
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dealbook.book import purge as purging_steps
from dealbook.book.errors import BookError
from dealbook.desk import history_cells, history_records, history_told, purging
from dealbook.desk.deals import choose, duplicate_deal, new_deal, remove_deal, save_deal, set_stage
from dealbook.desk.history import BRING_BACK, Asked, Histories, Shown, bring_back, record_of
from dealbook.desk.history_fields import COLUMNS, EVENT_KINDS, SALES_BASES, SALES_TIMES, spec_of
from dealbook.desk.history_told import Told
from dealbook.desk.purging import Target, confirm_text, loss, loss_text, purge, purged, targets
from dealbook.desk.quotes import issue_quote, quote_content, set_status
from dealbook.desk.session import Session
from dealbook.domain.deal import Charge, Choice, Deal, Event, EventKind, Line, Offer, RampStep, Role, Stage
from dealbook.domain.partner import Enrolment
from dealbook.domain.quote import QuoteStatus
from tests.book.records import DRAFT, PARTNER, PROGRAM, RATE
from tests.desk.test_wording import SOURCES, TRANSLATED, called, catalogues, messages, spoken, texts, tree
from tests.support import ROOT

Lines = list[tuple[str, str, str]]


def line(product: str, quantity: int, price: str, charge: Charge = Charge.MONTHLY) -> Line:
    return Line(product=product, category="ucaas", quantity=Decimal(quantity), unit_price=Decimal(price), charge=charge)


@pytest.fixture
def deal(session: Session) -> Deal:
    """A deal with one offer of three lines, saved."""
    made = new_deal(session, "Müller & Söhne", today=date(2026, 1, 5))
    lines = (line("Seat", 85, "22"), line("Agent", 12, "65"), line("Headset", 97, "89", Charge.ONE_TIME))
    return save_deal(session, replace(made, offers=(replace(made.offers[0], lines=lines),)), "Paste lines")


def with_offer(session: Session, deal: Deal, **changes: object) -> Deal:
    """Save a deal whose first offer is changed."""
    offer = replace(deal.offers[0], **changes)  # type: ignore[arg-type]
    return save_deal(session, replace(deal, offers=(offer, *deal.offers[1:])), "Change")


def histories(session: Session, code: str = "en") -> Histories:
    return Histories(session, spoken(code))


def last(session: Session, asked: Asked | None = None) -> Shown:
    return histories(session).page(asked or Asked())[0]


def told(session: Session, step: int | None = None, code: str = "en") -> Lines:
    """Return what a step, the last one, says below its heads."""
    step_id = last(session).entry.id if step is None else step
    found = histories(session, code).details(step_id).told
    return [(one.what, one.before, one.after) for one in found if not one.is_head]


def names(session: Session, asked: Asked) -> list[str]:
    return [shown.entry.name for shown in histories(session).page(asked)]


# --- deals


def test_a_new_deal(session: Session, deal: Deal) -> None:
    assert told(session, 1) == [
        ("Deal added", "", "open · 5 Feb 2026"),
        ("Offer A added", "", "36 months · 1 Mar 2026"),
    ]
    assert told(session) == [
        ("Line Seat added", "", "85 · €22.00 · monthly"),
        ("Line Agent added", "", "12 · €65.00 · monthly"),
        ("Line Headset added", "", "97 · €89.00 · once"),
    ]
    shown = last(session)
    assert (shown.touched, shown.more, shown.is_next_undo) == (("Müller & Söhne",), False, True)


def test_a_field_of_a_line(session: Session, deal: Deal) -> None:
    seat, *rest = deal.offers[0].lines
    changed = replace(seat, quantity=Decimal(87), discount=Decimal("0.125"), ramp=(RampStep(1, Decimal(20)),))
    with_offer(session, deal, lines=(changed, *rest))
    assert told(session) == [
        ("Line Seat: Quantity", "85", "87"),
        ("Line Seat: Discount", "", "12.5%"),
        ("Line Seat: Ramp", "", "1: 20"),
    ]
    assert told(session, code="de")[0] == ("Position Seat: Menge", "85", "87")


def test_a_line_that_is_moved_and_those_that_only_make_room(session: Session, deal: Deal) -> None:
    seat, agent, headset = deal.offers[0].lines
    deal = with_offer(session, deal, lines=(headset, seat, agent))
    assert told(session) == [("Line Headset moved", "place 3", "place 1")]
    with_offer(session, deal, lines=(seat, agent))
    assert told(session) == [("Line Headset removed", "97 · €89.00 · once", "")]


def test_a_line_that_goes_over_to_another_offer(session: Session, deal: Deal) -> None:
    deal = save_deal(
        session, replace(deal, offers=(*deal.offers, Offer(title="Basic", starts=date(2026, 3, 1)))), "Add"
    )
    assert told(session) == [("Offer Basic added", "", "36 months · 1 Mar 2026")]
    first, second = deal.offers
    moved = (replace(first, lines=first.lines[1:]), replace(second, lines=first.lines[:1]))
    save_deal(session, replace(deal, offers=moved), "Move")
    assert ("Offer A · Line Seat: Offer", "Offer A", "Offer Basic") in told(session)
    assert not [what for what, _, _ in told(session) if "moved" in what]


def test_offers_that_change_places(session: Session, deal: Deal) -> None:
    deal = save_deal(
        session, replace(deal, offers=(*deal.offers, Offer(title="Basic", starts=date(2026, 3, 1)))), "Add"
    )
    save_deal(session, replace(deal, offers=deal.offers[::-1]), "Swap")
    assert len([what for what, _, _ in told(session) if what.endswith("moved")]) == 1


def test_events_by_their_kind(session: Session, deal: Deal) -> None:
    with_offer(
        session,
        deal,
        events=(
            Event(month=13, kind=EventKind.ADD, product="Seat", quantity=Decimal(10)),
            Event(month=14, kind=EventKind.PRICE, product="Seat", unit_price=Decimal("20.5")),
            Event(month=15, kind=EventKind.HANDOVER, role=Role.CARE, to_us=True),
            Event(month=16, kind=EventKind.RENEWAL, term=24),
            Event(month=17, kind=EventKind.SUCCESSOR, program="nfon-ngage", plan="commission"),
            Event(month=18, kind=EventKind.CANCEL),
        ),
    )
    assert [(what, after) for what, _, after in told(session)] == [
        ("Event in month 13 added", "seats added · 10 · Seat"),
        ("Event in month 14 added", "price change · Seat · €20.50"),
        ("Event in month 15 added", "handover · care · yes"),
        ("Event in month 16 added", "renewal · 24 months"),
        ("Event in month 17 added", "successor · NFON Ngage · Commission"),
        ("Event in month 18 added", "cancellation"),
    ]


def test_fields_of_a_deal(session: Session, deal: Deal) -> None:
    changed = replace(deal, signed=date(2026, 4, 1), probability=Decimal("0.75"), registered=True, note="one\ntwo")
    deal = save_deal(session, replace(changed, roles=frozenset({Role.ACQUISITION})), "Change")
    assert told(session) == [
        ("Note", "", "one / two"),
        ("Closing day", "5 Feb 2026", "1 Apr 2026"),
        ("Probability", "50%", "75%"),
        ("Registered", "no", "yes"),
        ("Care is ours", "yes", "no"),
    ]
    set_stage(session, deal.id, Stage.WON)
    assert ("Stage", "open", "won") in told(session)
    assert ("Stand", "offen", "gewonnen") in told(session, code="de")


def test_a_chosen_plan_by_its_names(session: Session, deal: Deal) -> None:
    choice = Choice(offer_id=deal.offers[0].id, program="nfon-ngage", version="2022", plan="commission")
    choose(session, deal.id, choice)
    assert told(session) == [
        ("Chosen offer", "", "Offer A"),
        ("Chosen program", "", "NFON Ngage"),
        ("Program version of the choice", "", "2022"),
        ("Chosen plan", "", "Commission"),
    ]
    choose(session, deal.id, None)
    assert ("Chosen plan", "Commission", "") in told(session)


def test_amounts_and_names_are_those_of_the_time(session: Session, deal: Deal) -> None:
    step = last(session).entry.id
    seat, *rest = deal.offers[0].lines
    deal = with_offer(session, deal, lines=(replace(seat, product="Cloud seat"), *rest))
    assert told(session) == [("Line Seat: Product", "Seat", "Cloud seat")]
    deal = save_deal(session, replace(deal, currency="USD"), "Currency")
    remove_deal(session, deal.id)
    assert told(session, step)[0] == ("Line Seat added", "", "85 · €22.00 · monthly")
    assert told(session)[2] == ("Line Cloud seat removed", "85 · US$22.00 · monthly", "")


# --- other records


def test_the_partner(session: Session) -> None:
    with session.step("Partner"):
        session.book.partner.save(PARTNER)
    found = told(session)
    assert ("Logo", "", "1 kB") in found
    assert ("Certificates", "", "nec-cloud, nfon-sales") in found
    assert ("Cash reserve", "", "€5,000.00") in found
    assert not [what for what, _, after in found if not after]
    with session.step("Partner"):
        session.book.partner.save(replace(PARTNER, vat_rate=Decimal("0.2"), language="en"))
    assert told(session) == [("Language of new quotes", "German", "English"), ("VAT rate", "19%", "20%")]


def test_figures_of_a_contract_one_by_one(session: Session) -> None:
    with session.step("Enrol"):
        made = session.book.partner.save_enrolment(Enrolment(program="nfon-ngage", inputs={"commission": "15%"}))
    label = "Contract value: Commission, share of the monthly revenue"
    assert told(session) == [("Membership added", "", ""), (label, "", "15%")]
    table = {"by": "term", "12": Decimal("2.5"), "else": 3}
    changed = replace(
        made, inputs={"commission": "18%", "t": table}, certified=True, standing={"won_seats": Decimal(240)}
    )
    with session.step("Set"):
        session.book.partner.save_enrolment(changed)
    assert told(session) == [
        ("Certified", "no", "yes"),
        (label, "15%", "18%"),
        ("Contract value: t", "", "12: 2.5; otherwise: 3"),
        ("Opening figure: seats won in the period", "", "240"),
    ]
    assert last(session).touched == ("Membership in NFON Ngage",)
    with session.step("Leave"):
        session.book.partner.remove_enrolment(made.id)
    assert (label, "18%", "") in told(session)


def test_rates_programs_and_drafts(session: Session) -> None:
    with session.step("Add"):
        session.book.partner.save_rate(RATE)
        session.book.programs.save(PROGRAM)
        session.book.drafts.save(DRAFT)
    assert last(session).touched == (
        "Exchange rate EUR → USD, 2 Jan 2026",
        "Program own-program",
        "Draft of own-program",
    )
    assert told(session) == [
        ("Exchange rate added", "", "1.0837"),
        ("Version from 1 Jan 2026 added", "", "2 lines"),
        ("Draft added", "", "own-program"),
    ]
    with session.step("Change"):
        session.book.partner.save_rate(replace(RATE, rate=Decimal("1.2")))
        session.book.programs.save(replace(PROGRAM, text=PROGRAM.text + "a = 1\nb = 2"))
    assert told(session) == [
        ("Rate", "1.0837", "1.2"),
        ("Version from 1 Jan 2026: Text", "2 lines", "4 lines, 2 added, 0 removed"),
    ]


def test_quotes(session: Session, deal: Deal) -> None:
    quote = issue_quote(session, deal, quote_content(session, deal, [deal.offers[0].id], date(2026, 1, 10)))
    assert told(session) == [("Quote Q-2026-0001 issued", "", "")]
    set_status(session, quote.id, QuoteStatus.SENT)
    assert told(session) == [("Status", "issued", "sent")]
    assert names(session, Asked(record=("deal", deal.id)))[:2] == ["Change quote status", "Issue quote"]


# --- what does not fit


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ('after = \'{"quantity":"many"}\'', ("Line Seat: Quantity", "85", "many")),
        ('after = \'{"colour_of":"red"}\', before = \'{"colour_of":null}\'', ("Line Seat: Colour of", "", "red")),
        (
            'after = \'{"charge":"weekly"}\', before = \'{"charge":"monthly"}\'',
            ("Line Seat: Charge", "monthly", "weekly"),
        ),
        ('after = \'{"ramp":"[{]"}\', before = \'{"ramp":"[]"}\'', ("Line Seat: Ramp", "", "[{]")),
        ('after = \'{"unit_price":"x"}\', before = \'{"unit_price":100}\'', ("Line Seat: Net price", "€1.00", "x")),
    ],
)
def test_cells_of_another_form_are_told_as_they_are(
    session: Session, deal: Deal, change: str, expected: tuple[str, str, str]
) -> None:
    seat, *rest = deal.offers[0].lines
    with_offer(session, deal, lines=(replace(seat, quantity=Decimal(87)), *rest))
    session.book._db.execute(f"UPDATE step_row SET {change} WHERE step_id = 3")
    assert told(session, 3) == [expected]


def test_tables_and_kinds_that_nobody_knows_are_told(session: Session, deal: Deal) -> None:
    session.book._db.execute("UPDATE step_row SET tbl = 'gadget', kind = 'thing' WHERE step_id = 1")
    found = told(session, 1)
    assert [what for what, _, _ in found] == ["thing added", "thing added"]
    assert "Müller & Söhne" in found[0][2]


def test_every_column_of_the_book_has_a_label(session: Session) -> None:
    db = session.book._db
    for table in COLUMNS:
        named = set(COLUMNS[table])
        there = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        silent = {"id", "position", "deal_id", "offer_id", "program", "effective_from"}
        frozen = {"number", "revision", "issued_at", "content", "digest", "programs"} if table == "quote" else set()
        assert named <= there, table
        assert there - named <= silent | frozen, table
    assert spec_of("line", "never_seen").label == "Never seen"


# --- looking for steps


def test_steps_are_found_by_name_customer_and_kind(session: Session, deal: Deal) -> None:
    other = new_deal(session, "Hansen")
    save_deal(session, replace(other, note="x"), "Change title")
    with session.step("Partner"):
        session.book.partner.save(PARTNER)
    assert names(session, Asked(text="hansen")) == ["Change title", "New deal"]
    assert names(session, Asked(text="title hans")) == ["Change title"]
    assert names(session, Asked(text="title müller")) == []
    assert names(session, Asked(kind="partner")) == ["Partner"]
    assert names(session, Asked(text="assumptions")) == ["Partner"]
    assert names(session, Asked(record=("deal", deal.id))) == ["Paste lines", "New deal"]
    assert [shown.entry.name for shown in histories(session, "de").page(Asked(text="titel ändern"))] == ["Change title"]
    assert record_of("deal", "x") == ("deal", "x")
    assert record_of("weather", "x") is None


def test_a_large_step_is_told_in_parts(session: Session) -> None:
    with session.step("Import deals"):
        session.book.deals.add_all(
            Deal(customer=f"C{n}", signed=date(2026, 1, 1), offers=(Offer(starts=date(2026, 1, 1)),)) for n in range(60)
        )
    shown = last(session)
    assert (shown.touched, shown.more) == (("C0", "C1", "C2"), True)
    found: list[Told] = []
    after, head = -1, None
    while True:
        part = histories(session).details(shown.entry.id, after, head, limit=50)
        found += part.told
        if part.last is None:
            break
        after, head = part.last, part.record
    assert len([one for one in found if not one.is_head]) == 120
    assert found[0] == Told(found[0].record, "C0", is_head=True)


# --- bringing back


def test_a_removed_deal_is_brought_back_as_a_new_step(session: Session, deal: Deal) -> None:
    remove_deal(session, deal.id)
    shown = last(session, Asked(removed=True))
    (record,) = histories(session).removed(shown.entry)
    bring_back(session, shown.entry.id, [record])
    assert session.deal(deal.id) == deal
    assert last(session).entry.name == BRING_BACK
    assert histories(session).removed(shown.entry) == ()
    assert names(session, Asked(removed=True)) == []
    session.undo()
    assert deal.id not in session.deals
    assert names(session, Asked(removed=True)) == ["Remove deal"]


def test_what_cannot_come_back_is_not_offered(session: Session, deal: Deal) -> None:
    with session.step("Add"):
        session.book.partner.save_rate(RATE)
    with session.step("Remove"):
        session.book.partner.remove_rate(RATE)
    removal = last(session).entry
    assert histories(session).removed(removal) == (("rate", "2026-01-02 EUR USD"),)
    with session.step("Add"):
        session.book.partner.save_rate(RATE)
    assert histories(session).removed(removal) == ()
    with pytest.raises(BookError):
        bring_back(session, removal.id, [("rate", "2026-01-02 EUR USD")])


# --- deleting for good


def test_what_would_be_gone_is_said(session: Session, deal: Deal) -> None:
    copy = duplicate_deal(session, deal.id)
    remove_deal(session, copy.id)
    set_stage(session, deal.id, Stage.WON)
    session.undo()
    shown = histories(session).page(Asked())[1]
    own = histories(session)
    first, second = targets(own, shown.entry, shown.day, spoken("en"))
    assert (first.label, second.label) == ("This step and all before it", "All that is kept of Müller & Söhne")
    assert list(loss_text(loss(session, first), own, spoken("en"))) == [
        "4 steps will be gone.",
        "1 removed deal can then no longer be brought back: Müller & Söhne.",
        "Undo can then take nothing back.",
        "The book itself stays as it is. Backups made until now still hold what is deleted here.",
    ]
    assert confirm_text(loss(session, first), spoken("de")) == "4 Schritte endgültig löschen"
    assert next(iter(loss_text(loss(session, second), own, spoken("en")))) == "2 steps will be gone."


def test_a_day_can_be_the_limit(session: Session, deal: Deal) -> None:
    session.book._db.execute("UPDATE step SET at = '2026-01-01T12:00:00.000+00:00' WHERE id = 1")
    shown = last(session)
    found = list(targets(histories(session), shown.entry, shown.day, spoken("en")))
    assert [target.step_id for target in found] == [2, 1]
    assert found[1].label.startswith("All before ")


def test_a_purge_is_announced(session: Session, deal: Deal) -> None:
    heard: list[str] = []
    session.subscribe(lambda touched: heard.append(touched.name))
    target = Target("", step_id=2)
    assert purge(session, target)() is True
    purged(session, target)
    assert heard == [purging_steps.UNTIL]
    assert names(session, Asked()) == [purging_steps.UNTIL]
    assert session.deal(deal.id) == deal
    assert session.book.step_count == 1


def test_a_purge_that_fails_says_why_and_deletes_nothing(
    session: Session, deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging_steps, "_BUSY_SECONDS", 0.01)
    work = purge(session, Target("", step_id=2))
    with session.step("Meanwhile"):
        session.book.partner.save(PARTNER)
        found = work()  # as if another program were writing
    assert isinstance(found, BookError)
    assert found.code == "not-saved"
    assert len(names(session, Asked())) == 3


# --- words


def _constants(module: object) -> set[str]:
    """Return the message ids among a module's constants."""
    found = [value for name, value in vars(module).items() if name.isupper() and not name.startswith("_")]
    several = [text for value in found if isinstance(value, tuple) for text in value]
    return {text for text in (*found, *several) if isinstance(text, str)}


def _said_by(file: Path) -> set[str]:
    """Return what a module of the screen translates."""
    calls = (node for node in ast.walk(tree(file)) if isinstance(node, ast.Call) and called(node) in {"tr", "plural"})
    return {str(one.value) for call in calls for one in call.args if isinstance(one, ast.Constant) and one.value}


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_word_of_the_history_is_translated(code: str) -> None:
    known = {form for name in catalogues(code) for m in messages(code, name) for form, said in texts(m) if said}
    words = {*EVENT_KINDS.values(), *SALES_BASES.values(), *SALES_TIMES.values()}
    words |= {*history_records.KINDS.values(), *history_records.OF_PROGRAM.values(), BRING_BACK}
    for spec in (spec for columns in COLUMNS.values() for spec in columns.values()):
        words |= {spec.label, *spec.words.values()}
    for module in (history_told, history_cells, history_records, purging):
        words |= _constants(module)
    words |= {purging_steps.UNTIL, purging_steps.DEAL}
    for file in (ROOT / "src" / "dealbook" / "gui").glob("*/history*.py"):
        words |= _said_by(file)
    assert not words - known
    ours = {form for message in messages(code, "history") for form, _ in texts(message)}
    assert not {form for form in ours if form not in everything()}, "nobody says so any more"


def everything() -> str:
    """Return the text of every module: what is in it may be said."""
    return "\n".join(file.read_text(encoding="utf-8") for file in SOURCES).replace('"\n        "', "")
