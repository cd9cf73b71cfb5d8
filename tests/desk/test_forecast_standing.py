"""The standing worked out for a whole book is the one that is worked out for each deal."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dealbook.book.connection import open_book
from dealbook.desk.compare import terms_on
from dealbook.desk.forecast_standing import standing_of
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.desk.standing import won_by_program
from dealbook.desk.standings import Standings
from dealbook.earnings.standing import WonDeal, won_figures
from dealbook.programs.model import Standing

PERIODS = ("calendar-year", "calendar-quarter", "rolling-3-months", "rolling-12-months", "fiscal-year")
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@st.composite
def won_deals(draw: st.DrawFn) -> WonDeal:
    signed = draw(DAYS)
    since = signed + timedelta(days=draw(st.integers(-60, 90)))
    until = draw(st.sampled_from([date.max, since + timedelta(days=draw(st.integers(1, 400)))]))
    seats, mrr = draw(st.integers(0, 500)), draw(st.decimals(0, 9999, places=2))
    return WonDeal(signed, Decimal(seats), mrr, mrr * 36, ((since, until),) if draw(st.booleans()) else ())


@given(st.lists(won_deals(), max_size=12), st.sampled_from(PERIODS), DAYS, st.integers(1, 12), st.integers(0, 12))
def test_the_sums_are_those_of_each_deal(
    deals: list[WonDeal], name: str, day: date, starts_month: int, own: int
) -> None:
    standing = Standing(period=name, starts_month=starts_month)
    wanted = won_figures([one for place, one in enumerate(deals) if place != own], standing, day)
    sums = Standings((str(place), one) for place, one in enumerate(deals))
    found = sums.won(standing, day, str(own))
    assert found == wanted


def test_in_the_sample_book(tmp_path: Path) -> None:
    make_sample_book(tmp_path / "sample.dealbook")
    session = Session(open_book(tmp_path / "sample.dealbook"))
    for deal in session.deals.values():
        terms = terms_on(session, deal)
        wanted = won_by_program(session, deal, terms)
        assert {one.program.id: standing_of(session, deal, one) for one in terms} == wanted
    session.close()
