"""The forecast: months add up, are kept deal by deal, and leave out what nobody can tell."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from babel.messages.pofile import read_po
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealbook import paths
from dealbook.book.connection import create_book, open_book
from dealbook.book.programs import ProgramText
from dealbook.desk import forecast_deals, forecast_words
from dealbook.desk.forecast import ForecastWork, forecast
from dealbook.desk.forecast_quota import quota_outlook
from dealbook.desk.forecast_rows import NO_CASH, Forecast, Question, Reason, Sheet, largest
from dealbook.desk.forecast_words import as_csv, as_text, columns, notes_of, table_of
from dealbook.desk.ladder import ladder
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Line, Offer, Stage
from dealbook.domain.money import ZERO
from dealbook.domain.months import month_index
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from dealbook.earnings.forecast import MONTHS, Levers, spread
from dealbook.language import language

DAY = date(2026, 6, 10)
SIGNED = date(2026, 6, 1)
LEVERS = Levers(churn=Decimal("0.01"), price_fall=Decimal("0.05"), discount_rate=Decimal("0.08"))
QUESTION = Question(day=DAY, levers=LEVERS)
_NUMBERS = count()
CARRIER = """\
format = 1
[program]
id = "{id}"
vendor = "{vendor}"
name = "Agents"
version = "1"
effective_from = 2025-01-01
covers = ["ucaas"]
currency = "{currency}"
[inputs.secret]
kind = "rate"
confidence = "contract"
[[plan]]
id = "agent"
name = "Agent"
model = "agent"
[[plan.pays]]
id = "bonus"
basis = "mrr"
rate = "2x"
at = "signing"
clawback = {{ window = 12, share = "prorated" }}
[[plan.pays]]
id = "residual"
basis = "mrr"
rate = "15%"
every = "month"
[[plan]]
id = "secret"
name = "Secret"
model = "agent"
[[plan.pays]]
id = "residual"
basis = "mrr"
rate = "$secret"
every = "month"
"""


def carrier(name: str = "carrier", currency: str = "EUR") -> str:
    return CARRIER.format(id=name, vendor=name.capitalize(), currency=currency)


def deal_of(
    number: int = 0, *, plan: str = "agent", program: str = "carrier", seats: int = 100, **changes: object
) -> Deal:
    line = Line(product="Seat", category="ucaas", quantity=Decimal(seats), unit_price=Decimal("10.01"))
    own = f"offer-{next(_NUMBERS)}"
    offer = Offer(id=own, lines=(line,), term=24, starts=date(2026, 7, 1))
    made = Deal(customer=f"Customer {number}", signed=SIGNED, offers=(offer,), stage=Stage.WON)
    choice = Choice(offer_id=own, program=program, version="1", plan=plan) if plan else None
    return replace(made, chosen=choice, **changes)  # type: ignore[arg-type]


def fill(session: Session, *deals: Deal) -> list[Deal]:
    """Put the partner, two carriers and deals into a book."""
    with session.step("Fill"):
        session.book.partner.save(Partner(name="Nordlicht"))
        for name, currency in (("carrier", "EUR"), ("dollars", "USD")):
            session.book.programs.save(ProgramText(name, date(2025, 1, 1), carrier(name, currency)))
            session.book.partner.save_enrolment(Enrolment(program=name, certified=True))
    return [save(session, deal) for deal in deals]


def save(session: Session, deal: Deal) -> Deal:
    with session.step("Save"):
        return session.book.deals.save(deal)


def cents(sheet: Sheet) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    for place in range(MONTHS):
        programs = sum((one.months[place] for one in sheet.programs), ZERO)
        yield sheet.won[place], programs, sum((one.months[place] for one in sheet.kinds), ZERO)


def test_signing_and_residuals_fall_into_their_months(session: Session) -> None:
    fill(session, deal_of())
    found = forecast(session, QUESTION)
    assert (found.first, found.currency, found.won, found.open) == (month_index(DAY), "EUR", 1, 0)
    assert found.contracted.won[:3] == (Decimal("2002.00"), Decimal("150.15"), Decimal("150.15"))
    assert found.contracted.won[24:26] == (Decimal("150.15"), ZERO)
    assert [one.key for one in found.contracted.kinds] == ["once", "recurring"]
    assert [one.key for one in found.expected.kinds] == ["once", "recurring", "clawback"]
    assert found.contracted.year(1) == (Decimal("2002.00") + 11 * Decimal("150.15"), ZERO)
    assert found.exposure[0] == Decimal("1835.17")  # 11/12 of the bonus
    assert found.monthly == 0  # not yet in service
    assert 0 < found.residuals < 24 * Decimal("150.15")


def test_an_open_deal_weighs_by_its_probability(session: Session) -> None:
    fill(session, deal_of(stage=Stage.OPEN, probability=Decimal("0.25")))
    found = forecast(session, QUESTION)
    assert found.contracted.pipeline[:2] == (Decimal("500.50"), Decimal("37.54"))
    assert found.contracted.won == found.exposure == NO_CASH
    assert (found.residuals, found.contracted.vendor) == (ZERO, None)


def test_an_open_deal_that_should_have_closed_counts_as_if_it_closed_now(session: Session) -> None:
    offer = replace(deal_of().offers[0], starts=date(2026, 3, 1))
    fill(session, deal_of(stage=Stage.OPEN, probability=Decimal(1), signed=date(2026, 2, 1), offers=(offer,), plan=""))
    found = forecast(session, QUESTION)
    assert found.overdue == 1
    assert found.contracted.pipeline[:2] == (Decimal("2002.00"), Decimal("150.15"))
    assert "should have closed" in " ".join(notes_of(found, language("en")))


def test_a_deal_without_a_plan_counts_under_its_best(session: Session) -> None:
    fill(session, deal_of(plan=""), deal_of(1, plan="", stage=Stage.OPEN))
    found = forecast(session, QUESTION)
    assert (found.won, found.open, found.unchosen) == (1, 1, 1)
    assert found.contracted.won[0] == Decimal("2002.00")


def test_lost_deals_are_nowhere(session: Session) -> None:
    fill(session, deal_of(stage=Stage.LOST))
    found = forecast(session, QUESTION)
    assert found.is_empty
    assert found.left_out == ()


def test_what_nobody_can_tell_is_left_out_and_counted(session: Session) -> None:
    foreign = deal_of(1, program="dollars", currency="USD")
    fill(
        session, deal_of(), foreign, deal_of(2, plan="secret"), deal_of(3, plan="gone"), deal_of(4, offers=(), plan="")
    )
    found = forecast(session, QUESTION)
    reasons = {one.customer: one.reason for one in found.left_out}
    assert found.won == 1
    assert reasons == {
        "Customer 1": Reason.NO_RATE,
        "Customer 2": Reason.INCOMPLETE,
        "Customer 3": Reason.NO_PLAN,
        "Customer 4": Reason.FAULTY,
    }
    told = " ".join(notes_of(found, language("en")))
    assert "4 deals are in no sum" in told
    assert "no exchange rate for USD" in told


def test_another_currency_is_converted_at_the_days_rate(session: Session) -> None:
    fill(session, deal_of(program="dollars", currency="USD"))
    with session.step("Rates"):
        for day, rate in ((date(2026, 1, 1), "0.90"), (date(2026, 6, 11), "0.10")):
            session.book.partner.save_rate(ExchangeRate(day=day, base="USD", quote="EUR", rate=Decimal(rate)))
    found = forecast(session, QUESTION)
    assert found.contracted.won[:2] == (Decimal("1801.80"), Decimal("135.14"))


def test_the_largest_vendor_and_customer(session: Session) -> None:
    fill(session, deal_of(), deal_of(0, seats=50), deal_of(2, seats=50))
    sheet = forecast(session, QUESTION).contracted
    assert sheet.vendor is not None
    assert (sheet.vendor.name, sheet.vendor.part) == ("Carrier", 1)
    assert sheet.customer is not None
    assert sheet.customer.name == "Customer 0"
    assert Decimal("0.74") < sheet.customer.part < Decimal("0.76")
    assert largest([("A", ZERO)]) is None


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.integers(1, 300),
            st.integers(1, 72),
            st.sampled_from(["carrier", "dollars", "nfon-ngage"]),
            st.sampled_from([Stage.WON, Stage.OPEN]),
            st.integers(-30, 8),
        ),
        min_size=1,
        max_size=6,
    ),
    st.decimals("0", "0.05", places=4),
    st.decimals("0", "0.3", places=3),
)
def test_rows_add_up_to_the_cent(drawn: list[tuple[int, int, str, Stage, int]], churn: Decimal, fall: Decimal) -> None:
    with TemporaryDirectory() as folder:
        session = Session(create_book(Path(folder) / "a.dealbook"))
        fill(session)
        with session.step("More"):
            session.book.partner.save_enrolment(Enrolment(program="nfon-ngage", certified=True))
            rate = ExchangeRate(day=date(2020, 1, 1), base="USD", quote="EUR", rate=Decimal("0.8731"))
            session.book.partner.save_rate(rate)
            for number, (seats, term, program, stage, months) in enumerate(drawn):
                begins = date(2026 + (5 + months) // 12, (5 + months) % 12 + 1, 1)
                plan = "commission" if program == "nfon-ngage" else "agent"
                made = deal_of(number, seats=seats, program=program, plan=plan, stage=stage, signed=begins)
                session.book.deals.save(replace(made, offers=(replace(made.offers[0], term=term, starts=begins),)))
        levers = Levers(churn=churn, price_fall=fall)
        found = forecast(session, Question(day=DAY, levers=levers))
        assert found.won + found.open + len(found.left_out) == len(drawn)
        for sheet in (found.contracted, found.expected):
            assert all(a == b == c for a, b, c in cents(sheet))
            table = table_of(
                columns(sheet.programs, sheet.won, sheet.pipeline, found.exposure, language("en")),
                found.first,
                36,
                "EUR",
                language("en"),
            )
            parts = len(sheet.programs)
            for line in table[1:]:
                amounts = [cell for cell in line[1:] if isinstance(cell, Decimal)]
                assert sum(amounts[:parts], ZERO) == amounts[parts]
                assert amounts[parts] + amounts[parts + 1] == amounts[parts + 2]
        if not churn and not fall:
            assert found.expected == found.contracted
        session.close()


def noting(function: Callable[..., object], note: Callable[..., None]) -> Callable[..., object]:
    """Return a function that first notes what it is called with."""

    def noted(*args: object) -> object:
        note(*args)
        return function(*args)

    return noted


def test_a_change_of_one_deal_works_out_one_deal(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    deals = fill(session, *(deal_of(number) for number in range(5)))
    forecast(session, QUESTION)
    worked: list[str] = []
    monkeypatch.setattr(forecast_deals, "_find", noting(forecast_deals._find, lambda *args: worked.append(args[1].id)))
    monkeypatch.setattr("dealbook.desk.forecast.spread", noting(spread, lambda *_: worked.append("months")))
    before = forecast(session, QUESTION)
    assert worked == []
    save(session, replace(deals[2], offers=(replace(deals[2].offers[0], term=12),)))
    after = forecast(session, QUESTION)
    assert worked == [deals[2].id, "months", "months"]
    assert sum(before.contracted.won) - sum(after.contracted.won) == 12 * Decimal("150.15")
    session.undo()
    assert forecast(session, QUESTION) == before


def test_a_deal_that_moves_the_standing_works_out_those_it_moves(session: Session) -> None:
    fill(session)
    text = carrier("steps").replace('rate = "15%"', 'rate = { by = "won_seats", "0" = "10%", "500" = "20%" }')
    with session.step("Steps"):
        session.book.programs.save(ProgramText("steps", date(2025, 1, 1), text))
        session.book.partner.save_enrolment(Enrolment(program="steps", certified=True))
    save(session, deal_of(program="steps"))
    alone = forecast(session, QUESTION).contracted.won
    large = save(session, deal_of(program="steps", seats=900, signed=date(2026, 5, 1)))
    both = forecast(session, QUESTION).contracted.won
    assert (alone[1], both[1]) == (Decimal("100.10"), Decimal("200.20") + Decimal("1801.80"))
    save(session, replace(large, stage=Stage.LOST))
    assert forecast(session, QUESTION).contracted.won == alone


def test_step_by_step_it_is_the_same(session: Session) -> None:
    fill(session, *(deal_of(number) for number in range(3)))
    work = ForecastWork(session, QUESTION)
    assert (work.total, work.done) == (3, 0)
    assert work.step()
    assert work.done == 1
    while work.step():
        pass
    assert work.result() == forecast(session, QUESTION)


def test_an_empty_book_has_an_empty_forecast(session: Session) -> None:
    work = ForecastWork(session, QUESTION)
    assert not work.step()
    assert work.result().is_empty


# --- quotas


def test_the_quota_grows_and_prices_fall(tmp_path: Path) -> None:
    make_sample_book(tmp_path / "sample.dealbook")
    session = Session(open_book(tmp_path / "sample.dealbook"))
    found = {one.program: one for one in quota_outlook(session, DAY, Decimal("0.1"))}
    known = ladder(session, "foerdenetz", DAY)
    assert known is not None
    assert known.quota is not None
    years = found["foerdenetz"].years
    assert years[0].target == years[0].at_prices == known.quota.target
    assert years[1].target is not None
    assert years[1].target == round(known.quota.target * Decimal("1.1"), 2) if known.quota.target else False
    assert years[1].at_prices == round(years[1].target / Decimal("0.9"), 2)
    assert [one.first.year for one in years] == [2026, 2027, 2028, 2029]
    assert "nfon-ngage" not in found  # a program without a quota
    session.close()


# --- words


def test_a_table_for_a_spreadsheet(session: Session) -> None:
    fill(session, deal_of())
    found, words = forecast(session, QUESTION), language("de")
    shown = columns(found.contracted.programs, found.contracted.won, None, found.exposure, words)
    lines = table_of(shown, found.first, 12, "EUR", words)
    text = as_text(lines, "EUR", words).split("\n")
    assert text[1].split("\t") == ["2026-06", "2002,00", "2002,00", "1835,17"]
    assert len(text) == 14
    raw = as_csv(lines, "EUR", words)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows[1:13]] == [line.split("\t")[1] for line in text[1:13]]
    assert rows[-1][-1] == ""  # an exposure has no sum


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A1", "+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "＝1", "'=1"])
def test_no_name_becomes_a_formula(name: str) -> None:
    lines = [(name, Decimal("-1.50"))]
    words = language("en")
    assert as_text(lines, "EUR", words) == f"'{name.strip()}\t-1.50"
    (row,) = csv.reader(io.StringIO(as_csv(lines, "EUR", words).decode("utf-8-sig")))
    assert row[0].startswith("'")
    assert row[1] == "-1.50"


def said() -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for name, thing in vars(forecast_words).items():
        if name.isupper() and name[0] != "_" and isinstance(thing, str | tuple | dict):
            texts = thing.values() if isinstance(thing, dict) else [thing]
            found |= {(text,) if isinstance(text, str) else text for text in texts}
    return found


@pytest.mark.parametrize("code", ["de", "fr"])
def test_every_word_is_translated(code: str) -> None:
    known = set()
    for file in paths.resource("locale", code, "LC_MESSAGES").glob("*.po"):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=code, abort_invalid=True):
                known.add(message.id if isinstance(message.id, tuple) else (message.id,))
    assert len(said()) > 12
    assert not said() - known


def test_a_forecast_compares_by_value(session: Session) -> None:
    fill(session, deal_of())
    first: Forecast = forecast(session, QUESTION)
    assert first == forecast(session, QUESTION)
    assert first.sheet(expected=True) is first.expected
