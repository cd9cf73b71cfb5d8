"""The impact of a new version: won deals keep theirs, open ones are signed under each, and the sums are the rows'."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.book.connection import open_book
from dealbook.book.drafts import Draft
from dealbook.book.programs import ProgramText
from dealbook.desk.compare import TOTALS, Objective, expected_of
from dealbook.desk.impact import ImpactWork, impact
from dealbook.desk.impact_rows import Group, Impact, ImpactRow, Question, Side, Verdict, sum_of
from dealbook.desk.impact_versions import pair_of, programs_of
from dealbook.desk.impact_words import note_of, plan_of, rests_on, title_of, warnings_of
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Line, Offer, Stage
from dealbook.domain.partner import Assumptions, Enrolment, ExchangeRate, Partner
from dealbook.programs.model import Program
from dealbook.programs.reader import read_program
from tests.desk.test_wording import spoken

DAY = date(2026, 6, 1)
SEATS = Line(product="Seat", category="ucaas", quantity=Decimal(100), unit_price=Decimal(10))
OLD = """\
format = 1
[program]
id = "carrier"
vendor = "Carrier"
name = "Agents"
version = "1"
effective_from = 2025-01-01
covers = ["ucaas"]
[[plan]]
id = "agent"
name = "Agent"
model = "agent"
[[plan.pays]]
id = "bonus"
label = "Bonus"
basis = "mrr"
rate = "2x"
at = "signing"
[[plan.pays]]
id = "residual"
label = "Residual"
basis = "mrr"
rate = "15%"
every = "month"
"""
NEW = (
    OLD.replace('version = "1"', 'version = "2"\napplies_to = "all-deals"')
    .replace("2025-01-01", "2026-01-01")
    .replace('"15%"', '"14%"')
    .replace('"2x"', '"1x"')
)
RIVAL = OLD.replace('"carrier"', '"rival"').replace('"Carrier"', '"Rival"').replace('"15%"', '"10%"')


@pytest.fixture
def book(session: Session) -> Session:
    """A session enrolled with the carrier, which has one version; nobody leaves and money has no interest."""
    with session.step("Set up"):
        free = Assumptions(discount_rate=Decimal(0), churn=Decimal(0))
        session.book.partner.save(Partner(name="Nordlicht Systems GmbH", country="DE", assume=free))
        session.book.partner.save_enrolment(Enrolment(program="carrier"))
        session.book.programs.save(ProgramText("carrier", date(2025, 1, 1), OLD))
    return session


def add(
    session: Session,
    customer: str = "Müller",
    plan: str = "agent",
    program: str = "carrier",
    version: str = "1",
    **more: object,
) -> Deal:
    """Save a deal of 1,000 a month for 24 months, signed in March 2025, with its plan chosen unless that is ""."""
    offer = Offer(lines=(SEATS,), term=24, starts=date(2025, 4, 1))
    deal = Deal(customer=customer, signed=date(2025, 3, 10), offers=(offer,), country="DE", probability=Decimal("0.3"))
    with session.step("Add"):
        saved = session.book.deals.save(replace(deal, **more))  # type: ignore[arg-type]  # any field
        if plan:
            choice = Choice(offer_id=saved.offers[0].id, program=program, version=version, plan=plan)
            saved = session.book.deals.save(replace(saved, chosen=choice))
    return saved


def found(session: Session, new: str = NEW, old: str | None = OLD, objective: Objective = Objective.TERM) -> Impact:
    """Return the impact of a text, by what is paid over the term."""
    before = None if old is None else read_program(old)
    return impact(session, Question(new=read_program(new), old=before, objective=objective, day=DAY))


def only(session: Session, new: str = NEW, old: str | None = OLD) -> ImpactRow:
    (row,) = found(session, new, old).rows
    return row


def note(session: Session, new: str = NEW, old: str | None = OLD, code: str = "en") -> str:
    result = found(session, new, old)
    (row,) = result.rows
    return note_of(row, result.question, spoken(code))


# --- won deals


def test_a_won_deal_changes_only_by_what_is_paid_over_time_from_the_day_on(book: Session) -> None:
    add(book, stage=Stage.WON)
    row = only(book)
    assert row.old.amount == 2000 + 24 * 150
    assert row.new.amount == 2000 + 9 * 150 + 15 * 140  # April to December 2025 at 15 %, the rest at 14 %
    assert (row.change, row.group, row.verdict) == (Decimal(-150), Group.WON, Verdict.CHANGES)
    assert note(book) == "signed under version 1"


def test_a_version_for_new_deals_leaves_won_ones_as_they_are(book: Session) -> None:
    add(book, stage=Stage.WON)
    assert only(book, NEW.replace("all-deals", "new-deals")).verdict is Verdict.SAME


def test_a_pinned_version_follows_nothing(book: Session) -> None:
    with book.step("Pin"):
        (known,) = book.enrolments
        book.book.partner.save_enrolment(replace(known, version="1"))
    add(book, stage=Stage.WON)
    row = only(book)
    assert (row.change, row.is_pinned) == (Decimal(0), True)
    assert note(book) == "stays in version 1"
    result = found(book)
    assert result.pinned == "1"
    assert "keeps version 1" in " ".join(warnings_of(result, spoken("en")))


def test_a_saved_version_is_seen_as_its_draft_was(book: Session) -> None:
    add(book, "Won", stage=Stage.WON)
    add(book, "Open")
    before = found(book)
    with book.step("Save"):
        book.book.programs.save(ProgramText("carrier", date(2026, 1, 1), NEW))
    assert found(book).rows == before.rows
    row = next(row for row in before.rows if row.group is Group.WON)
    real = expected_of(book, book.deal(row.deal_id))
    assert real is not None
    assert real.totals is not None
    assert row.new.amount == real.totals.term


def test_a_deal_won_under_the_new_version_keeps_it(book: Session) -> None:
    with book.step("Save"):
        book.book.programs.save(ProgramText("carrier", date(2026, 1, 1), NEW))
    offer = Offer(lines=(SEATS,), term=24, starts=date(2026, 4, 1))
    add(book, version="2", stage=Stage.WON, signed=date(2026, 3, 1), offers=(offer,))
    row = only(book)
    assert row.old.amount == row.new.amount == 1000 + 24 * 140
    assert row.new.version == "2"


def test_won_deals_of_other_programs_are_not_touched(book: Session) -> None:
    with book.step("Rival"):
        book.book.programs.save(ProgramText("rival", date(2025, 1, 1), RIVAL))
        book.book.partner.save_enrolment(Enrolment(program="rival"))
    add(book, stage=Stage.WON, program="rival")
    add(book, stage=Stage.WON, plan="")
    assert (found(book).rows, found(book).untouched) == ((), 2)


def test_a_program_that_took_another_one_over_rules_its_residuals(book: Session) -> None:
    add(book, stage=Stage.WON)
    add(book, "Open")
    heir = NEW.replace('id = "carrier"', 'id = "heir"\nsucceeds = ["carrier"]')
    result = found(book, heir, None)
    (won,) = (row for row in result.rows if row.group is Group.WON)
    assert won.change == -150
    stranger = heir.replace('\nsucceeds = ["carrier"]', "")
    assert not [row for row in found(book, stranger, None).rows if row.group is Group.WON]


# --- open deals


def test_an_open_deal_is_signed_under_each(book: Session) -> None:
    add(book)
    row = only(book)
    assert (row.old.amount, row.new.amount) == (Decimal(2000 + 24 * 150), Decimal(1000 + 24 * 140))
    assert (row.group, row.change, row.weighted) == (Group.OPEN, Decimal(-1240), Decimal("-372.00"))
    assert (row.old.version, row.new.version) == ("1", "2")
    assert note(book) == "closes before 1 Jan 2026"


def test_a_deal_file_of_any_day_counts_a_draft_that_nobody_saved(book: Session) -> None:
    add(book)
    versions = dict(book.catalog.versions)
    found(book)
    assert book.catalog.versions == versions


SECOND = OLD[OLD.index("[[plan]]") :].replace('"agent"\nname = "Agent"', '"other"\nname = "Other"')


def test_without_a_choice_the_best_plan_of_each_version_counts(book: Session) -> None:
    add(book, plan="")
    row = only(book, NEW + SECOND.replace('"2x"', '"9x"'), OLD + SECOND.replace('"2x"', '"0.5x"'))
    assert (row.old.plan_name, row.new.plan_name) == ("Agent", "Other")
    assert row.new.amount == 9000 + 24 * 150
    assert plan_of(row) == "Agent → Other"


def test_the_chosen_plan_counts_though_another_one_is_better(book: Session) -> None:
    add(book)
    row = only(book, NEW + SECOND.replace('"2x"', '"9x"'))
    assert (row.new.plan_name, row.new.amount) == ("Agent", Decimal(1000 + 24 * 140))


def test_where_the_chosen_plan_is_gone_the_best_one_counts(book: Session) -> None:
    add(book)
    row = only(book, NEW[: NEW.index("[[plan]]")] + SECOND)
    assert (row.new.plan_name, row.verdict) == ("Other", Verdict.SAME)
    assert row.is_touched


def test_a_deal_that_is_no_longer_open_says_why(book: Session) -> None:
    add(book)
    longer = NEW.replace('model = "agent"', 'model = "agent"\nrequires = [{ fact = "term", at_least = 36 }]')
    row = only(book, longer)
    assert (row.verdict, row.new.amount, row.change) == (Verdict.CLOSES, Decimal(0), Decimal(-5600))
    assert note(book, longer).startswith("no longer open: Term in months: 24; needed: at least 36 (12 more)")
    assert note(book, longer, code="de").startswith(
        "steht nicht mehr offen: Laufzeit in Monaten: 24; nötig: mindestens 36"
    )
    assert note(book, OLD.replace('"1"', '"3"'), longer).startswith("now open to this deal")


def test_what_is_open_under_neither_is_only_counted(book: Session) -> None:
    add(book, country="FR")
    closed = [text.replace("covers", 'countries = ["DE"]\ncovers') for text in (OLD, NEW)]
    result = found(book, closed[1], closed[0])
    assert (result.rows, result.untouched) == ((), 1)


def test_what_cannot_be_told_is_in_no_sum_and_says_so(book: Session) -> None:
    add(book)
    unknown = NEW.replace('"14%"', '"$share"').replace("[[plan]]", '[inputs.share]\nlabel = "Your rate"\n[[plan]]', 1)
    result = found(book, unknown)
    (row,) = result.rows
    assert (row.verdict, row.change, row.weighted) == (Verdict.UNKNOWN, None, None)
    assert (result.book.old, result.book.count, result.book.unknown) == (Decimal(0), 0, 1)
    assert note(book, unknown).startswith("2: A contract value is missing: Your rate; ")
    assert "1 deal could not be told" in " ".join(warnings_of(result, spoken("en")))


def test_the_winner_across_all_programs(book: Session) -> None:
    with book.step("Rival"):
        book.book.programs.save(ProgramText("rival", date(2025, 1, 1), RIVAL))
        book.book.partner.save_enrolment(Enrolment(program="rival"))
    add(book, "Loses", plan="")
    add(book, "Elsewhere", program="rival")
    loses, elsewhere = sorted(found(book, NEW.replace('"14%"', '"5%"')).rows, key=lambda row: -len(row.customer))[::-1]
    assert (loses.best_old, loses.best_new) == ("Carrier · Agent", "Rival · Agent")
    assert (loses.group, elsewhere.group) == (Group.OPEN, Group.ELSEWHERE)
    result = found(book, NEW.replace('"14%"', '"5%"'))
    assert "now best: Rival · Agent (before: Carrier · Agent)" in note_of(loses, result.question, spoken("en"))
    assert "best: Rival · Agent" in note_of(elsewhere, result.question, spoken("en"))
    assert result.book.change == loses.change
    assert result.sums(Group.ELSEWHERE).change == elsewhere.change


def test_a_new_program_is_compared_with_nothing(book: Session) -> None:
    add(book, plan="")
    fresh = RIVAL.replace('"rival"', '"fresh"')
    result = found(book, fresh, None)
    (row,) = result.rows
    assert (row.old, row.new.amount) == (Side(), Decimal(2000 + 24 * 100))
    assert (row.verdict, result.as_if_enrolled) == (Verdict.OPENS, True)
    assert title_of(result.question, spoken("en")) == "Rival · Agents: 1 (no version before)"
    assert "as if you were" in " ".join(warnings_of(result, spoken("en")))


# --- the book


def test_lost_deals_are_left_out_and_faulty_ones_named(book: Session) -> None:
    add(book, stage=Stage.LOST)
    add(book, "Faulty", offers=(Offer(lines=(replace(SEATS, unit_price=None),), starts=date(2025, 4, 1)),))
    result = found(book)
    assert (result.rows, result.untouched, result.faulty) == ((), 0, ("Faulty",))
    assert "Faulty" in " ".join(rests_on(result, book, spoken("en")))


def test_the_largest_change_comes_first_be_it_up_or_down(book: Session) -> None:
    for customer, seats in (("Small", 1), ("Large", 100), ("Middle", 10)):
        line = replace(SEATS, quantity=Decimal(seats))
        add(book, customer, offers=(Offer(lines=(line,), term=24, starts=date(2025, 4, 1)),))
    more = NEW.replace('"14%"', '{ by = "seats", "0" = "14%", "50" = "30%" }')
    rows = found(book, more).rows
    assert [(row.customer, (row.change or 0) > 0) for row in rows] == [
        ("Large", True),
        ("Middle", False),
        ("Small", False),
    ]


@pytest.mark.parametrize(
    ("objective", "old"), [(Objective.NOW, 2000), (Objective.FIRST_YEAR, 2000 + 11 * 150), (Objective.EXPECTED, 5600)]
)
def test_by_any_objective(book: Session, objective: Objective, old: int) -> None:
    add(book)
    (row,) = found(book, objective=objective).rows
    assert row.old.amount == old


def test_amounts_are_in_the_books_currency(book: Session) -> None:
    add(book, currency="USD")
    assert only(book).verdict is Verdict.UNKNOWN
    assert "no exchange rate for its currency" in note(book) or "No exchange rate" in note(book)
    with book.step("Rate"):
        book.book.partner.save_rate(ExchangeRate(day=date(2025, 1, 1), base="USD", quote="EUR", rate=Decimal("0.5")))
    assert only(book).old.amount == Decimal("5600.00") / 2
    with book.step("Rate"):
        book.book.partner.save_rate(ExchangeRate(day=date(2026, 1, 1), base="USD", quote="EUR", rate=Decimal("0.75")))
    assert only(book).old.amount == Decimal("5600.00") / 2 * Decimal("1.5")  # signed at 0.5, counted today at 0.75


def test_work_can_be_done_a_deal_at_a_time(book: Session) -> None:
    for number in range(3):
        add(book, f"Deal {number}")
    work = ImpactWork(book, Question(new=read_program(NEW), old=read_program(OLD), objective=Objective.TERM, day=DAY))
    assert (work.total, work.done) == (3, 0)
    assert work.step()
    assert (work.done, len(work.result().rows)) == (1, 1)
    assert work.step()
    assert not work.step()
    assert not work.step()
    assert work.result() == found(book)


AMOUNTS = st.none() | st.decimals(-(10**9), 10**9, places=2)
ROWS = st.builds(
    ImpactRow,
    deal_id=st.text(max_size=3),
    customer=st.just("Kunde"),
    title=st.just(""),
    group=st.sampled_from(Group),
    closes=st.just(DAY),
    old=st.builds(Side, amount=AMOUNTS),
    new=st.builds(Side, amount=AMOUNTS),
    probability=st.just(Decimal("0.5")),
    weighted=AMOUNTS,
)


@given(st.lists(ROWS, max_size=12))
def test_sums_are_those_of_the_rows(rows: list[ImpactRow]) -> None:
    question = Question(new=read_program(NEW), day=DAY)
    result = Impact(question=question, currency="EUR", rows=tuple(rows))
    counted = [row for row in rows if row.change is not None and row.group is not Group.ELSEWHERE]
    assert result.book.change == sum((row.change for row in counted if row.change is not None), Decimal(0))
    assert result.book.new - result.book.old == result.book.change
    assert result.book.count == len(counted)
    assert sum((result.sums(group).count + result.sums(group).unknown for group in Group), 0) == len(rows)
    everything = sum_of(rows)
    assert everything.change == sum((result.sums(group).change for group in Group), Decimal(0))


# --- the sample book


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """The sample book."""
    path = tmp_path_factory.mktemp("sample") / "Sample.dealbook"
    make_sample_book(path)
    return Session(open_book(path))


def question(session: Session, program: str, objective: Objective = Objective.EXPECTED) -> Question:
    old, new = pair_of(programs_of(session)[program])
    return Question(new=new.program, old=old.program if old else None, objective=objective, day=date(2026, 12, 1))


@pytest.mark.parametrize("objective", TOTALS)
@pytest.mark.parametrize("program", ["foerdenetz", "nfon-ngage"])
def test_real_versions_add_up(sample: Session, program: str, objective: Objective) -> None:
    result = impact(sample, question(sample, program, objective))
    assert len(result.rows) + result.untouched == sum(deal.stage is not Stage.LOST for deal in sample.deals.values())
    for group in Group:
        changes = [row.change for row in result.rows if row.group is group and row.change is not None]
        assert result.sums(group).change == sum(changes, Decimal(0))
        assert all(change == change.quantize(Decimal("0.01")) for change in changes)


def test_the_sample_carriers_residual_falls_for_existing_deals(sample: Session) -> None:
    result = impact(sample, question(sample, "foerdenetz"))
    touched = [row for row in result.rows if row.change and row.group is Group.WON]
    assert touched
    assert {row.new.version for row in touched} == {"2025"}
    for row in touched:  # the new version is in force in the book, so this is what the deal really earns
        real = expected_of(sample, sample.deal(row.deal_id))
        assert real is not None
        assert real.totals is not None
        assert row.new.amount == real.totals.expected_value


def test_ngage_is_new_deals_only(sample: Session) -> None:
    result = impact(sample, question(sample, "nfon-ngage"))
    assert {row.change for row in result.rows if row.group is Group.WON} == {Decimal("0.00")}
    assert {row.verdict for row in result.rows if row.group is not Group.WON} == {Verdict.UNKNOWN}


# --- what can be compared


def test_drafts_can_be_compared_as_far_as_they_can_be_read(book: Session) -> None:
    with book.step("Draft"):
        draft = book.book.drafts.save(Draft(program="carrier", base="carrier/2025-01-01.toml", text=NEW))
        book.book.drafts.save(Draft(program="carrier", base="", text="not TOML ["))
    versions = programs_of(book)["carrier"]
    assert [version.key for version in versions] == ["2025-01-01", f"draft:{draft.id}"]
    assert [version.is_draft for version in versions] == [False, True]
    old, new = pair_of(versions)
    assert old is not None
    assert isinstance(new.program, Program)
    assert (old.key, new.program.version) == ("2025-01-01", "2")
    assert pair_of(versions[:1]) == (None, versions[0])
